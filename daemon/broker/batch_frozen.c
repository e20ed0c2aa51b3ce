/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_frozen.c - the wall clock jumped and nobody has confirmed it yet: timers stand still, but those of danger to life, which
 * run on the monotonic clock.  The others that are due wait in the same table, so that it is looked through once a second only. */
#include "broker/batch.h"
#include "broker/lookup_legs.h"
#include "broker/verbs.h"

#define LOOK_EVERY_US 1000000
#define FROZEN_TIMERS_MAX 1024u /* in one batch */

static enum err is_danger(struct batch *batch, const struct timer_row *timer, bool *ret_danger)
{
	struct leg leg;
	enum err err;

	*ret_danger = false;
	if (timer->kind != PB__TIMER_KIND__TIMER_KIND_LEG)
		return ERR_OK;
	err = leg_get(batch->world.txn, timer->number, &leg);
	if (err == ERR_OK)
		*ret_danger = leg.urgency == PB__URGENCY__URGENCY_DANGER;
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

/* The first timer that is due and of danger to life; ERR_NOT_FOUND. */
static enum err first_danger(struct batch *batch, struct timer_row *ret_timer)
{
	struct bytes key, value;
	struct cursor *cursor;
	bool danger = false;
	enum err err = cursor_open(batch->world.txn, TABLE_TIMERS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		err = timer_decode(key, ret_timer);
		if (err == ERR_OK && ret_timer->due_at_us > batch->clocks.wall_us)
			err = ERR_NOT_FOUND;
		if (err == ERR_OK)
			err = is_danger(batch, ret_timer, &danger);
		if (err != ERR_OK || danger)
			break;
	}
	cursor_close(cursor);
	return err;
}

enum err batch_frozen_timers(struct batch *batch)
{
	struct broker *broker = batch->broker;
	enum err err = ERR_OK;

	if (broker->next_frozen_us > batch->clocks.mono_us)
		return ERR_OK;
	broker->next_frozen_us = batch->clocks.mono_us + LOOK_EVERY_US;
	for (size_t i = 0; i < FROZEN_TIMERS_MAX; i++) {
		struct timer_row timer;

		err = first_danger(batch, &timer);
		if (err == ERR_OK)
			err = batch_timer(batch, &timer);
		if (err != ERR_OK)
			return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	broker->next_frozen_us = 0;
	return ERR_OK;
}
