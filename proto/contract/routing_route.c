/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_route.c - see routing.h for the contract.
 *
 * Rules are scanned, not indexed: a thousand masks take some microseconds, and the order of ranks comes for free.  What costs is judging
 * agencies; each is judged once for a need, except where rules ask for services, and by numbers alone. */
#include "contract/routing.h"

#include "contract/civil_time.h"
#include "contract/routing_index.h"
#include "contract/routing_judge.h"

#define NO_RULE UINT16_MAX

struct candidate {
	uint32_t agency;
	unsigned score; /* lower is better */
	unsigned cautions;
};

struct routing_scratch *routing_scratch_new(const struct routing *routing, struct arena *arena)
{
	struct routing_scratch *scratch = arena_calloc(arena, 1, sizeof *scratch);

	if (scratch == NULL)
		return NULL;
	scratch->verdicts = arena_calloc(arena, routing->agency_count + 1, sizeof *scratch->verdicts);
	scratch->named_by = arena_calloc(arena, routing->agency_count + 1, sizeof *scratch->named_by);
	scratch->walked = arena_calloc(arena, routing->category_count + 1, sizeof *scratch->walked);
	scratch->until = arena_calloc(arena, routing->hours_count + 1, sizeof *scratch->until);
	return scratch->verdicts == NULL || scratch->named_by == NULL || scratch->walked == NULL || scratch->until == NULL ? NULL : scratch;
}

/* ---- the need ---- */

static uint32_t bit_of(int word)
{
	return UINT32_C(1) << ((unsigned)word & 31);
}

static void clear_scratch(const struct routing *routing, struct routing_scratch *scratch)
{
	memset(scratch->verdicts, ROUTING_PASS_CATEGORY, routing->agency_count);
	memset(scratch->named_by, 0xff, routing->agency_count * sizeof *scratch->named_by); /* NO_RULE */
	memset(scratch->walked, 0, routing->category_count);
	for (size_t i = 0; i < routing->hours_count; i++)
		scratch->until[i] = ROUTING_NOT_ASKED;
}

static int64_t patience_of(Pb__Urgency urgency)
{
	if (urgency == PB__URGENCY__URGENCY_DANGER)
		return 0;
	return urgency == PB__URGENCY__URGENCY_URGENT ? ROUTING_URGENT_MINUTES : -1;
}

static void read_need(struct asking *asking, const Pb__Need *need, int64_t now_us)
{
	Pb__Urgency urgency = need->urgency == PB__URGENCY__URGENCY_UNSPECIFIED ? PB__URGENCY__URGENCY_ROUTINE : need->urgency;
	Pb__Kind kind = need->kind == PB__KIND__KIND_UNSPECIFIED ? PB__KIND__KIND_REQUEST : need->kind;

	for (size_t i = 0; i < need->n_topics; i++)
		asking->topics |= bit_of((int)need->topics[i]);
	for (size_t i = 0; i < need->n_facts; i++)
		asking->facts |= bit_of((int)need->facts[i]);
	asking->age = need->age == PB__AGE_BAND__AGE_BAND_UNSPECIFIED ? 0 : bit_of((int)need->age);
	asking->urgency = bit_of((int)urgency);
	asking->kind = bit_of((int)kind);
	asking->outside = need->outside;
	asking->patience = patience_of(urgency);
	asking->outcome->at_us = need->at_us != 0 ? need->at_us : now_us;
	asking->at = civil_time_of(asking->outcome->at_us, asking->routing->zone_offset);
	asking->today = asking->at.day;
}

/* ---- rules ---- */

static bool ward_holds(const struct asking *asking, const struct routing_condition *condition)
{
	const uint32_t *wards = asking->routing->areas_pool + condition->wards.first;

	for (uint32_t i = 0; i < condition->wards.count; i++)
		if (wards[i] == asking->ward)
			return true;
	return condition->wards.count == 0;
}

static bool condition_holds(const struct asking *asking, const struct routing_condition *condition)
{
	return (condition->topics == 0 || (condition->topics & asking->topics) != 0) &&
	       (condition->facts == 0 || (condition->facts & asking->facts) != 0) &&
	       (condition->ages == 0 || (condition->ages & asking->age) != 0) &&
	       (condition->urgencies == 0 || (condition->urgencies & asking->urgency) != 0) && (!condition->outside || asking->outside) &&
	       ward_holds(asking, condition);
}

