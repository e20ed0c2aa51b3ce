/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leases.c - see leases.h for the contract.
 *
 * All of one kind last equally long, so a queue per kind is in order of time.  The mutex is held for every change and for what other
 * threads read; the writer's own reading needs none. */
#include "broker/leases.h"

#include <pthread.h>
#include <stdlib.h>

#include "broker/index.h"

#define NOWHERE INDEX_NONE
#define REST_FIRST_US 1000000
#define KINDS 8 /* a lease; then rests, each twice as long as the one before: 1 s to 64 s */

struct lease {
	uint64_t item;
	uint64_t session; /* 0: rests */
	int64_t over_us;
	uint32_t kind;
	uint32_t prev, next;                 /* of its kind; next also of the free ones */
	uint32_t session_prev, session_next; /* of its session; the first one's prev is the last */
};

struct queue {
	uint32_t first, last;
};

struct leases {
	pthread_mutex_t mutex;
	int64_t lease_us;
	uint64_t seed;
	struct lease *slots;
	uint32_t room, touched, free;
	struct queue queues[KINDS];
	struct index items;
	struct index sessions; /* first lease of each */
};

static uint64_t item_hash(const void *owner, uint32_t place)
{
	const struct leases *leases = owner;

	return index_mix(leases->slots[place].item, leases->seed);
}

static uint64_t session_hash(const void *owner, uint32_t place)
{
	const struct leases *leases = owner;

	return index_mix(leases->slots[place].session, leases->seed);
}

static uint32_t find(const struct leases *leases, uint64_t item)
{
	uint32_t place;

	for (struct index_walk walk = index_walk(&leases->items, index_mix(item, leases->seed));
	     (place = index_next(&leases->items, &walk)) != INDEX_NONE;)
		if (leases->slots[place].item == item)
			return place;
	return NOWHERE;
}

static uint32_t find_session(const struct leases *leases, uint64_t session)
{
	uint32_t place;

	for (struct index_walk walk = index_walk(&leases->sessions, index_mix(session, leases->seed));
	     (place = index_next(&leases->sessions, &walk)) != INDEX_NONE;)
		if (leases->slots[place].session == session)
			return place;
	return NOWHERE;
}

enum err leases_new(int64_t lease_us, uint64_t seed, struct leases **ret_leases)
{
	struct leases *leases = calloc(1, sizeof(*leases));

	if (leases == NULL)
		return ERR_NOMEM;
	pthread_mutex_init(&leases->mutex, NULL); /* without attributes it cannot fail on Linux */
	leases->lease_us = lease_us;
	leases->seed = seed;
	leases->free = NOWHERE;
	for (unsigned kind = 0; kind < KINDS; kind++)
		leases->queues[kind] = (struct queue){ NOWHERE, NOWHERE };
	index_init(&leases->items, item_hash, leases);
	index_init(&leases->sessions, session_hash, leases);
	*ret_leases = leases;
	return ERR_OK;
}

void leases_free(struct leases *leases)
{
	if (leases == NULL)
		return;
	index_free(&leases->items);
	index_free(&leases->sessions);
	free(leases->slots);
	pthread_mutex_destroy(&leases->mutex);
	free(leases);
}

/* ---- queues of one kind, and lists of one session ---- */

static void queue_put(struct leases *leases, uint32_t place)
{
	struct queue *queue = &leases->queues[leases->slots[place].kind];

	leases->slots[place].prev = queue->last;
	leases->slots[place].next = NOWHERE;
	if (queue->last == NOWHERE)
		queue->first = place;
	else
		leases->slots[queue->last].next = place;
	queue->last = place;
}

static void queue_drop(struct leases *leases, uint32_t place)
{
	const struct lease *lease = &leases->slots[place];
	struct queue *queue = &leases->queues[lease->kind];

	*(lease->prev == NOWHERE ? &queue->first : &leases->slots[lease->prev].next) = lease->next;
	*(lease->next == NOWHERE ? &queue->last : &leases->slots[lease->next].prev) = lease->prev;
}

/* Behind the others of its session.  index_reserve was called. */
static enum err session_put(struct leases *leases, uint32_t place)
{
	struct lease *slots = leases->slots;
	uint32_t first = find_session(leases, slots[place].session);

	slots[place].session_next = NOWHERE;
	slots[place].session_prev = place;
	if (first == NOWHERE)
		return index_add(&leases->sessions, place);
	slots[place].session_prev = slots[first].session_prev;
	slots[slots[first].session_prev].session_next = place;
	slots[first].session_prev = place;
	return ERR_OK;
}

static void session_drop(struct leases *leases, uint32_t place)
{
	struct lease *slots = leases->slots;
	uint32_t first = find_session(leases, slots[place].session);
	uint32_t prev = slots[place].session_prev;
	uint32_t next = slots[place].session_next;

	if (place == first && next == NOWHERE) {
		index_remove(&leases->sessions, place);
	} else if (place == first) {
		slots[next].session_prev = prev;
		index_replace(&leases->sessions, place, next);
	} else {
		slots[prev].session_next = next;
		slots[next != NOWHERE ? next : first].session_prev = prev;
	}
}

