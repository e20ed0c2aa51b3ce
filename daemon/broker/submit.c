/* SPDX-License-Identifier: Apache-2.0 */
/* broker/submit.c - rule: all Views of one message take effect together, once for ever per (sender, message id) (P3).
 *
 * The same order again gets the first receipt, whatever has changed since; other content under the same id is a conflict; a refusal
 * uses up no id.  Each View becomes one item, numbered in the order of the Views, in the lane of its urgency and in its thread. */
#include "base/text.h"
#include "broker/basis_check.h"
#include "broker/case_check.h"
#include "broker/consent_act.h"
#include "broker/erased.h"
#include "broker/note_check.h"
#include "broker/requests.h"
#include "broker/review.h"
#include "broker/announcement_act.h"
#include "broker/conference_act.h"
#include "broker/conference_after.h"
#include "broker/rows.h"
#include "broker/submit_check.h"
#include "broker/thread_entries.h"
#include "broker/told.h"
#include "broker/verbs.h"
#include "contract/limits.h"
#include "ledger/entry.h"
#include "store/parts.h"

/* ---- decide ---- */

/* Decides when the id was used for what was erased since: ret_known. */
static enum err look_for_erased(struct world *world, const struct signer *signer, bool *ret_known, struct decision *ret_decision)
{
	struct objection objection;
	struct erased_mark mark;
	struct erasure erasure;
	enum err err;

	if (txn_rows(world->txn, TABLE_ERASED) == 0)
		return ERR_OK;
	mark = erased_mark(ERASED_SENT, signer->agency->number, bytes_of_pb(submit_view(signer, 0)->message_id));
	err = erased_get(world->txn, &mark, &erasure);
	*ret_known = err == ERR_OK;
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	objection = erased_object(&erasure, "message_id");
	return decide_objection(world, &objection, ret_decision);
}

static bool is_same(const Pb__SubmitEntry *former, const struct inbound_order *order)
{
	if (former->n_recipients != order->statement_count)
		return false;
	for (size_t i = 0; i < former->n_recipients; i++)
		if (!bytes_equal(bytes_of_pb(former->recipients[i]->view_hash), digest_bytes(&order->leaf_hashes[i])))
			return false;
	return true;
}

/* The id's message is the entry at seq: the very same Views, or others under its id. */
static enum err compare(struct world *world, const struct inbound_order *order, uint64_t seq, struct decision *ret_decision)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(world->txn, seq, world->arena, &entry, &body);

	if (err == ERR_NOT_FOUND || (err == ERR_OK && body->body_case != PB__ENTRY_BODY__BODY_SUBMIT))
		return ERR_CORRUPT; /* what is erased has no row in MESSAGES */
	if (err != ERR_OK)
		return err;
	if (!is_same(body->submit, order))
		return decide_refusal(world, REFUSE(CONFLICT), "message_id", 0, 0, ret_decision);
	decide_duplicate(seq, ret_decision);
	return ERR_OK;
}

/* Decides when the id was used before: ret_known. */
static enum err look_for_former(struct world *world, const struct signer *signer, bool *ret_known, struct decision *ret_decision)
{
	uint64_t former;
	enum err err = message_get(world->txn, bytes_of_pb(submit_view(signer, 0)->message_id), signer->agency->number, &former);

	*ret_known = err == ERR_OK;
	if (err == ERR_NOT_FOUND)
		return look_for_erased(world, signer, ret_known, ret_decision);
	return err == ERR_OK ? compare(world, signer->order, former, ret_decision) : err;
}

/* Numbers of the segments that the message refers to; what is missing is objected to by its digest, and so is what another
 * agency uploaded: whoever is handed a message may read its segments, so nobody may name another's. */
static enum err find_blobs(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection)
{
	const Pb__View *view = submit_view(signer, 0);

	if (view->n_blobs == 0)
		return ERR_OK;
	entry->blobs = world_alloc(world, view->n_blobs, sizeof(*entry->blobs));
	if (entry->blobs == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < view->n_blobs; i++) {
		struct blob_head head;
		struct digest digest;
		enum err err;

		memcpy(digest.bytes, view->blobs[i]->sha256.data, DIGEST_BYTES);
		err = blob_find(world->txn, &digest, &entry->blobs[i]);
		if (err == ERR_OK)
			err = blob_head(world->txn, entry->blobs[i], &head);
		if (err != ERR_OK && err != ERR_NOT_FOUND)
			return err;
		if (err == ERR_NOT_FOUND || head.size != view->blobs[i]->size || head.agency != signer->agency->number) {
			char *hex = world_alloc(world, 2 * DIGEST_BYTES + 1, 1);

			if (hex == NULL)
				return ERR_NOMEM;
			text_hex(digest_bytes(&digest), hex);
			if (err == ERR_OK && head.size == view->blobs[i]->size)
				*ret_objection = OBJECT(NOT_YOURS, .subject = hex);
			else
				*ret_objection = OBJECT(MISSING_BLOB, .subject = hex);
			return ERR_OK;
		}
	}
	entry->n_blobs = view->n_blobs;
	return ERR_OK;
}

