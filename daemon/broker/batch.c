/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch.c - the course of one batch; see batch.h.
 *
 * A batch that finds no room is undone and run once more with submissions and erasures refused, so that acknowledgements still get through
 * on a full disk; when that fails too, everything in it is refused and asked for again.  Any other failure ends the writer. */
#include "broker/batch.h"

#include "broker/verbs.h"
#include "ledger/entry.h"

#define US_PER_S 1000000

static enum err begin(struct batch *batch, bool forced_tight)
{
	struct broker *broker = batch->broker;
	struct world *world = &batch->world;
	enum err err = store_make_room(broker->store, &world->room);

	if (err != ERR_OK)
		return err;
	batch->once_more = forced_tight;
	world->room.tight = world->room.tight || forced_tight; /* as the gauges then show, until the next look */
	world->tight = world->room.tight;
	batch->outcomes = world_alloc(world, batch->count, sizeof(struct outcome *));
	if (batch->outcomes == NULL)
		return ERR_NOMEM;
	return txn_begin_write(broker->store, &world->txn);
}

/* Between two frames, who waits for the batch before is not left waiting. */
static enum err work_inbound(struct batch *batch)
{
	struct broker *broker = batch->broker;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < batch->count; i++) {
		if (batch_is_untold(broker) && store_is_settled(broker->store))
			err = batch_tell(broker);
		if (err == ERR_OK)
			err = batch_inbound(batch, i);
	}
	return err;
}

/* Everything that changes something, in its order. */
static enum err work(struct batch *batch)
{
	enum err err = batch_clock_jumped(batch);

	if (err == ERR_OK)
		err = work_inbound(batch);
	if (err == ERR_OK)
		err = batch_erasure_told(batch);
	if (err == ERR_OK)
		err = batch_quarantine(batch);
	if (err == ERR_OK)
		err = batch_legs(batch); /* what a redirect opened rests on consents too */
	if (err == ERR_OK)
		err = batch_chores(batch);
	if (err == ERR_OK)
		err = batch_consents(batch);
	if (err == ERR_OK)
		err = batch_legs(batch);
	if (err == ERR_OK)
		err = batch_leases_over(batch);
	if (err == ERR_OK)
		err = batch_timers(batch);
	if (err == ERR_OK)
		err = batch_consents(batch);
	if (err == ERR_OK)
		err = batch_legs(batch);
	if (err == ERR_OK)
		err = batch_unpolled(batch);
	if (err == ERR_OK)
		err = batch_prune(batch);
	if (err == ERR_OK)
		err = batch_retention(batch);
	if (err == ERR_OK)
		err = batch_handouts(batch);
	return err == ERR_OK ? batch_legs(batch) : err; /* of those kept out meanwhile */
}

static bool has_entries(const struct batch *batch)
{
	return ledger_size(batch->broker->ledger) > batch->first_seq;
}

static enum err seal(struct batch *batch)
{
	struct broker *broker = batch->broker;
	enum err err = txn_error(batch->world.txn);

	if (err != ERR_OK)
		return err;
	if (has_entries(batch)) {
		batch->note_size = ledger_size(broker->ledger);
		err = ledger_seal(broker->ledger, batch->world.txn, &batch->note);
	} else {
		err = checkpoint_newest(batch->world.txn, 0, &batch->note, &batch->note_size);
	}
	if (err == ERR_OK)
		err = batch_replies(batch);
	return err == ERR_OK ? news_changes(batch) : err;
}

static enum err commit(struct batch *batch)
{
	struct broker *broker = batch->broker;
	struct txn *txn = batch->world.txn;
	enum err err;

	batch->world.txn = NULL;
	err = batch_tell(broker);
	if (err != ERR_OK || (!has_entries(batch) && !batch->wrote)) {
		txn_abort(txn); /* nothing was written, or nothing may be */
		return err;
	}
	err = txn_hand_over(txn);
	if (err == ERR_OK)
		ledger_keep(broker->ledger);
	return err;
}

/* What a batch keeps of what its entries led to. */
static void forget(struct batch *batch)
{
	batch->wrote = false;
	batch->keys_changed = false;
	batch->compromised = NULL;
	batch->consents_changed = NULL;
	batch->erased_tell_count = 0;
	batch->leg_work = NULL;
	batch->leg_work_last = NULL;
	batch->untold = NULL;
	batch->world.untold = NULL;
	batch->world.schedules = NULL;
	batch->version = 0;
}

/* As if the batch had not begun; memory is loaded anew from what is committed. */
static enum err undo(struct batch *batch)
{
	struct broker *broker = batch->broker;
	struct txn *txn;
	enum err err;

