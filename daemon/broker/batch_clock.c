/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_clock.c - a batch's time: the clocks are looked at once, a jump is recorded before anything else, and what entries say of
 * the clock is followed at once, so that the rest of the batch goes by it. */
#include "broker/batch.h"
#include "broker/rows_clock.h"
#include "broker/verbs.h"

static void set_time(struct batch *batch)
{
	struct broker *broker = batch->broker;

	batch->clocks.mono_us = batch->machine.mono_us;
	batch->clocks.wall_us = clock_watch_now(&broker->clock, batch->machine);
	batch->world.now_us = batch->clocks.wall_us;
	batch->world.schedules = NULL; /* they were reckoned from another now */
	batch->world.wall_us = batch->machine.wall_us + broker->clock.moved_us;
}

void batch_clock_look(struct batch *batch, struct clocks machine)
{
	struct broker *broker = batch->broker;

	batch->machine = machine;
	broker->clock.new_ledger = ledger_size(broker->ledger) <= 1;
	clock_watch_look(&broker->clock, machine, ledger_last_time_us(broker->ledger),
			 broker->next_timer_us < broker->next_unpolled_us ? broker->next_timer_us : broker->next_unpolled_us);
	atomic_store(&broker->moved_us, broker->clock.moved_us);
	set_time(batch);
}

enum err batch_clock_jumped(struct batch *batch)
{
	int64_t jumped_us = clock_watch_jump(&batch->broker->clock, batch->machine);
	struct decision decision;
	struct outcome outcome;
	enum err err;

	if (jumped_us == 0)
		return ERR_OK;
	err = clock_jump_decide(&batch->world, jumped_us, &decision);
	return err == ERR_OK ? batch_settle(batch, &decision, &outcome) : err;
}

void batch_clock_follow(struct batch *batch, const Pb__ClockEntry *entry)
{
	struct broker *broker = batch->broker;

	switch (entry->act) {
	case PB__CLOCK_ACT__CLOCK_ACT_JUMP:
		clock_watch_freeze(&broker->clock, entry->jumped_us);
		break;
	case PB__CLOCK_ACT__CLOCK_ACT_CONFIRM:
		clock_watch_confirm(&broker->clock, batch->machine);
		break;
	default:
		clock_watch_move(&broker->clock, entry->moved_us);
		break;
	}
	broker->next_timer_us = 0; /* to be looked up: by another time, or none stands still any more */
	broker->next_frozen_us = 0;
	broker->frozen_from = (struct timer_row){ 0 };
	broker->next_unpolled_us = 0;
	set_time(batch);
}

enum err batch_clock_load(struct broker *broker, struct txn *txn)
{
	struct clock_row row;
	enum err err = clock_row_get(txn, &row);

	if (err == ERR_OK)
		clock_watch_load(&broker->clock, &row);
	return err;
}
