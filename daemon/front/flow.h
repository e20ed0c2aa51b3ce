/* SPDX-License-Identifier: Apache-2.0 */
/* front/flow.h - bytes in flight against a bound (promise P7): frames not decided yet, frames not sent yet.  Any thread. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct flow {
	atomic_size_t bytes;
	atomic_size_t limit;
	atomic_size_t reserve; /* of limit, for privileged takers */
};

void flow_init(struct flow *flow, size_t limit, size_t reserve);

/* New bounds, for takers from now on. */
void flow_bound(struct flow *flow, size_t limit, size_t reserve);

/* False, with nothing taken, when it would pass the bound. */
bool flow_take(struct flow *flow, size_t bytes, bool privileged);
void flow_give(struct flow *flow, size_t bytes);
size_t flow_bytes(struct flow *flow);