/* ---- one lease ---- */

static uint32_t slot_make(struct leases *leases)
{
	uint32_t place = leases->free;

	if (place != NOWHERE) {
		leases->free = leases->slots[place].next;
		return place;
	}
	if (leases->touched == leases->room) {
		uint32_t room = leases->room == 0 ? 256 : 2 * leases->room;
		struct lease *grown = realloc(leases->slots, room * sizeof(*grown));

		if (grown == NULL)
			return NOWHERE;
		leases->slots = grown;
		leases->room = room;
	}
	return leases->touched++;
}

static void end(struct leases *leases, uint32_t place)
{
	queue_drop(leases, place);
	if (leases->slots[place].session != 0)
		session_drop(leases, place);
	index_remove(&leases->items, place);
	leases->slots[place].next = leases->free;
	leases->free = place;
}

static enum err put(struct leases *leases, const struct lease *lease)
{
	uint32_t held = find(leases, lease->item);
	uint32_t place;
	enum err err;

	if (held != NOWHERE)
		end(leases, held);
	err = index_reserve(&leases->items, leases->items.held + 1);
	if (err == ERR_OK)
		err = index_reserve(&leases->sessions, leases->sessions.held + 1);
	if (err != ERR_OK)
		return err;
	place = slot_make(leases);
	if (place == NOWHERE)
		return ERR_NOMEM;
	leases->slots[place] = *lease;
	queue_put(leases, place);
	err = index_add(&leases->items, place);
	return err != ERR_OK || lease->session == 0 ? err : session_put(leases, place);
}

enum err leases_add(struct leases *leases, uint64_t item, uint64_t session, int64_t now_us)
{
	enum err err;

	pthread_mutex_lock(&leases->mutex);
	err = put(leases, &(struct lease){ .item = item, .session = session, .over_us = now_us + leases->lease_us });
	pthread_mutex_unlock(&leases->mutex);
	return err;
}

enum err leases_rest(struct leases *leases, uint64_t item, uint32_t attempts, int64_t now_us)
{
	uint32_t kind = attempts < 1 ? 1 : attempts < KINDS ? attempts : KINDS - 1;
	int64_t rest_us = (int64_t)REST_FIRST_US << (kind - 1);
	enum err err;

	if (rest_us > leases->lease_us)
		rest_us = leases->lease_us;
	pthread_mutex_lock(&leases->mutex);
	err = put(leases, &(struct lease){ .item = item, .over_us = now_us + rest_us, .kind = kind });
	pthread_mutex_unlock(&leases->mutex);
	return err;
}

void leases_end(struct leases *leases, uint64_t item)
{
	uint32_t place;

	pthread_mutex_lock(&leases->mutex);
	place = find(leases, item);
	if (place != NOWHERE)
		end(leases, place);
	pthread_mutex_unlock(&leases->mutex);
}

uint64_t leases_session(const struct leases *leases, uint64_t item)
{
	uint32_t place = find(leases, item);

	return place == NOWHERE ? 0 : leases->slots[place].session;
}

void leases_of(const struct leases *leases, uint64_t session, void (*each)(void *context, uint64_t item), void *context)
{
	for (uint32_t at = find_session(leases, session); at != NOWHERE; at = leases->slots[at].session_next)
		each(context, leases->slots[at].item);
}

static void count_one(void *context, uint64_t item)
{
	(void)item;
	++*(size_t *)context;
}

size_t leases_count_of(const struct leases *leases, uint64_t session)
{
	size_t count = 0;

	leases_of(leases, session, count_one, &count);
	return count;
}

void leases_each(const struct leases *leases, void (*each)(void *context, uint64_t item), void *context)
{
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (uint32_t at = leases->queues[kind].first; at != NOWHERE; at = leases->slots[at].next)
			each(context, leases->slots[at].item);
}

void leases_each_over(const struct leases *leases, int64_t now_us, size_t max, void (*each)(void *context, uint64_t item), void *context)
{
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (uint32_t at = leases->queues[kind].first;
		     at != NOWHERE && leases->slots[at].over_us <= now_us && max > 0; at = leases->slots[at].next, max--)
			each(context, leases->slots[at].item);
}

int64_t leases_next_us(const struct leases *leases)
{
	int64_t next = INT64_MAX;

	for (unsigned kind = 0; kind < KINDS; kind++) {
		uint32_t first = leases->queues[kind].first;

		if (first != NOWHERE && leases->slots[first].over_us < next)
			next = leases->slots[first].over_us;
	}
	return next;
}

void leases_held(struct leases *leases, const uint64_t *items, size_t count, bool *ret_held)
{
	pthread_mutex_lock(&leases->mutex);
	for (size_t i = 0; i < count; i++)
		ret_held[i] = leases_session(leases, items[i]) != 0;
	pthread_mutex_unlock(&leases->mutex);
}
