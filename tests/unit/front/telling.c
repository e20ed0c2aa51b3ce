/* SPDX-License-Identifier: Apache-2.0 */
/* telling.c - see telling.h.  The entry is a silent View of an agency to itself, which tells one thing. */
#include "telling.h"

#include "base/clock.h"
#include "broker/batch.h"
#include "contract/merkle.h"

static Pb__Told *told_of(struct world *world, const struct tale *tale)
{
	struct delivery of;
	Pb__Told *told = NULL;

	if (tale->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE) {
		require_ok(told_notice(world, tale->agency, tale->lane, 77, tale->notice, &told));
		return told;
	}
	require_ok(delivery_get(world->txn, tale->about, &of));
	if (tale->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE)
		require_ok(told_release(world, &of, &told));
	else
		require_ok(told_seal_task(world, &of, of.sender, tale->notice, &told));
	require(told != NULL);
	return told;
}

static void settle(struct batch *batch, Pb__Told *told, struct outcome *ret_outcome)
{
	static uint8_t statement[] = "silent";
	Pb__SubmitEntry entry = PB__SUBMIT_ENTRY__INIT;
	Pb__SignedOrder order = PB__SIGNED_ORDER__INIT;
	Pb__SubmitEntry__Recipient recipient = PB__SUBMIT_ENTRY__RECIPIENT__INIT, *recipients[] = { &recipient };
	ProtobufCBinaryData statements[] = { pb_of_bytes(bytes_of(statement, sizeof statement)) };
	struct digest hash = merkle_leaf(bytes_of_pb(statements[0]));
	struct decision decision;
	uint8_t id[16];

	unit_random_bytes(id, sizeof id);
	order.statements = statements;
	order.n_statements = 1;
	order.agency = recipient.agency = 1;
	recipient.silent = true;
	recipient.view_hash = pb_of_bytes(digest_bytes(&hash));
	entry.order = &order;
	entry.recipients = recipients;
	entry.n_recipients = 1;
	entry.message_id = pb_of_bytes(bytes_of(id, sizeof id));
	entry.told = &told;
	entry.n_told = 1;
	require_ok(decide_entry(&batch->world, PB__ENTRY_BODY__BODY_SUBMIT, &entry, &decision));
	require_ok(batch_settle(batch, &decision, ret_outcome));
}

static uint64_t tell(struct broker *broker, const struct tale *tale)
{
	struct batch *batch = &broker->batch;
	struct outcome outcome;
	struct bytes note;

	batch->broker = broker;
	batch->clocks = (struct clocks){ clock_wall_us(), clock_mono_us() };
	batch->world = (struct world){ .registry = broker->registry, .mailbox = broker->mailbox, .rules = &broker->rules, .arena = &batch->arena };
	require_ok(txn_begin_write(broker->store, &batch->world.txn));
	settle(batch, told_of(&batch->world, tale), &outcome);
	require_ok(ledger_seal(broker->ledger, batch->world.txn, &note));
	require_ok(txn_commit(batch->world.txn));
	ledger_keep(broker->ledger);
	return item_number(outcome.seq, 1);
}

uint64_t house_tell(struct house *house, const struct tale *tale)
{
	const struct store_options options = { .directory = house->home.store, .map_bytes = house->config.map_size,
					       .reserve_bytes = house->config.reserve_size, .readers_max = 64, .create = true };
	struct broker *broker;
	uint64_t item;

	house_stop(house);
	require_ok(store_open(&options, &house->store));
	require_ok(broker_open(&house->options, house->store, &broker));
	item = tell(broker, tale);
	broker_close(broker);
	store_close(house->store);
	house_start(house);
	return item;
}
