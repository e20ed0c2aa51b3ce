/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_reckoning.h - for leg_clock.c: deadlines.h asked by an agency's own calendar, or by the usual office hours when its own lead
 * nowhere: nothing that is open is ever without a due time. */
#pragma once
#include "broker/world.h"
#include "rules/deadlines.h"

/* What is reckoned; each way reads what it needs. */
struct reckoning {
	Pb__Urgency urgency;
	int64_t from_us;
	int64_t respond_by_us; /* of an answer; 0: none */
	uint32_t days; /* of a report */
	int32_t day;   /* of a review */
};

typedef enum err reckon_way(const struct reckoning *what, const struct calendar *calendar, void *ret);

reckon_way reckon_answer;        /* struct answer_schedule */
reckon_way reckon_soonest;       /* struct reckoned */
reckon_way reckon_first_contact; /* struct reckoned, as all that follow */
reckon_way reckon_report;
reckon_way reckon_review;
reckon_way reckon_again;         /* five business days on: a word that is overdue is asked for again */
reckon_way reckon_decision;
reckon_way reckon_opening;       /* the next, from_us included */

/* ERR_CORRUPT when there is no such agency, or no instant at all. */
enum err reckon(struct world *world, uint32_t agency, reckon_way *how, const struct reckoning *what, void *ret);

/* The agency's calendar; ERR_CORRUPT when there is no such agency. */
enum err reckon_calendar(struct world *world, uint32_t agency, struct calendar *ret);
