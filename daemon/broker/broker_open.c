/* SPDX-License-Identifier: Apache-2.0 */
/* broker/broker_open.c - putting the writer together and taking it apart; see broker.h for the contract. */
#include "broker/broker.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "broker/batch.h"
#include "broker/rebuild.h"
#include "ledger/entry.h"

#define FIRST_EPOCH 1u
#define GENESIS_ARENA_BYTES (1024u * 1024u)

/* ---- the ledger ---- */

/* Whether the store's first entry is of this site and key; its epoch.  An empty ledger is of any. */
static enum err check_genesis(struct broker *broker, struct txn *txn, struct arena *arena)
{
	uint8_t public_key[ED25519_BYTES];
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = ed25519_public(broker->options.checkpoint_key, public_key);

	broker->epoch = FIRST_EPOCH;
	if (err != ERR_OK || txn_rows(txn, TABLE_ENTRIES) == 0)
		return err;
	err = entry_decode(txn, 0, arena, &entry, &body);
	if (err != ERR_OK || body->body_case != PB__ENTRY_BODY__BODY_GENESIS)
		return err == ERR_OK || err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (strcmp(body->genesis->site, broker->options.site) != 0 ||
	    !bytes_equal(bytes_of_pb(body->genesis->checkpoint_key), bytes_of(public_key, sizeof(public_key))))
		return ERR_CONFLICT;
	broker->epoch = body->genesis->epoch;
	broker->rules.test_site = body->genesis->test;
	return ERR_OK;
}

static enum err read_genesis(struct broker *broker)
{
	struct arena arena;
	struct txn *txn;
	enum err err = txn_begin_read(broker->store, &txn);

	if (err != ERR_OK)
		return err;
	arena_init(&arena, GENESIS_ARENA_BYTES);
	err = check_genesis(broker, txn, &arena);
	if (err == ERR_CORRUPT)
		snprintf(broker->fault, sizeof(broker->fault), "the ledger's first entry does not hold");
	arena_free(&arena);
	txn_abort(txn);
	return err;
}

static enum err open_ledger(struct broker *broker)
{
	enum err err = ledger_open(broker->store, broker->options.site, broker->epoch, broker->options.checkpoint_key, &broker->ledger);

	if (err == ERR_CORRUPT)
		snprintf(broker->fault, sizeof(broker->fault), "%s", ledger_fault(broker->ledger));
	return err;
}

static enum err begin_ledger(struct broker *broker)
{
	struct clocks clocks = { clock_wall_us(), clock_mono_us() };
	Pb__GenesisEntry genesis = PB__GENESIS_ENTRY__INIT;
	uint8_t public_key[ED25519_BYTES];
	enum err err = ed25519_public(broker->options.checkpoint_key, public_key);

	if (err != ERR_OK)
		return err;
	genesis.site = pb_of_text(broker->options.site);
	genesis.local_government_code = pb_of_text(broker->options.local_government_code);
	genesis.epoch = broker->epoch;
	genesis.test = broker->options.test_site;
	broker->rules.test_site = broker->options.test_site;
	genesis.checkpoint_key = pb_of_bytes(bytes_of(public_key, sizeof(public_key)));
	genesis.site_certificate = pb_of_bytes(certificate_der(broker->options.site_certificate));
	return batch_genesis(broker, clocks, &genesis);
}

static enum err load(struct broker *broker)
{
	struct txn *txn;
	enum err err = txn_begin_read(broker->store, &txn);

	if (err != ERR_OK)
		return err;
	err = memory_load(broker, txn);
	if (err == ERR_CORRUPT)
		snprintf(broker->fault, sizeof(broker->fault), "a derived table does not hold; tsunagid --rebuild derives it anew");
	txn_abort(txn);
	return err;
}

/* ---- open and close ---- */

static enum err make_parts(struct broker *broker)
{
	const struct broker_options *options = &broker->options;
	uint64_t seed;
	enum err err;

