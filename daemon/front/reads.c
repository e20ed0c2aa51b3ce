/* SPDX-License-Identifier: Apache-2.0 */
#include "front/reads.h"

#include "base/clock.h"
#include "broker/erased.h"
#include "broker/lookup.h"
#include "contract/codec.h"
#include "front/refusals.h"
#include "front/snapshot.h"

/* A session may keep this thread busy with costly reads for one part in so many. */
#define COSTLY_SHARE 10

enum err asking_checkpoint(struct asking *asking, uint64_t *ret_size)
{
	struct bytes note;
	enum err err = checkpoint_newest(asking->txn, 0, &note, ret_size);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* every commit made one */
	asking->result.checkpoint = arena_text(asking->arena, note);
	return asking->result.checkpoint != NULL ? ERR_OK : ERR_NOMEM;
}

enum err read_directory(struct asking *asking, uint64_t offset)
{
	struct bytes whole;
	enum err err = snapshot_current(asking->front, asking->txn, &whole);

	if (err != ERR_OK)
		return err;
	asking->result.result_case = PB__READ_RESULT__RESULT_DIRECTORY_SIZE;
	asking->result.directory_size = whole.len;
	if (offset < whole.len)
		asking->data = bytes_of(whole.data + offset, whole.len - offset < LIMIT_READ_PIECE ? whole.len - offset : LIMIT_READ_PIECE);
	return ERR_OK;
}

enum err read_certificate(struct asking *asking, struct bytes digest)
{
	const Pb__Binding *binding;
	struct digest named;
	enum err err;

	if (digest.len != DIGEST_BYTES)
		return ERR_NOT_FOUND;
	memcpy(named.bytes, digest.data, DIGEST_BYTES);
	err = certificate_binding(asking->txn, &named, asking->arena, &binding);
	if (err != ERR_OK)
		return err;
	asking->result.result_case = PB__READ_RESULT__RESULT_CERTIFICATE;
	asking->result.certificate = (Pb__Binding *)(uintptr_t)binding;
	return ERR_OK;
}

enum err read_consistency(struct asking *asking, uint64_t from)
{
	uint64_t size;
	enum err err = asking_checkpoint(asking, &size);

	if (err != ERR_OK)
		return err;
	if (from > size)
		return ERR_NOT_FOUND;
	err = merkle_prove_consistency(tree_read, asking->txn, from, size, &asking->kept);
	if (err != ERR_OK)
		return err;
	asking->result.result_case = PB__READ_RESULT__RESULT_CONSISTENCY;
	asking->result.consistency = pb_of_bytes(buf_bytes(&asking->kept));
	return ERR_OK;
}

static enum err answer(struct asking *asking, const Pb__Read *read)
{
	switch (read->what_case) {
	case PB__READ__WHAT_DIRECTORY_OFFSET:
		return read_directory(asking, read->directory_offset);
	case PB__READ__WHAT_CONFIDENTIAL_OFFSET:
		return read_confidential(asking, read->confidential_offset);
	case PB__READ__WHAT_RECEIPT_MESSAGE_ID:
		return read_receipt_of_message(asking, bytes_of_pb(read->receipt_message_id));
	case PB__READ__WHAT_RECEIPT_SEQ:
		return read_receipt_of_entry(asking, read->receipt_seq);
	case PB__READ__WHAT_CERTIFICATE_SHA256:
		return read_certificate(asking, bytes_of_pb(read->certificate_sha256));
	case PB__READ__WHAT_INBOX_AFTER:
		return read_inbox(asking, read->inbox_after);
	case PB__READ__WHAT_BLOB_SHA256:
		return read_blob(asking, read);
	case PB__READ__WHAT_CONSISTENCY_FROM:
		return read_consistency(asking, read->consistency_from);
	case PB__READ__WHAT_TRACE_MESSAGE_ID:
		return read_trace(asking, bytes_of_pb(read->trace_message_id));
	case PB__READ__WHAT_FIND_CODE:
		return read_code(asking, read->find_code);
	case PB__READ__WHAT_CONSENT_ID:
		return read_consent(asking, bytes_of_pb(read->consent_id));
	case PB__READ__WHAT_CASE_ID:
		return read_case(asking, bytes_of_pb(read->case_id));
	case PB__READ__WHAT_LEGS:
		return read_legs(asking, read->legs);
	case PB__READ__WHAT_CONFERENCE_ID:
		return read_conferences(asking, bytes_of_pb(read->conference_id), read->after);
	case PB__READ__WHAT_ACTION_ITEMS:
		return read_action_items(asking, read->after);
	case PB__READ__WHAT_ANNOUNCEMENT_ID:
		return read_announcement(asking, bytes_of_pb(read->announcement_id));
	case PB__READ__WHAT_REVIEWS:
		return read_reviews(asking, read->reviews);
	case PB__READ__WHAT_PROVISIONS:
		return read_provisions(asking, read->provisions);
	case PB__READ__WHAT_DISCLOSURE:
		return read_disclosure(asking, read->disclosure);
	default:
		return ERR_NOT_FOUND;
	}
}

static bool is_costly(const Pb__Read *read)
{
	switch (read->what_case) {
	case PB__READ__WHAT_INBOX_AFTER:
	case PB__READ__WHAT_TRACE_MESSAGE_ID:
	case PB__READ__WHAT_FIND_CODE:
	case PB__READ__WHAT_LEGS:
	case PB__READ__WHAT_REVIEWS:
	case PB__READ__WHAT_PROVISIONS:
	case PB__READ__WHAT_DISCLOSURE:
		return true;
	default:
		return false;
	}
}

