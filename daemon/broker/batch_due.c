/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_due.c - what comes due by itself: leases that ran out, timers, segments that nobody came to refer to. */
#include "broker/batch.h"
#include "broker/consent_act.h"
#include "broker/leg_event.h"
#include "broker/conference_event.h"
#include "broker/verbs.h"
#include "contract/limits.h"
#include "store/parts.h"

#define LEASES_OVER_MAX 4096u    /* in one batch */
#define TIMERS_MAX 1024u         /* entries that timers make in one batch */
#define PRUNE_SEGMENTS_MAX 64u   /* in one batch */
#define PRUNE_EVERY_US 600000000 /* ten minutes */
#define US_PER_S 1000000

struct running_out {
	struct batch *batch;
	enum err err;
};

/* Its session lives: it is tried again and nothing is counted. */
static void run_out(void *context, uint64_t item)
{
	struct running_out *running_out = context;
	struct batch *batch = running_out->batch;

	if (running_out->err != ERR_OK)
		return;
	mailbox_return(batch->broker->mailbox, item);
	running_out->err = batch_effect(batch, &(struct effect){ .type = EFFECT_END, .item = item });
}

enum err batch_leases_over(struct batch *batch)
{
	struct running_out running_out = { .batch = batch };

	leases_each_over(batch->broker->leases, batch->clocks.mono_us, LEASES_OVER_MAX, run_out, &running_out);
	return running_out.err;
}

/* What the first timer's turn brings, by its kind; each decision moves that timer or ends it. */
static enum err decide_timer(struct batch *batch, const struct timer_row *timer, struct decision *ret_decision)
{
	switch (timer->kind) {
	case PB__TIMER_KIND__TIMER_KIND_EXPIRES:
		return timer_decide(&batch->world, ret_decision);
	case PB__TIMER_KIND__TIMER_KIND_CONSENT:
		return consent_timer_decide(&batch->world, timer->number, ret_decision);
	case PB__TIMER_KIND__TIMER_KIND_LEG:
		return leg_timer_decide(&batch->world, timer->number, ret_decision);
	case PB__TIMER_KIND__TIMER_KIND_REQUEST:
		return request_timer_decide(&batch->world, timer->number, ret_decision);
	case PB__TIMER_KIND__TIMER_KIND_CONFERENCE:
		return conference_due_decide(&batch->world, timer, ret_decision);
	case PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM:
		return action_item_due_decide(&batch->world, timer, ret_decision);
	default:
		return ERR_CORRUPT;
	}
}

enum err batch_timer(struct batch *batch, const struct timer_row *timer)
{
	struct decision decision;
	struct outcome outcome;
	enum err err = decide_timer(batch, timer, &decision);

	return err == ERR_OK ? batch_settle(batch, &decision, &outcome) : err;
}

enum err batch_timers(struct batch *batch)
{
	struct broker *broker = batch->broker;
	enum err err = ERR_OK;

	if (broker->clock.frozen)
		return batch_frozen_timers(batch);
	if (broker->next_timer_us > batch->clocks.wall_us)
		return ERR_OK;
	for (size_t i = 0; err == ERR_OK && i < TIMERS_MAX; i++) {
		struct timer_row timer = { .due_at_us = INT64_MAX };

		err = timer_first(batch->world.txn, &timer);
		if (err == ERR_NOT_FOUND)
			err = ERR_OK;
		broker->next_timer_us = timer.due_at_us;
		if (err != ERR_OK || timer.due_at_us > batch->clocks.wall_us)
			break;
		err = batch_timer(batch, &timer);
	}
	return err;
}

enum err batch_prune(struct batch *batch)
{
	struct broker *broker = batch->broker;
	size_t count = 0;
	enum err err;

	if (batch->clocks.mono_us < broker->next_prune_us)
		return ERR_OK;
	err = blob_prune(batch->world.txn, batch->clocks.wall_us - (int64_t)LIMIT_BLOB_ORPHAN_S * US_PER_S, PRUNE_SEGMENTS_MAX, &count);
	if (count > 0)
		batch->wrote = true;
	if (count < PRUNE_SEGMENTS_MAX)
		broker->next_prune_us = batch->clocks.mono_us + PRUNE_EVERY_US;
	return err;
}
