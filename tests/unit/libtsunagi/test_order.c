/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/order.h"

#include "unit.h"

static struct order *numbered(uintptr_t number)
{
	struct bytes statement = bytes_of(&number, sizeof number);
	struct order *order = NULL;

	require_ok(order_new(&statement, 1, NULL, 0, (void *)number, &order));
	return order;
}

static void test_copies(void)
{
	char text[] = "statement", part[] = "part";
	struct bytes statement = bytes_of_text(text), parts[2] = { bytes_of_text(part), bytes_of(NULL, 0) };
	struct order *order = NULL;

	require_ok(order_new(&statement, 1, parts, 2, text, &order));
	text[0] = part[0] = 'X';
	check_bytes(order->statements[0], bytes_of_text("statement"));
	check_bytes(order->parts[0], bytes_of_text("part"));
	check_uint(order->parts[1].len, 0);
	check_uint(order->statement_bytes, 9);
	check_uint(order->part_bytes, 4);
	order_free(order);
	order_free(NULL);
}

static uintptr_t take(struct order_queue *queue)
{
	struct order *order = order_queue_take(queue);
	uintptr_t number = order == NULL ? 0 : (uintptr_t)order->owner;

	order_free(order);
	return number;
}

static void test_queue(void)
{
	struct order_queue queue = { 0 }, more = { 0 };

	check(order_queue_take(&queue) == NULL);
	order_queue_put(&queue, numbered(1));
	order_queue_put(&queue, numbered(2));
	order_queue_put_first(&queue, numbered(3));
	check_uint(queue.count, 3);
	check_uint(queue.bytes, 3 * sizeof(uintptr_t));
	order_queue_put(&more, numbered(4));
	order_queue_put(&more, numbered(5));
	order_queue_prepend(&queue, &more);
	order_queue_prepend(&queue, &more);
	check_uint(more.count, 0);
	check_uint(take(&queue), 4);
	check_uint(take(&queue), 5);
	check_uint(take(&queue), 3);
	check_uint(take(&queue), 1);
	check_uint(take(&queue), 2);
	check_uint(queue.count + queue.bytes, 0);
	order_queue_put_first(&queue, numbered(6));
	order_queue_put(&queue, numbered(7));
	check_uint(take(&queue), 6);
	order_queue_free(&queue);
	check_uint(queue.count, 0);
	order_queue_prepend(&queue, &more);
	check(queue.first == NULL && queue.last == NULL);
}

UNIT_SUITE("libtsunagi/order", { "copies", test_copies }, { "queue", test_queue });
