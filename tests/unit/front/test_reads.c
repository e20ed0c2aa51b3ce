/* SPDX-License-Identifier: Apache-2.0 */
/* Questions that change nothing: whose they are, where they end, and what they may cost. */
#include <string.h>

#include "contract/checkpoint.h"
#include "contract/leaf.h"
#include "contract/limits.h"
#include "contract/merkle.h"
#include "trio.h"

static struct trio trio;

static const Pb__ReadResult *read_entry(struct visitor *visitor, uint64_t seq)
{
	Pb__Read read = PB__READ__INIT;

	read.what_case = PB__READ__WHAT_RECEIPT_SEQ;
	read.receipt_seq = seq;
	return visitor_read(visitor, &read);
}

static bool is_refused(const Pb__ReadResult *result, Pb__RefusalCode code)
{
	return result->result_case == PB__READ_RESULT__RESULT_REFUSAL && result->refusal->code == code;
}

/* ---- receipts ---- */

/* The receipt leads from the entry's header to the checkpoint's root; gives the header. */
static struct leaf_header check_receipt(const Pb__ReceiptProof *receipt)
{
	struct leaf_header header = { 0 };
	struct digest body_hash, leaf, root;
	struct checkpoint head;

	require(receipt->body_hash.len == DIGEST_BYTES);
	require_ok(leaf_header_decode(bytes_of_pb(receipt->header), &header));
	memcpy(body_hash.bytes, receipt->body_hash.data, DIGEST_BYTES);
	leaf = leaf_hash(receipt->header.data, &body_hash);
	require_ok(checkpoint_parse(bytes_of_text(receipt->checkpoint), &head));
	check_ok(merkle_path_root(&leaf, header.seq, head.size, bytes_of_pb(receipt->inclusion), &root));
	check(digest_equal(&root, &head.root));
	if (receipt->body.len > 0) {
		require(receipt->salt.len == LEAF_SALT_BYTES);
		body_hash = leaf_body_hash(receipt->salt.data, bytes_of_pb(receipt->body));
		check_bytes(digest_bytes(&body_hash), bytes_of_pb(receipt->body_hash));
	}
	return header;
}

/* Which types of entries somebody may see, and whether with the body. */
enum sight { NOTHING, PROOF, BODY };

static void look_at_all(struct visitor *visitor, uint64_t size, enum sight seen[32], unsigned count[32])
{
	for (uint64_t seq = 0; seq < size; seq++) {
		const Pb__ReadResult *result = read_entry(visitor, seq);
		struct leaf_header header;

		unit_context("%s entry %u", visitor->id, (unsigned)seq);
		if (result->result_case != PB__READ_RESULT__RESULT_RECEIPT) {
			check(is_refused(result, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM));
			continue;
		}
		header = check_receipt(result->receipt);
		check_uint(header.seq, seq);
		require(header.type < 32);
		seen[header.type] = result->receipt->body.len > 0 ? BODY : PROOF;
		count[header.type]++;
	}
	unit_context("%s", visitor->id);
}

