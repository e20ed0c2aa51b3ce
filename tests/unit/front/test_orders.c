/* SPDX-License-Identifier: Apache-2.0 */
#include "front/intake.h"

#include <stdio.h>
#include <string.h>

#include "contract/batch.h"
#include "contract/codec.h"
#include "unit.h"

/* A batch in pieces, so that a test can spoil any of them. */
struct made {
	Pb__Batch batch;
	Pb__Order orders[8], *order_pointers[8];
	ProtobufCBinaryData statements[32];
	struct buf packed[32];
	size_t statement_count;
	struct buf data;
	struct arena arena;
};

static void made_begin(struct made *made)
{
	memset(made, 0, sizeof *made);
	pb__batch__init(&made->batch);
	made->batch.orders = made->order_pointers;
	buf_init(&made->data, 1 << 24);
	arena_init(&made->arena, LIMIT_DECODE_BYTES);
}

static void made_free(struct made *made)
{
	for (size_t i = 0; i < made->statement_count; i++)
		buf_free(&made->packed[i]);
	buf_free(&made->data);
	arena_free(&made->arena);
}

static void made_order(struct made *made, size_t statements)
{
	Pb__Order *order = &made->orders[made->batch.n_orders];

	pb__order__init(order);
	order->statements = &made->statements[made->statement_count];
	order->n_statements = statements;
	made->order_pointers[made->batch.n_orders++] = order;
}

static void made_bytes(struct made *made, struct bytes bytes)
{
	struct buf *packed = &made->packed[made->statement_count];

	buf_init(packed, 1 << 20);
	buf_put(packed, bytes);
	made->statements[made->statement_count++] = pb_of_bytes(buf_bytes(packed));
}

static void made_statement(struct made *made, const Pb__Statement *statement)
{
	struct buf packed;

	buf_init(&packed, 1 << 20);
	require_ok(codec_pack(&statement->base, &packed));
	made_bytes(made, buf_bytes(&packed));
	buf_free(&packed);
}

/* A View with that many parts of 100 random bytes; change may be NULL. */
static void made_view(struct made *made, size_t parts, void (*change)(Pb__View *view))
{
	static uint8_t zeros[DIGEST_BYTES];
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__View view = PB__VIEW__INIT;
	Pb__PartRef refs[8], *pointers[8];
	struct digest digests[8];

	for (size_t i = 0; i < parts; i++) {
		uint8_t *bytes = buf_grow(&made->data, 100);

		unit_random_bytes(bytes, 100);
		digests[i] = digest_of(bytes_of(bytes, 100));
		pb__part_ref__init(&refs[i]);
		refs[i].sha256 = pb_of_bytes(digest_bytes(&digests[i]));
		refs[i].size = 100;
		refs[i].release = PB__RELEASE__RELEASE_ON_DELIVERY;
		pointers[i] = &refs[i];
	}
	view.message_id = pb_of_bytes(bytes_of(zeros, 16));
	view.nonce = pb_of_bytes(bytes_of(zeros, 16));
	view.kind = PB__KIND__KIND_NOTE;
	view.urgency = PB__URGENCY__URGENCY_ROUTINE;
	view.parts = pointers;
	view.n_parts = parts;
	if (change != NULL)
		change(&view);
	statement.body_case = PB__STATEMENT__BODY_VIEW;
	statement.view = &view;
	made_statement(made, &statement);
}

static void made_unbind(struct made *made)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__UnbindDevice unbind = PB__UNBIND_DEVICE__INIT;

	unbind.device = 1;
	statement.body_case = PB__STATEMENT__BODY_UNBIND_DEVICE;
	statement.unbind_device = &unbind;
	made_statement(made, &statement);
}

static enum err read(struct made *made, struct orders *orders, Pb__Refusal *refusal)
{
	arena_reset(&made->arena);
	return orders_read(&made->batch, buf_bytes(&made->data), &made->arena, orders, refusal);
}

