/* SPDX-License-Identifier: Apache-2.0 */
/* Batches from frame to writer: who signed, how many at once, and an answer for every order whatever becomes of it. */
#include <string.h>

#include "contract/limits.h"
#include "trio.h"

static struct trio trio;

static const Pb__Replies *send(struct visitor *visitor, unsigned orders, void (*change)(Pb__Batch *batch))
{
	const struct visitor *to[] = { &trio.beta };
	struct parcels parcels;
	uint8_t id[16];

	parcels_begin(&parcels);
	for (unsigned i = 0; i < orders; i++)
		parcels_note(&parcels, visitor, to, 1, 100, id, NULL);
	visitor_send_batch(visitor, &parcels, change);
	parcels_free(&parcels);
	return visitor_replies(visitor);
}

/* Of alpha's last batch. */
static void check_all_refused(const Pb__Replies *replies, size_t count, Pb__RefusalCode code)
{
	check_uint(replies->batch, trio.alpha.batches);
	require(replies->n_replies == count);
	for (size_t i = 0; i < count; i++) {
		require(replies->replies[i]->outcome_case == PB__REPLY__OUTCOME_REFUSAL);
		check_int(replies->replies[i]->refusal->code, code);
	}
	check_text(replies->checkpoint, "");
}

static void test_when_stopping(void)
{
	const Pb__Replies *replies;

	trio_open(&trio, NULL);
	front_close_doors(trio.house.front);
	/* That it stops, whatever was told before: from here on nothing is taken. */
	while (visitor_await(&trio.alpha, PB__FROM_BROKER__BODY_NOTICE)->notice->kind != PB__NOTICE_KIND__NOTICE_KIND_CLOSING)
		;
	replies = send(&trio.alpha, 3, NULL);
	check_all_refused(replies, 3, PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING);
	trio_close(&trio);
}

static void largest_number(Pb__Batch *batch)
{
	batch->number = UINT64_MAX;
}

static void test_numbers_are_echoed(void)
{
	trio_open(&trio, NULL);
	check_uint(send(&trio.alpha, 1, largest_number)->batch, UINT64_MAX);
	check_uint(send(&trio.alpha, 1, largest_number)->batch, UINT64_MAX); /* the client's own count, for the client */
	trio_close(&trio);
}

static void no_orders(Pb__Batch *batch)
{
	batch->n_orders = 0;
}

static void test_no_orders(void)
{
	trio_open(&trio, NULL);
	check_all_refused(send(&trio.alpha, 1, no_orders), 0, 0);
	check_int(send(&trio.alpha, 1, NULL)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED); /* and it goes on */
	trio_close(&trio);
}

/* One order more than a batch may hold: the orders are refused, within what a frame of answers may hold. */
static void test_too_many_orders(void)
{
	static Pb__Order orders[LIMIT_ORDERS + 1], *pointers[LIMIT_ORDERS + 1];
	static ProtobufCBinaryData statement;
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__Batch batch = PB__BATCH__INIT;
	Pb__Statement said = PB__STATEMENT__INIT;
	Pb__UnbindDevice unbind = PB__UNBIND_DEVICE__INIT;
	const Pb__Replies *replies;
	struct buf packed;

	trio_open(&trio, NULL);
	unbind.device = 7;
	said.body_case = PB__STATEMENT__BODY_UNBIND_DEVICE;
	said.unbind_device = &unbind;
	buf_init(&packed, 1000);
	require_ok(codec_pack(&said.base, &packed));
	statement = pb_of_bytes(buf_bytes(&packed));
	for (size_t i = 0; i <= LIMIT_ORDERS; i++) {
		pb__order__init(&orders[i]);
		orders[i].statements = &statement;
		orders[i].n_statements = 1;
		pointers[i] = &orders[i];
	}
	batch.number = 1;
	batch.orders = pointers;
	message.body_case = PB__FROM_CLIENT__BODY_BATCH;
	message.batch = &batch;
	for (size_t count = LIMIT_ORDERS; count <= LIMIT_ORDERS + 1; count++) {
		unit_context("%zu orders", count);
		batch.n_orders = count;
		visitor_send(&trio.alpha, &message, bytes_of(NULL, 0));
		replies = visitor_replies(&trio.alpha);
		require(replies->n_replies == LIMIT_ORDERS);
		check_int(replies->replies[0]->refusal->code, count > LIMIT_ORDERS ? PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY :
								     PB__REFUSAL_CODE__REFUSAL_CODE_BAD_SIGNATURE); /* none was given */
		if (count > LIMIT_ORDERS)
			check_int(replies->replies[0]->refusal->bound, LIMIT_ORDERS);
	}
	buf_free(&packed);
	trio_close(&trio);
}

