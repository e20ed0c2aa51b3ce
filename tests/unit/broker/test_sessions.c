/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/sessions.h"
#include "unit.h"

static struct sessions *sessions;

static void open_one(uint64_t number, uint32_t agency, bool receives)
{
	require_ok(sessions_open(sessions, &(struct session){ .number = number, .agency = agency, .device = 1, .receives = receives }));
}

static void grant(uint64_t number, uint64_t items, uint64_t bytes)
{
	struct session *session = sessions_find(sessions, number);

	require(session != NULL);
	session->granted_items = items;
	session->granted_bytes = bytes;
}

static uint64_t turn(uint32_t agency)
{
	struct session *session = sessions_turn(sessions, agency);

	return session == NULL ? 0 : session->number;
}

static void test_turns(void)
{
	require_ok(sessions_new(1, 10, &sessions));
	check_uint(turn(1), 0);
	open_one(11, 1, true);
	open_one(12, 1, true);
	open_one(13, 1, false);
	open_one(21, 2, true);
	check_uint(turn(1), 0); /* nobody has credit */
	for (uint64_t number = 11; number <= 13; number++)
		grant(number, 5, 1000);
	check_uint(turn(1), 11);
	check_uint(turn(1), 12);
	check_uint(turn(1), 11); /* 13 does not receive */
	check_uint(turn(2), 0);
	sessions_find(sessions, 11)->used_items = 5;
	check_uint(turn(1), 12);
	check_uint(turn(1), 12);
	sessions_find(sessions, 12)->used_bytes = 1000;
	check_uint(turn(1), 0);
	sessions_find(sessions, 12)->used_bytes = 0;
	sessions_find(sessions, 12)->held = SESSION_HELD_MAX;
	check_uint(turn(1), 0);
	check_uint(sessions_receiving(sessions), 3);
	sessions_free(sessions);
	sessions_free(NULL);
}

static void test_close(void)
{
	require_ok(sessions_new(1, 10, &sessions));
	for (uint64_t number = 11; number <= 13; number++) {
		open_one(number, 1, true);
		grant(number, 5, 1000);
	}
	sessions_close(sessions, 11);
	sessions_close(sessions, 11);
	check(sessions_find(sessions, 11) == NULL);
	check_uint(turn(1), 12);
	sessions_close(sessions, 13);
	check_uint(turn(1), 12);
	check_uint(turn(1), 12);
	sessions_close(sessions, 12);
	check_uint(turn(1), 0);
	check_uint(sessions_receiving(sessions), 0);
	open_one(14, 1, true);
	grant(14, 1, 1);
	check_uint(turn(1), 14);
	sessions_free(sessions);
}

static void count_one(void *context, const struct session *session)
{
	(void)session;
	++*(size_t *)context;
}

static void test_bound_and_repeat(void)
{
	size_t count = 0;

	require_ok(sessions_new(1, 2, &sessions));
	open_one(1, 1, true);
	grant(1, 9, 9);
	open_one(1, 1, true); /* open already: its credit stays */
	check_uint(sessions_find(sessions, 1)->granted_items, 9);
	open_one(2, 1, true);
	check_err(sessions_open(sessions, &(struct session){ .number = 3, .agency = 1 }), ERR_BUSY);
	sessions_of(sessions, 1, count_one, &count);
	check_uint(count, 2);
	sessions_of(sessions, 9, count_one, &count);
	check_uint(count, 2);
	sessions_free(sessions);
}

/* Rings of many agencies, opened and closed at random, always hold exactly what is open. */
static void test_random(void)
{
	uint32_t agency_of[300] = { 0 };

	require_ok(sessions_new(unit_random(), 1000, &sessions));
	for (int i = 0; i < 20000; i++) {
		uint64_t number = 1 + unit_random_below(299);

		if (agency_of[number] == 0) {
			agency_of[number] = 1 + (uint32_t)unit_random_below(7);
			open_one(number, agency_of[number], true);
		} else {
			sessions_close(sessions, number);
			agency_of[number] = 0;
		}
	}
	for (uint32_t agency = 1; agency <= 7; agency++) {
		size_t count = 0, expected = 0;

		for (size_t number = 1; number < 300; number++)
			expected += agency_of[number] == agency;
		sessions_of(sessions, agency, count_one, &count);
		check_uint(count, expected);
	}
	sessions_free(sessions);
}

UNIT_SUITE("broker/sessions",
	{ "sessions of an agency take turns while they have credit", test_turns },
	{ "closed sessions leave the ring", test_close },
	{ "the bound, and a session opened twice", test_bound_and_repeat },
	{ "20,000 random openings and closings", test_random });
