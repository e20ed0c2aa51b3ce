/* SPDX-License-Identifier: Apache-2.0 */
/* rules/meetings.c - see meetings.h for the contract. */
#include "rules/meetings.h"

#include "contract/civil_time.h"
#include "rules/deadlines.h"

#define BUSINESS_DAYS(n) ((n) * INT64_C(100)) /* in hundredths */
#define DAY_US (CIVIL_DAY_MINUTES * CIVIL_MINUTE_US)

#define DATE_DAYS 5
#define MINUTES_DAYS 2
#define CLOSE_DAYS 5
#define PURGE_DAYS 1
#define HAND_BACK_DAYS 2

static struct reckoned after_days(int64_t from_us, int64_t days, const struct calendar *calendar)
{
	struct reckoned at;

	if (calendar_after_business_days(calendar, from_us, BUSINESS_DAYS(days), &at) == ERR_OK)
		return at;
	return (struct reckoned){ from_us + days * DAY_US, true };
}

struct reckoned meetings_date_due(int64_t proposed_us, const struct calendar *convener)
{
	return after_days(proposed_us, DATE_DAYS, convener);
}

struct reckoned meetings_minutes_due(int64_t ends_at_us, const struct calendar *convener)
{
	return after_days(ends_at_us, MINUTES_DAYS, convener);
}

struct reckoned meetings_close_due(int64_t from_us, const struct calendar *convener)
{
	return after_days(from_us, CLOSE_DAYS, convener);
}

struct reckoned meetings_purge_due(int64_t asked_us, const struct calendar *holder)
{
	return after_days(asked_us, PURGE_DAYS, holder);
}

struct reckoned meetings_hand_back_due(int64_t handed_back_us, const struct calendar *convener)
{
	return after_days(handed_back_us, HAND_BACK_DAYS, convener);
}

struct reckoned meetings_item_begins(int32_t day, const struct calendar *owner)
{
	struct reckoned at;

	if (deadlines_review(day, owner, &at) == ERR_OK)
		return at;
	return (struct reckoned){ civil_time_us((struct civil_time){ .day = day }, owner->offset_minutes), true };
}

struct reckoned meetings_item_due(int32_t day, const struct calendar *owner)
{
	struct reckoned begins = meetings_item_begins(day, owner);
	struct reckoned due = after_days(begins.us, 1, owner);

	due.provisional |= begins.provisional;
	return due;
}

/* Steps: who hears, and how many business days later the next one comes.  The last row stands for all after it. */
static const struct {
	bool waiting, coordinator;
	int64_t next_days;
} steps[] = {
	{ false, false, 1 },
	{ true, false, 2 },
	{ true, true, 5 },
};

#define STEPS (sizeof(steps) / sizeof(*steps))

struct meetings_told meetings_step(uint32_t n)
{
	uint32_t row = n < STEPS ? n : STEPS - 1;

	return (struct meetings_told){ steps[row].waiting, steps[row].coordinator };
}

struct reckoned meetings_after_step(uint32_t n, int64_t step_us, const struct calendar *holder)
{
	return after_days(step_us, steps[n < STEPS ? n : STEPS - 1].next_days, holder);
}