static void long_signature(Pb__Batch *batch)
{
	static uint8_t longer[SIGNATURE_P256_MAX + 1];

	memcpy(longer, batch->signature.data, batch->signature.len);
	batch->signature = pb_of_bytes(bytes_of(longer, sizeof longer));
}

static void trailing_signature(Pb__Batch *batch)
{
	static uint8_t longer[SIGNATURE_P256_MAX + 8];

	memcpy(longer, batch->signature.data, batch->signature.len);
	batch->signature = pb_of_bytes(bytes_of(longer, batch->signature.len + 1));
}

static void no_certificate(Pb__Batch *batch)
{
	batch->certificate_sha256.len = 0;
}

static void long_certificate(Pb__Batch *batch)
{
	static uint8_t longer[DIGEST_BYTES + 1];

	memcpy(longer, batch->certificate_sha256.data, DIGEST_BYTES);
	batch->certificate_sha256 = pb_of_bytes(bytes_of(longer, sizeof longer));
}

static void one_order_less(Pb__Batch *batch)
{
	batch->n_orders--;
}

static void test_signatures(void)
{
	static void (*const spoils[])(Pb__Batch *batch) = { long_signature, trailing_signature, no_certificate, long_certificate };

	trio_open(&trio, NULL);
	for (size_t i = 0; i < sizeof spoils / sizeof *spoils; i++) {
		unit_context("spoil %zu", i);
		check_all_refused(send(&trio.alpha, 2, spoils[i]), 2, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_SIGNATURE);
		check_int(send(&trio.alpha, 1, NULL)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED); /* it goes on */
	}
	/* An order taken out leaves bytes that are nobody's, before anybody asks who signed. */
	check_all_refused(send(&trio.alpha, 2, one_order_less), 1, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	trio_close(&trio);
}

/* A batch that another session of the same agency signed is that agency's word; a batch of another agency's is not. */
static void test_carried_by_another(void)
{
	const Pb__Replies *replies;
	struct visitor carrier;
	uint8_t id[16];
	const struct visitor *to[] = { &trio.beta };
	struct parcels parcels;

	trio_open(&trio, NULL);
	parcels_begin(&parcels);
	parcels_note(&parcels, &trio.alpha, to, 1, 100, id, NULL);
	carrier = trio.alpha;
	carrier.socket = trio.gamma.socket; /* gamma's connection */
	visitor_send_batch(&carrier, &parcels, NULL);
	replies = visitor_replies(&trio.gamma);
	check_int(replies->replies[0]->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_SIGNATURE);
	visitor_send_batch(&trio.alpha, &parcels, NULL);
	check_int(visitor_replies(&trio.alpha)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	parcels_free(&parcels);
	trio_close(&trio);
}

static void one_at_once(struct config *config)
{
	config->session_batches = 1;
}

/* Beyond what is unanswered: refused with what to do, in order, and as soon as one is answered the next goes in. */
static void test_one_at_once(void)
{
	enum { SENT = 40 };
	const struct visitor *to[] = { &trio.beta };
	unsigned accepted = 0;
	uint64_t last = 0;
	uint8_t id[16];

	trio_open(&trio, one_at_once);
	for (unsigned i = 0; i < SENT; i++) {
		struct parcels parcels;

		parcels_begin(&parcels);
		parcels_note(&parcels, &trio.alpha, to, 1, 100, id, NULL);
		visitor_send_batch(&trio.alpha, &parcels, NULL);
		parcels_free(&parcels);
	}
	for (unsigned i = 0; i < SENT; i++) {
		const Pb__Replies *replies = visitor_replies(&trio.alpha);

		last = replies->batch > last ? replies->batch : last;
		if (replies->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED) {
			accepted++;
			continue;
		}
		check_int(replies->replies[0]->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED);
		check_int(replies->replies[0]->refusal->value, 1);
		check_int(replies->replies[0]->refusal->bound, 1);
		check(replies->replies[0]->refusal->retry_after_ms > 0);
	}
	check_uint(last, SENT);
	check(accepted > 0);
	check_int(send(&trio.alpha, 1, NULL)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	trio_close(&trio);
}

UNIT_SUITE("front/intake",
	{ "when stopping", test_when_stopping },
	{ "numbers are echoed", test_numbers_are_echoed },
	{ "a batch without orders", test_no_orders },
	{ "one order too many", test_too_many_orders },
	{ "signatures", test_signatures },
	{ "carried by another", test_carried_by_another },
	{ "one at once", test_one_at_once });
