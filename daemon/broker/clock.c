/* SPDX-License-Identifier: Apache-2.0 */
/* broker/clock.c - rule: what is believed of the machine's clock, each time an entry.
 *
 *   jump     by itself: the wall clock is off by more than CLOCK_JUMP_US (clock_watch.h); timers stand still, but those of danger to life
 *   confirm  an operator says that the wall clock is right: its time is the site's from here on, and what is due by it is due
 *   move     an operator sends a test site's clock ahead, by a time or by business days of the usual hours; a real site's never moves */
#include "broker/business_time.h"
#include "broker/rows_clock.h"
#include "broker/verbs.h"

#define DAY_US (INT64_C(86400) * 1000000)
#define MOVE_US_MAX (400 * DAY_US)      /* at once */
#define MOVE_BUSINESS_DAYS_MAX 250u     /* at once */
#define MOVED_US_MAX (3660 * DAY_US)    /* in all */

static Pb__ClockEntry *entry_new(struct world *world, const Pb__Operator *operator)
{
	Pb__ClockEntry *entry = world_alloc(world, 1, sizeof(*entry));

	if (entry == NULL)
		return NULL;
	pb__clock_entry__init(entry);
	entry->operator_ = (Pb__Operator *)(uintptr_t)operator;
	entry->wall_us = world->wall_us;
	entry->moved_us = world->clock->target_us;
	return entry;
}

enum err clock_jump_decide(struct world *world, int64_t jumped_us, struct decision *ret_decision)
{
	Pb__ClockEntry *entry = entry_new(world, NULL);

	if (entry == NULL)
		return ERR_NOMEM;
	entry->act = PB__CLOCK_ACT__CLOCK_ACT_JUMP;
	entry->jumped_us = jumped_us;
	return decide_entry(world, PB__ENTRY_BODY__BODY_CLOCK, entry, ret_decision);
}

enum err clock_confirm_decide(struct world *world, const Pb__Operator *operator, const char *reason, struct decision *ret_decision)
{
	size_t len = strlen(reason);
	Pb__ClockEntry *entry;

	if (len == 0)
		return decide_refusal(world, REFUSE(MALFORMED), "reason", 0, 0, ret_decision);
	if (len > LIMIT_SHORT_TEXT)
		return decide_refusal(world, REFUSE(TOO_LARGE), "reason", (int64_t)len, LIMIT_SHORT_TEXT, ret_decision);
	if (!world->clock->frozen) {
		decide_nothing(ret_decision);
		return ERR_OK;
	}
	entry = entry_new(world, operator);
	if (entry == NULL)
		return ERR_NOMEM;
	entry->act = PB__CLOCK_ACT__CLOCK_ACT_CONFIRM;
	entry->confirmed = true;
	entry->jumped_us = world->wall_us - world->now_us;
	entry->reason = pb_of_text(reason);
	return decide_entry(world, PB__ENTRY_BODY__BODY_CLOCK, entry, ret_decision);
}

/* From now, by the usual hours and the site's holidays, whoever is open otherwise. */
static enum err business_days(struct world *world, int64_t from_us, uint32_t days, int64_t *ret_by_us)
{
	struct opening_hours hours;
	struct calendar calendar = {
		.hours = &hours,
		.holidays = world->holidays,
		.offset_minutes = registry_zone_minutes(world->registry),
	};
	struct reckoned reached;
	enum err err = opening_hours_compile(NULL, &hours);

	if (err == ERR_OK)
		err = calendar_after_business_days(&calendar, from_us, (int64_t)days * 100, &reached);
	if (err == ERR_OK)
		*ret_by_us = reached.us - from_us;
	return err;
}

static enum err move_by(struct world *world, const Pb__AdminClockMove *move, int64_t *ret_by_us, struct objection *ret_objection)
{
	const struct clock_watch *clock = world->clock;
	int64_t by_us = move->by_us;
	enum err err = ERR_OK;

	if (move->business_days > MOVE_BUSINESS_DAYS_MAX)
		*ret_objection = OBJECT(TOO_LARGE, .subject = "clock.business_days", .value = move->business_days, .bound = MOVE_BUSINESS_DAYS_MAX);
	else if (move->business_days > 0 && by_us == 0)
		err = business_days(world, world->now_us + clock->target_us - clock->moved_us, move->business_days, &by_us);
	else if (move->business_days > 0 || by_us <= 0)
		*ret_objection = OBJECT(MALFORMED, .subject = "clock.move"); /* one of the two, and never back */
	if (err == ERR_OK && ret_objection->code == 0 && by_us > MOVE_US_MAX)
		*ret_objection = OBJECT(TOO_LARGE, .subject = "clock.days", .value = by_us / DAY_US, .bound = MOVE_US_MAX / DAY_US);
	else if (err == ERR_OK && ret_objection->code == 0 && clock->target_us > MOVED_US_MAX - by_us)
		*ret_objection = OBJECT(TOO_LARGE, .subject = "clock.days", .value = (clock->target_us + by_us) / DAY_US,
					.bound = MOVED_US_MAX / DAY_US);
	*ret_by_us = by_us;
	return err == ERR_RANGE || err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* the usual hours open every week */
}

enum err clock_move_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminClockMove *move, struct decision *ret_decision)
{
	struct objection objection = { 0 };
	Pb__ClockEntry *entry;
	int64_t by_us = 0;
	enum err err;

	if (!world->rules->test_site)
		return decide_refusal(world, REFUSE(REAL_SITE), "clock", 0, 0, ret_decision);
	if (world->clock->frozen)
		return decide_refusal(world, REFUSE(CLOCK_FROZEN), NULL, world->wall_us - world->now_us, 0, ret_decision);
	err = move_by(world, move, &by_us, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	entry = entry_new(world, operator);
	if (entry == NULL)
		return ERR_NOMEM;
	entry->act = PB__CLOCK_ACT__CLOCK_ACT_MOVE;
	entry->moved_us += by_us;
	return decide_entry(world, PB__ENTRY_BODY__BODY_CLOCK, entry, ret_decision);
}

enum err clock_apply(struct txn *txn, const struct leaf_header *header, const Pb__ClockEntry *entry)
{
	bool jump = entry->act == PB__CLOCK_ACT__CLOCK_ACT_JUMP;
	bool stays = entry->act == PB__CLOCK_ACT__CLOCK_ACT_MOVE;
	struct clock_row row;
	enum err err = clock_row_get(txn, &row);

	if (err != ERR_OK)
		return err;
	if (entry->act < PB__CLOCK_ACT__CLOCK_ACT_JUMP || entry->act > PB__CLOCK_ACT__CLOCK_ACT_MOVE || entry->moved_us < row.moved_us)
		return ERR_CORRUPT;
	clock_row_put(txn, &(struct clock_row){
				   .frozen = jump,
				   .jumped_us = jump ? entry->jumped_us : 0,
				   .wall_us = stays ? row.wall_us : entry->wall_us,
				   .since_us = stays ? row.since_us : header->time_us,
				   .moved_us = entry->moved_us,
			   });
	return ERR_OK;
}