static void test_split_and_hashed(void)
{
	struct digest hashes[2], root;
	struct orders orders;
	Pb__Refusal refusal;
	struct made made;

	made_begin(&made);
	made_order(&made, 2);
	made_view(&made, 1, NULL);
	made_view(&made, 2, NULL);
	made_order(&made, 1);
	made_view(&made, 1, NULL);
	require_ok(read(&made, &orders, &refusal));
	require(orders.count == 2);
	check(orders.orders[0].refusal == NULL && orders.orders[1].refusal == NULL);
	check_uint(orders.orders[0].part_count, 3);
	check_uint(orders.orders[1].part_count, 1);
	check_bytes(orders.orders[1].parts[0], bytes_of(made.data.data + 300, 100));
	for (size_t i = 0; i < 2; i++) {
		hashes[i] = order_hash(orders.orders[i].statements, orders.orders[i].statement_count);
		check_ok(merkle_path_root(&hashes[i], i, 2, orders.orders[i].path, &root));
		check(digest_equal(&root, &orders.root));
	}
	root = merkle_root(hashes, 2);
	check(digest_equal(&root, &orders.root));
	check(!orders.privileged);
	made_free(&made);
}

static void make_danger(Pb__View *view)
{
	view->urgency = PB__URGENCY__URGENCY_DANGER;
}

static void test_privileged(void)
{
	struct orders orders;
	Pb__Refusal refusal;
	struct made made;

	made_begin(&made);
	made_order(&made, 1);
	made_view(&made, 0, make_danger);
	made_order(&made, 1);
	made_unbind(&made);
	require_ok(read(&made, &orders, &refusal));
	check(orders.privileged);
	made_order(&made, 1);
	made_view(&made, 0, NULL); /* one ordinary order is enough */
	require_ok(read(&made, &orders, &refusal));
	check(!orders.privileged);
	made_free(&made);
}

static void short_id(Pb__View *view)
{
	view->message_id.len = 15;
}

static void test_wrong_digest_refuses_one_order(void)
{
	struct orders orders;
	Pb__Refusal refusal;
	struct made made;

	made_begin(&made);
	for (int i = 0; i < 3; i++) {
		made_order(&made, 1);
		made_view(&made, 2, NULL);
	}
	made.data.data[200 + 150] ^= 1; /* order 1, part 1 */
	require_ok(read(&made, &orders, &refusal));
	check(orders.orders[0].refusal == NULL && orders.orders[2].refusal == NULL);
	require(orders.orders[1].refusal != NULL);
	check_int(orders.orders[1].refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_DIGEST);
	check_text(orders.orders[1].refusal->subject, "parts[1]");
	made_free(&made);
}