/* Every entry of a ledger with every kind of entry, asked for by everybody: theirs and nobody else's. */
static void test_whose_entries(void)
{
	const struct visitor *to[] = { &trio.beta };
	enum sight alpha[32] = { NOTHING }, beta[32] = { NOTHING }, gamma[32] = { NOTHING };
	unsigned of_alpha[32] = { 0 }, of_beta[32] = { 0 }, of_gamma[32] = { 0 };
	struct broker_gauges gauges;
	struct taken taken;
	uint8_t id[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 1, id, NULL);
	trio_take(&trio.beta);
	trio_lose(&trio, &trio.beta);
	taken = trio_take(&trio.beta);
	trio_refuse(&trio.beta, &taken, PB__REFUSE_REASON__REFUSE_REASON_RETRY_LATER);
	taken = trio_take(&trio.beta);
	trio_acknowledge(&trio.beta, &taken);
	trio_settle(&trio);
	broker_gauges(trio.house.broker, &gauges);
	look_at_all(&trio.alpha, gauges.entries, alpha, of_alpha);
	look_at_all(&trio.beta, gauges.entries, beta, of_beta);
	look_at_all(&trio.gamma, gauges.entries, gamma, of_gamma);
	check_int(alpha[PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT], BODY);
	check_int(alpha[PB__ENTRY_TYPE__ENTRY_TYPE_BIND], BODY);
	check_int(beta[PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT], PROOF); /* the body names whom else it went to */
	check_int(beta[PB__ENTRY_TYPE__ENTRY_TYPE_BIND], BODY);
	check_int(beta[PB__ENTRY_TYPE__ENTRY_TYPE_HANDOUT], BODY);
	check_int(beta[PB__ENTRY_TYPE__ENTRY_TYPE_LEASE_LOST], BODY);
	check_int(beta[PB__ENTRY_TYPE__ENTRY_TYPE_REFUSE], BODY);
	check_int(beta[PB__ENTRY_TYPE__ENTRY_TYPE_ACKNOWLEDGE], BODY);
	for (unsigned type = 0; type < 32; type++) {
		unit_context("type %u", type);
		check_uint(of_alpha[type], type == PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT || type == PB__ENTRY_TYPE__ENTRY_TYPE_BIND);
		check_uint(of_gamma[type], type == PB__ENTRY_TYPE__ENTRY_TYPE_BIND);
	}
	check_uint(of_beta[PB__ENTRY_TYPE__ENTRY_TYPE_BIND], 1);
	check_uint(of_beta[PB__ENTRY_TYPE__ENTRY_TYPE_HANDOUT], 3);
	check_uint(of_beta[PB__ENTRY_TYPE__ENTRY_TYPE_GENESIS] + of_beta[PB__ENTRY_TYPE__ENTRY_TYPE_INVITE] +
			   of_beta[PB__ENTRY_TYPE__ENTRY_TYPE_DIRECTORY],
		   0);
	check(is_refused(read_entry(&trio.beta, gauges.entries), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM)); /* past the end */
	check(is_refused(read_entry(&trio.beta, UINT64_MAX), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM));
	trio_close(&trio);
}

/* With an order comes what proves its signer: the binding's own entry, whole. */
static void test_signers_binding(void)
{
	const struct visitor *to[] = { &trio.beta };
	const Pb__ReceiptProof *receipt;
	struct digest body_hash, leaf, root;
	struct leaf_header header;
	struct checkpoint head;
	uint8_t id[16];
	uint64_t seq;

	trio_open(&trio, NULL);
	seq = trio_note(&trio.alpha, to, 1, id, NULL);
	receipt = read_entry(&trio.beta, seq)->receipt; /* the addressee's as well */
	check_receipt(receipt);
	check_bytes(bytes_of_pb(receipt->certificate), certificate_der(trio.alpha.signing_certificate));
	require(receipt->binding_salt.len == LEAF_SALT_BYTES);
	body_hash = leaf_body_hash(receipt->binding_salt.data, bytes_of_pb(receipt->binding_body));
	check_bytes(digest_bytes(&body_hash), bytes_of_pb(receipt->binding_body_hash));
	require_ok(leaf_header_decode(bytes_of_pb(receipt->binding_header), &header));
	check_uint(header.seq, receipt->binding_seq);
	check_uint(header.type, PB__ENTRY_TYPE__ENTRY_TYPE_BIND);
	leaf = leaf_hash(receipt->binding_header.data, &body_hash);
	require_ok(checkpoint_parse(bytes_of_text(receipt->checkpoint), &head));
	check_ok(merkle_path_root(&leaf, header.seq, head.size, bytes_of_pb(receipt->binding_inclusion), &root));
	check(digest_equal(&root, &head.root));
	trio_close(&trio);
}

static void test_ids_that_are_none(void)
{
	static uint8_t bytes[17];

	trio_open(&trio, NULL);
	for (size_t len = 0; len <= sizeof bytes; len++) {
		Pb__Read read = PB__READ__INIT;

		unit_context("%zu bytes", len);
		read.number = len;
		read.what_case = PB__READ__WHAT_RECEIPT_MESSAGE_ID;
		read.receipt_message_id = pb_of_bytes(bytes_of(bytes, len));
		check(is_refused(visitor_read(&trio.alpha, &read), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE));
	}
	trio_close(&trio);
}

