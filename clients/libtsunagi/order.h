/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/order.h - what takes effect as one, ready to travel: its statements' bytes and its parts. */
#pragma once
#include "base/bytes.h"
#include "base/err.h"

struct order {
	struct order *next;
	const struct bytes *statements;
	size_t statement_count;
	const struct bytes *parts; /* of its Views, in order */
	size_t part_count;
	size_t statement_bytes, part_bytes;
	void *owner; /* the maker's own */
};

/* Copies everything into one allocation, freed with order_free. */
enum err order_new(const struct bytes *statements, size_t statement_count, const struct bytes *parts, size_t part_count, void *owner,
		   struct order **ret_order);
void order_free(struct order *order); /* NULL does nothing; not what follows it */

/* First in, first out; the queue owns what is in it. */
struct order_queue {
	struct order *first, *last;
	size_t count;
	size_t bytes; /* statements and parts */
};

void order_queue_put(struct order_queue *queue, struct order *order);
void order_queue_put_first(struct order_queue *queue, struct order *order);
struct order *order_queue_take(struct order_queue *queue); /* NULL when empty */

/* Moves all of more, in its order, before what is in queue. */
void order_queue_prepend(struct order_queue *queue, struct order_queue *more);
void order_queue_free(struct order_queue *queue);
