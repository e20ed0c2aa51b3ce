/* SPDX-License-Identifier: Apache-2.0 */
#include "front/open_legs.h"

#include <string.h>

#include "broker/conferences.h"
#include "broker/rows.h"
#include "rules/deadlines.h"
#include "store/tables.h"

static enum err leg_turn(struct txn *txn, uint64_t number, struct leg *leg, struct open_turn *turn)
{
	enum err err = leg_get(txn, number, leg);

	if (err != ERR_OK)
		return err;
	turn->leg = leg;
	turn->holder = leg_holder_agency(leg);
	turn->due_at_us = leg->due_at_us;
	turn->provisional = leg->provisional;
	return ERR_OK;
}

static enum err request_turn(struct txn *txn, uint64_t number, struct open_turn *turn)
{
	struct request request;
	enum err err = request_get(txn, number, &request);

	if (err != ERR_OK)
		return err;
	memcpy(turn->thread_id, request.message_id, sizeof turn->thread_id);
	turn->asked_by = request.sender;
	turn->holder = request_asker(&request);
	turn->due_at_us = request.due_at_us;
	turn->provisional = request.provisional;
	return ERR_OK;
}

static enum err conference_turn(struct txn *txn, uint64_t number, struct open_turn *turn)
{
	struct conference conference;
	enum err err = conference_get(txn, number, &conference);

	if (err != ERR_OK)
		return err;
	memcpy(turn->thread_id, conference.id, sizeof turn->thread_id);
	turn->asked_by = turn->holder = conference.convener;
	turn->due_at_us = conference.due_at_us;
	turn->provisional = conference.provisional;
	return ERR_OK;
}

static enum err action_item_turn(struct txn *txn, uint64_t number, struct open_turn *turn)
{
	struct action_item item;
	enum err err = action_item_get(txn, number, &item);

	if (err != ERR_OK)
		return err;
	memcpy(turn->thread_id, item.thread_id, sizeof turn->thread_id);
	turn->item = item.number;
	turn->asked_by = item.convener;
	turn->holder = item.holder == PB__PARTY__PARTY_OWNER ? item.owner : item.convener;
	turn->due_at_us = item.due_at_us;
	turn->provisional = item.provisional;
	return ERR_OK;
}

/* ERR_OK with the kind UNSPECIFIED: nobody's turn, as where a consent runs out. */
static enum err read_turn(struct txn *txn, const struct timer_row *timer, struct leg *leg, struct open_turn *ret_turn)
{
	*ret_turn = (struct open_turn){ .kind = timer->kind, .number = timer->number, .next_at_us = timer->due_at_us };
	switch (timer->kind) {
	case PB__TIMER_KIND__TIMER_KIND_LEG:
		return leg_turn(txn, timer->number, leg, ret_turn);
	case PB__TIMER_KIND__TIMER_KIND_REQUEST:
		return request_turn(txn, timer->number, ret_turn);
	case PB__TIMER_KIND__TIMER_KIND_CONFERENCE:
		return conference_turn(txn, timer->number, ret_turn);
	case PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM:
		return action_item_turn(txn, timer->number, ret_turn);
	default:
		ret_turn->kind = PB__TIMER_KIND__TIMER_KIND_UNSPECIFIED;
		return ERR_OK;
	}
}

enum err open_turns_each(struct txn *txn, enum err (*each)(void *context, const struct open_turn *turn), void *context)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_TIMERS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct timer_row timer;
		struct open_turn turn;
		struct leg leg;

		err = timer_decode(key, &timer);
		if (err == ERR_OK)
			err = read_turn(txn, &timer, &leg, &turn);
		if (err == ERR_NOT_FOUND)
			err = ERR_CORRUPT;
		if (err == ERR_OK && turn.kind != PB__TIMER_KIND__TIMER_KIND_UNSPECIFIED)
			err = each(context, &turn);
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
