/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/deadlines.h"

#include "contract/civil_time.h"

#define MINUTE_US CIVIL_MINUTE_US
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)
#define BUSINESS_DAYS(n) ((n) * INT64_C(100)) /* in hundredths */
#define ALL 100                               /* percent */
#define DECISION BUSINESS_DAYS(2)

static const struct answer_clock clocks[] = {
	{ .urgency = PB__URGENCY__URGENCY_ROUTINE, .measure = DEADLINE_BUSINESS_DAYS, .answer = BUSINESS_DAYS(5),
	  .remind_percent = 60, .tell_sender_percent = 100, .tell_coordinator_percent = 150, .lapse_percent = 300,
	  .soonest = BUSINESS_DAYS(1), .first_contact = BUSINESS_DAYS(5) },
	{ .urgency = PB__URGENCY__URGENCY_SOON, .measure = DEADLINE_BUSINESS_DAYS, .answer = BUSINESS_DAYS(2),
	  .remind_percent = 50, .tell_sender_percent = 100, .tell_coordinator_percent = 125, .lapse_percent = 250,
	  .soonest = BUSINESS_DAYS(1) / 2, .first_contact = BUSINESS_DAYS(2) },
	{ .urgency = PB__URGENCY__URGENCY_URGENT, .measure = DEADLINE_BY_THE_CLOCK, .answer = 4 * HOUR_US,
	  .remind_percent = 50, .tell_sender_percent = 100, .tell_coordinator_percent = 100, .lapse_percent = 400,
	  .lapse_open_us = 2 * HOUR_US, .soonest = HOUR_US, .first_contact = 4 * HOUR_US },
	{ .urgency = PB__URGENCY__URGENCY_DANGER, .measure = DEADLINE_BY_THE_CLOCK, .answer = 15 * MINUTE_US,
	  .remind_percent = 33, .tell_sender_percent = 66, .tell_coordinator_percent = 0, .lapse_percent = DEADLINE_NEVER,
	  .repeat_us = 15 * MINUTE_US, .soonest = 5 * MINUTE_US, .first_contact = 4 * HOUR_US },
};

const struct answer_clock *deadlines_answer_clock(Pb__Urgency urgency)
{
	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
		if (clocks[i].urgency == urgency)
			return &clocks[i];
	return NULL;
}

/* amount is in the row's measure; the product is exact for the rows as they stand, whose amounts are multiples of 100. */
static enum err after(const struct answer_clock *clock, int64_t start_us, int64_t amount, int64_t percent, const struct calendar *holder,
		      struct reckoned *ret)
{
	int64_t share = amount * percent / ALL;

	if (clock->measure == DEADLINE_BUSINESS_DAYS)
		return calendar_after_business_days(holder, start_us, share, ret);
	*ret = (struct reckoned){ start_us + share, false };
	return ERR_OK;
}

static enum err lapse_at(const struct answer_clock *clock, int64_t start_us, const struct calendar *holder, struct reckoned *ret)
{
	struct reckoned by_percent, by_hours;
	enum err err = after(clock, start_us, clock->answer, clock->lapse_percent, holder, &by_percent);

	if (err != ERR_OK)
		return err;
	err = calendar_after_open_time(holder, start_us, clock->lapse_open_us, &by_hours);
	if (err != ERR_OK)
		return err;
	*ret = (struct reckoned){ by_percent.us > by_hours.us ? by_percent.us : by_hours.us, by_percent.provisional || by_hours.provisional };
	return ERR_OK;
}

/* Puts a step where its instant belongs; of two at one instant, the kind that stands first in the list comes first. */
static void add_step(struct answer_schedule *schedule, enum deadline_kind kind, struct reckoned at)
{
	size_t place = schedule->count++;

	while (place > 0 && (schedule->steps[place - 1].at_us > at.us ||
			     (schedule->steps[place - 1].at_us == at.us && schedule->steps[place - 1].kind > kind))) {
		schedule->steps[place] = schedule->steps[place - 1];
		place--;
	}
	schedule->steps[place] = (struct deadline){ at.us, kind, at.provisional };
}

/* A step of a clock that was shortened to respond_by_us (0: it was not) lies on its own side of it. */
static void hold_against(int64_t respond_by_us, int64_t percent, struct reckoned *at)
{
	bool before = percent < ALL ? at->us > respond_by_us : at->us < respond_by_us;

	if (respond_by_us != 0 && (percent == ALL || before))
		at->us = respond_by_us;
}

static enum err add_steps(const struct answer_clock *clock, int64_t start_us, int64_t respond_by_us, const struct calendar *holder,
			  struct answer_schedule *schedule)
{
	const struct {
		enum deadline_kind kind;
		int64_t percent;
	} told[] = {
		{ DEADLINE_REMIND_HOLDER, clock->remind_percent },
		{ DEADLINE_TELL_SENDER, clock->tell_sender_percent },
		{ DEADLINE_TELL_COORDINATOR, clock->tell_coordinator_percent },
	};
	struct reckoned at;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < sizeof told / sizeof *told; i++) {
		err = after(clock, start_us, clock->answer, told[i].percent, holder, &at);
		hold_against(respond_by_us, told[i].percent, &at);
		if (err == ERR_OK)
			add_step(schedule, told[i].kind, at);
	}
	if (err != ERR_OK || clock->lapse_percent == DEADLINE_NEVER)
		return err;
	err = lapse_at(clock, start_us, holder, &at);
	hold_against(respond_by_us, clock->lapse_percent, &at);
	if (err == ERR_OK)
		add_step(schedule, DEADLINE_LAPSE, at);
	return err;
}