static bool rule_holds(const struct asking *asking, const struct routing_rule *rule)
{
	const struct routing_condition *conditions = asking->routing->conditions + rule->conditions.first;

	for (uint32_t i = 0; i < rule->conditions.count; i++)
		if (condition_holds(asking, &conditions[i]))
			return true;
	return false;
}

/* ---- choosing ---- */

static unsigned score_of(const struct routing_agency *agency, unsigned cautions)
{
	return ((cautions & ROUTING_CAUTION_WAITLIST) != 0 ? 8u : 0) | ((cautions & ROUTING_CAUTION_STALE) != 0 ? 4u : 0) |
	       ((cautions & ROUTING_CAUTION_CLOSED) != 0 ? 2u : 0) | (agency->whole_site ? 1u : 0);
}

struct shortlist {
	struct candidate best[ROUTING_PER_RULE];
	size_t count;
};

/* Keeps the best, in order; equal ones by id, which is by number. */
static void shortlist_add(struct shortlist *list, struct candidate candidate)
{
	size_t place = list->count;

	while (place > 0 && (list->best[place - 1].score > candidate.score ||
			     (list->best[place - 1].score == candidate.score && list->best[place - 1].agency > candidate.agency)))
		place--;
	if (place == ROUTING_PER_RULE)
		return;
	if (list->count < ROUTING_PER_RULE)
		list->count++;
	memmove(&list->best[place + 1], &list->best[place], (list->count - 1 - place) * sizeof list->best[0]);
	list->best[place] = candidate;
}

/* A verdict that another rule may still change: what this one lacks, the next may not ask for. */
static bool is_open_verdict(uint8_t verdict)
{
	return verdict == ROUTING_PASS_CATEGORY || verdict == ROUTING_PASS_SERVICE || verdict == ROUTING_PASS_FULL;
}

static void consider(struct asking *asking, const struct routing_rule *rule, uint16_t rule_number, uint32_t number, struct shortlist *list)
{
	const struct routing_agency *agency = &asking->routing->agencies[number];
	struct routing_scratch *scratch = asking->scratch;
	Pb__Places places;
	enum routing_pass verdict;

	if (!is_open_verdict(scratch->verdicts[number]))
		return;
	places = routing_places_for(agency, rule->record);
	verdict = routing_judge(asking, agency, places);
	if (verdict == ROUTING_CHOSEN) {
		unsigned cautions = routing_cautions_of(asking, agency, places);

		shortlist_add(list, (struct candidate){ number, score_of(agency, cautions), cautions });
		verdict = ROUTING_PASS_RANK; /* until it is chosen */
	}
	scratch->verdicts[number] = (uint8_t)verdict;
	scratch->named_by[number] = rule_number;
}

static void consider_category(struct asking *asking, const struct routing_rule *rule, uint16_t rule_number, uint32_t category,
			      struct shortlist *list)
{
	const struct routing *routing = asking->routing;
	struct routing_run run = routing->categories[category];

	if (asking->scratch->walked[category])
		return;
	asking->scratch->walked[category] = rule->record->n_services == 0;
	for (uint32_t i = 0; i < run.count; i++)
		consider(asking, rule, rule_number, routing->members_pool[run.first + i], list);
}

static void choose(struct asking *asking, const struct routing_rule *rule, const struct candidate *candidate)
{
	struct routing_outcome *outcome = asking->outcome;
	const struct routing_agency *agency = &asking->routing->agencies[candidate->agency];
	int64_t until = (candidate->cautions & ROUTING_CAUTION_CLOSED) != 0 ? routing_until_open(asking, agency->hours) : 0;
	struct civil_time opens = { asking->at.day, asking->at.minute, 0 };

	outcome->choices[outcome->choice_count++] = (struct routing_choice){
		.agency = agency->record,
		.rule = rule->record,
		.cautions = candidate->cautions,
		.opens_at_us = until <= 0 ? 0 : civil_time_us(opens, asking->routing->zone_offset) + until * CIVIL_MINUTE_US,
	};
	asking->scratch->verdicts[candidate->agency] = ROUTING_CHOSEN;
}

