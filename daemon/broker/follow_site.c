/* SPDX-License-Identifier: Apache-2.0 */
/* broker/follow_site.c - the registry follows agencies and their keys, and who must hear of those; business time follows the holidays. */
#include "broker/business_time.h"
#include "broker/follow.h"

static void note_change(struct batch *batch, const struct leaf_header *header)
{
	batch->keys_changed = true;
	batch->version = header->seq;
}

/* When a desk is open may be another time now. */
static void note_hours(struct batch *batch)
{
	batch->broker->next_unpolled_us = 0;
	batch->world.schedules = NULL;
}

enum err directory_follow(struct batch *batch, const struct leaf_header *header, const Pb__DirectoryEntry *entry)
{
	enum err err = registry_load(batch->broker->registry, batch->world.txn);

	note_change(batch, header);
	note_hours(batch);
	batch->broker->chores = batch->broker->chores || entry->n_closed > 0;
	return err;
}

enum err invite_follow(struct batch *batch, const struct leaf_header *header, const Pb__InviteEntry *entry)
{
	(void)header;
	(void)entry;
	batch->keys_changed = true;
	return ERR_OK;
}

enum err bind_follow(struct batch *batch, const struct leaf_header *header, const Pb__BindEntry *entry)
{
	enum err err = registry_refresh(batch->broker->registry, batch->world.txn, entry->agency);

	note_change(batch, header);
	return err == ERR_OK ? news_bound(batch, entry) : err;
}

enum err unbind_follow(struct batch *batch, const struct leaf_header *header, const Pb__UnbindEntry *entry)
{
	enum err err = registry_refresh(batch->broker->registry, batch->world.txn, entry->agency);

	note_change(batch, header);
	if (err == ERR_OK)
		err = batch_compromised(batch, header->seq, entry);
	batch->broker->chores = true;
	return err == ERR_OK ? news_unbound(batch, entry) : err;
}

enum err calendar_follow(struct batch *batch, const struct leaf_header *header, const Pb__CalendarEntry *entry)
{
	enum err err = business_time_load(batch->world.txn, &batch->broker->holidays);

	(void)entry;
	batch->version = header->seq;
	batch->world.holidays = batch->broker->holidays;
	note_hours(batch);
	batch->broker->chores = true;
	return err;
}

enum err clock_follow(struct batch *batch, const struct leaf_header *header, const Pb__ClockEntry *entry)
{
	(void)header;
	batch->broker->next_retention_us = 0; /* days may have passed */
	batch->broker->next_retire_us = 0;
	batch_clock_follow(batch, entry);
	return ERR_OK;
}

enum err standing_follow(struct batch *batch, const struct leaf_header *header, const Pb__StandingEntry *entry)
{
	(void)entry;
	batch->version = header->seq;
	return ERR_OK;
}

enum err hand_over_follow(struct batch *batch, const struct leaf_header *header, const Pb__HandOverEntry *entry)
{
	(void)header;
	(void)entry;
	batch->broker->chores = true;
	return ERR_OK;
}