	txn_abort(batch->world.txn);
	batch->world.txn = NULL;
	ledger_forget(broker->ledger);
	batch->effects.count = 0;
	outbox_clear(&batch->replies);
	outbox_clear(&batch->news);
	outbox_clear(&batch->handouts);
	broker->retention_at = 0;
	broker->retire_at = (struct retire_at){ 0 };
	arena_reset(&batch->arena);
	forget(batch);
	broker->gauges.batch_errors++;
	err = batch_tell(broker); /* and with it, memory shows the batch before */
	if (err == ERR_OK)
		err = txn_begin_read(broker->store, &txn);
	if (err != ERR_OK)
		return err;
	err = memory_load(broker, txn);
	txn_abort(txn);
	return err;
}

static enum err attempt(struct batch *batch, bool forced_tight)
{
	enum err err = begin(batch, forced_tight);

	if (err == ERR_OK)
		err = work(batch);
	if (err == ERR_OK)
		err = seal(batch);
	return err == ERR_OK ? commit(batch) : err;
}

static bool lacks_room(enum err err)
{
	return err == ERR_NOSPC || err == ERR_NOMEM;
}

bool batch_is_untold(const struct broker *broker)
{
	return broker->untold.count > 0;
}

enum err batch_tell(struct broker *broker)
{
	struct outbox *untold = &broker->untold;
	enum err err = store_settle(broker->store);

	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < untold->count; i++)
		writer_tell(broker, untold->items[i]);
	untold->count = 0;
	return ERR_OK;
}

static bool has_answers(const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		if (batch->inbound[i]->answer != NULL)
			return true;
	return false;
}

/* What is durable becomes known: at once to operators, who wait for nothing else. */
static enum err publish(struct batch *batch)
{
	struct broker *broker = batch->broker;
	enum err err = ERR_OK;

	if (!outbox_move(&broker->untold, &batch->replies) || !outbox_move(&broker->untold, &batch->news) ||
	    !outbox_move(&broker->untold, &batch->handouts))
		return ERR_NOMEM; /* what was committed stays so; its senders ask again */
	if (!has_answers(batch) && !store_is_settled(broker->store))
		return ERR_OK;
	err = batch_tell(broker);
	for (size_t i = 0; err == ERR_OK && i < batch->count; i++)
		if (batch->inbound[i]->answer != NULL)
			batch->inbound[i]->answer(batch->inbound[i], batch->outcomes[i]->reply);
	return err;
}

static void update_gauges(struct batch *batch, bool committed)
{
	struct broker *broker = batch->broker;
	int64_t second = batch->clocks.mono_us / US_PER_S;
	size_t slot = (size_t)second % (sizeof(broker->rate) / sizeof(broker->rate[0]));
	uint64_t made = ledger_size(broker->ledger) - batch->first_seq;
	struct mailbox_counts counts;

	mailbox_counts(broker->mailbox, &counts);
	pthread_mutex_lock(&broker->gauges_mutex);
	for (unsigned lane = 0; lane < MAILBOX_LANES; lane++)
		broker->gauges.waiting[lane] = counts.waiting[lane];
	broker->gauges.leased = counts.leased;
	broker->gauges.frozen = counts.frozen;
	broker->gauges.quarantined = counts.quarantined;
	broker->gauges.dead = counts.dead;
	broker->gauges.oldest_waiting_us = counts.oldest_us;
	broker->gauges.index_bytes = counts.bytes;
	broker->gauges.entries = ledger_size(broker->ledger);
	broker->gauges.receiving_sessions = (uint32_t)sessions_receiving(broker->sessions);
	broker->gauges.room = batch->world.room;
	broker->gauges.holidays_until = broker->holidays == NULL ? 0 : broker->holidays->last_year;
	broker->gauges.clock_frozen = broker->clock.frozen;
	broker->gauges.clock_moving = clock_watch_moves(&broker->clock);
	broker->gauges.clock_moved_us = broker->clock.moved_us;
	broker->gauges.clock_off_us = clock_watch_off(&broker->clock, batch->machine);
	broker->next_look_us = batch->world.room.tight ? batch->clocks.mono_us + US_PER_S : INT64_MAX;
	if (committed)
		broker->gauges.commits++;
	if (broker->rate[slot].second != second) {
		broker->rate[slot].second = second;
		broker->rate[slot].entries = 0;
	}
	broker->rate[slot].entries += made;
	pthread_mutex_unlock(&broker->gauges_mutex);
}

/* Once more with submissions refused when there is no room. */
static enum err attempts(struct batch *batch)
{
	enum err err = attempt(batch, false);