	random_bytes(&seed, sizeof(seed));
	err = registry_new(options->site, &broker->registry);
	if (err == ERR_OK)
		err = mailbox_new(seed, options->items_max + options->items_max / 8 + 64, &broker->mailbox); /* danger goes over it */
	if (err == ERR_OK)
		err = sessions_new(seed, SESSIONS_MAX, &broker->sessions);
	if (err == ERR_OK)
		err = leases_new(options->lease_us, seed, &broker->leases);
	if (err == ERR_OK)
		err = ring_new(options->ring_slots, options->ring_reserve, &broker->inbound);
	return err == ERR_OK ? ring_new(options->ring_slots, 0, &broker->outbound) : err;
}

static struct broker *broker_new(const struct broker_options *options, struct store *store)
{
	struct broker *broker = calloc(1, sizeof(*broker));

	if (broker == NULL)
		return NULL;
	broker->options = *options;
	broker->store = store;
	broker->rules = (struct rules){
		.site = options->site,
		.attempts_max = options->attempts_max,
		.mailbox_items_max = options->mailbox_items_max,
		.items_max = options->items_max,
		.part_days = options->part_days,
		.body_years = options->body_years,
		.erase_piece = options->erase_piece != 0 ? options->erase_piece : LIMIT_ERASED_ENTRIES,
		.unpolled_us = options->unpolled_us,
	};
	broker->salts_used = SALTS;
	broker->next_look_us = INT64_MAX;
	pthread_mutex_init(&broker->gauges_mutex, NULL); /* without attributes it cannot fail on Linux */
	arena_init(&broker->batch.arena, BATCH_ARENA_BYTES);
	arena_init(&broker->batch.scratch, SCRATCH_ARENA_BYTES);
	buf_init(&broker->batch.body, BATCH_BODY_BYTES);
	return broker;
}

enum err broker_open(const struct broker_options *options, struct store *store, struct broker **ret_broker)
{
	struct broker *broker = broker_new(options, store);
	enum err err;

	if (broker == NULL)
		return ERR_NOMEM;
	err = rebuild_if_unfinished(options, store);
	if (err == ERR_OK)
		err = make_parts(broker);
	if (err == ERR_OK)
		err = read_genesis(broker);
	if (err == ERR_OK)
		err = open_ledger(broker);
	if (err == ERR_OK && ledger_size(broker->ledger) == 0)
		err = begin_ledger(broker);
	if (err == ERR_OK)
		err = load(broker);
	if (err == ERR_OK)
		err = store_look_at_room(store, &broker->gauges.room);
	if (err == ERR_OK)
		broker->gauges.entries = ledger_size(broker->ledger);
	if (err == ERR_OK || err == ERR_CORRUPT)
		*ret_broker = broker;
	else
		broker_close(broker);
	return err;
}

const char *broker_fault(const struct broker *broker)
{
	return broker->fault;
}

static void drain_outbound(struct ring *ring)
{
	void *item;

	while (ring != NULL && ring_take(ring, &item, 1) == 1)
		outbound_free(item);
}

void broker_close(struct broker *broker)
{
	if (broker == NULL)
		return;
	if (broker->started)
		broker_stop(broker);
	drain_outbound(broker->outbound);
	ring_free(broker->outbound);
	ring_free(broker->inbound);
	outbox_free(&broker->batch.replies);
	outbox_free(&broker->batch.news);
	outbox_free(&broker->batch.handouts);
	outbox_free(&broker->untold);
	free(broker->batch.effects.items);
	arena_free(&broker->batch.arena);
	arena_free(&broker->batch.scratch);
	buf_free(&broker->batch.body);
	leases_free(broker->leases);
	sessions_free(broker->sessions);
	mailbox_free(broker->mailbox);
	holidays_free(broker->holidays);
	registry_free(broker->registry);
	ledger_close(broker->ledger);
	secret_wipe(broker->salts, sizeof(broker->salts));
	pthread_mutex_destroy(&broker->gauges_mutex);
	free(broker);
}
