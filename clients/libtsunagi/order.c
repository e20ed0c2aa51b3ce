/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/order.c - see order.h for the contract. */
#include "libtsunagi/order.h"

#include <stdlib.h>

static size_t total(const struct bytes *runs, size_t count)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += runs[i].len;
	return sum;
}

/* Copies the runs' bytes to *at, moving it on. */
static void copy_runs(struct bytes *to, const struct bytes *runs, size_t count, uint8_t **at)
{
	for (size_t i = 0; i < count; i++) {
		if (runs[i].len > 0)
			memcpy(*at, runs[i].data, runs[i].len);
		to[i] = bytes_of(*at, runs[i].len);
		*at += runs[i].len;
	}
}

enum err order_new(const struct bytes *statements, size_t statement_count, const struct bytes *parts, size_t part_count, void *owner,
		   struct order **ret_order)
{
	size_t statement_bytes = total(statements, statement_count);
	size_t part_bytes = total(parts, part_count);
	size_t table = (statement_count + part_count) * sizeof(struct bytes);
	struct order *order = malloc(sizeof *order + table + statement_bytes + part_bytes);
	struct bytes *runs = NULL;
	uint8_t *at = NULL;

	if (order == NULL)
		return ERR_NOMEM;
	runs = (struct bytes *)(void *)(order + 1);
	at = (uint8_t *)(runs + statement_count + part_count);
	copy_runs(runs, statements, statement_count, &at);
	copy_runs(runs + statement_count, parts, part_count, &at);
	*order = (struct order){
		.statements = runs,
		.statement_count = statement_count,
		.parts = runs + statement_count,
		.part_count = part_count,
		.statement_bytes = statement_bytes,
		.part_bytes = part_bytes,
		.owner = owner,
	};
	*ret_order = order;
	return ERR_OK;
}

void order_free(struct order *order)
{
	free(order);
}

static size_t order_bytes(const struct order *order)
{
	return order->statement_bytes + order->part_bytes;
}

void order_queue_put(struct order_queue *queue, struct order *order)
{
	order->next = NULL;
	if (queue->last == NULL)
		queue->first = order;
	else
		queue->last->next = order;
	queue->last = order;
	queue->count++;
	queue->bytes += order_bytes(order);
}

void order_queue_put_first(struct order_queue *queue, struct order *order)
{
	order->next = queue->first;
	queue->first = order;
	if (queue->last == NULL)
		queue->last = order;
	queue->count++;
	queue->bytes += order_bytes(order);
}

struct order *order_queue_take(struct order_queue *queue)
{
	struct order *order = queue->first;

	if (order == NULL)
		return NULL;
	queue->first = order->next;
	if (queue->first == NULL)
		queue->last = NULL;
	queue->count--;
	queue->bytes -= order_bytes(order);
	order->next = NULL;
	return order;
}

void order_queue_prepend(struct order_queue *queue, struct order_queue *more)
{
	if (more->first == NULL)
		return;
	more->last->next = queue->first;
	queue->first = more->first;
	if (queue->last == NULL)
		queue->last = more->last;
	queue->count += more->count;
	queue->bytes += more->bytes;
	*more = (struct order_queue){ 0 };
}

void order_queue_free(struct order_queue *queue)
{
	struct order *order = NULL;

	while ((order = order_queue_take(queue)) != NULL)
		order_free(order);
}
