/* SPDX-License-Identifier: Apache-2.0 */
#include "front/flow.h"

#include <pthread.h>

#include "unit.h"

static void test_bound(void)
{
	struct flow flow;

	flow_init(&flow, 100, 20);
	check(flow_take(&flow, 80, false));
	check(!flow_take(&flow, 1, false));
	check(flow_take(&flow, 20, true));
	check(!flow_take(&flow, 1, true));
	check_uint(flow_bytes(&flow), 100);
	flow_give(&flow, 100);
	check_uint(flow_bytes(&flow), 0);
	check(!flow_take(&flow, SIZE_MAX, true));
	check(flow_take(&flow, 0, false));
}

static void test_new_bound(void)
{
	struct flow flow;

	flow_init(&flow, 100, 0);
	check(flow_take(&flow, 100, false));
	flow_bound(&flow, 50, 0);
	check(!flow_take(&flow, 0, false)); /* over its new bound already */
	flow_give(&flow, 60);
	check(flow_take(&flow, 10, false));
	check(!flow_take(&flow, 1, false));
}

struct taking {
	struct flow *flow;
	unsigned taken;
};

static void *take_and_give(void *context)
{
	struct taking *taking = context;

	for (unsigned i = 0; i < 20000; i++) {
		if (!flow_take(taking->flow, 30, false))
			continue;
		taking->taken++;
		if (flow_bytes(taking->flow) > 100)
			taking->taken = 1u << 30; /* told after the join */
		flow_give(taking->flow, 30);
	}
	return NULL;
}

static void test_threads(void)
{
	struct flow flow;
	struct taking takings[4];
	pthread_t threads[4];

	flow_init(&flow, 100, 0);
	for (unsigned i = 0; i < 4; i++) {
		takings[i] = (struct taking){ &flow, 0 };
		require(pthread_create(&threads[i], NULL, take_and_give, &takings[i]) == 0);
	}
	for (unsigned i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		check(takings[i].taken <= 20000);
	}
	check_uint(flow_bytes(&flow), 0);
}

UNIT_SUITE("front/flow",
	{ "the bound and its reserve", test_bound },
	{ "a new bound", test_new_bound },
	{ "many threads", test_threads });
