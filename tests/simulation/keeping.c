/* SPDX-License-Identifier: Apache-2.0 */
/* keeping.c - see keeping.h. */
#include "keeping.h"

#include "cases.h"
#include "conferences.h"
#include "consents.h"
#include "legs.h"
#include "running.h"
#include "unit.h"

#define DAY_US (24 * INT64_C(3600000000))

/* ---- what is at rest ---- */

static bool waits(const struct item *item)
{
	return !item->gone && item->state != DELIVERY_ACKNOWLEDGED && item->state != DELIVERY_UNDELIVERABLE;
}

static bool is_awaited(const struct sim *sim, const struct letter *letter)
{
	for (size_t i = 0; i < sim->all_count; i++)
		if (sim->all[i]->letter == letter && waits(sim->all[i]))
			return true;
	return false;
}

static bool request_is_open(const struct sim *sim, const struct letter *opener)
{
	for (size_t i = 0; i < sim->legs->request_count; i++) {
		const struct m_request *request = sim->legs->requests[i];

		if (request->opening != opener || request->gone)
			continue;
		for (size_t k = 0; k < request->count; k++)
			if (leg_is_open(request->legs[k]->state))
				return true;
		return request->timer_at_us != 0;
	}
	return false;
}

static bool conference_is_open(struct sim *sim, const struct letter *opener)
{
	const struct m_conference *conference = conference_of(sim, opener);

	if (conference == NULL || conference->gone)
		return false;
	for (size_t i = 0; i < conference->item_count; i++) {
		const struct m_action_item *item = action_item_of(sim, conference->items[i]);

		if (item != NULL && item->timer_at_us != 0)
			return true;
	}
	return conference->timer_at_us != 0;
}

static const struct letter *opener_of(const struct letter *letter)
{
	return letter->thread != NULL ? letter->thread : letter;
}

static bool thread_rests(struct sim *sim, const struct letter *letter)
{
	const struct letter *opener = opener_of(letter);
	const struct m_consent *consent = consent_of(sim, opener);

	if (request_is_open(sim, opener) || conference_is_open(sim, opener))
		return false;
	return consent == NULL || consent->gone || consent->state != PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE;
}

/* What was recalled in the thread, or in another of its case. */
static bool is_purged(const struct sim *sim, uint64_t case_number)
{
	for (size_t i = 0; i < sim->action_items.room; i++) {
		const struct m_action_item *item = sim->action_items.places[i].value;

		if (item != NULL && !item->gone && item->case_number == case_number && item->timer_at_us != 0)
			return true;
	}
	return false;
}

/* A conference ends when it was to end, even if it was held or called off before. */
static bool is_to_come(struct sim *sim, const struct letter *opener)
{
	const struct m_conference *conference = conference_of(sim, opener);

	return conference != NULL && !conference->gone && conference->starts_at_us + DAY_US > sim->site.clocks.wall_us;
}

bool keeping_rests(struct sim *sim, const struct letter *letter)
{
	return !is_awaited(sim, letter) && thread_rests(sim, letter);
}

/* ---- parts ---- */

static struct letter *letter_at(const struct sim *sim, uint64_t seq)
{
	for (size_t i = 0; i < sim->letter_count; i++)
		if (sim->letters[i]->accepted && sim->letters[i]->seq == seq)
			return sim->letters[i];
	return NULL;
}

