/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/batch_message.h - orders as one Batch message, which is still to be numbered and signed. */
#pragma once
#include "base/arena.h"
#include "crypto/digest.h"
#include "frame.pb-c.h"
#include "libtsunagi/order.h"

/* What of a queue goes into a batch, from its first order on. */
struct batch_load {
	size_t orders, statements, parts;
};

struct batch_message {
	Pb__Batch batch;     /* its orders alone */
	struct bytes *parts; /* the data that goes with it, one after another */
	size_t part_count;
	struct digest root;  /* over the orders: what is signed */
};

/* load: one order at least, LIMIT_ORDERS at most.  What is made lies in the arena and points into the orders.  ERR_NOMEM. */
enum err batch_message_make(const struct order *first, const struct batch_load *load, struct arena *arena, struct batch_message *ret_message);
