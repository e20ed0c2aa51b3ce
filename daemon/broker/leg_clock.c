/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_clock.c - see leg_clock.h for the contract. */
#include "broker/leg_clock.h"

#include "broker/leg_reckoning.h"
#include "contract/civil_time.h"

enum err request_clock_decision(struct world *world, uint32_t sender, int64_t from_us, struct reckoned *ret)
{
	return reckon(world, sender, reckon_decision, &(struct reckoning){ .from_us = from_us }, ret);
}

enum err leg_today(struct world *world, uint32_t agency, int32_t *ret_day)
{
	struct calendar calendar;
	enum err err = reckon_calendar(world, agency, &calendar);

	if (err == ERR_OK)
		*ret_day = civil_time_of(world->now_us, calendar.offset_minutes).day;
	return err;
}

/* ---- a leg's ---- */

uint32_t leg_clock_agency(const struct leg *leg)
{
	if (leg->state == PB__LEG_STATE__LEG_STATE_QUESTIONED || leg->state == PB__LEG_STATE__LEG_STATE_AWAITING_SEAL)
		return leg->asker;
	return leg->acting != 0 ? leg->acting : leg->agency;
}

/* The schedules last reckoned in this batch, whose requests have one moment and few agencies: walking the dates anew for each would be a
 * good part of what a request costs. */
#define KEPT 64u /* a power of two */

struct schedules {
	struct {
		uint32_t agency; /* 0: none */
		Pb__Urgency urgency;
		int64_t from_us, respond_by_us;
		struct answer_schedule schedule;
	} kept[KEPT];
};

/* By when who was asked is to answer; a sender's own turn runs by its own clock. */
static int64_t respond_by(const struct leg *leg)
{
	bool senders = leg->state == PB__LEG_STATE__LEG_STATE_QUESTIONED || leg->state == PB__LEG_STATE__LEG_STATE_AWAITING_SEAL;

	return senders ? 0 : leg->respond_by_us;
}

static enum err schedule_of(struct world *world, const struct leg *leg, struct answer_schedule *ret)
{
	uint32_t agency = leg_clock_agency(leg);
	size_t place = (agency * 4 + (uint32_t)leg->urgency) % KEPT;
	struct reckoning what = { .urgency = leg->urgency, .from_us = leg->clock_from_us, .respond_by_us = respond_by(leg) };
	enum err err;

	if (world->schedules == NULL)
		world->schedules = world_alloc(world, 1, sizeof(*world->schedules));
	if (world->schedules == NULL)
		return ERR_NOMEM;
	if (world->schedules->kept[place].agency != agency || world->schedules->kept[place].urgency != leg->urgency ||
	    world->schedules->kept[place].from_us != what.from_us || world->schedules->kept[place].respond_by_us != what.respond_by_us) {
		err = reckon(world, agency, reckon_answer, &what, &world->schedules->kept[place].schedule);
		if (err != ERR_OK)
			return err;
		world->schedules->kept[place].agency = agency;
		world->schedules->kept[place].urgency = leg->urgency;
		world->schedules->kept[place].from_us = what.from_us;
		world->schedules->kept[place].respond_by_us = what.respond_by_us;
	}
	*ret = world->schedules->kept[place].schedule;
	return ERR_OK;
}

static enum err start_answer(struct world *world, struct leg *leg, struct answer_schedule *ret)
{
	struct answer_schedule schedule;
	struct deadline first;
	enum err err = schedule_of(world, leg, &schedule);

	if (err != ERR_OK)
		return err;
	if (!deadlines_step(&schedule, 0, &first))
		return ERR_CORRUPT;
	leg->clock = PB__CLOCK_KIND__CLOCK_KIND_ANSWER;
	leg->due_at_us = schedule.due.us;
	leg->provisional = schedule.due.provisional;
	leg->timer_at_us = first.at_us;
	if (ret != NULL)
		*ret = schedule;
	return ERR_OK;
}

static enum err due_first_contact(struct world *world, int32_t day, const struct leg *leg, struct reckoned *ret)
{
	struct reckoning what = { .urgency = leg->urgency, .from_us = leg->clock_from_us, .day = day };
	struct reckoned planned;
	enum err err = reckon(world, leg_clock_agency(leg), reckon_first_contact, &what, ret);

	if (err != ERR_OK || day == LEG_NO_DAY)
		return err;
	what.day++; /* the whole day is there for it */
	err = reckon(world, leg_clock_agency(leg), reckon_review, &what, &planned);
	if (err == ERR_OK && planned.us < ret->us)
		*ret = planned;
	return err;
}

static enum err start_word(struct world *world, uint32_t report_days, int32_t day, struct leg *leg)
{
	struct reckoning what = { .from_us = leg->clock_from_us, .days = report_days, .day = day };
	struct reckoned due;
	enum err err;

	if (leg->state == PB__LEG_STATE__LEG_STATE_ACCEPTED) {
		leg->clock = PB__CLOCK_KIND__CLOCK_KIND_FIRST_CONTACT;
		err = due_first_contact(world, day, leg, &due);
	} else if (leg->state == PB__LEG_STATE__LEG_STATE_ON_HOLD) {
		leg->clock = PB__CLOCK_KIND__CLOCK_KIND_REVIEW;
		err = reckon(world, leg_clock_agency(leg), reckon_review, &what, &due);
	} else {
		leg->clock = PB__CLOCK_KIND__CLOCK_KIND_REPORT;
		err = reckon(world, leg_clock_agency(leg), reckon_report, &what, &due);
	}
	if (err != ERR_OK)
		return err;
	leg->due_at_us = due.us;
	leg->provisional = due.provisional;
	leg->timer_at_us = due.us;
	return ERR_OK;
}