/* What is named by an id, or by a number. */
static Pb__Refusal not_there(const Pb__Read *read)
{
	switch (read->what_case) {
	case PB__READ__WHAT_RECEIPT_MESSAGE_ID:
	case PB__READ__WHAT_TRACE_MESSAGE_ID:
	case PB__READ__WHAT_FIND_CODE:
	case PB__READ__WHAT_LEGS:
	case PB__READ__WHAT_CONFERENCE_ID:
	case PB__READ__WHAT_ANNOUNCEMENT_ID:
		return refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE, NULL, 0, 0);
	case PB__READ__WHAT_CASE_ID:
	case PB__READ__WHAT_DISCLOSURE:
		return refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE, "case_id", 0, 0);
	case PB__READ__WHAT_CONSENT_ID:
		return refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_CONSENT, "consent_unknown", 0, 0);
	default:
		return refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM, NULL, 0, 0);
	}
}

/* What was erased is so to who took part in it; to others it was never there: ERR_NOT_FOUND. */
static enum err erased(struct asking *asking, const Pb__Read *read, struct erasure *ret_erasure)
{
	uint32_t agency = asking->peer->agency;
	struct erased_mark mark;

	switch (read->what_case) {
	case PB__READ__WHAT_RECEIPT_MESSAGE_ID:
		return erased_message(asking->txn, agency, bytes_of_pb(read->receipt_message_id), ret_erasure);
	case PB__READ__WHAT_TRACE_MESSAGE_ID:
		return erased_message(asking->txn, agency, bytes_of_pb(read->trace_message_id), ret_erasure);
	case PB__READ__WHAT_LEGS:
		return erased_message(asking->txn, agency, bytes_of_pb(read->legs->request_id), ret_erasure);
	case PB__READ__WHAT_CONFERENCE_ID:
		return erased_message(asking->txn, agency, bytes_of_pb(read->conference_id), ret_erasure);
	case PB__READ__WHAT_CONSENT_ID:
		return erased_message(asking->txn, agency, bytes_of_pb(read->consent_id), ret_erasure);
	case PB__READ__WHAT_ANNOUNCEMENT_ID:
		return erased_message(asking->txn, agency, bytes_of_pb(read->announcement_id), ret_erasure);
	case PB__READ__WHAT_CASE_ID:
		mark = erased_mark(ERASED_CASE, agency, bytes_of_pb(read->case_id));
		break;
	case PB__READ__WHAT_DISCLOSURE:
		mark = erased_mark(ERASED_CASE, agency, bytes_of_pb(read->disclosure->case_id));
		break;
	case PB__READ__WHAT_RECEIPT_SEQ:
		mark = erased_mark_entry(agency, read->receipt_seq);
		break;
	case PB__READ__WHAT_BLOB_SHA256:
		mark = erased_mark_item(agency, read->blob_item);
		break;
	default:
		return ERR_NOT_FOUND;
	}
	return erased_get(asking->txn, &mark, ret_erasure);
}

static Pb__Refusal refusal_absent(struct asking *asking, const Pb__Read *read)
{
	struct erasure erasure;
	struct objection objection;

	if (erased(asking, read, &erasure) != ERR_OK)
		return not_there(read);
	objection = erased_object(&erasure, NULL);
	return refusal_of(objection.code, NULL, objection.value, objection.bound);
}

static Pb__Refusal refusal_for(struct asking *asking, enum err err, const Pb__Read *read)
{
	struct front *front = asking->front;

	switch (err) {
	case ERR_NOT_FOUND:
		return refusal_absent(asking, read);
	case ERR_BUSY:
		return refusal_overloaded(0, 0);
	default:
		front_read_failed(front, err, "read", (uint64_t)read->what_case);
		return refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL, NULL, 0, 0);
	}
}

static enum err ask(struct asking *asking, const Pb__Read *read)
{
	enum err err;

	if (is_costly(read) && asking->front->mono_us < asking->peer->next_scan_us)
		return ERR_BUSY;
	err = txn_begin_read(asking->front->store, &asking->txn);
	return err == ERR_OK ? answer(asking, read) : err;
}

static void send(struct asking *asking)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	struct parcel *data = NULL;

	message.body_case = PB__FROM_BROKER__BODY_READ_RESULT;
	message.read_result = &asking->result;
	if (asking->data.len > 0) {
		data = reply_room(asking->front, asking->peer, asking->data.len);
		if (data == NULL) {
			peer_end(asking->front, asking->peer, false, "does_not_read");
			return;
		}
		memcpy(parcel_bytes(data), asking->data.data, asking->data.len);
	}
	reply_send(asking->front, asking->peer, &message, data);
}

void read_answer(struct front *front, struct peer *peer, const Pb__Read *read)
{
	struct asking asking = { .front = front, .peer = peer, .arena = &front->reading };
	int64_t begun_us = clock_mono_us();
	Pb__Refusal refusal;
	enum err err;

	arena_reset(&front->reading);
	buf_init(&asking.kept, LIMIT_DATA_BYTES);
	pb__read_result__init(&asking.result);
	asking.result.number = read->number;
	err = ask(&asking, read);
	if (err != ERR_OK) {
		refusal = refusal_for(&asking, err, read);
		asking.result.result_case = PB__READ_RESULT__RESULT_REFUSAL;
		asking.result.refusal = &refusal;
		asking.data = bytes_of(NULL, 0);
	}
	if (is_costly(read) && err != ERR_BUSY)
		peer->next_scan_us = begun_us + COSTLY_SHARE * (clock_mono_us() - begun_us);
	send(&asking);
	txn_abort(asking.txn);
	buf_free(&asking.kept);
}
