/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_record.c - decisions become entries: packed once, appended, applied, followed. */
#include <stdlib.h>

#include "broker/apply.h"
#include "broker/batch.h"
#include "broker/rows_agency_legs.h"

static const uint8_t *next_salt(struct broker *broker)
{
	if (broker->salts_used == SALTS) {
		random_bytes(broker->salts, sizeof(broker->salts));
		broker->salts_used = 0;
	}
	return broker->salts[broker->salts_used++];
}

static enum err record(struct batch *batch, const Pb__EntryBody *body, struct outcome *outcome)
{
	struct broker *broker = batch->broker;
	struct txn *txn = batch->world.txn;
	struct ledger_entry made;
	enum err err;

	buf_clear(&batch->body);
	err = codec_pack(&body->base, &batch->body);
	if (err != ERR_OK)
		return err;
	agency_legs_close(txn, ledger_size(broker->ledger));
	ledger_append(broker->ledger, txn, (uint16_t)body->body_case, batch->clocks.wall_us, next_salt(broker),
		      buf_bytes(&batch->body), &made);
	err = txn_error(txn);
	if (err == ERR_OK)
		err = apply_entry(txn, &made.header, body);
	if (err == ERR_OK)
		err = txn_error(txn);
	if (err != ERR_OK)
		return err;
	outcome->seq = made.header.seq;
	memcpy(outcome->header, made.header_bytes, LEAF_HEADER_BYTES);
	outcome->body_hash = made.body_hash;
	return batch_follow(batch, &made.header, body);
}

static void tell_later(struct batch *batch, struct untold *untold)
{
	struct untold **last = &batch->untold;

	if (untold == NULL)
		return;
	while (*last != NULL)
		last = &(*last)->next;
	*last = untold;
}

enum err batch_settle(struct batch *batch, const struct decision *decision, struct outcome *ret_outcome)
{
	struct untold *untold = batch->world.untold;

	batch->world.untold = NULL;
	*ret_outcome = (struct outcome){ .decision = *decision, .seq = decision->seq };
	if (decision->kind != DECISION_ENTRY)
		return ERR_OK; /* what it would have told is not so */
	tell_later(batch, untold);
	return record(batch, decision->body, ret_outcome);
}

enum err batch_effect(struct batch *batch, const struct effect *effect)
{
	struct effects *effects = &batch->effects;

	if (effects->count == effects->room) {
		size_t room = effects->room == 0 ? 1024 : 2 * effects->room;
		struct effect *grown = realloc(effects->items, room * sizeof(*grown));

		if (grown == NULL)
			return ERR_NOMEM;
		effects->items = grown;
		effects->room = room;
	}
	effects->items[effects->count++] = *effect;
	return ERR_OK;
}
