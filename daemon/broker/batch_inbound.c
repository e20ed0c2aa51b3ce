/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_inbound.c - one thing that came in: sessions and credit, frames of orders, segments, bindings, operators' acts. */
#include "broker/batch.h"
#include "broker/verbs.h"
#include "contract/limits.h"
#include "store/parts.h"

/* ---- sessions ---- */

static enum err open_session(struct batch *batch, const struct inbound *inbound)
{
	const struct registry_agency *agency = registry_agency(batch->broker->registry, inbound->agency);
	struct session session = {
		.number = inbound->session,
		.agency = inbound->agency,
		.device = inbound->device,
		.receives = inbound->receives,
	};
	enum err err;

	if (agency == NULL || registry_device(agency, inbound->device) == NULL)
		return news_close(batch, inbound->session, inbound->agency, REFUSE(REVOKED));
	err = sessions_open(batch->broker->sessions, &session);
	if (err == ERR_BUSY)
		return news_close(batch, inbound->session, inbound->agency, REFUSE(OVERLOADED));
	return err != ERR_OK ? err : news_dead_letters(batch, &session);
}

struct holding {
	struct batch *batch;
	uint64_t *items;
	size_t count;
	enum err err;
};

/* A lease that something of this batch ended, such as an operator's freezing, is known to leases only after it; to the mailbox at once. */
static void hold_one(void *context, uint64_t item)
{
	struct holding *holding = context;
	struct mailbox_item now;

	if (mailbox_find(holding->batch->broker->mailbox, item, &now) && now.state == MAILBOX_LEASED)
		holding->items[holding->count++] = item;
}

/* What the session had in hand goes back to the head of its lanes; it is noted when the session was lost. */
static enum err close_session(struct batch *batch, const struct inbound *inbound)
{
	struct broker *broker = batch->broker;
	size_t count = leases_count_of(broker->leases, inbound->session);
	struct session *session = sessions_find(broker->sessions, inbound->session);
	struct holding holding = { .batch = batch, .items = world_alloc(&batch->world, count, sizeof(uint64_t)) };
	struct decision decision = { .kind = DECISION_NOTHING };
	struct outcome outcome;
	enum err err = ERR_OK;

	if (holding.items == NULL)
		return ERR_NOMEM;
	leases_of(broker->leases, inbound->session, hold_one, &holding);
	if (!inbound->clean && session != NULL && holding.count > 0) {
		struct lease_lost fact = { inbound->agency, inbound->session, holding.items, holding.count };

		err = lease_lost_decide(&batch->world, &fact, &decision);
	}
	if (err == ERR_OK)
		err = batch_settle(batch, &decision, &outcome);
	for (size_t i = 0; err == ERR_OK && i < holding.count; i++) {
		mailbox_return(broker->mailbox, holding.items[i]);
		err = batch_effect(batch, &(struct effect){ .type = EFFECT_END, .item = holding.items[i] });
	}
	if (err != ERR_OK || session == NULL)
		return err;
	session->closing = true;
	return batch_effect(batch, &(struct effect){ .type = EFFECT_CLOSE, .session = inbound->session });
}

/* Totals since the Hello: a lost or repeated Credit changes nothing. */
static void grant(struct batch *batch, const struct inbound *inbound)
{
	struct session *session = sessions_find(batch->broker->sessions, inbound->session);

	if (session == NULL)
		return;
	if (inbound->credit.items > session->granted_items)
		session->granted_items = inbound->credit.items;
	if (inbound->credit.bytes > session->granted_bytes)
		session->granted_bytes = inbound->credit.bytes;
	mailbox_stir(batch->broker->mailbox, session->agency);
}

/* ---- segments of attachments ---- */

static enum err refuse_blob(struct batch *batch, const struct inbound *inbound, struct decision *ret_decision)
{
	struct world *world = &batch->world;

	if (registry_agency(world->registry, inbound->agency) == NULL)
		return decide_refusal(world, REFUSE(REVOKED), NULL, 0, 0, ret_decision);
	if (inbound->blob.bytes.len == 0 || inbound->blob.bytes.len > LIMIT_BLOB_BYTES)
		return decide_refusal(world, REFUSE(TOO_LARGE), "blob", (int64_t)inbound->blob.bytes.len, LIMIT_BLOB_BYTES, ret_decision);
	if (world->tight)
		return decide_refusal(world, REFUSE(STORE_FULL), NULL, (int64_t)world->room.disk_free_bytes,
				      (int64_t)world->room.reserve_bytes, ret_decision);
	decide_nothing(ret_decision);
	return ERR_OK;
}

static enum err store_blob(struct batch *batch, const struct inbound *inbound, struct outcome *outcome)
{
	struct blob_head head = {
		.digest = inbound->blob.digest,
		.size = (uint32_t)inbound->blob.bytes.len,
		.agency = inbound->agency,
		.stored_at_us = batch->clocks.wall_us,
	};
	uint64_t number;
	enum err err = refuse_blob(batch, inbound, &outcome->decision);

	if (err != ERR_OK || outcome->decision.kind == DECISION_REFUSED)
		return err;
	batch->wrote = true;
	return blob_append(batch->world.txn, &head, inbound->blob.bytes, &number);
}

/* ---- bindings and acts ---- */

static enum err bind(struct batch *batch, const struct inbound *inbound, struct outcome *outcome)
{
	struct decision decision;
	enum err err = bind_decide(&batch->world, inbound->bind.entry, &decision);

	return err != ERR_OK ? err : batch_settle(batch, &decision, outcome);
}

static enum err act(struct batch *batch, const struct inbound *inbound, struct outcome *outcome)
{
	struct decision decision;
	enum err err = operator_act(batch, inbound, &decision);

	return err != ERR_OK ? err : batch_settle(batch, &decision, outcome);
}

enum err batch_inbound(struct batch *batch, size_t index)
{
	const struct inbound *inbound = batch->inbound[index];
	size_t count = inbound->type == INBOUND_BATCH ? inbound->batch.count : 1;
	struct outcome *outcomes = world_alloc(&batch->world, count, sizeof(*outcomes));

	if (outcomes == NULL)
		return ERR_NOMEM;
	batch->outcomes[index] = outcomes;
	switch (inbound->type) {
	case INBOUND_SESSION_OPEN:
		return open_session(batch, inbound);
	case INBOUND_SESSION_CLOSE:
		return close_session(batch, inbound);
	case INBOUND_CREDIT:
		grant(batch, inbound);
		return ERR_OK;
	case INBOUND_BATCH:
		return batch_orders(batch, inbound, outcomes);
	case INBOUND_BLOB:
		return store_blob(batch, inbound, outcomes);
	case INBOUND_BIND:
		return bind(batch, inbound, outcomes);
	case INBOUND_OPERATOR:
		return act(batch, inbound, outcomes);
	}
	return ERR_OK;
}
