/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_unpolled.c - mailboxes that nobody looks into.
 *
 * All mailboxes are looked over when the first of them is due, or after the shortest silence that counts, whichever comes first: what
 * arrives after a look cannot be due before the next.  Nobody pays for it while messages pass. */
#include "broker/batch.h"
#include "broker/verbs.h"

static enum err look(struct batch *batch, uint32_t agency)
{
	struct broker *broker = batch->broker;
	struct mailbox_item oldest;
	struct decision decision;
	struct outcome outcome;
	int64_t due_us;
	enum err err;

	if (!mailbox_oldest(broker->mailbox, agency, &oldest))
		return ERR_OK;
	err = agency_event_due(&batch->world, agency, oldest.accepted_at_us, &due_us);
	if (err != ERR_OK)
		return err;
	if (due_us > batch->clocks.wall_us) {
		if (due_us < broker->next_unpolled_us)
			broker->next_unpolled_us = due_us;
		return ERR_OK;
	}
	err = agency_event_decide(&batch->world, agency, mailbox_waiting(broker->mailbox, agency), &decision);
	return err == ERR_OK ? batch_settle(batch, &decision, &outcome) : err;
}

enum err batch_unpolled(struct batch *batch)
{
	struct broker *broker = batch->broker;
	uint32_t last = registry_last_number(broker->registry);
	enum err err = ERR_OK;

	if (batch->clocks.wall_us < broker->next_unpolled_us || broker->clock.frozen)
		return ERR_OK;
	broker->next_unpolled_us = broker->rules.unpolled_us == 0 ? INT64_MAX : batch->clocks.wall_us + broker->rules.unpolled_us;
	if (broker->rules.unpolled_us == 0)
		return ERR_OK;
	for (uint32_t agency = 1; err == ERR_OK && agency <= last; agency++)
		err = look(batch, agency);
	return err;
}
