/* SPDX-License-Identifier: Apache-2.0 */
/* Per order: decode its statements, hold them against the limits, take its parts off the data frame.  Then what all of them hash: the parts,
 * which are held against their digests; the statements; the tree over all orders, each node once.  The data frame must be used up exactly:
 * its bytes have no names but their order. */
#include <stdio.h>

#include "contract/batch.h"
#include "contract/codec.h"
#include "crypto/digests.h"
#include "front/intake.h"
#include "front/refusals.h"

struct reading {
	const Pb__Batch *batch;
	struct bytes data; /* not taken yet */
	struct arena *arena;
	struct orders orders;
	Pb__Refusal *refusal; /* of the whole batch */
	/* Of all orders, one after another; orders point into these. */
	struct bytes *statements;
	const Pb__Statement **decoded;
	struct digest *leaves;
	/* Likewise, without those of orders that are refused by their form: nothing of them will be kept, and they are not worth hashing. */
	size_t part_count;
	struct bytes *parts;
	const Pb__PartRef **refs;
};

static enum err no_memory(struct reading *reading)
{
	*reading->refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE, "batch", (int64_t)reading->arena->used,
				       (int64_t)reading->arena->limit);
	return ERR_TOO_LARGE;
}

static enum err senseless(struct reading *reading, Pb__RefusalCode code, const char *subject, size_t value, size_t bound)
{
	char *kept = arena_text(reading->arena, bytes_of_text(subject));

	if (kept == NULL)
		return no_memory(reading);
	*reading->refusal = refusal_of(code, kept, (int64_t)value, (int64_t)bound);
	return code == PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED ? ERR_FORMAT : ERR_TOO_LARGE;
}

/* The first refusal of an order stays. */
static enum err refuse_order(struct reading *reading, struct inbound_order *order, const Pb__Refusal *refusal)
{
	if (order->refusal != NULL)
		return ERR_OK;
	order->refusal = refusal_keep(reading->arena, refusal);
	return order->refusal != NULL ? ERR_OK : no_memory(reading);
}

static enum err refuse_order_as(struct reading *reading, struct inbound_order *order, Pb__RefusalCode code, const char *subject,
				size_t value, size_t bound)
{
	const Pb__Refusal refusal = refusal_of(code, subject, (int64_t)value, (int64_t)bound);

	return refuse_order(reading, order, &refusal);
}

/* Without every statement of every order nobody could say which bytes of the data frame are whose. */
static enum err decode_statement(struct reading *reading, size_t order, size_t index, const Pb__Statement **ret_statement)
{
	struct bytes bytes = bytes_of_pb(reading->batch->orders[order]->statements[index]);
	struct codec_fault fault;
	char where[200];
	enum err err;

	if (bytes.len > LIMIT_STATEMENT_BYTES)
		return senseless(reading, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE, "statement", bytes.len, LIMIT_STATEMENT_BYTES);
	err = CODEC_DECODE_WITHIN(statement, bytes, reading->arena, ret_statement, &fault);
	if (err == ERR_OK)
		return ERR_OK;
	snprintf(where, sizeof where, "batch.orders[%zu].statements[%zu].%s", order, index, fault.path);
	return senseless(reading, err == ERR_TOO_LARGE ? PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY :
							 PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, where, 0, 0);
}

static size_t parts_of(const struct inbound_order *order)
{
	size_t count = 0;

	for (size_t i = 0; i < order->statement_count; i++)
		if (order->decoded[i]->body_case == PB__STATEMENT__BODY_VIEW)
			count += order->decoded[i]->view->n_parts;
	return count;
}

/* The next bytes of the data frame. */
static enum err take_part(struct reading *reading, struct inbound_order *order, const Pb__PartRef *ref)
{
	if (ref->size > reading->data.len)
		return senseless(reading, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "data", reading->data.len, ref->size);
	if (order->refusal == NULL) {
		reading->parts[reading->part_count] = bytes_of(reading->data.data, ref->size);
		reading->refs[reading->part_count++] = ref;
		order->part_count++;
	}
	reading->data = bytes_of(reading->data.data + ref->size, reading->data.len - ref->size);
	return ERR_OK;
}