void follow_prune(struct sim *sim, const struct leaf_header *header, const Pb__PruneEntry *entry)
{
	ull seq = header->seq;
	uint64_t parts = 0;

	for (size_t i = 0; i < entry->n_seqs; i++) {
		struct letter *letter = letter_at(sim, entry->seqs[i]);

		HOLDS(letter != NULL && letter->parts > 0, "entry %llu prunes %llu, which has no parts", seq, (ull)entry->seqs[i]);
		HOLDS(!letter->erased && !letter->pruned, "entry %llu prunes %llu, whose parts are gone", seq, (ull)entry->seqs[i]);
		HOLDS(header->time_us - letter->accepted_at_us >= KEPT_DAYS * DAY_US, "entry %llu prunes %llu too early", seq, (ull)entry->seqs[i]);
		HOLDS(keeping_rests(sim, letter), "entry %llu prunes %llu, with which somebody has to do: awaited %d, its request open %d, its conference open %d", seq,
		      (ull)entry->seqs[i], is_awaited(sim, letter), request_is_open(sim, opener_of(letter)), conference_is_open(sim, opener_of(letter)));
		letter->pruned = true;
		parts += letter->parts * letter->to_count;
	}
	HOLDS(entry->parts == parts, "entry %llu destroys %llu parts; should be %llu", seq, (ull)entry->parts, (ull)parts);
	sim->pruned += entry->n_seqs;
}

/* ---- at the end ---- */

#define MONTH_DAYS 30u
#define MONTHS 15u

/* Batches and whoever comes for what he is told, until nothing is left to do. */
static void pass(struct sim *sim, int64_t us)
{
	site_pass(&sim->site, us);
	for (size_t quiet = 0; quiet < 2;) {
		uint64_t before = sim->audited;

		drain_round(sim);
		quiet = sim->audited == before && batch_due_in(sim->site.broker, sim->site.clocks) > 0 ? quiet + 1 : 0;
	}
}

/* All that is awaited is marked once. */
static void mark_awaited(struct sim *sim)
{
	for (size_t i = 0; i < sim->letter_count; i++)
		sim->letters[i]->awaited = false;
	for (size_t i = 0; i < sim->all_count; i++)
		if (sim->all[i]->letter != NULL && waits(sim->all[i]))
			((struct letter *)(uintptr_t)sim->all[i]->letter)->awaited = true;
}

static void count_rest(struct sim *sim)
{
	mark_awaited(sim);
	for (size_t i = 0; i < sim->letter_count; i++) {
		struct letter *letter = sim->letters[i];

		if (letter->accepted && !letter->erased)
			letter->rested = !letter->awaited && thread_rests(sim, letter) && !is_purged(sim, letter->case_number) &&
						 !is_to_come(sim, opener_of(letter)) ? letter->rested + 1 : 0;
	}
}

void keeping_days_pass(struct sim *sim)
{
	for (size_t day = 0; day < KEPT_DAYS + 3; day++) {
		pass(sim, DAY_US);
		count_rest(sim);
	}
	for (size_t i = 0; i < sim->letter_count; i++) {
		const struct letter *letter = sim->letters[i];

		HOLDS(!letter->accepted || letter->erased || letter->pruned || letter->parts == 0 || letter->rested < KEPT_DAYS + 2,
		      "the parts of message %llu are kept too long", (ull)letter->number);
	}
}

/* Whether the site still has something to do with the case, or is about to tell somebody. */
static bool case_rests(const struct sim *sim, uint64_t number)
{
	for (size_t i = 0; i < sim->letter_count; i++)
		if (sim->letters[i]->accepted && !sim->letters[i]->erased && sim->letters[i]->case_number == number && sim->letters[i]->rested < MONTHS)
			return false;
	for (size_t i = 0; i < sim->all_count; i++)
		if (sim->all[i]->case_number == number && waits(sim->all[i]))
			return false;
	return true;
}

void keeping_years_pass(struct sim *sim)
{
	for (size_t i = 0; i < sim->letter_count; i++)
		sim->letters[i]->rested = 0;
	for (size_t month = 0; month < MONTHS; month++) {
		pass(sim, MONTH_DAYS * DAY_US);
		count_rest(sim);
	}
	for (size_t i = 0; i < sim->known_cases.room; i++) {
		const struct m_case *known = sim->known_cases.places[i].value;

		HOLDS(known == NULL || known->gone || !case_rests(sim, known->number), "case %llu is kept too long", (ull)known->number);
	}
}
