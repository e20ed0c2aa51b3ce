/* SPDX-License-Identifier: Apache-2.0 */
#include "front/open_legs.h"

#include "broker/rows.h"
#include "rules/deadlines.h"
#include "store/tables.h"

enum err open_legs_each(struct txn *txn, enum err (*each)(void *context, const struct leg *leg), void *context)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_TIMERS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct timer_row timer;
		struct leg leg;

		err = timer_decode(key, &timer);
		if (err == ERR_OK && timer.kind != PB__TIMER_KIND__TIMER_KIND_LEG)
			continue;
		if (err == ERR_OK)
			err = leg_get(txn, timer.number, &leg);
		if (err == ERR_NOT_FOUND)
			err = ERR_CORRUPT;
		if (err == ERR_OK)
			err = each(context, &leg);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

struct step {
	int64_t percent;
	Pb__NoticeWhat what;
};

/* The steps of an answer's clock, in the order of their times; at one time in the order of the rules. */
static size_t answer_steps(const struct answer_clock *clock, struct step steps[DEADLINE_STEPS])
{
	const struct step all[] = {
		{ clock->remind_percent, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_DUE },
		{ clock->tell_sender_percent, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE },
		{ clock->tell_coordinator_percent, PB__NOTICE_WHAT__NOTICE_WHAT_SILENT },
		{ clock->lapse_percent, PB__NOTICE_WHAT__NOTICE_WHAT_LAPSED },
	};
	size_t count = clock->lapse_percent == DEADLINE_NEVER ? 3 : 4;

	for (size_t i = 0; i < count; i++) {
		size_t at = i;

		for (; at > 0 && steps[at - 1].percent > all[i].percent; at--)
			steps[at] = steps[at - 1];
		steps[at] = all[i];
	}
	return count;
}

Pb__NoticeWhat leg_next(const struct leg *leg)
{
	const struct answer_clock *clock = deadlines_answer_clock(leg->urgency);
	struct step steps[DEADLINE_STEPS];
	size_t count;

	if (leg->clock != PB__CLOCK_KIND__CLOCK_KIND_ANSWER)
		return leg->steps == 0 ? PB__NOTICE_WHAT__NOTICE_WHAT_WORD_DUE : PB__NOTICE_WHAT__NOTICE_WHAT_WORD_OVERDUE;
	if (clock == NULL)
		return PB__NOTICE_WHAT__NOTICE_WHAT_UNSPECIFIED;
	count = answer_steps(clock, steps);
	if (leg->steps >= count)
		return PB__NOTICE_WHAT__NOTICE_WHAT_ALARM;
	if (steps[leg->steps].what == PB__NOTICE_WHAT__NOTICE_WHAT_LAPSED && leg_is_dead_letter(leg))
		return PB__NOTICE_WHAT__NOTICE_WHAT_UNDELIVERABLE;
	return steps[leg->steps].what;
}