/* Whether nobody is in at the due time, and from when on somebody is.  Business days end while the desk is open. */
static void look_whether_closed(const struct calendar *holder, struct answer_schedule *schedule)
{
	if (calendar_open_at(holder, schedule->due.us))
		return;
	schedule->closed_at_due = true;
	if (calendar_next_opening(holder, schedule->due.us, &schedule->opens) != ERR_OK)
		schedule->opens = (struct reckoned){ 0, false }; /* it never opens, which must not keep danger to life from its clock */
}

static bool is_instant(int64_t at_us)
{
	return at_us >= 0 && at_us < CALENDAR_UNTIL_US;
}

static enum err build(const struct answer_clock *clock, int64_t start_us, int64_t respond_by_us, const struct calendar *holder,
		      struct answer_schedule *ret)
{
	struct answer_schedule schedule = { .repeat_us = clock->repeat_us };
	enum err err = after(clock, start_us, clock->answer, ALL, holder, &schedule.due);

	if (err == ERR_OK)
		err = add_steps(clock, start_us, respond_by_us, holder, &schedule);
	if (err != ERR_OK)
		return err;
	hold_against(respond_by_us, ALL, &schedule.due);
	look_whether_closed(holder, &schedule);
	*ret = schedule;
	return ERR_OK;
}

enum err deadlines_answer(Pb__Urgency urgency, int64_t start_us, const struct calendar *holder, struct answer_schedule *ret)
{
	const struct answer_clock *clock = deadlines_answer_clock(urgency);

	return clock == NULL || !is_instant(start_us) ? ERR_RANGE : build(clock, start_us, 0, holder, ret);
}

/* ---- an answer that is asked for sooner ---- */

enum err deadlines_soonest(Pb__Urgency urgency, int64_t start_us, const struct calendar *holder, struct reckoned *ret)
{
	const struct answer_clock *clock = deadlines_answer_clock(urgency);

	return clock == NULL || !is_instant(start_us) ? ERR_RANGE : after(clock, start_us, clock->soonest, ALL, holder, ret);
}

/* How much of the row's measure lies before an instant that is sooner than its answer. */
static enum err amount_until(const struct answer_clock *clock, int64_t start_us, int64_t until_us, const struct calendar *holder, int64_t *ret)
{
	int64_t least = 0, most = clock->answer;

	*ret = until_us - start_us;
	while (clock->measure == DEADLINE_BUSINESS_DAYS && least < most) {
		int64_t middle = (least + most + 1) / 2;
		struct reckoned at;
		enum err err = after(clock, start_us, middle, ALL, holder, &at);

		if (err != ERR_OK)
			return err;
		least = at.us <= until_us ? middle : least;
		most = at.us <= until_us ? most : middle - 1;
		*ret = least;
	}
	return ERR_OK;
}

enum err deadlines_answer_by(Pb__Urgency urgency, int64_t start_us, int64_t respond_by_us, const struct calendar *holder,
			     struct answer_schedule *ret)
{
	const struct answer_clock *clock = deadlines_answer_clock(urgency);
	struct answer_clock shorter;
	struct reckoned soonest = { 0 };
	enum err err = deadlines_answer(urgency, start_us, holder, ret);

	if (err == ERR_OK && respond_by_us != 0)
		err = deadlines_soonest(urgency, start_us, holder, &soonest);
	if (err != ERR_OK || respond_by_us == 0 || respond_by_us < soonest.us || respond_by_us >= ret->due.us)
		return err;
	shorter = *clock;
	err = amount_until(clock, start_us, respond_by_us, holder, &shorter.answer);
	return err == ERR_OK ? build(&shorter, start_us, respond_by_us, holder, ret) : err;
}

bool deadlines_step(const struct answer_schedule *schedule, uint32_t n, struct deadline *ret)
{
	if (n < schedule->count) {
		*ret = schedule->steps[n];
		return true;
	}
	if (schedule->repeat_us == DEADLINE_NEVER)
		return false;
	*ret = (struct deadline){ schedule->due.us + (int64_t)(n - schedule->count) * schedule->repeat_us, DEADLINE_REPEAT, schedule->due.provisional };
	return true;
}

enum err deadlines_first_contact(Pb__Urgency urgency, int64_t accepted_us, const struct calendar *holder, struct reckoned *ret)
{
	const struct answer_clock *clock = deadlines_answer_clock(urgency);

	if (clock == NULL || !is_instant(accepted_us))
		return ERR_RANGE;
	return after(clock, accepted_us, clock->first_contact, ALL, holder, ret);
}

enum err deadlines_report(int64_t last_us, uint32_t days, const struct calendar *holder, struct reckoned *ret)
{
	if (!is_instant(last_us) || days > DEADLINES_REPORT_DAYS_MAX)
		return ERR_RANGE;
	return calendar_next_opening(holder, last_us + (days > 0 ? days : DEADLINES_REPORT_DAYS) * DAY_US, ret);
}

enum err deadlines_review(int32_t day, const struct calendar *holder, struct reckoned *ret)
{
	if (day < 0 || day >= CALENDAR_UNTIL_US / DAY_US)
		return ERR_RANGE;
	return calendar_next_opening(holder, civil_time_us((struct civil_time){ .day = day }, holder->offset_minutes), ret);
}

enum err deadlines_decision(int64_t ended_us, const struct calendar *sender, struct reckoned *ret)
{
	return calendar_after_business_days(sender, ended_us, DECISION, ret);
}
