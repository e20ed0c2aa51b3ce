/* SPDX-License-Identifier: Apache-2.0 */
/* whole.c - the tables and memory, held against the whole model. */
#include <stdlib.h>

#include "ledger/verify.h"
#include "announcements.h"
#include "cases.h"
#include "conferences.h"
#include "consents.h"
#include "legs.h"
#include "reviews.h"
#include "unit.h"

static void check_item(const struct sim *sim, struct txn *txn, const struct item *item)
{
	ull number = item->number;
	struct delivery delivery;
	struct queue_row row;
	enum err err;

	if (item->gone) {
		HOLDS(delivery_get(txn, item->number, &delivery) == ERR_NOT_FOUND && queue_row_get(txn, item->number, &row) == ERR_NOT_FOUND,
		      "item %llu was erased and is there", number);
		return;
	}
	require_ok(delivery_get(txn, item->number, &delivery));
	HOLDS(delivery.state == item->state && delivery.attempts == item->attempts && delivery.handouts == item->handouts,
	      "item %llu: state %u, %u failures, %u hand-outs; should be %u, %u, %u", number, delivery.state, delivery.attempts,
	      delivery.handouts, item->state, item->attempts, item->handouts);
	HOLDS((item->to == &sim->strangers || delivery.agency == item->to->number) &&
		      (item->from == NULL || delivery.sender == item->from->number) && delivery.lane == item->lane && delivery.what == item->what &&
		      delivery.expires_at_us == item->expires_at_us && delivery.ended_seq == item->ended_seq,
	      "item %llu is not what was sent", number);
	err = queue_row_get(txn, item->number, &row);
	HOLDS(err == (item->state == DELIVERY_ACKNOWLEDGED ? ERR_NOT_FOUND : ERR_OK), "item %llu: its queue row", number);
	HOLDS(!sim->settled || !item_is_alive(item) || item->expires_at_us == 0 || item->expires_at_us > sim->site.clocks.wall_us,
	      "item %llu has not expired at its time", number);
}

static void check_timers(struct txn *txn, uint64_t expected)
{
	struct bytes key, value;
	struct cursor *cursor;
	uint64_t found = 0;

	require_ok(cursor_open(txn, TABLE_TIMERS, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct timer_row timer;

		require_ok(timer_decode(key, &timer));
		found += timer.kind == PB__TIMER_KIND__TIMER_KIND_EXPIRES;
	}
	cursor_close(cursor);
	HOLDS(found == expected, "%llu items have a timer; %llu should", (ull)found, (ull)expected);
}

static void check_memory(const struct sim *sim, uint64_t living)
{
	struct mailbox_counts counts;
	uint64_t held = 0;

	mailbox_counts(sim->site.broker->mailbox, &counts);
	for (unsigned lane = 0; lane < MAILBOX_LANES; lane++)
		held += counts.waiting[lane];
	HOLDS(held + counts.leased + counts.frozen == living, "%llu items wait in memory; %llu should",
	      (ull)(held + counts.leased + counts.frozen), (ull)living);
	for (size_t i = 0; i < sim->desk_count; i++)
		HOLDS(mailbox_waiting(sim->site.broker->mailbox, sim->desks[i].number) == sim->desks[i].living, "%s: items in memory", sim->desks[i].id);
}

void whole_check(struct sim *sim)
{
	struct txn *txn = site_read(&sim->site);
	uint64_t timers = 0, living = 0, letters = 0;

	HOLDS(txn_rows(txn, TABLE_ENTRIES) == sim->audited, "the ledger has other entries than the model");
	for (size_t i = 0; i < sim->letter_count; i++)
		letters += sim->letters[i]->accepted && !sim->letters[i]->erased;
	for (size_t i = 0; i < sim->all_count; i++) {
		const struct item *item = sim->all[i];

		check_item(sim, txn, item);
		timers += item_is_alive(item) && item->expires_at_us != 0;
		living += item_lives(item);
	}
	HOLDS(txn_rows(txn, TABLE_MESSAGES) == letters, "%llu messages; %llu were accepted", (ull)txn_rows(txn, TABLE_MESSAGES),
	      (ull)letters);
	check_timers(txn, timers);
	whole_legs(sim, txn);
	whole_conferences(sim, txn);
	whole_cases(sim, txn);
	whole_consents(sim, txn);
	whole_announcements(sim, txn);
	whole_reviews(sim, txn);
	txn_abort(txn);
	check_memory(sim, living);
}

/* ---- everything derived anew (P2), and the ledger itself (P5) ---- */

/* Unless the seed's keys are real, its devices sign with none. */
static void tell_fault(void *context, const struct verify_fault *fault)
{
	const struct sim *sim = context;

	if (!sim->real && (strstr(fault->text, "the path of its order") == fault->text || strstr(fault->text, "the batch signature") == fault->text))
		return;
	sim_fail("the ledger does not verify: %s %llu: %s", fault->what, (ull)fault->number, fault->text);
}

static void verify(struct sim *sim)
{
	uint8_t key[ED25519_BYTES];
	struct verify_hooks hooks = { .fault = tell_fault, .context = sim };
	struct verify_result result;
	enum err err;

	require_ok(ed25519_public(sim->site.checkpoint_key, key));
	err = ledger_verify(sim->site.store, SITE_NAME, key, &hooks, &result);
	HOLDS(err == ERR_OK || (err == ERR_CORRUPT && !sim->real), "verifying gives %s", err_name(err));
	HOLDS(result.entries == sim->audited, "verified %llu entries", (ull)result.entries);
}

void whole_rebuild(struct sim *sim)
{
	struct digest before[TABLE_COUNT];
	uint64_t rows;

	for (unsigned table = 0; table < TABLE_COUNT; table++)
		before[table] = site_table_digest(&sim->site, (enum table)table, &rows);
	verify(sim);
	broker_close(sim->site.broker);
	sim->site.broker = NULL;
	require_ok(broker_rebuild(&sim->site.options, sim->site.store, NULL, NULL));
	for (unsigned table = 0; table < TABLE_COUNT; table++) {
		struct digest after = site_table_digest(&sim->site, (enum table)table, &rows);

		HOLDS(digest_equal(&before[table], &after), "the table %s, derived anew, is another", table_name((enum table)table));
	}
	require_ok(broker_open(&sim->site.options, sim->site.store, &sim->site.broker));
}