static enum err take_parts(struct reading *reading, struct inbound_order *order)
{
	order->parts = reading->parts + reading->part_count;
	for (size_t i = 0; i < order->statement_count; i++) {
		const Pb__Statement *statement = order->decoded[i];

		for (size_t j = 0; statement->body_case == PB__STATEMENT__BODY_VIEW && j < statement->view->n_parts; j++) {
			enum err err = take_part(reading, order, statement->view->parts[j]);

			if (err != ERR_OK)
				return err;
		}
	}
	return ERR_OK;
}

static enum err take_all_parts(struct reading *reading)
{
	size_t count = 0;
	enum err err = ERR_OK;

	for (size_t i = 0; i < reading->orders.count; i++)
		count += parts_of(&reading->orders.orders[i]);
	reading->parts = arena_calloc(reading->arena, count, sizeof *reading->parts);
	reading->refs = arena_calloc(reading->arena, count, sizeof *reading->refs);
	if (reading->parts == NULL || reading->refs == NULL)
		return no_memory(reading);
	for (size_t i = 0; i < reading->orders.count && err == ERR_OK; i++)
		err = take_parts(reading, &reading->orders.orders[i]);
	if (err == ERR_OK && reading->data.len > 0)
		err = senseless(reading, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "data", reading->data.len, 0);
	return err;
}

/* first: the number of its first part among all. */
static enum err hold_order(struct reading *reading, struct inbound_order *order, const struct digest *digests, size_t first)
{
	char subject[64];

	for (size_t i = 0; i < order->part_count; i++) {
		if (bytes_equal(digest_bytes(&digests[first + i]), bytes_of_pb(reading->refs[first + i]->sha256)))
			continue;
		snprintf(subject, sizeof subject, "parts[%zu]", i);
		return refuse_order_as(reading, order, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_DIGEST, subject, 0, 0);
	}
	return ERR_OK;
}

/* Each part against its reference's digest. */
static enum err hold_parts(struct reading *reading)
{
	struct digest *digests = arena_alloc(reading->arena, reading->part_count * sizeof *digests);
	size_t first = 0;
	enum err err = ERR_OK;

	if (digests == NULL)
		return no_memory(reading);
	digests_of(bytes_of(NULL, 0), reading->parts, reading->part_count, digests);
	for (size_t i = 0; i < reading->orders.count && err == ERR_OK; i++) {
		err = hold_order(reading, &reading->orders.orders[i], digests, first);
		first += reading->orders.orders[i].part_count;
	}
	return err;
}

/* Views of one message, or one other statement alone. */
static enum err check_form(struct reading *reading, struct inbound_order *order)
{
	Pb__Refusal refusal;

	if (order->statement_count > LIMIT_RECIPIENTS)
		return refuse_order_as(reading, order, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY, "order.statements",
				       order->statement_count, LIMIT_RECIPIENTS);
	for (size_t i = 0; i < order->statement_count; i++) {
		if (order->statement_count > 1 && order->decoded[i]->body_case != PB__STATEMENT__BODY_VIEW)
			return refuse_order_as(reading, order, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "order.statements",
					       order->statement_count, 1);
		if (!statement_within_limits(order->decoded[i], &refusal))
			return refuse_order(reading, order, &refusal);
	}
	return ERR_OK;
}

static bool is_privileged(const struct inbound_order *order)
{
	const Pb__Statement *first = order->decoded[0];

	if (first->body_case == PB__STATEMENT__BODY_VIEW)
		return first->view->urgency == PB__URGENCY__URGENCY_DANGER;
	return first->body_case != PB__STATEMENT__BODY_BIND_DEVICE;
}

/* first: the number of its first statement among all. */
static enum err read_order(struct reading *reading, size_t number, size_t first)
{
	size_t count = reading->batch->orders[number]->n_statements;
	struct inbound_order *order = &reading->orders.orders[number];
	enum err err = ERR_OK;

	if (count == 0)
		return senseless(reading, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "order.statements", 0, 1);
	for (size_t i = 0; i < count && err == ERR_OK; i++)
		err = decode_statement(reading, number, i, &reading->decoded[first + i]);
	if (err != ERR_OK)
		return err;
	*order = (struct inbound_order){
		.statements = reading->statements + first,
		.decoded = reading->decoded + first,
		.leaf_hashes = reading->leaves + first,
		.statement_count = count,
	};
	reading->orders.privileged = reading->orders.privileged && is_privileged(order);
	return check_form(reading, order);
}

