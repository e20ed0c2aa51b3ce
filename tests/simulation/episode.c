/* SPDX-License-Identifier: Apache-2.0 */
/* episode.c - one seed's life of a site: months of batches, with restarts, writes that fail and clocks that jump; at last everyone comes
 * for what is theirs, and everything is held against everything. */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "ledger/entry.h"
#include "action_items.h"
#include "cases.h"
#include "announcements.h"
#include "conferences.h"
#include "consents.h"
#include "keeping.h"
#include "legs.h"
#include "machine.h"
#include "real.h"
#include "running.h"
#include "unit.h"

#define START_US INT64_C(1774969200000000) /* 2026-04-01 00:00 in Japan */
#define SECOND_US INT64_C(1000000)
#define HOUR_US (3600 * SECOND_US)
#define DAY_US (24 * HOUR_US)
#define WHOLE_EVERY 97u     /* batches */
#define YEARS_EVERY 3u /* seeds: at the end of one of so many a year passes, too */
#define REAL_EVERY 7u /* seeds: one of so many signs and seals */
#define REBUILD_EVERY 1501u

/* ---- one batch ---- */

/* Nobody is connected any more, and nothing is in anybody's hands. */
static void forget_sessions(struct sim *sim)
{
	for (size_t i = 0; i < sim->desk_count; i++)
		for (size_t k = 0; k < sim->desks[i].place_count; k++) {
			sim->desks[i].places[k]->keys.session = 0;
			sim->desks[i].places[k]->held_count = 0;
		}
	map_free(&sim->sessions);
	sim->ended_count = 0;
}

void episode_restart(struct sim *sim)
{
	sim->restarts++;
	site_reopen(&sim->site);
	forget_sessions(sim);
}

/* Nothing of the batch happened: the process ends, and another begins. */
static void end_torn(struct sim *sim)
{
	struct txn *txn = site_read(&sim->site);

	HOLDS(txn_rows(txn, TABLE_ENTRIES) == sim->audited, "something of a batch that failed was kept");
	txn_abort(txn);
	sim->torn++;
	episode_restart(sim);
}

void episode_batch(struct sim *sim)
{
	struct inbound *inbound[SIM_COMING];
	enum err err;

	for (size_t i = 0; i < sim->coming_count; i++)
		inbound[i] = sim->coming[i].inbound;
	sim->batches++;
	sim->batch_first = sim->audited;
	err = site_try(&sim->site, inbound, sim->coming_count);
	sim->no_room = machine_failed();
	sim->settled = err == ERR_OK;
	if (err != ERR_OK) {
		HOLDS(sim->no_room && err == ERR_IO, "a batch fails: %s", err_name(err));
		end_torn(sim);
		return;
	}
	observe_batch(sim);
	if (sim->lost) {
		sim->lost_batches++;
		episode_restart(sim);
	}
	sim->lost = false;
}

/* Some batches end at a write, some at the commit, some after it and before anyone heard of it, and some find no room at first. */
static void arm(struct sim *sim)
{
	uint64_t nth = 1 + chance_below(&sim->chance, 60);

	switch (chance_below(&sim->chance, 400)) {
	case 0:
		machine_fail_write(nth, ERR_IO);
		break;
	case 1:
		machine_fail_write(nth, ERR_NOSPC);
		break;
	case 2:
		machine_fail_commit();
		break;
	case 3:
		sim->lost = true;
		break;
	default:
		break;
	}
}

static void pass_time(struct sim *sim)
{
	static const unsigned weights[] = { 30, 30, 20, 8, 2 };
	static const int64_t most[] = { SECOND_US / 100, SECOND_US, 60 * SECOND_US, 2 * HOUR_US, DAY_US };
	size_t kind = chance_weighted(&sim->chance, weights, sizeof(weights) / sizeof(*weights));

	site_pass(&sim->site, (int64_t)chance_below(&sim->chance, (uint64_t)most[kind]));
	if (!chance_in(&sim->chance, 3000, 1))
		return;
	sim->jumps++;
	sim->site.clocks.wall_us += (int64_t)chance_below(&sim->chance, (uint64_t)(4 * HOUR_US)) - 2 * HOUR_US;
	drain_confirm(sim);
}