static uint64_t thread_key(const Pb__View *view)
{
	return told_thread(bytes_of_pb(view->thread_id.len == 16 ? view->thread_id : view->message_id));
}

static enum err fill_recipient(struct world *world, const struct signer *signer, size_t index, Pb__SubmitEntry__Recipient *recipient)
{
	const Pb__View *view = submit_view(signer, index);

	pb__submit_entry__recipient__init(recipient);
	recipient->agency = signer->recipients[index]->number;
	recipient->silent = view->consent_act != NULL; /* its own word: recorded, and handed to nobody */
	recipient->lane = view->urgency;
	recipient->thread = thread_key(view);
	recipient->view_hash = pb_of_bytes(digest_bytes(&signer->order->leaf_hashes[index]));
	recipient->expires_at_us = view->expires_at_us;
	recipient->part_sizes = world_room(world, 2 * view->n_parts, sizeof(*recipient->part_sizes));
	if (recipient->part_sizes == NULL)
		return ERR_NOMEM;
	recipient->held = recipient->part_sizes + view->n_parts;
	recipient->n_part_sizes = view->n_parts;
	for (uint32_t part = 0; part < view->n_parts; part++) {
		recipient->part_sizes[part] = view->parts[part]->size;
		if (view->parts[part]->release == PB__RELEASE__RELEASE_ON_ACCEPT)
			recipient->held[recipient->n_held++] = part;
	}
	return ERR_OK;
}

static enum err fill(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry)
{
	size_t count = signer->order->statement_count;
	Pb__SubmitEntry__Recipient *recipients = world_room(world, count, sizeof(*recipients));
	enum err err = ERR_OK;

	entry->order = world_signed_order(world, signer);
	entry->recipients = world_room(world, count, sizeof(*entry->recipients));
	if (recipients == NULL || entry->order == NULL || entry->recipients == NULL)
		return ERR_NOMEM;
	entry->message_id = submit_view(signer, 0)->message_id;
	entry->kind = submit_view(signer, 0)->kind;
	entry->case_id = submit_view(signer, 0)->case_id;
	entry->n_recipients = count;
	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		entry->recipients[i] = &recipients[i];
		err = fill_recipient(world, signer, i, &recipients[i]);
	}
	return err;
}

static struct objection check_form(struct world *world, const struct signer *signer)
{
	struct objection objection = submit_check_form(world, signer);

	if (objection.code == 0)
		objection = conference_act_check(signer);
	return objection.code != 0 ? objection : announcement_act_check(signer);
}