/* Hashed before they are decoded: one after another they come from the memory of whoever received them in less time. */
static void hash_statements(struct reading *reading)
{
	size_t count = 0;

	for (size_t i = 0; i < reading->orders.count; i++) {
		const Pb__Order *order = reading->batch->orders[i];

		for (size_t j = 0; j < order->n_statements; j++)
			reading->statements[count++] = bytes_of_pb(order->statements[j]);
	}
	merkle_leaves(reading->statements, count, reading->leaves);
}

static enum err read_statements(struct reading *reading)
{
	size_t count = 0, first = 0;
	enum err err = ERR_OK;

	for (size_t i = 0; i < reading->orders.count; i++)
		count += reading->batch->orders[i]->n_statements;
	reading->statements = arena_alloc(reading->arena, count * sizeof *reading->statements);
	reading->decoded = arena_alloc(reading->arena, count * sizeof *reading->decoded);
	reading->leaves = arena_alloc(reading->arena, count * sizeof *reading->leaves);
	if (reading->statements == NULL || reading->decoded == NULL || reading->leaves == NULL)
		return no_memory(reading);
	hash_statements(reading);
	for (size_t i = 0; i < reading->orders.count && err == ERR_OK; i++) {
		err = read_order(reading, i, first);
		first += reading->batch->orders[i]->n_statements;
	}
	return err;
}

/* Of each order the hash that is a leaf of the batch's tree. */
static void hash_orders(const struct reading *reading, struct digest *ret_hashes)
{
	struct digest roots[LIMIT_ORDERS];

	for (size_t i = 0; i < reading->orders.count; i++)
		roots[i] = merkle_root(reading->orders.orders[i].leaf_hashes, reading->orders.orders[i].statement_count);
	order_hashes_of_roots(roots, reading->orders.count, ret_hashes);
}

/* Each order's path to the batch's root, one behind the other. */
static enum err keep_paths(struct reading *reading, const struct digest *nodes)
{
	size_t count = reading->orders.count;
	size_t most = merkle_height(count);
	struct digest *path = arena_alloc(reading->arena, count * most * sizeof *path);

	if (path == NULL)
		return no_memory(reading);
	for (size_t i = 0; i < count; i++, path += most)
		reading->orders.orders[i].path = bytes_of(path, merkle_nodes_path(nodes, count, i, path) * sizeof *path);
	return ERR_OK;
}

static enum err grow_tree(struct reading *reading)
{
	size_t count = reading->orders.count;
	struct digest hashes[LIMIT_ORDERS];
	struct digest *nodes = arena_calloc(reading->arena, MERKLE_NODES(count), sizeof *nodes);

	if (nodes == NULL)
		return no_memory(reading);
	hash_orders(reading, hashes);
	reading->orders.root = nodes[merkle_nodes(hashes, count, nodes) - 1];
	return keep_paths(reading, nodes);
}

static enum err read_all(struct reading *reading)
{
	size_t count = reading->batch->n_orders;
	enum err err;

	if (count == 0 || count > LIMIT_ORDERS)
		return senseless(reading, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY, "batch.orders", count, LIMIT_ORDERS);
	reading->orders.count = count;
	reading->orders.orders = arena_calloc(reading->arena, count, sizeof *reading->orders.orders);
	if (reading->orders.orders == NULL)
		return no_memory(reading);
	err = read_statements(reading);
	if (err == ERR_OK)
		err = take_all_parts(reading);
	if (err == ERR_OK)
		err = hold_parts(reading);
	return err == ERR_OK ? grow_tree(reading) : err;
}

enum err orders_read(const Pb__Batch *batch, struct bytes data, struct arena *arena, struct orders *ret_orders, Pb__Refusal *ret_refusal)
{
	struct reading reading = { .batch = batch, .data = data, .arena = arena, .refusal = ret_refusal };
	enum err err;

	reading.orders.privileged = true;
	err = read_all(&reading);
	if (err == ERR_OK)
		*ret_orders = reading.orders;
	return err;
}