/* ---- an episode ---- */

static void begin(struct sim *sim)
{
	machine_begin(sim->seed, START_US, SECOND_US);
	sim->site.options.attempts_max = 3;
	sim->site.options.mailbox_items_max = 300;
	sim->site.options.unpolled_us = 8 * HOUR_US;
	sim->site.options.part_days = KEPT_DAYS;
	sim->site.options.body_years = KEPT_YEARS;
	sim->site.options.erase_piece = KEPT_PIECE;
	sim->site.map_bytes = UINT64_C(4) << 30;
	site_open(&sim->site);
	sim->site.clocks = (struct clocks){ START_US, SECOND_US };
	sim->began_us = START_US;
	desks_open(sim);
	sim->audited = 2; /* genesis and directory */
	for (size_t i = 0; i < sim->desk_count; i++)
		drain_enrol(sim, &sim->desks[i]);
}

static void tell(const struct sim *sim)
{
	printf("seed %llu: %llu commands in %llu batches over %lld days, %llu entries (%llu messages, %llu hand-outs, %llu acknowledged, %llu timers), "
	       "%llu refused, %llu repeats, %llu restarts, %llu torn, %llu unheard, %llu jumps\n",
	       (ull)sim->seed, (ull)sim->commands, (ull)sim->batches,
	       (long long)((sim->site.clocks.wall_us - sim->began_us) / DAY_US), (ull)sim->audited,
	       (ull)sim->counts[PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT], (ull)sim->counts[PB__ENTRY_TYPE__ENTRY_TYPE_HANDOUT],
	       (ull)sim->counts[PB__ENTRY_TYPE__ENTRY_TYPE_ACKNOWLEDGE], (ull)sim->counts[PB__ENTRY_TYPE__ENTRY_TYPE_TIMER],
	       (ull)sim->refusals, (ull)sim->repeats, (ull)sim->restarts, (ull)sim->torn,
	       (ull)sim->lost_batches, (ull)sim->jumps);
	printf("  recalls: %llu things were destroyed; cases marked %llu times, %llu given another owner, %llu items kept from who is kept out; %llu standings;\n  %llu files of holidays, %llu due times reckoned anew; %llu mailboxes fell silent; %llu cases erased, %llu retired;\n  the parts of %llu messages pruned; %llu of %llu reviewed; %llu rested on a meeting\n",
	       (ull)sim->purged, (ull)sim->marks, (ull)sim->cases_owned, (ull)sim->kept_away, (ull)sim->sayings,
	       (ull)sim->calendars, (ull)sim->legs->reckoned, (ull)sim->silences, (ull)sim->erasures, (ull)sim->retired, (ull)sim->pruned,
	       (ull)sim->reviewed, (ull)sim->reviewable, (ull)sim->met);
	printf("  consents: %llu registered, %llu narrowed, %llu withdrawn, %llu ran out; %llu times something was kept back\n",
	       (ull)sim->consents->registered, (ull)sim->consents->narrowed, (ull)sim->consents->withdrawn, (ull)sim->consents->ran_out,
	       (ull)sim->consents->kept_back);
	printf("  conferences: %zu proposed, %llu convened, %llu held, %llu closed, %llu by themselves, %llu cancelled, %llu times handed on; %zu action items\n",
	       sim->conferences->count, (ull)sim->conferences->acts[PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CONVENE],
	       (ull)sim->conferences->acts[PB__CONFERENCE_ACTION__CONFERENCE_ACTION_MINUTES],
	       (ull)sim->conferences->acts[PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CLOSE], (ull)sim->conferences->closed,
	       (ull)sim->conferences->acts[PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CANCEL], (ull)sim->conferences->handed_on, sim->action_items.held);
	printf("  announcements: %zu, %llu sign-ups, %llu given back\n", sim->announcements->count, (ull)sim->announcements->sign_ups,
	       (ull)sim->announcements->cancelled);
	if (sim->real)
		printf("  signed and sealed: %llu items opened\n", (ull)sim->opened);
	for (unsigned action = 1; action < LEG_ACTION_COUNT; action++)
		if (sim->legs->acts[action] != 0)
			printf("  %s %llu", protobuf_c_enum_descriptor_get_value(&pb__leg_action__descriptor, (int)action)->name + 11,
			       (ull)sim->legs->acts[action]);
	printf("\n");
	for (unsigned code = 0; code < 128; code++)
		if (sim->refused[code] != 0)
			printf("  %s %llu", protobuf_c_enum_descriptor_get_value(&pb__refusal_code__descriptor, (int)code)->name + 13,
			       (ull)sim->refused[code]);
	printf("\n");
	fflush(stdout);
}

