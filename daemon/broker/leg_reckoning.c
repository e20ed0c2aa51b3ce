/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_reckoning.c - see leg_reckoning.h for the contract. */
#include "broker/leg_reckoning.h"

#include "broker/business_time.h"

#define AGAIN_HUNDREDTHS 500 /* of a business day */

enum err reckon_calendar(struct world *world, uint32_t agency, struct calendar *ret)
{
	enum err err = calendar_of(world, agency, ret);

	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

/* The same zone and holidays with the usual hours, for a desk that never opens. */
static enum err usual(const struct calendar *calendar, struct opening_hours *hours, struct calendar *ret)
{
	*ret = *calendar;
	ret->hours = hours;
	return opening_hours_compile(NULL, hours);
}

static bool never_opens(enum err err)
{
	return err == ERR_NOT_FOUND || err == ERR_RANGE;
}

enum err reckon(struct world *world, uint32_t agency, reckon_way *how, const struct reckoning *what, void *ret)
{
	struct calendar own, office;
	struct opening_hours hours;
	enum err err = reckon_calendar(world, agency, &own);

	if (err != ERR_OK)
		return err;
	err = how(what, &own, ret);
	if (!never_opens(err))
		return err;
	err = usual(&own, &hours, &office);
	if (err == ERR_OK)
		err = how(what, &office, ret);
	return never_opens(err) ? ERR_CORRUPT : err;
}

enum err reckon_answer(const struct reckoning *what, const struct calendar *calendar, void *ret)
{
	return deadlines_answer_by(what->urgency, what->from_us, what->respond_by_us, calendar, ret);
}

enum err reckon_soonest(const struct reckoning *what, const struct calendar *calendar, void *ret)
{
	return deadlines_soonest(what->urgency, what->from_us, calendar, ret);
}

enum err reckon_first_contact(const struct reckoning *what, const struct calendar *calendar, void *ret)
{
	return deadlines_first_contact(what->urgency, what->from_us, calendar, ret);
}

enum err reckon_report(const struct reckoning *what, const struct calendar *calendar, void *ret)
{
	return deadlines_report(what->from_us, what->days, calendar, ret);
}

enum err reckon_review(const struct reckoning *what, const struct calendar *calendar, void *ret)
{
	return deadlines_review(what->day, calendar, ret);
}

enum err reckon_again(const struct reckoning *what, const struct calendar *calendar, void *ret)
{
	return calendar_after_business_days(calendar, what->from_us, AGAIN_HUNDREDTHS, ret);
}

enum err reckon_decision(const struct reckoning *what, const struct calendar *calendar, void *ret)
{
	return deadlines_decision(what->from_us, calendar, ret);
}

enum err reckon_opening(const struct reckoning *what, const struct calendar *calendar, void *ret)
{
	return calendar_next_opening(calendar, what->from_us, ret);
}
