/* SPDX-License-Identifier: Apache-2.0 */
#include "front/peers.h"

#include <stdlib.h>

#define NUMBER_PLACE_BITS 16

enum err peers_init(struct peers *peers, size_t most, uint64_t first_number)
{
	size_t table = 64;

	if (most == 0 || most > PEERS_MOST)
		return ERR_RANGE;
	while (table < 2 * most)
		table *= 2;
	*peers = (struct peers){ .slot_count = most, .table_mask = table - 1, .next = first_number };
	peers->slots = calloc(most, sizeof *peers->slots);
	peers->by_routing = calloc(table, sizeof *peers->by_routing);
	peers->free_slots = calloc(most, sizeof *peers->free_slots);
	if (peers->slots == NULL || peers->by_routing == NULL || peers->free_slots == NULL) {
		peers_free(peers);
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < most; i++)
		peers->free_slots[peers->free_count++] = (uint32_t)(most - 1 - i);
	return ERR_OK;
}

void peers_free(struct peers *peers)
{
	struct peer *peer;
	size_t place = 0;

	while (peers->slots != NULL && (peer = peer_next(peers, &place)) != NULL)
		peer_remove(peers, peer);
	free(peers->slots);
	free(peers->by_routing);
	free(peers->free_slots);
	*peers = (struct peers){ 0 };
}

/* Routing ids count up from a random start; the multiplier spreads neighbours. */
static size_t place_of(const struct peers *peers, uint32_t routing)
{
	return (size_t)((uint64_t)routing * UINT64_C(0x9e3779b97f4a7c15) >> 32) & peers->table_mask;
}

static size_t table_find(const struct peers *peers, uint32_t routing)
{
	size_t place = place_of(peers, routing);

	while (peers->by_routing[place] != 0 && peers->slots[peers->by_routing[place] - 1].routing != routing)
		place = (place + 1) & peers->table_mask;
	return place;
}

/* Closes the gap, so that no search ends too early: every later entry of the run that may stand here moves up. */
static void table_remove(struct peers *peers, size_t gap)
{
	size_t place = gap;

	for (;;) {
		size_t home;

		place = (place + 1) & peers->table_mask;
		if (peers->by_routing[place] == 0)
			break;
		home = place_of(peers, peers->slots[peers->by_routing[place] - 1].routing);
		if (((place - home) & peers->table_mask) >= ((place - gap) & peers->table_mask)) {
			peers->by_routing[gap] = peers->by_routing[place];
			gap = place;
		}
	}
	peers->by_routing[gap] = 0;
}

struct peer_flow *peer_flow_new(void)
{
	struct peer_flow *flow = calloc(1, sizeof *flow);

	if (flow != NULL)
		atomic_init(&flow->users, 1);
	return flow;
}

void peer_flow_keep(struct peer_flow *flow)
{
	atomic_fetch_add(&flow->users, 1);
}

void peer_flow_drop(struct peer_flow *flow)
{
	if (flow != NULL && atomic_fetch_sub(&flow->users, 1) == 1)
		free(flow);
}

struct peer *peer_add(struct peers *peers, uint32_t routing, enum peer_state state)
{
	struct peer_flow *flow;
	struct peer *peer;
	uint32_t slot;

	if (peers->free_count == 0)
		return NULL;
	flow = peer_flow_new();
	if (flow == NULL)
		return NULL;
	slot = peers->free_slots[--peers->free_count];
	peer = &peers->slots[slot];
	*peer = (struct peer){ .state = state, .routing = routing, .fd = -1, .flow = flow };
	peer->number = peers->next++ << NUMBER_PLACE_BITS | slot;
	peers->by_routing[table_find(peers, routing)] = slot + 1;
	peers->count++;
	return peer;
}

void peer_remove(struct peers *peers, struct peer *peer)
{
	table_remove(peers, table_find(peers, peer->routing));
	certificate_free(peer->certificate);
	peer_flow_drop(peer->flow);
	buf_free(&peer->records);
	*peer = (struct peer){ .state = PEER_NONE };
	peers->free_slots[peers->free_count++] = (uint32_t)(peer - peers->slots);
	peers->count--;
}

struct peer *peer_by_routing(const struct peers *peers, uint32_t routing)
{
	uint32_t slot = peers->by_routing[table_find(peers, routing)];

	return slot == 0 ? NULL : &peers->slots[slot - 1];
}

struct peer *peer_by_number(const struct peers *peers, uint64_t number)
{
	size_t slot = number & ((1u << NUMBER_PLACE_BITS) - 1);

	if (slot >= peers->slot_count || peers->slots[slot].state == PEER_NONE || peers->slots[slot].number != number)
		return NULL;
	return &peers->slots[slot];
}

struct peer *peer_next(const struct peers *peers, size_t *place)
{
	while (*place < peers->slot_count) {
		struct peer *peer = &peers->slots[(*place)++];

		if (peer->state != PEER_NONE)
			return peer;
	}
	return NULL;
}

size_t peers_of(const struct peers *peers, uint32_t agency, uint32_t device)
{
	const struct peer *peer;
	size_t place = 0;
	size_t count = 0;

	while ((peer = peer_next(peers, &place)) != NULL)
		count += peer->agency == agency && peer->device == device;
	return count;
}
