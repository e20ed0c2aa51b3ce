/* SPDX-License-Identifier: Apache-2.0 */
/* rules/deadlines.h - what is due when: the clock of an answer, and the clocks after acceptance.
 *
 * The clock of an answer is one row for each urgency (deadlines_answer_clock).  A routine or soon request runs in business days of the agency that holds
 * the turn, and so do its percentages: 60 % of five business days are three of them.  An urgent one and danger to life run by the clock on
 * the wall; but an urgent one does not lapse before the desk was open for two hours, for nobody there could have seen it.  Danger to life
 * never lapses: its alarm is raised at the due time and every 15 minutes after it, until somebody answers.
 *
 * An instant is provisional when it counts a date as open that the holiday file does not speak of (calendar.h): it is reckoned again
 * when a file is loaded that does.  Results are data for the ledger; what was durable is never reckoned a second time to the same end.
 *
 * Pure, as calendar.h is.  Functions write *ret on ERR_OK only and give, beside what they name,
 *
 *   ERR_RANGE      an instant before 1970 or after 9999
 *   ERR_NOT_FOUND  the desk's own hours decide, and it never opens */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "rules/calendar.h"
#include "vocabulary.pb-c.h"

enum deadline_kind { /* in this order at one instant */
	DEADLINE_REMIND_HOLDER,
	DEADLINE_TELL_SENDER,
	DEADLINE_TELL_COORDINATOR,
	DEADLINE_REPEAT, /* the alarm again: holder, sender and coordinator */
	DEADLINE_LAPSE   /* the leg ends; sender and coordinator are told */
};

enum deadline_measure {
	DEADLINE_BUSINESS_DAYS,
	DEADLINE_BY_THE_CLOCK
};

#define DEADLINE_NEVER 0 /* for lapse_percent and repeat_us */

/* One row of the table of clocks. */
struct answer_clock {
	Pb__Urgency urgency;
	enum deadline_measure measure;
	int64_t answer; /* hundredths of a business day, or microseconds: when the first answer is due, 100 % */
	int64_t remind_percent;
	int64_t tell_sender_percent;
	int64_t tell_coordinator_percent; /* 0: at once */
	int64_t lapse_percent;
	int64_t lapse_open_us;    /* open time that must have passed before it lapses */
	int64_t repeat_us;        /* from the due time on */
	int64_t soonest;          /* no answer may be asked for before that; in the same measure, as is: */
	int64_t first_contact;    /* after acceptance */
};

/* NULL for what is no urgency. */
const struct answer_clock *deadlines_answer_clock(Pb__Urgency urgency);

struct deadline {
	int64_t at_us;
	enum deadline_kind kind;
	bool provisional;
};

#define DEADLINE_STEPS 4u /* of one schedule, repetitions aside */

/* All that happens while no answer comes. */
struct answer_schedule {
	struct reckoned due;
	struct deadline steps[DEADLINE_STEPS]; /* ascending */
	size_t count;
	int64_t repeat_us;   /* danger to life; else DEADLINE_NEVER */
	bool closed_at_due;  /* runs by the clock, and the desk is closed when it is due: the sender is warned at once */
	struct reckoned opens; /* with closed_at_due: when the desk opens next after it was due; us is 0 for a desk that never does */
};

/* The schedule of a leg.
 *
 *   start_us  when the turn came to the holder: its leg was submitted, or its question answered
 *   holder    the agency that owes the answer
 *
 * ERR_RANGE also for what is no urgency. */
enum err deadlines_answer(Pb__Urgency urgency, int64_t start_us, const struct calendar *holder, struct answer_schedule *ret);

/* The soonest instant by which an answer may be asked for. */
enum err deadlines_soonest(Pb__Urgency urgency, int64_t start_us, const struct calendar *holder, struct reckoned *ret);

/* The schedule of a leg whose sender asked for the answer by a certain instant: due then, its reminders and escalations at the same shares of
 * the shorter time.  What is later than the urgency's own clock, or sooner than deadlines_soonest, shortens nothing. */
enum err deadlines_answer_by(Pb__Urgency urgency, int64_t start_us, int64_t respond_by_us, const struct calendar *holder,
			     struct answer_schedule *ret);

/* Step number n of a schedule, from 0, repetitions included.  A timer that keeps how many steps are done has all it needs for the next:
 * each happens once, whatever the clock does.  False when there is no such step. */
bool deadlines_step(const struct answer_schedule *schedule, uint32_t n, struct deadline *ret);

/* First contact after acceptance: as many business days as the answer had; urgent and danger to life, 4 hours by the clock. */
enum err deadlines_first_contact(Pb__Urgency urgency, int64_t accepted_us, const struct calendar *holder, struct reckoned *ret);

#define DEADLINES_REPORT_DAYS 30      /* ACTIVE owes a word this often, unless the sender set another */
#define DEADLINES_REPORT_DAYS_MAX 366 /* what the sender may set */

/* The next word on progress: that many days by the wall calendar after the last one (or the start), at the same time of day; where the desk is
 * closed then, at its next opening (as 民法142条 has it for holidays).  days 0: DEADLINES_REPORT_DAYS.  ERR_RANGE above DEADLINES_REPORT_DAYS_MAX. */
enum err deadlines_report(int64_t last_us, uint32_t days, const struct calendar *holder, struct reckoned *ret);

/* The end of a hold: the first opening on or after the review date.  day: since 1970-01-01, as contract/civil_time.h reads it. */
enum err deadlines_review(int32_t day, const struct calendar *holder, struct reckoned *ret);

/* The decision that a request owes when all its legs ended: 2 business days of its sender. */
enum err deadlines_decision(int64_t ended_us, const struct calendar *sender, struct reckoned *ret);
