/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_retention.c - now and then the parts, and the bodies, that were kept long enough are looked for, a few messages in each batch. */
#include "broker/batch.h"
#include "broker/erasing.h"
#include "broker/prune.h"
#include "broker/retire.h"

#define PARTS_EVERY_US INT64_C(3600000000)
#define NO_ROOM_US (PARTS_EVERY_US / 6) /* until it is tried again */
#define BODIES_EVERY_US (24 * PARTS_EVERY_US)

static enum err parts(struct batch *batch)
{
	struct broker *broker = batch->broker;
	struct decision decision;
	struct outcome outcome;
	bool more = true;
	enum err err;

	if (broker->rules.part_days == 0 || batch->clocks.mono_us < broker->next_retention_us)
		return ERR_OK;
	err = prune_decide(&batch->world, &broker->retention_at, &more, &decision);
	if (err == ERR_OK)
		err = batch_settle(batch, &decision, &outcome);
	if (!more) {
		broker->retention_at = 0;
		broker->next_retention_us = batch->clocks.mono_us + PARTS_EVERY_US;
	}
	return err;
}

static enum err bodies(struct batch *batch)
{
	struct broker *broker = batch->broker;
	struct erasing erasing;
	struct decision decision;
	struct outcome outcome;
	bool more = true;
	enum err err;

	if (broker->rules.body_years == 0 || batch->clocks.mono_us < broker->next_retire_us)
		return ERR_OK;
	err = retire_decide(&batch->world, &broker->retire_at, &more, &erasing, &decision);
	if (err == ERR_OK)
		err = batch_erasing(batch, &erasing, &decision);
	if (err == ERR_OK)
		err = batch_settle(batch, &decision, &outcome);
	erasing_end(&erasing);
	if (!more) {
		broker->retire_at = (struct retire_at){ 0 };
		broker->next_retire_us = batch->clocks.mono_us + BODIES_EVERY_US;
	}
	return err;
}

/* Deleting takes room too, where there is none; it may not be what keeps acknowledgements out. */
static void postpone(struct batch *batch)
{
	int64_t soonest_us = batch->clocks.mono_us + NO_ROOM_US;

	if (batch->broker->next_retention_us < soonest_us)
		batch->broker->next_retention_us = soonest_us;
	if (batch->broker->next_retire_us < soonest_us)
		batch->broker->next_retire_us = soonest_us;
}

enum err batch_retention(struct batch *batch)
{
	enum err err;

	if (batch->broker->clock.frozen || clock_watch_moves(&batch->broker->clock))
		return ERR_OK; /* once it has come to where it was sent */
	if (batch->once_more) {
		postpone(batch);
		return ERR_OK;
	}
	err = parts(batch);
	return err == ERR_OK ? bodies(batch) : err;
}