static void end(struct sim *sim)
{
	for (size_t i = 0; i < sim->letter_count; i++) {
		real_forget(sim->letters[i]);
		free(sim->letters[i]);
	}
	for (size_t i = 0; i < sim->all_count; i++)
		free(sim->all[i]);
	free(sim->all);
	legs_free(sim);
	cases_free(sim);
	free(sim->hand_overs);
	action_items_free(sim);
	conferences_free(sim);
	announcements_free(sim);
	consents_free(sim);
	for (size_t i = 0; i < sim->desk_count; i++)
		for (size_t k = 0; k < sim->desks[i].place_count; k++) {
			real_free(sim->desks[i].places[k]->real);
			free(sim->desks[i].places[k]);
		}
	free(sim->letters);
	free(sim->erasing);
	map_free(&sim->items);
	map_free(&sim->tails);
	map_free(&sim->sessions);
	arena_free(&sim->directory_arena);
	site_close(&sim->site);
	unit_folder_remove();
}

/* All entries but the genesis, which holds keys that are drawn anew each time. */
static struct digest entries_digest(struct sim *sim)
{
	struct txn *txn = site_read(&sim->site);
	struct digest_stream *stream;
	struct digest digest;

	require_ok(digest_stream_new(&stream));
	for (uint64_t seq = 1; seq < sim->audited; seq++) {
		struct entry entry;

		require_ok(entry_read(txn, seq, &entry));
		digest_stream_add(stream, entry.header_bytes);
		digest_stream_add(stream, digest_bytes(&entry.body_hash));
	}
	txn_abort(txn);
	digest = digest_stream_end(stream);
	digest_stream_free(stream);
	return digest;
}

struct digest episode_run(const char *directory, uint64_t seed, uint64_t commands, bool talks)
{
	struct sim *sim = calloc(1, sizeof(*sim));
	struct digest made;

	require(sim != NULL);
	*sim = (struct sim){ .directory_path = directory, .seed = seed, .wanted = commands, .chance = { seed }, .talks = talks };
	sim->real = talks && seed % REAL_EVERY == 0;
	sim->legs = calloc(1, sizeof(*sim->legs));
	sim->consents = calloc(1, sizeof(*sim->consents));
	sim->conferences = calloc(1, sizeof(*sim->conferences));
	sim->announcements = calloc(1, sizeof(*sim->announcements));
	require(sim->legs != NULL && sim->consents != NULL && sim->conferences != NULL && sim->announcements != NULL);
	sim_running = sim;
	begin(sim);
	while (sim->commands < commands) {
		pass_time(sim);
		walk_gather(sim);
		arm(sim);
		episode_batch(sim);
		if (sim->batches % WHOLE_EVERY == 0)
			whole_check(sim);
		if (sim->batches % REBUILD_EVERY == 0) {
			whole_rebuild(sim);
			forget_sessions(sim);
		}
	}
	drain(sim);
	whole_check(sim);
	keeping_days_pass(sim);
	whole_check(sim);
	if (seed % YEARS_EVERY == 1) {
		keeping_years_pass(sim);
		whole_check(sim);
	}
	whole_rebuild(sim);
	made = entries_digest(sim);
	if (talks)
		tell(sim);
	end(sim);
	free(sim);
	sim_running = NULL;
	return made;
}
