/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_retention.c - now and then the parts that were kept long enough are looked for, a few messages in each batch. */
#include "broker/batch.h"
#include "broker/prune.h"

#define EVERY_US INT64_C(3600000000)

enum err batch_retention(struct batch *batch)
{
	struct broker *broker = batch->broker;
	struct decision decision;
	struct outcome outcome;
	bool more;
	enum err err;

	if (broker->rules.part_days == 0 || broker->clock.frozen || batch->clocks.mono_us < broker->next_retention_us)
		return ERR_OK;
	err = prune_decide(&batch->world, &broker->retention_at, &more, &decision);
	if (err == ERR_OK)
		err = batch_settle(batch, &decision, &outcome);
	if (!more) {
		broker->retention_at = 0;
		broker->next_retention_us = batch->clocks.mono_us + EVERY_US;
	}
	return err;
}