/* Parts of an order that is refused by its form are left out of what is hashed: those after it keep their digests and their bytes. */
static void test_wrong_digest_after_a_refused_order(void)
{
	struct orders orders;
	Pb__Refusal refusal;
	struct made made;

	made_begin(&made);
	made_order(&made, 1);
	made_view(&made, 2, NULL);
	made_order(&made, 1);
	made_view(&made, 3, short_id);
	made_order(&made, 1);
	made_view(&made, 2, NULL);
	made.data.data[200 + 50] ^= 1;
	made.data.data[500 + 150] ^= 1;
	require_ok(read(&made, &orders, &refusal));
	check(orders.orders[0].refusal == NULL);
	require(orders.orders[1].refusal != NULL && orders.orders[2].refusal != NULL);
	check_int(orders.orders[1].refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	check_uint(orders.orders[1].part_count, 0);
	check_int(orders.orders[2].refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_DIGEST);
	check_text(orders.orders[2].refusal->subject, "parts[1]");
	made_free(&made);
}

/* The whole batch is refused, with this code. */
static void check_senseless(struct made *made, Pb__RefusalCode code)
{
	struct orders orders = { 0 };
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	check(read(made, &orders, &refusal) != ERR_OK);
	check_int(refusal.code, code);
	check_uint(orders.count, 0);
	made_free(made);
}

static void test_data_frame_fits_exactly(void)
{
	struct made made;

	made_begin(&made);
	made_order(&made, 1);
	made_view(&made, 1, NULL);
	buf_put_byte(&made.data, 0);
	check_senseless(&made, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	made_begin(&made);
	made_order(&made, 1);
	made_view(&made, 1, NULL);
	made.data.len--;
	check_senseless(&made, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
}

static void make_huge(Pb__View *view)
{
	view->parts[0]->size = UINT32_MAX;
}

static void test_senseless(void)
{
	struct made made;

	made_begin(&made); /* no order at all */
	check_senseless(&made, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY);
	made_begin(&made);
	made_order(&made, 0); /* an order that says nothing */
	check_senseless(&made, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	made_begin(&made);
	made_order(&made, 1);
	made_bytes(&made, bytes_of_text("no statement"));
	check_senseless(&made, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	made_begin(&made);
	made_order(&made, 1);
	made_bytes(&made, bytes_of(NULL, 0)); /* no member of the oneof */
	check_senseless(&made, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	made_begin(&made);
	made_order(&made, 1);
	made_view(&made, 1, make_huge); /* four gigabytes announced */
	check_senseless(&made, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
}

static void test_too_long_a_statement(void)
{
	static uint8_t longer[LIMIT_STATEMENT_BYTES + 1];
	struct made made;

	made_begin(&made);
	made_order(&made, 1);
	made_bytes(&made, bytes_of(longer, sizeof longer));
	check_senseless(&made, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE);
}

static void test_memory_is_bounded(void)
{
	struct orders orders;
	Pb__Refusal refusal;
	struct made made;

	made_begin(&made);
	made_order(&made, 1);
	made_view(&made, 4, NULL);
	arena_free(&made.arena);
	arena_init(&made.arena, 300);
	check_err(orders_read(&made.batch, buf_bytes(&made.data), &made.arena, &orders, &refusal), ERR_TOO_LARGE);
	made_free(&made);
}

/* Wherever the memory ends, the whole batch is refused with the bound, and nothing half-read is given. */
static void test_memory_ends_anywhere(void)
{
	unsigned refused = 0;
	size_t needed;
	struct orders whole;
	Pb__Refusal refusal;
	struct made made;

	made_begin(&made);
	made_order(&made, 2);
	made_view(&made, 2, NULL);
	made_view(&made, 1, NULL);
	made_order(&made, 1);
	made_view(&made, 1, NULL);
	made.data.data[50] ^= 1; /* a refusal has to be kept as well */
	require_ok(read(&made, &whole, &refusal));
	require(whole.orders[0].refusal != NULL);
	needed = made.arena.used;
	for (size_t room = 0; room < needed; room += 16) {
		struct orders orders = { 0 };

		unit_context("%zu of %zu bytes", room, needed);
		arena_free(&made.arena);
		arena_init(&made.arena, room);
		pb__refusal__init(&refusal);
		check_err(orders_read(&made.batch, buf_bytes(&made.data), &made.arena, &orders, &refusal), ERR_TOO_LARGE);
		check(orders.orders == NULL);
		check(refusal.code == PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE || refusal.code == PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY);
		check(refusal.subject != NULL);
		refused++;
	}
	check(refused > 50);
	arena_free(&made.arena);
	arena_init(&made.arena, needed); /* exactly as much as it takes */
	check_ok(orders_read(&made.batch, buf_bytes(&made.data), &made.arena, &whole, &refusal));
	made_free(&made);
}

/* Several statements are the Views of one message, or they are refused. */
static void test_mixed_order(void)
{
	struct orders orders;
	Pb__Refusal refusal;
	struct made made;

	made_begin(&made);
	made_order(&made, 2);
	made_view(&made, 0, NULL);
	made_unbind(&made);
	made_order(&made, 17);
	for (int i = 0; i < 17; i++)
		made_view(&made, 0, NULL);
	require_ok(read(&made, &orders, &refusal));
	require(orders.orders[0].refusal != NULL && orders.orders[1].refusal != NULL);
	check_int(orders.orders[0].refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	check_int(orders.orders[1].refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY);
	check_int((int)orders.orders[1].refusal->bound, LIMIT_RECIPIENTS);
	made_free(&made);
}

/* ---- limits of one statement ---- */

static uint8_t some[64];

static void long_case(Pb__View *view)
{
	view->case_id = pb_of_bytes(bytes_of(some, 17));
}

static void no_nonce(Pb__View *view)
{
	view->nonce.len = 0;
}

static void long_address(Pb__View *view)
{
	static char longer[200];

	memset(longer, 'a', sizeof longer - 1);
	view->recipient = longer;
}

static void short_digest(Pb__View *view)
{
	view->parts[0]->sha256.len = 31;
}

static void empty_part(Pb__View *view)
{
	view->parts[0]->size = 0;
}

static void many_sealed(Pb__View *view)
{
	static ProtobufCBinaryData digests[LIMIT_SEALED_TO + 1];

	for (size_t i = 0; i <= LIMIT_SEALED_TO; i++)
		digests[i] = pb_of_bytes(bytes_of(some, DIGEST_BYTES));
	view->sealed_to = digests;
	view->n_sealed_to = LIMIT_SEALED_TO + 1;
}

static void odd_consent(Pb__View *view)
{
	static Pb__BasisClaim basis = PB__BASIS_CLAIM__INIT;

	basis.basis = PB__BASIS__BASIS_CONSENT;
	basis.consent_id = pb_of_bytes(bytes_of(some, 3));
	view->basis = &basis;
}

static void many_classes(Pb__View *view)
{
	static Pb__DisclosureClass classes[LIMIT_CLASSES + 1];

	for (size_t i = 0; i <= LIMIT_CLASSES; i++)
		classes[i] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
	view->parts[0]->classes = classes;
	view->parts[0]->n_classes = LIMIT_CLASSES + 1;
}

static const struct {
	void (*spoil)(Pb__View *view);
	Pb__RefusalCode code;
	const char *subject;
} spoilt[] = {
	{ short_id, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "view.message_id" },
	{ long_case, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "view.case_id" },
	{ no_nonce, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "view.nonce" },
	{ long_address, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE, "view.recipient" },
	{ short_digest, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "view.parts.sha256" },
	{ many_sealed, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY, "view.sealed_to" },
	{ odd_consent, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "view.basis.consent_id" },
	{ many_classes, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY, "view.parts.classes" },
};

static void test_limits_of_a_view(void)
{
	for (size_t i = 0; i < sizeof spoilt / sizeof *spoilt; i++) {
		struct orders orders;
		Pb__Refusal refusal;
		struct made made;

		unit_context("%s", spoilt[i].subject);
		made_begin(&made);
		made_order(&made, 1);
		made_view(&made, 1, spoilt[i].spoil);
		require_ok(read(&made, &orders, &refusal));
		require(orders.orders[0].refusal != NULL);
		check_int(orders.orders[0].refusal->code, spoilt[i].code);
		check_text(orders.orders[0].refusal->subject, spoilt[i].subject);
		made_free(&made);
	}
}

static void test_empty_and_many_parts(void)
{
	struct orders orders;
	Pb__Refusal refusal;
	struct made made;

	made_begin(&made);
	made_order(&made, 1);
	made_view(&made, 1, empty_part);
	made.data.len = 0;
	require_ok(read(&made, &orders, &refusal));
	check_int(orders.orders[0].refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE);
	made_free(&made);
	made_begin(&made);
	made_order(&made, 1);
	made_view(&made, LIMIT_PARTS + 1, NULL);
	require_ok(read(&made, &orders, &refusal));
	check_int(orders.orders[0].refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY);
	made_free(&made);
}

/* Whatever bytes stand where statements should, nothing crashes and memory stays bounded. */
static void test_random_bytes(void)
{
	for (unsigned round = 0; round < 3000; round++) {
		struct orders orders;
		Pb__Refusal refusal;
		uint8_t noise[300];
		struct made made;
		size_t count = 1 + unit_random_below(3);

		made_begin(&made);
		made_order(&made, count);
		for (size_t i = 0; i < count; i++) {
			size_t len = unit_random_below(sizeof noise);

			made_view(&made, 1, NULL);
			/* A valid one with a few bytes changed, or noise. */
			if (round % 2 == 0) {
				struct buf *packed = &made.packed[made.statement_count - 1];

				for (unsigned changes = 0; changes < 3; changes++)
					packed->data[unit_random_below(packed->len)] ^= (uint8_t)(1u << unit_random_below(8));
			} else {
				unit_random_bytes(noise, len);
				buf_clear(&made.packed[made.statement_count - 1]);
				buf_put(&made.packed[made.statement_count - 1], bytes_of(noise, len));
				made.statements[made.statement_count - 1] = pb_of_bytes(buf_bytes(&made.packed[made.statement_count - 1]));
			}
		}
		read(&made, &orders, &refusal);
		check(made.arena.used <= LIMIT_DECODE_BYTES);
		made_free(&made);
	}
}

UNIT_SUITE("front/orders",
	{ "split, hashed and proved", test_split_and_hashed },
	{ "what has the reserve", test_privileged },
	{ "a wrong digest refuses its order alone", test_wrong_digest_refuses_one_order },
	{ "and is named after a refused one", test_wrong_digest_after_a_refused_order },
	{ "the data frame is used up exactly", test_data_frame_fits_exactly },
	{ "what makes no sense as a whole", test_senseless },
	{ "too long a statement", test_too_long_a_statement },
	{ "memory is bounded", test_memory_is_bounded },
	{ "memory that ends anywhere", test_memory_ends_anywhere },
	{ "an order is one thing", test_mixed_order },
	{ "limits of a View", test_limits_of_a_view },
	{ "parts: none empty, not too many", test_empty_and_many_parts },
	{ "random bytes", test_random_bytes });