/* Nothing had its id before. */
static enum err decide_new(struct world *world, const struct signer *signer, struct decision *ret_decision)
{
	struct objection objection = submit_check_recipients(world, signer);
	Pb__SubmitEntry *entry;
	enum err err;

	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	entry = world_room(world, 1, sizeof(*entry));
	if (entry == NULL)
		return ERR_NOMEM;
	pb__submit_entry__init(entry);
	err = case_check(world, signer, entry, &objection);
	if (err == ERR_OK && objection.code == 0)
		err = note_check(world, signer, &objection);
	if (err == ERR_OK && objection.code == 0)
		err = find_blobs(world, signer, entry, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	err = fill(world, signer, entry);
	if (err == ERR_OK)
		err = basis_check(world, signer, entry, &objection);
	if (err == ERR_OK && objection.code == 0)
		err = consent_act_decide(world, signer, entry, &objection);
	if (err == ERR_OK && objection.code == 0)
		err = submit_request_decide(world, signer, entry, &objection);
	if (err == ERR_OK && objection.code == 0 && submit_view(signer, 0)->conference_act != NULL)
		err = conference_act_decide(world, signer, entry, &objection);
	if (err == ERR_OK && objection.code == 0 && submit_view(signer, 0)->announcement_act != NULL)
		err = announcement_act_decide(world, signer, entry, &objection);
	if (err == ERR_OK && objection.code != 0)
		err = erased_instead(world, signer, &objection);
	if (err == ERR_OK && objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	return err != ERR_OK ? err : decide_entry(world, PB__ENTRY_BODY__BODY_SUBMIT, entry, ret_decision);
}

static const struct registry_agency **find_recipients(struct world *world, const struct signer *signer)
{
	size_t count = signer->order->statement_count;
	const struct registry_agency **recipients = world_room(world, count, sizeof(*recipients));

	for (size_t i = 0; recipients != NULL && i < count; i++)
		recipients[i] = registry_by_address(world->registry, bytes_of_text(submit_view(signer, i)->recipient));
	return recipients;
}

enum err submit_decide(struct world *world, const struct signer *signer, struct decision *ret_decision)
{
	struct objection objection = check_form(world, signer);
	struct signer addressing = *signer;
	bool known;
	enum err err;

	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	err = look_for_former(world, signer, &known, ret_decision);
	if (err != ERR_OK || known)
		return err;
	addressing.recipients = find_recipients(world, signer);
	return addressing.recipients == NULL ? ERR_NOMEM : decide_new(world, &addressing, ret_decision);
}

/* ---- apply ---- */

void submit_queue_row(const struct leaf_header *header, const Pb__SubmitEntry *entry, size_t index, struct queue_row *ret_row)
{
	const Pb__SubmitEntry__Recipient *recipient = entry->recipients[index];

	*ret_row = (struct queue_row){
		.item = item_number(header->seq, index),
		.thread = recipient->thread,
		.agency = recipient->agency,
		.sender = entry->order->agency,
		.statement_bytes = (uint32_t)entry->order->statements[index].len,
		.lane = (uint8_t)recipient->lane,
		.state = DELIVERY_WAITING,
		.accepted_at_us = header->time_us,
		.expires_at_us = recipient->expires_at_us,
		.conditional = recipient->conditional,
	};
	memcpy(ret_row->view_hash.bytes, recipient->view_hash.data, DIGEST_BYTES);
	for (size_t part = 0; part < recipient->n_part_sizes; part++)
		ret_row->part_bytes += recipient->part_sizes[part];
	for (size_t held = 0; held < recipient->n_held; held++)
		if (recipient->held[held] < recipient->n_part_sizes)
			ret_row->part_bytes -= recipient->part_sizes[recipient->held[held]];
}

static bool fits(const Pb__SubmitEntry *entry)
{
	if (entry->order == NULL || entry->message_id.len != 16 || entry->n_recipients == 0 ||
	    entry->n_recipients != entry->order->n_statements || entry->n_recipients > LIMIT_RECIPIENTS)
		return false;
	for (size_t i = 0; i < entry->n_recipients; i++)
		if (entry->recipients[i]->view_hash.len != DIGEST_BYTES)
			return false;
	return true;
}

static void apply_item(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry, size_t index)
{
	struct queue_row row;

	submit_queue_row(header, entry, index, &row);
	queue_row_append(txn, &row);
	if (row.expires_at_us != 0)
		timer_put(txn, &(struct timer_row){ row.expires_at_us, PB__TIMER_KIND__TIMER_KIND_EXPIRES, row.item });
}

/* What the message does to what it is about. */
static enum err apply_acts(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	enum err err = entry->conference == NULL ? ERR_OK : conference_apply(txn, header, entry->conference);

	if (err == ERR_OK && entry->announcement != NULL)
		err = announcement_apply(txn, header, entry);
	return err == ERR_OK ? action_items_apply(txn, header, entry->purges, entry->n_purges) : err;
}

enum err submit_apply(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	enum err err;

	if (!fits(entry))
		return ERR_CORRUPT;
	for (size_t i = 0; i < entry->n_recipients; i++)
		if (!entry->recipients[i]->silent)
			apply_item(txn, header, entry, i);
	for (size_t i = 0; i < entry->n_blobs; i++)
		blob_refer(txn, entry->blobs[i]);
	message_put(txn, bytes_of_pb(entry->message_id), entry->order->agency, header->seq);
	review_note(txn, header, entry);
	thread_note_submit(txn, header, entry);
	err = case_apply(txn, header, entry);
	if (err == ERR_OK)
		err = consent_act_apply(txn, header, entry);
	if (err == ERR_OK)
		err = told_apply(txn, header, entry->n_recipients, entry->told, entry->n_told);
	if (err == ERR_OK)
		err = submit_request_apply(txn, header, entry);
	return err == ERR_OK ? apply_acts(txn, header, entry) : err;
}
