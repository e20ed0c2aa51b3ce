/* SPDX-License-Identifier: Apache-2.0 */
#include "front/peers.h"

#include <stdlib.h>

#include "unit.h"

static void test_full(void)
{
	struct peers peers;
	struct peer *first;

	check_err(peers_init(&peers, 0, 1), ERR_RANGE);
	check_err(peers_init(&peers, PEERS_MOST + 1u, 1), ERR_RANGE);
	require_ok(peers_init(&peers, 3, 1000));
	first = peer_add(&peers, 1, PEER_OPEN);
	require(first != NULL);
	check(peer_add(&peers, 2, PEER_OPEN) != NULL);
	check(peer_add(&peers, 3, PEER_OPEN) != NULL);
	check(peer_add(&peers, 4, PEER_OPEN) == NULL);
	peer_remove(&peers, first);
	check(peer_by_routing(&peers, 1) == NULL);
	check(peer_add(&peers, 4, PEER_OPEN) != NULL);
	check_uint(peers.count, 3);
	peers_free(&peers);
}

static void test_numbers_are_never_given_twice(void)
{
	struct peers peers;
	uint64_t last = 0;

	require_ok(peers_init(&peers, 2, 7));
	for (unsigned i = 0; i < 100; i++) {
		struct peer *peer = peer_add(&peers, i, PEER_OPEN);
		uint64_t number;

		require(peer != NULL);
		number = peer->number;
		check(number > last);
		check(peer_by_number(&peers, number) == peer);
		peer_remove(&peers, peer);
		check(peer_by_number(&peers, number) == NULL);
		last = number;
	}
	check(peer_by_number(&peers, UINT64_MAX) == NULL);
	peers_free(&peers);
}

/* Against a plain list, with routing ids that collide in the table. */
static void test_random(void)
{
	enum { MOST = 200, IDS = 600 };
	bool there[IDS] = { false };
	struct peers peers;
	size_t count = 0;

	require_ok(peers_init(&peers, MOST, 1));
	for (unsigned i = 0; i < 50000; i++) {
		uint32_t id = (uint32_t)unit_random_below(IDS);
		struct peer *peer = peer_by_routing(&peers, id * 7919);

		require((peer != NULL) == there[id]);
		if (peer != NULL) {
			check_uint(peer->routing, id * 7919);
			peer_remove(&peers, peer);
			there[id] = false;
			count--;
		} else if (count < MOST) {
			require(peer_add(&peers, id * 7919, PEER_OPEN) != NULL);
			there[id] = true;
			count++;
		}
		require(peers.count == count);
	}
	peers_free(&peers);
}

static void test_walk(void)
{
	struct peers peers;
	struct peer *peer;
	size_t place = 0, seen = 0;

	require_ok(peers_init(&peers, 10, 1));
	for (uint32_t i = 0; i < 8; i++) {
		peer = peer_add(&peers, i, PEER_OPEN);
		peer->agency = i % 2;
		peer->device = 1;
	}
	check_uint(peers_of(&peers, 1, 1), 4);
	check_uint(peers_of(&peers, 1, 2), 0);
	while ((peer = peer_next(&peers, &place)) != NULL) {
		seen++;
		if (peer->agency == 1)
			peer_remove(&peers, peer); /* the one in hand may go */
	}
	check_uint(seen, 8);
	check_uint(peers.count, 4);
	peers_free(&peers);
}

static void test_flow_outlives(void)
{
	struct peers peers;
	struct peer_flow *flow;
	struct peer *peer;

	require_ok(peers_init(&peers, 1, 1));
	peer = peer_add(&peers, 1, PEER_OPEN);
	flow = peer->flow;
	peer_flow_keep(flow);
	peer_remove(&peers, peer);
	atomic_fetch_add(&flow->bytes, 1); /* still ours */
	peer_flow_drop(flow);
	peer_flow_drop(NULL);
	peers_free(&peers);
}

UNIT_SUITE("front/peers",
	{ "a bounded number", test_full },
	{ "numbers are never given twice", test_numbers_are_never_given_twice },
	{ "random comings and goings", test_random },
	{ "walking", test_walk },
	{ "what is being sent outlives the session", test_flow_outlives });
