/* SPDX-License-Identifier: Apache-2.0 */
/* Segments of attachments: who is handed a message that names one may read it, and who uploaded it; nobody else, whatever they know. */
#include "contract/limits.h"
#include "trio.h"

#define SEGMENT_BYTES 3000u

static struct trio trio;
static uint8_t segment[SEGMENT_BYTES], unnamed[SEGMENT_BYTES];
static struct digest digest, unnamed_digest;

static void upload(struct visitor *visitor, const uint8_t *bytes, struct digest *ret_digest)
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__BlobPut put = PB__BLOB_PUT__INIT;

	*ret_digest = digest_of(bytes_of(bytes, SEGMENT_BYTES));
	put.number = 1;
	put.sha256 = pb_of_bytes(digest_bytes(ret_digest));
	put.size = SEGMENT_BYTES;
	message.body_case = PB__FROM_CLIENT__BODY_BLOB_PUT;
	message.blob_put = &put;
	visitor_send(visitor, &message, bytes_of(bytes, SEGMENT_BYTES));
	require(visitor_await(visitor, PB__FROM_BROKER__BODY_BLOB_STORED)->blob_stored->refusal == NULL);
}

static void name_segment(Pb__View *view)
{
	static Pb__BlobRef ref;
	static Pb__BlobRef *list[1] = { &ref };

	pb__blob_ref__init(&ref);
	ref.sha256 = pb_of_bytes(digest_bytes(&digest));
	ref.size = SEGMENT_BYTES;
	view->blobs = list;
	view->n_blobs = 1;
}

static bool may_read(struct visitor *visitor, const struct digest *named, uint64_t item)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	read.what_case = PB__READ__WHAT_BLOB_SHA256;
	read.blob_sha256 = pb_of_bytes(digest_bytes(named));
	read.blob_item = item;
	result = visitor_read(visitor, &read);
	if (result->result_case == PB__READ_RESULT__RESULT_BLOB_SIZE) {
		check_uint(result->blob_size, SEGMENT_BYTES);
		check_bytes(buf_bytes(&visitor->data), bytes_of(named == &digest ? segment : unnamed, SEGMENT_BYTES));
		return true;
	}
	require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM); /* whichever it is: nobody learns what is there */
	check_uint(visitor->data.len, 0);
	return false;
}

static void set_up(void)
{
	trio_open(&trio, NULL);
	unit_random_bytes(segment, sizeof segment);
	unit_random_bytes(unnamed, sizeof unnamed);
	upload(&trio.alpha, segment, &digest);
	upload(&trio.alpha, unnamed, &unnamed_digest);
}

static void test_who_may(void)
{
	const struct visitor *to_beta[] = { &trio.beta }, *to_gamma[] = { &trio.gamma };
	struct taken taken, plain;
	uint64_t item;
	uint8_t id[16];

	set_up();
	item = item_number(trio_note(&trio.alpha, to_beta, 1, id, name_segment), 0);
	check(!may_read(&trio.beta, &digest, item)); /* not before it is handed out */
	taken = trio_take(&trio.beta);
	check_uint(taken.item, item);
	check(may_read(&trio.beta, &digest, taken.item));
	check(!may_read(&trio.beta, &digest, 0));
	check(!may_read(&trio.beta, &unnamed_digest, taken.item)); /* the message does not name it */
	check(!may_read(&trio.beta, &digest, taken.item + 1));
	check(!may_read(&trio.beta, &digest, UINT64_MAX));
	check(!may_read(&trio.gamma, &digest, taken.item)); /* another's item */
	check(!may_read(&trio.gamma, &digest, 0));
	check(may_read(&trio.alpha, &digest, 0));
	check(may_read(&trio.alpha, &unnamed_digest, 0));
	check(!may_read(&trio.alpha, &digest, taken.item)); /* it was not handed to the sender */
	trio_note(&trio.alpha, to_gamma, 1, id, NULL);
	plain = trio_take(&trio.gamma);
	check(!may_read(&trio.gamma, &digest, plain.item)); /* an item of its own that names nothing */
	trio_acknowledge(&trio.beta, &taken);
	check(may_read(&trio.beta, &digest, taken.item)); /* still: saving may come later */
	trio_close(&trio);
}

static const uint8_t case_id[16] = "whose case it is";

static void name_in_case(Pb__View *view)
{
	name_segment(view);
	view->case_id = pb_of_bytes(bytes_of(case_id, 16));
}

static void keep_out(struct visitor *owner, char *address)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__MarkCase mark = PB__MARK_CASE__INIT;
	struct parcels parcels;

	mark.case_id = pb_of_bytes(bytes_of(case_id, 16));
	mark.protected_ = true;
	mark.kept_out = &address;
	mark.n_kept_out = 1;
	statement.body_case = PB__STATEMENT__BODY_MARK_CASE;
	statement.mark_case = &mark;
	parcels_begin(&parcels);
	parcels_statement(&parcels, &statement);
	visitor_send_batch(owner, &parcels, NULL);
	parcels_free(&parcels);
	require(visitor_replies(owner)->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
}

/* It had the message, and is kept out of its case since: what it has not fetched by then it does not get. */
static void test_kept_out(void)
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };
	struct taken taken, others;
	uint8_t id[16];

	set_up();
	trio_note(&trio.alpha, to, 2, id, name_in_case);
	taken = trio_take(&trio.beta);
	others = trio_take(&trio.gamma);
	check(may_read(&trio.beta, &digest, taken.item));
	keep_out(&trio.alpha, trio.beta.address);
	check(!may_read(&trio.beta, &digest, taken.item));
	check(may_read(&trio.gamma, &digest, others.item));
	check(may_read(&trio.alpha, &digest, 0));
	trio_close(&trio);
}

static void test_nonsense(void)
{
	static const size_t lengths[] = { 0, 1, DIGEST_BYTES - 1 };
	Pb__Read read = PB__READ__INIT;
	struct digest none = { 0 };

	set_up();
	check(!may_read(&trio.alpha, &none, 0));
	read.what_case = PB__READ__WHAT_BLOB_SHA256;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		read.blob_sha256 = pb_of_bytes(bytes_of(digest.bytes, lengths[i]));
		check_int(visitor_read(&trio.alpha, &read)->result_case, PB__READ_RESULT__RESULT_REFUSAL);
	}
	trio_close(&trio);
}

UNIT_SUITE("front/read_blob",
	{ "who was handed it, and who uploaded it", test_who_may },
	{ "who is kept out of the case since", test_kept_out },
	{ "what is no digest", test_nonsense });
