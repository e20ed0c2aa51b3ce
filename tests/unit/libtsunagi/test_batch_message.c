/* SPDX-License-Identifier: Apache-2.0 */
/* A batch of orders holds their statements and parts in their order, and its root is that of the tree over their hashes. */
#include "libtsunagi/batch_message.h"

#include <stdio.h>

#include "contract/batch.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "contract/merkle.h"
#include "unit.h"

#define STATEMENTS_MAX 3

/* The nth order has 1 to STATEMENTS_MAX statements and a part less. */
static size_t statements_of(size_t order)
{
	return 1 + order % STATEMENTS_MAX;
}

static struct bytes text_of(char *text, size_t size, const char *what, size_t order, size_t number)
{
	int width = 1 + (int)(order % 97); /* of many lengths */

	return bytes_of(text, (size_t)snprintf(text, size, "%s %*zu of order %zu", what, width, number, order));
}

static void put(struct order_queue *queue, struct batch_load *load, size_t number)
{
	char texts[2 * STATEMENTS_MAX][200];
	struct bytes runs[2 * STATEMENTS_MAX];
	size_t count = statements_of(number);
	struct order *order = NULL;

	for (size_t i = 0; i < count; i++) {
		runs[i] = text_of(texts[i], sizeof texts[i], "statement", number, i);
		runs[count + i] = text_of(texts[count + i], sizeof texts[i], "part", number, i);
	}
	require_ok(order_new(runs, count, runs + count, count - 1, NULL, &order));
	order_queue_put(queue, order);
	load->orders++;
	load->statements += count;
	load->parts += count - 1;
}

static void check_order(const Pb__Order *sent, const struct bytes **part, size_t number)
{
	char text[200];

	check_uint(sent->n_statements, statements_of(number));
	for (size_t i = 0; i < sent->n_statements; i++)
		check_bytes(bytes_of_pb(sent->statements[i]), text_of(text, sizeof text, "statement", number, i));
	for (size_t i = 0; i + 1 < sent->n_statements; i++, (*part)++)
		check_bytes(**part, text_of(text, sizeof text, "part", number, i));
}

static void check_message(const struct order *order, const struct batch_message *message, size_t count)
{
	struct digest hashes[LIMIT_ORDERS], root;
	const struct bytes *part = message->parts;

	check_uint(message->batch.n_orders, count);
	for (size_t i = 0; i < count; i++, order = order->next) {
		check_order(message->batch.orders[i], &part, i);
		hashes[i] = order_hash(order->statements, order->statement_count);
	}
	check_uint((size_t)(part - message->parts), message->part_count);
	root = merkle_root(hashes, count);
	check(digest_equal(&message->root, &root));
}

static void test_made(void)
{
	static const size_t counts[] = { 1, 2, 3, 7, 8, 33, 256, LIMIT_ORDERS };

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		struct batch_load load = { 0 };
		struct order_queue queue = { 0 };
		struct batch_message message;
		struct arena arena;

		unit_context("%zu orders", counts[i]);
		arena_init(&arena, LIMIT_DECODE_BYTES);
		while (load.orders < counts[i])
			put(&queue, &load, load.orders);
		require_ok(batch_message_make(queue.first, &load, &arena, &message));
		check_message(queue.first, &message, counts[i]);
		order_queue_free(&queue);
		arena_free(&arena);
	}
}

/* What follows the load stays out of it. */
static void test_the_first_of_a_queue(void)
{
	struct batch_load load = { 0 }, rest = { 0 };
	struct order_queue queue = { 0 };
	struct batch_message message;
	struct arena arena;

	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (size_t i = 0; i < 5; i++)
		put(&queue, i < 3 ? &load : &rest, i);
	require_ok(batch_message_make(queue.first, &load, &arena, &message));
	check_message(queue.first, &message, 3);
	order_queue_free(&queue);
	arena_free(&arena);
}

static void test_no_memory(void)
{
	struct batch_load load = { 0 };
	struct order_queue queue = { 0 };
	struct batch_message message;
	struct arena arena;
	enum err err = ERR_NOMEM;

	put(&queue, &load, 0);
	for (size_t room = 0; err == ERR_NOMEM; room += 16) {
		arena_init(&arena, room);
		err = batch_message_make(queue.first, &load, &arena, &message);
		arena_free(&arena);
	}
	check_err(err, ERR_OK);
	order_queue_free(&queue);
}

UNIT_SUITE("libtsunagi/batch_message",
	{ "made", test_made },
	{ "the first of a queue", test_the_first_of_a_queue },
	{ "no memory", test_no_memory });
