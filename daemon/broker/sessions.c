/* SPDX-License-Identifier: Apache-2.0 */
/* broker/sessions.c - see sessions.h for the contract.  The sessions of one agency form a ring, entered where the last turn ended. */
#include "broker/sessions.h"

#include <stdlib.h>

#include "broker/index.h"

#define NOWHERE INDEX_NONE

struct sessions {
	uint64_t seed;
	size_t max;
	struct session *slots;
	uint32_t room, touched, free;
	struct index numbers;
	struct index agencies; /* one of each agency's ring */
	size_t receiving;
};

static uint64_t number_hash(const void *owner, uint32_t place)
{
	const struct sessions *sessions = owner;

	return index_mix(sessions->slots[place].number, sessions->seed);
}

static uint64_t agency_hash(const void *owner, uint32_t place)
{
	const struct sessions *sessions = owner;

	return index_mix(sessions->slots[place].agency, sessions->seed);
}

static uint32_t find(const struct sessions *sessions, uint64_t number)
{
	uint32_t place;

	for (struct index_walk walk = index_walk(&sessions->numbers, index_mix(number, sessions->seed));
	     (place = index_next(&sessions->numbers, &walk)) != INDEX_NONE;)
		if (sessions->slots[place].number == number)
			return place;
	return NOWHERE;
}

static uint32_t find_agency(const struct sessions *sessions, uint32_t agency)
{
	uint32_t place;

	for (struct index_walk walk = index_walk(&sessions->agencies, index_mix(agency, sessions->seed));
	     (place = index_next(&sessions->agencies, &walk)) != INDEX_NONE;)
		if (sessions->slots[place].agency == agency)
			return place;
	return NOWHERE;
}

enum err sessions_new(uint64_t seed, size_t max, struct sessions **ret_sessions)
{
	struct sessions *sessions = calloc(1, sizeof(*sessions));

	if (sessions == NULL)
		return ERR_NOMEM;
	sessions->seed = seed;
	sessions->max = max;
	sessions->free = NOWHERE;
	index_init(&sessions->numbers, number_hash, sessions);
	index_init(&sessions->agencies, agency_hash, sessions);
	*ret_sessions = sessions;
	return ERR_OK;
}

void sessions_free(struct sessions *sessions)
{
	if (sessions == NULL)
		return;
	index_free(&sessions->numbers);
	index_free(&sessions->agencies);
	free(sessions->slots);
	free(sessions);
}

static enum err slot_make(struct sessions *sessions, uint32_t *ret_place)
{
	if (sessions->free != NOWHERE) {
		*ret_place = sessions->free;
		sessions->free = sessions->slots[*ret_place].next;
		return ERR_OK;
	}
	if (sessions->touched == sessions->room) {
		uint32_t room = sessions->room == 0 ? 64 : 2 * sessions->room;
		struct session *grown = realloc(sessions->slots, room * sizeof(*grown));

		if (grown == NULL)
			return ERR_NOMEM;
		sessions->slots = grown;
		sessions->room = room;
	}
	*ret_place = sessions->touched++;
	return ERR_OK;
}

/* Into its agency's ring, where its turn comes last. */
static enum err ring_put(struct sessions *sessions, uint32_t place)
{
	struct session *slots = sessions->slots;
	uint32_t at = find_agency(sessions, slots[place].agency);

	slots[place].prev = slots[place].next = place;
	if (at == NOWHERE)
		return index_add(&sessions->agencies, place);
	slots[place].next = at;
	slots[place].prev = slots[at].prev;
	slots[slots[at].prev].next = place;
	slots[at].prev = place;
	return ERR_OK;
}

static void ring_drop(struct sessions *sessions, uint32_t place)
{
	struct session *slots = sessions->slots;
	uint32_t next = slots[place].next;

	if (next == place) {
		index_remove(&sessions->agencies, place);
		return;
	}
	if (find_agency(sessions, slots[place].agency) == place)
		index_replace(&sessions->agencies, place, next);
	slots[slots[place].prev].next = next;
	slots[next].prev = slots[place].prev;
}

enum err sessions_open(struct sessions *sessions, const struct session *session)
{
	uint32_t place;
	enum err err;

	if (find(sessions, session->number) != NOWHERE)
		return ERR_OK;
	if (sessions->numbers.held >= sessions->max)
		return ERR_BUSY;
	err = index_reserve(&sessions->numbers, sessions->numbers.held + 1);
	if (err == ERR_OK)
		err = index_reserve(&sessions->agencies, sessions->agencies.held + 1);
	if (err == ERR_OK)
		err = slot_make(sessions, &place);
	if (err != ERR_OK)
		return err;
	sessions->slots[place] = *session;
	sessions->receiving += session->receives;
	err = index_add(&sessions->numbers, place);
	return err != ERR_OK ? err : ring_put(sessions, place);
}

void sessions_close(struct sessions *sessions, uint64_t number)
{
	uint32_t place = find(sessions, number);

	if (place == NOWHERE)
		return;
	ring_drop(sessions, place);
	index_remove(&sessions->numbers, place);
	sessions->receiving -= sessions->slots[place].receives;
	sessions->slots[place].next = sessions->free;
	sessions->free = place;
}

struct session *sessions_find(const struct sessions *sessions, uint64_t number)
{
	uint32_t place = find(sessions, number);

	return place == NOWHERE ? NULL : &sessions->slots[place];
}

struct session *sessions_turn(struct sessions *sessions, uint32_t agency)
{
	uint32_t first = find_agency(sessions, agency);
	uint32_t at = first;

	if (first == NOWHERE)
		return NULL;
	do {
		struct session *session = &sessions->slots[at];

		if (session_has_credit(session)) {
			index_replace(&sessions->agencies, first, session->next);
			return session;
		}
		at = session->next;
	} while (at != first);
	return NULL;
}

void sessions_of(const struct sessions *sessions, uint32_t agency, void (*each)(void *context, const struct session *session),
		 void *context)
{
	uint32_t first = find_agency(sessions, agency);
	uint32_t at = first;

	while (at != NOWHERE) {
		each(context, &sessions->slots[at]);
		at = sessions->slots[at].next;
		if (at == first)
			return;
	}
}

size_t sessions_receiving(const struct sessions *sessions)
{
	return sessions->receiving;
}