/* ---- where reads end ---- */

static void test_consistency(void)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;
	struct checkpoint head;
	uint64_t size;

	trio_open(&trio, NULL);
	read.what_case = PB__READ__WHAT_CONSISTENCY_FROM;
	read.consistency_from = 1;
	result = visitor_read(&trio.alpha, &read);
	require(result->result_case == PB__READ_RESULT__RESULT_CONSISTENCY);
	check(result->consistency.len > 0 && result->consistency.len % DIGEST_BYTES == 0);
	require_ok(checkpoint_parse(bytes_of_text(result->checkpoint), &head));
	size = head.size;
	for (uint64_t from = 0; from <= size; from += size) { /* from nothing, and from all: nothing is to be shown */
		read.consistency_from = from;
		result = visitor_read(&trio.alpha, &read);
		require(result->result_case == PB__READ_RESULT__RESULT_CONSISTENCY);
		check_uint(result->consistency.len, 0);
	}
	read.consistency_from = size + 1;
	check(is_refused(visitor_read(&trio.alpha, &read), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM));
	read.consistency_from = UINT64_MAX;
	check(is_refused(visitor_read(&trio.alpha, &read), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM));
	trio_close(&trio);
}

static void test_directory_offsets(void)
{
	Pb__Read read = PB__READ__INIT;
	uint64_t size;

	trio_open(&trio, NULL);
	read.what_case = PB__READ__WHAT_DIRECTORY_OFFSET;
	size = visitor_read(&trio.alpha, &read)->directory_size;
	check_uint(trio.alpha.data.len, size);
	read.directory_offset = size - 1;
	check_uint(visitor_read(&trio.alpha, &read)->directory_size, size);
	check_uint(trio.alpha.data.len, 1);
	read.directory_offset = size;
	check_uint(visitor_read(&trio.alpha, &read)->directory_size, size);
	check_uint(trio.alpha.data.len, 0);
	read.directory_offset = UINT64_MAX;
	check_uint(visitor_read(&trio.alpha, &read)->directory_size, size);
	check_uint(trio.alpha.data.len, 0);
	trio_close(&trio);
}

static void test_certificates_by_digest(void)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;
	struct digest digest;

	trio_open(&trio, NULL);
	read.what_case = PB__READ__WHAT_CERTIFICATE_SHA256;
	digest = *certificate_digest(trio.beta.sealing_certificate); /* either of the two leads to the binding */
	read.certificate_sha256 = pb_of_bytes(digest_bytes(&digest));
	result = visitor_read(&trio.alpha, &read);
	require(result->result_case == PB__READ_RESULT__RESULT_CERTIFICATE);
	check_text(result->certificate->agency, "beta");
	digest.bytes[31] ^= 1;
	check(is_refused(visitor_read(&trio.alpha, &read), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM));
	trio_close(&trio);
}

/* ---- mailboxes ---- */

enum { NOTES = 270, SHOWN = 256 };

static void fill_mailbox(void)
{
	const struct visitor *to[] = { &trio.beta };
	unsigned sent = 0;

	while (sent < NOTES) {
		const Pb__Replies *replies;
		struct parcels parcels;
		uint8_t id[16];

		parcels_begin(&parcels);
		for (unsigned i = 0; i < 54; i++)
			parcels_note(&parcels, &trio.alpha, to, 1, 100, id, NULL);
		visitor_send_batch(&trio.alpha, &parcels, NULL);
		replies = visitor_replies(&trio.alpha);
		for (size_t i = 0; i < replies->n_replies; i++)
			require(replies->replies[i]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
		sent += (unsigned)replies->n_replies;
		parcels_free(&parcels);
	}
}

static const Pb__ReadResult *read_inbox(struct visitor *visitor, uint64_t after)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	read.what_case = PB__READ__WHAT_INBOX_AFTER;
	read.inbox_after = after;
	do
		result = visitor_read(visitor, &read);
	while (is_refused(result, PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED)); /* costly: it has its share of the time */
	return result;
}

