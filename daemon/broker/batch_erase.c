/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_erase.c - a case is erased within a batch: what this batch's entries led to is worked off first, since it may be of that case;
 * and who took part is told, by as many entries as that takes. */
#include "broker/batch.h"
#include "broker/erasing.h"
#include "broker/verbs.h"

enum err batch_erasing(struct batch *batch, struct erasing *erasing, struct decision *decision)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && erasing->more) {
		struct outcome outcome;

		err = batch_settle(batch, decision, &outcome);
		if (err == ERR_OK)
			err = erasing_decide(&batch->world, erasing, decision);
	}
	return err;
}

static enum err erase(struct batch *batch, const struct inbound *inbound, struct decision *ret_decision)
{
	struct erasing erasing;
	enum err err = erase_decide(&batch->world, inbound->act.operator, inbound->act.request->erase, &erasing, ret_decision);

	if (err == ERR_OK)
		err = batch_erasing(batch, &erasing, ret_decision);
	erasing_end(&erasing);
	return err;
}

enum err batch_erase(struct batch *batch, const struct inbound *inbound, struct decision *ret_decision)
{
	struct world *world = &batch->world;
	enum err err;

	if (batch->once_more) /* deleting takes room too: whatever else came in goes on */
		return decide_refusal(world, REFUSE(STORE_FULL), NULL, (int64_t)world->room.disk_free_bytes, (int64_t)world->room.reserve_bytes,
				      ret_decision);
	err = batch_quarantine(batch);
	if (err == ERR_OK)
		err = batch_legs(batch);
	if (err == ERR_OK)
		err = batch_consents(batch);
	if (err == ERR_OK)
		err = batch_legs(batch);
	if (err == ERR_OK)
		err = batch_erasure_told(batch); /* of one before */
	return err == ERR_OK ? erase(batch, inbound, ret_decision) : err;
}

enum err batch_erasure_told(struct batch *batch)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && batch->erased_tell_count > 0) {
		struct decision decision;
		struct outcome outcome;

		err = erase_tell_decide(&batch->world, batch->erased_case, batch->erased_tell, batch->erased_tell_count, &decision);
		if (err == ERR_OK)
			err = batch_settle(batch, &decision, &outcome);
	}
	return err;
}
