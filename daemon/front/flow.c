/* SPDX-License-Identifier: Apache-2.0 */
#include "front/flow.h"

void flow_init(struct flow *flow, size_t limit, size_t reserve)
{
	atomic_init(&flow->bytes, 0);
	atomic_init(&flow->limit, limit);
	atomic_init(&flow->reserve, reserve);
}

void flow_bound(struct flow *flow, size_t limit, size_t reserve)
{
	atomic_store(&flow->limit, limit);
	atomic_store(&flow->reserve, reserve);
}

bool flow_take(struct flow *flow, size_t bytes, bool privileged)
{
	size_t limit = atomic_load(&flow->limit) - (privileged ? 0 : atomic_load(&flow->reserve));
	size_t held = atomic_load(&flow->bytes);

	do {
		if (held > limit || bytes > limit - held)
			return false;
	} while (!atomic_compare_exchange_weak(&flow->bytes, &held, held + bytes));
	return true;
}

void flow_give(struct flow *flow, size_t bytes)
{
	atomic_fetch_sub(&flow->bytes, bytes);
}

size_t flow_bytes(struct flow *flow)
{
	return atomic_load(&flow->bytes);
}
