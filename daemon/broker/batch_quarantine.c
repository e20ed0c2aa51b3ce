/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_quarantine.c - after all that came in, and before anything is handed out: what was sent with keys that this batch revoked as
 * compromised is set aside.  Not at once, since nothing else may be recorded between the orders of one frame. */
#include "broker/batch.h"

static enum err remember(struct batch *batch, const struct compromise *compromise)
{
	struct compromised *compromised = world_alloc(&batch->world, 1, sizeof(*compromised));

	if (compromised == NULL)
		return ERR_NOMEM;
	*compromised = (struct compromised){ *compromise, batch->compromised };
	batch->compromised = compromised;
	return ERR_OK;
}

enum err batch_compromised(struct batch *batch, uint64_t seq, const Pb__UnbindEntry *entry)
{
	enum err err = ERR_OK;

	if (!entry->compromised)
		return ERR_OK;
	if (entry->order == NULL)
		return remember(batch, &(struct compromise){ .agency = entry->agency, .seq = seq });
	for (size_t i = 0; err == ERR_OK && i < entry->n_devices; i++)
		err = remember(batch, &(struct compromise){ .agency = entry->agency, .device = entry->devices[i], .seq = seq });
	return err;
}

static enum err set_aside(struct batch *batch, const struct compromise *compromise)
{
	struct decision decision;
	struct outcome outcome;
	enum err err;

	do {
		err = quarantine_decide(&batch->world, compromise, &decision);
		if (err == ERR_OK)
			err = batch_settle(batch, &decision, &outcome);
	} while (err == ERR_OK && decision.kind == DECISION_ENTRY);
	return err;
}

enum err batch_quarantine(struct batch *batch)
{
	enum err err = ERR_OK;

	for (; err == ERR_OK && batch->compromised != NULL; batch->compromised = batch->compromised->next)
		err = set_aside(batch, &batch->compromised->compromise);
	return err;
}