static void ask_rule(struct asking *asking, uint16_t number)
{
	const struct routing *routing = asking->routing;
	const struct routing_rule *rule = &routing->rules[number];
	struct shortlist list = { .count = 0 };

	for (uint32_t i = 0; i < rule->agencies.count; i++)
		consider(asking, rule, number, routing->targets_pool[rule->agencies.first + i], &list);
	for (uint32_t i = 0; i < rule->categories.count; i++)
		consider_category(asking, rule, number, routing->targets_pool[rule->categories.first + i], &list);
	for (size_t i = 0; i < list.count && asking->outcome->choice_count < ROUTING_CHOICES; i++)
		choose(asking, rule, &list.best[i]);
}

/* ---- the fallback: never nowhere ---- */

static struct candidate last_resort(const struct asking *asking, uint32_t number)
{
	const struct routing_agency *agency = &asking->routing->agencies[number];
	Pb__Places places = routing_places_for(agency, asking->routing->fallback.record);
	unsigned cautions = routing_cautions_of(asking, agency, places);
	unsigned score = score_of(agency, cautions);

	if (places == PB__PLACES__PLACES_FULL)
		cautions |= ROUTING_CAUTION_FULL;
	if (!routing_covers(asking, agency))
		cautions |= ROUTING_CAUTION_AREA;
	if (agency->kinds != 0 && (agency->kinds & asking->kind) == 0)
		cautions |= ROUTING_CAUTION_KIND;
	if (routing_is_self(asking, agency))
		cautions |= ROUTING_CAUTION_SELF;
	score |= (cautions >> 4) << 4; /* the fallback's own cautions weigh more than the others */
	return (struct candidate){ number, score, cautions };
}

static void fall_back(struct asking *asking)
{
	const struct routing *routing = asking->routing;
	const struct routing_rule *rule = &routing->fallback;
	struct shortlist list = { .count = 0 };

	for (uint32_t i = 0; i < rule->agencies.count; i++)
		shortlist_add(&list, last_resort(asking, routing->targets_pool[rule->agencies.first + i]));
	for (uint32_t i = 0; i < rule->categories.count; i++) {
		struct routing_run run = routing->categories[routing->targets_pool[rule->categories.first + i]];

		for (uint32_t j = 0; j < run.count; j++)
			shortlist_add(&list, last_resort(asking, routing->members_pool[run.first + j]));
	}
	asking->outcome->fell_back = true;
	asking->scratch->named_by[list.best[0].agency] = (uint16_t)routing->rule_count;
	choose(asking, rule, &list.best[0]);
}

/* ---- all together ---- */

enum err routing_route(const struct routing *routing, const Pb__Need *need, const char *asking_agency, int64_t now_us,
		       struct routing_scratch *scratch, struct routing_outcome *ret_outcome)
{
	struct asking asking = { .routing = routing, .scratch = scratch, .outcome = ret_outcome, .self = asking_agency };

	asking.ward = routing_word(routing->area_names, routing->area_count, need->ward);
	if (*need->ward != '\0' && asking.ward == routing->area_count && !need->outside)
		return ERR_RANGE;
	memset(ret_outcome, 0, sizeof *ret_outcome);
	clear_scratch(routing, scratch);
	read_need(&asking, need, now_us);
	for (size_t i = 0; i < routing->rule_count; i++)
		if (rule_holds(&asking, &routing->rules[i])) {
			ret_outcome->rules_held++;
			ask_rule(&asking, (uint16_t)i);
		}
	if (ret_outcome->choice_count == 0)
		fall_back(&asking);
	for (size_t i = 0; i < routing->agency_count; i++)
		ret_outcome->counts[scratch->verdicts[i]]++;
	return ERR_OK;
}

bool routing_next_passed(const struct routing *routing, const struct routing_scratch *scratch, size_t *position,
			 struct routing_passed *ret_passed)
{
	while (*position < routing->agency_count && scratch->verdicts[*position] == ROUTING_CHOSEN)
		(*position)++;
	if (*position >= routing->agency_count)
		return false;
	ret_passed->agency = routing->agencies[*position].record;
	ret_passed->why = (enum routing_pass)scratch->verdicts[*position];
	ret_passed->rule = scratch->named_by[*position] == NO_RULE ? NULL : routing->rules[scratch->named_by[*position]].record;
	(*position)++;
	return true;
}

size_t routing_areas(const struct routing *routing, const char *const **ret_areas)
{
	*ret_areas = routing->area_names;
	return routing->area_count;
}