enum err leg_clock_start(struct world *world, uint32_t report_days, int32_t day, struct leg *leg, struct answer_schedule *ret)
{
	leg->clock_from_us = world->now_us;
	leg->steps = 0;
	switch (leg->state) {
	case PB__LEG_STATE__LEG_STATE_ACCEPTED:
	case PB__LEG_STATE__LEG_STATE_ACTIVE:
	case PB__LEG_STATE__LEG_STATE_ON_HOLD:
		return start_word(world, report_days, day, leg);
	default:
		return start_answer(world, leg, ret);
	}
}

void leg_clock_stop(struct leg *leg)
{
	leg->clock = PB__CLOCK_KIND__CLOCK_KIND_UNSPECIFIED;
	leg->clock_from_us = 0;
	leg->due_at_us = 0;
	leg->timer_at_us = 0;
	leg->steps = 0;
	leg->provisional = false;
}

enum err leg_clock_step(struct world *world, const struct leg *leg, struct deadline *ret_step)
{
	struct answer_schedule schedule;
	enum err err = schedule_of(world, leg, &schedule);

	if (err != ERR_OK)
		return err;
	return deadlines_step(&schedule, leg->steps, ret_step) ? ERR_OK : ERR_CORRUPT;
}

/* ---- again, by other holidays ---- */

static enum err answer_again(struct world *world, struct leg *leg)
{
	struct answer_schedule schedule;
	struct deadline step;
	enum err err = schedule_of(world, leg, &schedule);

	if (err != ERR_OK)
		return err;
	if (!deadlines_step(&schedule, leg->steps, &step))
		return ERR_CORRUPT;
	leg->due_at_us = schedule.due.us;
	leg->provisional = schedule.due.provisional;
	leg->timer_at_us = step.at_us;
	return ERR_OK;
}

/* A contact that was planned keeps its day: it was due before any holidays could have it due without a plan. */
static enum err first_contact_again(struct world *world, const struct leg *leg, struct reckoned *ret)
{
	struct reckoning what = { .urgency = leg->urgency, .from_us = leg->clock_from_us };
	uint32_t agency = leg_clock_agency(leg);
	struct calendar bare;
	struct reckoned least;
	enum err err = reckon_calendar(world, agency, &bare);

	if (err != ERR_OK)
		return err;
	bare.holidays = NULL;
	err = reckon_first_contact(&what, &bare, &least);
	if (err == ERR_OK && leg->due_at_us < least.us)
		return reckon(world, agency, reckon_opening, &(struct reckoning){ .from_us = leg->due_at_us }, ret);
	return reckon(world, agency, reckon_first_contact, &what, ret);
}

static enum err word_again(struct world *world, uint32_t report_days, struct leg *leg)
{
	struct reckoning what = { .from_us = leg->clock_from_us, .days = report_days };
	struct reckoned due;
	struct calendar calendar;
	enum err err = reckon_calendar(world, leg_clock_agency(leg), &calendar);

	if (err != ERR_OK)
		return err;
	if (leg->clock == PB__CLOCK_KIND__CLOCK_KIND_FIRST_CONTACT) {
		err = first_contact_again(world, leg, &due);
	} else if (leg->clock == PB__CLOCK_KIND__CLOCK_KIND_REVIEW) {
		what.day = civil_time_of(leg->due_at_us, calendar.offset_minutes).day;
		err = reckon(world, leg_clock_agency(leg), reckon_review, &what, &due);
	} else {
		err = reckon(world, leg_clock_agency(leg), reckon_report, &what, &due);
	}
	if (err != ERR_OK)
		return err;
	leg->due_at_us = due.us;
	leg->provisional = due.provisional;
	if (leg->steps == 0)
		leg->timer_at_us = due.us;
	return ERR_OK;
}

enum err leg_clock_reckon(struct world *world, uint32_t report_days, struct leg *leg)
{
	if (leg->clock == PB__CLOCK_KIND__CLOCK_KIND_ANSWER)
		return answer_again(world, leg);
	return word_again(world, report_days, leg);
}

/* ---- steps ---- */

static enum err advance_answer(struct world *world, struct leg *leg)
{
	struct answer_schedule schedule;
	struct deadline next;
	enum err err = schedule_of(world, leg, &schedule);

	if (err != ERR_OK)
		return err;
	do {
		if (!deadlines_step(&schedule, ++leg->steps, &next))
			return ERR_CORRUPT;
	} while (next.kind == DEADLINE_REPEAT && next.at_us <= world->now_us);
	leg->timer_at_us = next.at_us;
	return ERR_OK;
}

enum err leg_clock_advance(struct world *world, struct leg *leg)
{
	struct reckoned next;
	enum err err;

	if (leg->clock == PB__CLOCK_KIND__CLOCK_KIND_ANSWER)
		return advance_answer(world, leg);
	err = reckon(world, leg_clock_agency(leg), reckon_again, &(struct reckoning){ .from_us = world->now_us }, &next);
	if (err != ERR_OK)
		return err;
	leg->steps++;
	leg->timer_at_us = next.us;
	return ERR_OK;
}
