/* SPDX-License-Identifier: Apache-2.0 */
/* conferences.h - conferences as the model knows them: who holds a seat, what was answered and assigned; each open one with its convener as
 * holder and one timer (P4). */
#pragma once
#include "action_items.h"

#define M_SEATS 32u /* those left to a delegate included */
#define M_ITEMS 64u /* ever assigned in one */

struct m_seat {
	struct desk *desk;
	Pb__ConferenceAnswer answer;
};

struct m_conference {
	uint64_t seq;
	const struct letter *opening;
	struct desk *convener;
	Pb__ConferenceState state;
	struct m_seat seats[M_SEATS]; /* the convener's first */
	size_t seat_count;
	uint64_t items[M_ITEMS];
	size_t item_count;
	int64_t starts_at_us;        /* 0: no date */
	int64_t timer_at_us;         /* 0: it ended */
	uint32_t steps, sequence;
	bool provisional;
	bool gone;                   /* erased with its case */
};

struct conferences {
	struct m_conference **all;
	size_t count, room;
	struct map by_letter;        /* the number of the letter that proposed it */
	struct map by_id;            /* the same by the tails of their ids */
	uint64_t acts[16], item_acts[8], closed;
	uint64_t handed_on;          /* with what was taken on in them */
};

struct m_conference *conference_of(struct sim *sim, const struct letter *letter); /* NULL: it proposed none */
const struct m_seat *conference_seat_of(const struct m_conference *conference, const struct desk *desk);
bool seat_held(const struct m_seat *seat);
bool seat_counts(const struct m_conference *conference, const struct m_seat *seat); /* it takes part, or convenes */

/* One letter's act, on copies. */
struct conferring_work {
	struct sim *sim;
	const struct letter *letter;
	const struct conferring *said;
	struct m_conference now;
	struct m_action_item items[CONFERRED_ITEMS]; /* number 0: assigned by it */
	size_t count;
	Pb__RefusalCode code;    /* 0: it is done */
};

/* ---- conferences.c ---- */
void conference_work_out(struct sim *sim, const struct letter *letter, struct conferring_work *work);
bool conference_settled(const struct conferring_work *work); /* no action item is open */
bool judge_conference(struct sim *sim, const struct letter *letter, Pb__RefusalCode code);

/* ---- walk_conferences.c ---- */
bool walk_conference(struct sim *sim, struct place *by, struct letter *letter); /* false: there is nothing to say */
void conference_write(Pb__View *view, const struct letter *letter);

/* ---- follow_conferences.c ---- */
void follow_conference(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, const struct letter *letter);
void follow_conference_event(struct sim *sim, const struct leaf_header *header, const Pb__ConferenceEventEntry *entry);
void whole_conferences(struct sim *sim, struct txn *txn);
void conferences_free(struct sim *sim);