	if (!lacks_room(err))
		return err;
	err = undo(batch);
	if (err != ERR_OK)
		return err;
	batch_clock_look(batch, batch->machine);
	return attempt(batch, true);
}

/* Frees what the batch took and everything that came in. */
static void end(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		batch->inbound[i]->release(batch->inbound[i]);
	batch->count = 0;
	batch->effects.count = 0;
	arena_reset(&batch->arena);
	if (batch->body.cap > BATCH_BODY_BYTES / 64)
		buf_free(&batch->body); /* a directory passed: give its memory back */
}

static void prepare(struct broker *broker, struct clocks clocks, struct inbound *const *inbound, size_t count)
{
	struct batch *batch = &broker->batch;

	batch->broker = broker;
	batch->machine = batch->clocks = clocks;
	batch->world.now_us = batch->world.wall_us = clocks.wall_us;
	batch->world.clock = &broker->clock;
	batch->inbound = inbound;
	batch->count = count;
	batch->first_seq = ledger_size(broker->ledger);
	forget(batch);
	batch->world.txn = NULL;
	batch->world.registry = broker->registry;
	batch->world.holidays = broker->holidays;
	batch->world.mailbox = broker->mailbox;
	batch->world.rules = &broker->rules;
	batch->world.arena = &batch->arena;
}

enum err batch_run(struct broker *broker, struct clocks clocks, struct inbound *const *inbound, size_t count)
{
	struct batch *batch = &broker->batch;
	bool committed;
	enum err err;

	prepare(broker, clocks, inbound, count);
	batch_clock_look(batch, clocks);
	err = attempts(batch);
	committed = err == ERR_OK;
	if (!committed) {
		enum err cause = err;

		err = undo(batch);
		batch_refuse_all(batch, cause);
		if (!lacks_room(cause))
			err = cause;
	}
	if (committed)
		memory_apply_effects(batch);
	update_gauges(batch, committed); /* before anyone hears: who then asks how things stand sees what he did */
	if (committed)
		err = publish(batch);
	end(batch);
	return err;
}

void batch_refuse(struct broker *broker, struct clocks clocks, struct inbound *const *inbound, size_t count)
{
	prepare(broker, clocks, inbound, count);
	batch_refuse_all(&broker->batch, ERR_STOPPED);
	end(&broker->batch);
}

enum err batch_genesis(struct broker *broker, struct clocks clocks, const Pb__GenesisEntry *genesis)
{
	struct batch *batch = &broker->batch;
	struct decision decision;
	struct outcome outcome;
	enum err err;

	prepare(broker, clocks, NULL, 0);
	err = begin(batch, false);
	if (err == ERR_OK)
		err = genesis_decide(&batch->world, genesis, &decision);
	if (err == ERR_OK)
		err = batch_settle(batch, &decision, &outcome);
	if (err == ERR_OK)
		err = seal(batch);
	if (err == ERR_OK)
		err = commit(batch);
	txn_abort(batch->world.txn); /* gone already when it was committed */
	batch->world.txn = NULL;
	end(batch);
	return err;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t batch_due_in(const struct broker *broker, struct clocks clocks)
{
	int64_t lease = leases_next_us(broker->leases);
	int64_t now_us = clock_watch_now(&broker->clock, clocks);
	int64_t due = INT64_MAX;

	if (mailbox_is_stirred(broker->mailbox) || clock_watch_moves(&broker->clock) || clock_watch_jump(&broker->clock, clocks) != 0)
		return 0;
	if (broker->chores && broker->next_look_us == INT64_MAX)
		return 0;
	if (lease != INT64_MAX)
		due = lease - clocks.mono_us;
	if (broker->clock.frozen)
		due = smaller(due, broker->next_frozen_us - clocks.mono_us);
	else if (broker->next_timer_us != INT64_MAX)
		due = smaller(due, broker->next_timer_us - now_us);
	if (!broker->clock.frozen)
		due = smaller(due, broker->next_unpolled_us - now_us);
	if (broker->rules.part_days != 0 && !broker->clock.frozen)
		due = smaller(due, broker->next_retention_us - clocks.mono_us);
	if (broker->rules.body_years != 0 && !broker->clock.frozen)
		due = smaller(due, broker->next_retire_us - clocks.mono_us);
	if (broker->next_prune_us - clocks.mono_us < due)
		due = broker->next_prune_us - clocks.mono_us;
	if (broker->next_look_us != INT64_MAX && broker->next_look_us - clocks.mono_us < due)
		due = broker->next_look_us - clocks.mono_us;
	return due < 0 ? 0 : due;
}