static void test_long_mailbox(void)
{
	const Pb__Inbox *inbox;
	uint64_t last = 0;

	trio_open(&trio, NULL);
	fill_mailbox();
	inbox = read_inbox(&trio.beta, 0)->inbox;
	check_uint(inbox->n_items, SHOWN);
	check_uint(inbox->more, NOTES - SHOWN);
	for (size_t i = 0; i < inbox->n_items; i++) {
		check(inbox->items[i]->item > last);
		last = inbox->items[i]->item;
	}
	check_text(inbox->items[0]->sender, trio.alpha.address);
	check_uint(inbox->items[0]->size, 100);
	check_uint(inbox->items[0]->attempts, 0);
	inbox = read_inbox(&trio.beta, last)->inbox;
	check_uint(inbox->n_items, NOTES - SHOWN);
	check_uint(inbox->more, 0);
	check(inbox->items[0]->item > last);
	inbox = read_inbox(&trio.beta, UINT64_MAX)->inbox;
	check_uint(inbox->n_items, 0);
	check_uint(read_inbox(&trio.gamma, 0)->inbox->n_items, 0); /* nobody else's */
	trio_close(&trio);
}

static void test_states_in_a_mailbox(void)
{
	const struct visitor *to[] = { &trio.beta };
	const Pb__Inbox *inbox;
	struct taken taken;
	uint64_t seq = 0;
	uint8_t id[16];

	trio_open(&trio, NULL);
	for (unsigned i = 0; i < 3; i++)
		seq = trio_note(&trio.alpha, to, 1, id, NULL);
	taken = trio_take(&trio.beta);
	trio_act(&trio, PB__QUEUE_ACT__QUEUE_ACT_FREEZE, item_number(seq, 0));
	inbox = read_inbox(&trio.beta, 0)->inbox;
	require(inbox->n_items == 3);
	check_text(inbox->items[0]->state, "leased");
	check_text(inbox->items[1]->state, "waiting");
	check_text(inbox->items[2]->state, "frozen");
	trio_acknowledge(&trio.beta, &taken);
	check_uint(read_inbox(&trio.beta, 0)->inbox->n_items, 2); /* what is done is no longer there */
	trio_close(&trio);
}

/* Asking again and again for what costs: a part is answered, the rest is told when to come, and nobody else waits for it. */
static void test_costly_reads_have_a_share(void)
{
	enum { ASKED = 60 };
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__Read read = PB__READ__INIT;
	unsigned answered = 0, later = 0;

	trio_open(&trio, NULL);
	fill_mailbox();
	read.what_case = PB__READ__WHAT_INBOX_AFTER;
	message.body_case = PB__FROM_CLIENT__BODY_READ;
	message.read = &read;
	for (unsigned i = 0; i < ASKED; i++) {
		read.number = i;
		visitor_send(&trio.beta, &message, bytes_of(NULL, 0));
	}
	for (unsigned i = 0; i < ASKED; i++) {
		const Pb__ReadResult *result = visitor_await(&trio.beta, PB__FROM_BROKER__BODY_READ_RESULT)->read_result;

		check_uint(result->number, i); /* in order */
		if (result->result_case == PB__READ_RESULT__RESULT_INBOX) {
			answered++;
			continue;
		}
		check(is_refused(result, PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED));
		check(result->refusal->retry_after_ms > 0);
		later++;
	}
	check_uint(answered + later, ASKED);
	check(answered > 0);
	check(later > 0);
	check_int(read_entry(&trio.beta, 0)->result_case, PB__READ_RESULT__RESULT_REFUSAL); /* what costs little is answered at once */
	trio_close(&trio);
}

UNIT_SUITE("front/reads",
	{ "whose entries", test_whose_entries },
	{ "the signer's binding", test_signers_binding },
	{ "ids that are none", test_ids_that_are_none },
	{ "consistency", test_consistency },
	{ "offsets into the directory", test_directory_offsets },
	{ "certificates by digest", test_certificates_by_digest },
	{ "a long mailbox", test_long_mailbox },
	{ "states in a mailbox", test_states_in_a_mailbox },
	{ "costly reads have a share", test_costly_reads_have_a_share });
