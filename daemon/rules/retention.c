/* SPDX-License-Identifier: Apache-2.0 */
/* rules/retention.c - see retention.h for the contract. */
#include "rules/retention.h"

#include "contract/civil_time.h"

#define LAST_YEAR 9899 /* so that every anniversary has a date */

struct retention_schedule retention_default(int offset_minutes)
{
	struct retention_schedule schedule = { .part_days = RETENTION_PART_DAYS, .offset_minutes = offset_minutes };

	for (unsigned kind = 0; kind < RETENTION_KINDS; kind++)
		schedule.body_years[kind] = RETENTION_BODY_YEARS;
	return schedule;
}

enum err retention_check(const struct retention_schedule *schedule)
{
	if (schedule->part_days < 1 || schedule->part_days > RETENTION_PART_DAYS_MAX)
		return ERR_RANGE;
	for (unsigned kind = 0; kind < RETENTION_KINDS; kind++) {
		if (schedule->body_years[kind] < 1 || schedule->body_years[kind] > RETENTION_BODY_YEARS_MAX)
			return ERR_RANGE;
	}
	return ERR_OK;
}

/* The day on which it ended; ERR_BUSY when it has not. */
static enum err day_of_end(const struct retention_schedule *schedule, const struct retention_thread *thread, int32_t *ret_day)
{
	const int64_t last_us = civil_time_us((struct civil_time){ .day = civil_day_of((struct civil_date){ LAST_YEAR, 12, 31 }) }, 0);

	if (thread->open > 0)
		return ERR_BUSY;
	if (thread->ended_us < 0 || thread->ended_us > last_us)
		return ERR_RANGE;
	*ret_day = civil_time_of(thread->ended_us, schedule->offset_minutes).day;
	return ERR_OK;
}

/* The beginning of the day after: the last day that counts is kept whole. */
static int64_t after_day(const struct retention_schedule *schedule, int32_t day)
{
	return civil_time_us((struct civil_time){ .day = day + 1 }, schedule->offset_minutes);
}

enum err retention_parts_due(const struct retention_schedule *schedule, const struct retention_thread *thread, int64_t *ret_us)
{
	int32_t day = 0;
	enum err err = day_of_end(schedule, thread, &day);

	if (err == ERR_OK)
		*ret_us = after_day(schedule, day + (int32_t)schedule->part_days);
	return err;
}

static uint32_t years_of(const struct retention_schedule *schedule, Pb__Kind kind)
{
	return schedule->body_years[(unsigned)kind < RETENTION_KINDS ? (unsigned)kind : 0];
}

enum err retention_bodies_due(const struct retention_schedule *schedule, const struct retention_thread *thread, int64_t *ret_us)
{
	int32_t day = 0;
	enum err err = day_of_end(schedule, thread, &day);
	struct civil_date date;

	if (err != ERR_OK)
		return err;
	date = civil_date_of(day);
	date.year += (int32_t)years_of(schedule, thread->kind);
	*ret_us = after_day(schedule, civil_day_of(date)); /* 29 February counts on into March */
	return ERR_OK;
}
