/* SPDX-License-Identifier: Apache-2.0 */
/* Per order: decode its statements, take its parts off the data frame, hold it against the limits and its digests, hash it.  Then the
 * tree over all orders, each node once.  The data frame must be used up exactly: its bytes have no names but their order. */
#include <stdio.h>

#include "contract/batch.h"
#include "contract/codec.h"
#include "front/intake.h"
#include "front/refusals.h"

struct reading {
	const Pb__Batch *batch;
	struct bytes data; /* not taken yet */
	struct arena *arena;
	struct orders orders;
	Pb__Refusal *refusal; /* of the whole batch */
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

/* The next bytes of the data frame; their digest is held against the PartRef. */
static enum err take_part(struct reading *reading, struct inbound_order *order, const Pb__PartRef *part, size_t number,
			  struct bytes *ret_part)
{
	char subject[64];
	struct digest digest;

	if (part->size > reading->data.len)
		return senseless(reading, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "data", reading->data.len, part->size);
	*ret_part = bytes_of(reading->data.data, part->size);
	reading->data = bytes_of(reading->data.data + part->size, reading->data.len - part->size);
	if (order->refusal != NULL)
		return ERR_OK; /* nothing of it will be kept: not worth hashing */
	digest = digest_of(*ret_part);
	if (bytes_equal(digest_bytes(&digest), bytes_of_pb(part->sha256)))
		return ERR_OK;
	snprintf(subject, sizeof subject, "parts[%zu]", number);
	return refuse_order_as(reading, order, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_DIGEST, subject, 0, 0);
}

static enum err take_parts(struct reading *reading, struct inbound_order *order)
{
	size_t count = parts_of(order);
	struct bytes *parts = arena_calloc(reading->arena, count, sizeof *parts);
	size_t taken = 0;

	if (parts == NULL)
		return no_memory(reading);
	for (size_t i = 0; i < order->statement_count; i++) {
		const Pb__Statement *statement = order->decoded[i];

		for (size_t j = 0; statement->body_case == PB__STATEMENT__BODY_VIEW && j < statement->view->n_parts; j++) {
			enum err err = take_part(reading, order, statement->view->parts[j], taken, &parts[taken]);

			if (err != ERR_OK)
				return err;
			taken++;
		}
	}
	order->parts = parts;
	order->part_count = taken;
	return ERR_OK;
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

static enum err read_order(struct reading *reading, size_t number, struct digest *ret_hash)
{
	const Pb__Order *sent = reading->batch->orders[number];
	struct inbound_order *order = &reading->orders.orders[number];
	size_t count = sent->n_statements;
	struct bytes *statements;
	const Pb__Statement **decoded;
	struct digest *leaves;
	struct digest root;
	enum err err = ERR_OK;

	if (count == 0)
		return senseless(reading, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "order.statements", 0, 1);
	statements = arena_calloc(reading->arena, count, sizeof *statements);
	decoded = arena_calloc(reading->arena, count, sizeof *decoded);
	leaves = arena_calloc(reading->arena, count, sizeof *leaves);
	if (statements == NULL || decoded == NULL || leaves == NULL)
		return no_memory(reading);
	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		statements[i] = bytes_of_pb(sent->statements[i]);
		leaves[i] = merkle_leaf(statements[i]);
		err = decode_statement(reading, number, i, &decoded[i]);
	}
	if (err != ERR_OK)
		return err;
	*order = (struct inbound_order){ .statements = statements, .decoded = decoded, .leaf_hashes = leaves, .statement_count = count };
	root = merkle_root(leaves, count);
	*ret_hash = order_hash_of_root(&root);
	reading->orders.privileged = reading->orders.privileged && is_privileged(order);
	err = check_form(reading, order);
	return err == ERR_OK ? take_parts(reading, order) : err;
}

/* Each order's path to the batch's root. */
static enum err grow_tree(struct reading *reading, const struct digest *hashes)
{
	size_t count = reading->orders.count;
	struct digest *nodes = arena_calloc(reading->arena, MERKLE_NODES(count), sizeof *nodes);
	size_t made;

	if (nodes == NULL)
		return no_memory(reading);
	made = merkle_nodes(hashes, count, nodes);
	reading->orders.root = nodes[made - 1];
	for (size_t i = 0; i < count; i++) {
		struct digest path[MERKLE_PATH_MAX];
		size_t len = merkle_nodes_path(nodes, count, i, path) * sizeof *path;
		uint8_t *kept = arena_copy(reading->arena, bytes_of(path, len));

		if (kept == NULL)
			return no_memory(reading);
		reading->orders.orders[i].path = bytes_of(kept, len);
	}
	return ERR_OK;
}

static enum err read_all(struct reading *reading)
{
	size_t count = reading->batch->n_orders;
	struct digest *hashes;
	enum err err = ERR_OK;

	if (count == 0 || count > LIMIT_ORDERS)
		return senseless(reading, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY, "batch.orders", count, LIMIT_ORDERS);
	reading->orders.count = count;
	reading->orders.orders = arena_calloc(reading->arena, count, sizeof *reading->orders.orders);
	hashes = arena_calloc(reading->arena, count, sizeof *hashes);
	if (reading->orders.orders == NULL || hashes == NULL)
		return no_memory(reading);
	for (size_t i = 0; i < count && err == ERR_OK; i++)
		err = read_order(reading, i, &hashes[i]);
	if (err == ERR_OK && reading->data.len > 0)
		err = senseless(reading, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "data", reading->data.len, 0);
	return err == ERR_OK ? grow_tree(reading, hashes) : err;
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
