/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/signed_order.h"

#include "contract/batch.h"
#include "contract/codec.h"
#include "trees.h"

/* The field of that name in the entry that the body's field holds; NULL: it has none. */
static const ProtobufCFieldDescriptor *field_of(const ProtobufCFieldDescriptor *body_field, const char *name)
{
	return protobuf_c_message_descriptor_get_field_by_name(body_field->descriptor, name);
}

/* Every kind of entry whose schema has an order: it is found. */
static void test_every_body(void)
{
	static uint8_t room[1024];
	Pb__SignedOrder order = PB__SIGNED_ORDER__INIT;
	size_t ordered = 0;

	for (unsigned i = 0; i < pb__entry_body__descriptor.n_fields; i++) {
		const ProtobufCFieldDescriptor *kind = &pb__entry_body__descriptor.fields[i];
		const ProtobufCFieldDescriptor *field = field_of(kind, "order");
		const ProtobufCMessageDescriptor *entry = kind->descriptor;
		Pb__EntryBody body = { .body_case = (Pb__EntryBody__BodyCase)kind->id, .submit = (void *)room };

		unit_context("%s", kind->name);
		require(entry->sizeof_message <= sizeof(room));
		entry->message_init((ProtobufCMessage *)(void *)room);
		check(signed_order_of(&body) == NULL); /* an operator's */
		if (field == NULL)
			continue;
		memcpy(room + field->offset, &(Pb__SignedOrder *){ &order }, sizeof(void *));
		check(signed_order_of(&body) == &order);
		ordered++;
	}
	check_uint(ordered, 8);
	check(signed_order_of(NULL) == NULL);
	unit_context(" ");
}

/* Orders of several statements each, in a batch; as a library puts it together. */
struct orders {
	ProtobufCBinaryData statements[5][7];
	struct digest hashes[5];
	struct digest path[MERKLE_PATH_MAX];
};

static void make_orders(struct orders *orders)
{
	static const char *const texts[] = { "a", "b", "c", "d", "e", "f", "g" };

	for (size_t i = 0; i < 5; i++) {
		struct bytes statements[7];

		for (size_t k = 0; k < 7; k++) {
			statements[k] = bytes_of_text(texts[(i + k) % 7]);
			orders->statements[i][k] = pb_of_bytes(statements[k]);
		}
		orders->hashes[i] = order_hash(statements, i + 1);
	}
}

/* Order number index of the first count ones; it has index + 1 statements. */
static Pb__SignedOrder order_at(struct orders *orders, uint32_t index, uint32_t count)
{
	Pb__SignedOrder order = PB__SIGNED_ORDER__INIT;

	order.statements = orders->statements[index];
	order.n_statements = index + 1;
	order.index = index;
	order.count = count;
	order.path = pb_of_bytes(bytes_of(orders->path, merkle_path(orders->hashes, count, index, orders->path) * sizeof *orders->path));
	return order;
}

static void test_root(void)
{
	struct orders orders;

	make_orders(&orders);
	for (uint32_t count = 1; count <= 5; count++) {
		struct digest expected = merkle_root(orders.hashes, count);

		for (uint32_t index = 0; index < count; index++) {
			Pb__SignedOrder order = order_at(&orders, index, count);
			struct digest root;

			unit_context("order %u of %u", index, count);
			check_ok(signed_order_root(&order, &root));
			check(digest_equal(&root, &expected));
		}
	}
}

static void test_another_statement_is_another_root(void)
{
	struct orders orders;
	struct digest expected, root;
	Pb__SignedOrder order;

	make_orders(&orders);
	expected = merkle_root(orders.hashes, 5);
	order = order_at(&orders, 3, 5);
	order.statements[1] = pb_of_bytes(bytes_of_text("another"));
	check_ok(signed_order_root(&order, &root));
	check(!digest_equal(&root, &expected));
	make_orders(&orders);
	order = order_at(&orders, 3, 5);
	order.n_statements--; /* torn apart */
	check_ok(signed_order_root(&order, &root));
	check(!digest_equal(&root, &expected));
}

static void test_refused(void)
{
	struct digest root, untouched;
	struct orders orders;
	Pb__SignedOrder order;

	memset(&root, 7, sizeof root);
	untouched = root;
	make_orders(&orders);
	order = order_at(&orders, 3, 5);
	order.n_statements = 0;
	check_err(signed_order_root(&order, &root), ERR_FORMAT);
	order = order_at(&orders, 3, 5);
	order.path.len -= DIGEST_BYTES;
	check_err(signed_order_root(&order, &root), ERR_FORMAT);
	order = order_at(&orders, 3, 5);
	order.path.len--;
	check_err(signed_order_root(&order, &root), ERR_FORMAT);
	order = order_at(&orders, 3, 5);
	order.index = 5; /* behind the last */
	check(signed_order_root(&order, &root) != ERR_OK);
	order = order_at(&orders, 3, 5);
	order.count = 0;
	check(signed_order_root(&order, &root) != ERR_OK);
	check(digest_equal(&root, &untouched));
}

UNIT_SUITE("contract/signed_order",
	{ "in every body that has one", test_every_body },
	{ "the batch's root", test_root },
	{ "another statement", test_another_statement_is_another_root },
	{ "refused", test_refused });
