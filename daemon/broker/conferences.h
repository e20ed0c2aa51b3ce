/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conferences.h - reading conferences, action items and announcements, in any transaction.
 *
 * ERR_NOT_FOUND when there is none, ERR_CORRUPT when a row is none that this release wrote. */
#pragma once
#include "base/id.h"
#include "contract/basis_rules.h"
#include "store/txn.h"
#include "vocabulary.pb-c.h"

#define CONFERENCE_SEATS_MAX 32u /* those left to a delegate included */
#define CONFERENCE_ITEMS_MAX 64u /* action items ever assigned in one conference */

struct seat {
	uint32_t agency;
	uint32_t delegated_to;       /* with DELEGATED */
	Pb__ConferenceAnswer answer;
};

struct conference {
	uint64_t number; /* seq of the submission that opened it */
	uint8_t id[ID_BYTES];
	uint8_t case_id[ID_BYTES];
	bool has_case;
	bool provisional;
	Pb__ConferenceKind kind;
	Pb__Law law;
	Pb__ConferenceState state;
	Pb__Urgency lane;
	uint32_t convener;
	uint32_t steps;
	uint32_t sequence;
	int64_t starts_at_us, ends_at_us; /* 0: no date yet */
	int64_t due_at_us, timer_at_us;   /* 0: it ended */
	int64_t clock_from_us;            /* when the act came that started its clock; 0: an earlier release did not say */
	int64_t ended_at_us;              /* of the entry that last left it ended; 0: it has not */
	struct seat seats[CONFERENCE_SEATS_MAX];
	size_t seat_count;
	uint64_t items[CONFERENCE_ITEMS_MAX];
	size_t item_count;
};

struct action_item {
	uint64_t number;
	uint64_t thread; /* the conference, or the request whose recall asks for a purge */
	uint8_t thread_id[ID_BYTES];
	uint8_t case_id[ID_BYTES];
	bool has_case;
	bool purge;
	bool provisional;
	Pb__ActionItemState state;
	Pb__Party holder;
	Pb__Urgency lane;
	uint32_t owner, convener;
	uint32_t steps;
	int64_t assigned_at_us;
	int64_t due_at_us, timer_at_us; /* timer 0: it ended */
	int64_t clock_from_us;          /* its day's beginning, or when it was handed back or a purge asked for; 0: as in struct conference */
	int64_t ended_at_us;            /* as in struct conference */
};

enum err conference_get(struct txn *txn, uint64_t number, struct conference *ret_conference);
enum err conference_by_id(struct txn *txn, const uint8_t id[ID_BYTES], struct conference *ret_conference);

/* The seat of that agency, whatever it answered; NULL: it has none. */
const struct seat *conference_seat(const struct conference *conference, uint32_t agency);

/* Whether a seat is still its agency's own, and whether it takes part: neither left to another nor declined. */
bool seat_is_held(const struct seat *seat);
bool seat_takes_part(const struct seat *seat);

/* Conferences in which the agency holds a seat, the newest first, until each gives another result than ERR_OK.
 *   before  those of a lower number alone; 0: all */
enum err conference_each(struct txn *txn, uint32_t agency, uint64_t before, enum err (*each)(void *context, uint64_t number), void *context);

enum err action_item_get(struct txn *txn, uint64_t number, struct action_item *ret_item);

/* Open action items > after that the agency owns or convened, in the order of their numbers, likewise. */
enum err action_item_each(struct txn *txn, uint32_t agency, uint64_t after, enum err (*each)(void *context, const struct action_item *item),
			  void *context);

/* Who acts on an item now: the agency's number. */
uint32_t action_item_holder(const struct action_item *item);

/* What a claim of SUPPORT_MEETING rests on: whether there is such a meeting, and whether two agencies are its members.
 *   id  of the message that proposed it */
struct meeting_of {
	struct basis_meeting meeting;
	bool a_member, b_member;
	bool a_knows; /* has a seat, be it that it declined: to others there is no such meeting */
	bool has_case;
	uint8_t case_id[ID_BYTES];
};
enum err conference_meeting_of(struct txn *txn, const uint8_t id[ID_BYTES], uint32_t a, uint32_t b, struct meeting_of *ret_meeting);

/* ---- announcements ---- */

struct announcement {
	uint64_t number; /* seq of the submission that opened it */
	uint8_t id[ID_BYTES];
	uint32_t announcer;
	uint32_t places; /* 0: no limit */
	uint32_t taken;
};

enum err announcement_get(struct txn *txn, uint64_t number, struct announcement *ret_announcement);
enum err announcement_by_id(struct txn *txn, const uint8_t id[ID_BYTES], struct announcement *ret_announcement);

/* How many places that agency takes: 0 for one that was told and has not signed up; ERR_NOT_FOUND for one that was not told. */
enum err sign_up_get(struct txn *txn, uint64_t announcement, uint32_t agency, uint32_t *ret_places);
enum err sign_up_each(struct txn *txn, uint64_t announcement, enum err (*each)(void *context, uint32_t agency, uint32_t places),
		      void *context);
