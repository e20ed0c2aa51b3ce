/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_act.h - what a message of a conference's thread does to it: proposes it, fixes its date, answers, brings materials,
 * minutes and dissent, assigns and moves action items, closes or cancels it (domain: conferences).
 *
 * A thread that is not there, and one in which the sender holds no seat, are refused in the same words. */
#pragma once
#include "broker/conferences.h"
#include "broker/world.h"
#include "contract/limits.h"
#include "contract/transitions.h"
#include "rules/calendar.h"

/* What is decided about one message, while it is. */
struct conference_work {
	struct world *world;
	const struct signer *signer;
	const Pb__View *view; /* the first */
	const Pb__ConferenceAct *act;
	Pb__SubmitEntry *entry;
	struct conference now; /* as the entry will leave it */
	Pb__ActionItemAfter *items[LIMIT_RECIPIENTS];
	size_t item_count;
	struct objection objection; /* code 0: none so far */
};

/* The form of the Views' acts: of their kind alone, the same in all Views, within bounds. */
struct objection conference_act_check(const struct signer *signer);

/* Fills the entry's conference and what its recipients become, or objects.  The Views' form, recipients and basis were checked. */
enum err conference_act_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection);

/* conference_meeting_of, as that View may rest on the meeting: its own proposal makes members of those whom it asks, and who answers for a
 * delegate makes it one. */
enum err conference_meeting_of_view(struct txn *txn, const Pb__View *view, uint32_t a, uint32_t b, struct meeting_of *ret_meeting);

/* ---- its parts ---- */

enum err conference_object(struct conference_work *work, const struct transition_refusal *refusal); /* NOT_NOW or INCOMPLETE */
uint32_t conference_address(const struct conference_work *work, const char *address);             /* its number; 0: none that may be named */
bool conference_told_by_view(const struct conference_work *work, uint32_t agency);                 /* a View goes to it, or it is the sender */

/* conference_seats.c */
void conference_seat_all(struct conference_work *work);                /* PROPOSE */
void conference_seats_forget(struct conference *conference);           /* another date: answers are asked again */
enum err conference_answer(struct conference_work *work);
void conference_check_recipients(struct conference_work *work);

/* action_item_act.c */
enum err action_items_assign(struct conference_work *work);            /* MINUTES */
enum err action_item_act(struct conference_work *work);

/* conference_clock.c: when its holder's next turn is due, from its state: from now on, or as reckoned from when its clock began */
enum err conference_clock(struct conference_work *work);
enum err conference_due(struct conference_work *work, struct reckoned *ret_due);
/* An item's due time, from its state and clock_from_us; its timer where nobody was told of it yet (steps 0). */
enum err action_item_clock(struct world *world, struct action_item *item);
/* The same from now on, told to its holder at once: its timer is its due time. */
enum err action_item_clock_anew(struct world *world, struct action_item *item);
enum err conference_items_settled(struct conference_work *work, bool *ret_settled, int64_t *ret_last_due_us);
