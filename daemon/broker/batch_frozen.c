/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_frozen.c - the wall clock jumped and nobody has confirmed it yet: timers stand still, but those of danger to life, which
 * run on the monotonic clock.  The others that are due wait in the same table, so that it is looked through once a second only, and never
 * twice in a look. */
#include "broker/batch.h"
#include "broker/lookup_legs.h"
#include "broker/verbs.h"

#define LOOK_EVERY_US 1000000
#define FROZEN_TIMERS_MAX 1024u /* in one batch */

_Static_assert(FROZEN_ROWS_MAX >= FROZEN_TIMERS_MAX, "who looks finds");

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

/* The first timer from *from on that is due and of danger to life.  *from goes on behind what was looked at, *left down with it.
 * ERR_NOT_FOUND: there is none; ERR_BUSY: *left was too little to tell. */
static enum err next_danger(struct batch *batch, struct timer_row *from, size_t *left, struct timer_row *ret_timer)
{
	struct bytes key, value;
	struct cursor *cursor;
	bool danger = false;
	enum err err = cursor_open(batch->world.txn, TABLE_TIMERS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = timer_seek(cursor, from, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		err = timer_decode(key, ret_timer);
		if (err == ERR_OK && ret_timer->due_at_us > batch->clocks.wall_us)
			err = ERR_NOT_FOUND;
		if (err == ERR_OK && *left == 0)
			err = ERR_BUSY;
		if (err == ERR_OK)
			err = is_danger(batch, ret_timer, &danger);
		if (err != ERR_OK)
			break;
		--*left;
		*from = (struct timer_row){ ret_timer->due_at_us, ret_timer->kind, ret_timer->number + 1 };
		if (danger)
			break;
	}
	cursor_close(cursor);
	return err;
}

/* One look goes once through all that is due, in as many batches as that takes; what danger repeats becomes due again behind it. */
enum err batch_frozen_timers(struct batch *batch)
{
	struct broker *broker = batch->broker;
	size_t left = FROZEN_ROWS_MAX;
	enum err err = ERR_OK;

	if (broker->next_frozen_us > batch->clocks.mono_us)
		return ERR_OK;
	for (size_t i = 0; err == ERR_OK && i < FROZEN_TIMERS_MAX; i++) {
		struct timer_row timer;

		err = next_danger(batch, &broker->frozen_from, &left, &timer);
		if (err == ERR_OK)
			err = batch_timer(batch, &timer);
	}
	if (err == ERR_OK || err == ERR_BUSY) {
		broker->next_frozen_us = 0; /* there is more */
		return ERR_OK;
	}
	broker->next_frozen_us = batch->clocks.mono_us + LOOK_EVERY_US;
	broker->frozen_from = (struct timer_row){ 0 };
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
