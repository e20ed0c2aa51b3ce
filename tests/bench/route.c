/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/route.c - how long a need takes over the largest directory: route [NEEDS] [SEED]
 *
 * 10,000 agencies and 1,000 rules, made up: 60 categories, 40 wards, 30 different opening hours, a tenth with a waiting list or full.  One JSON
 * object per line: {"name","value","unit"}.  `route_*` are needs that a handful to dozens of rules hold for; `route_crowded_*` a directory
 * where every rule holds and every agency has every category that is asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "contract/codec.h"
#include "contract/routing.h"

#define AGENCIES LIMIT_AGENCIES
#define RULES LIMIT_ROUTING_RULES
#define CATEGORIES 60u
#define WARDS 40u
#define HOURS 30u
#define WORD 24

static uint64_t state;

/* splitmix64: the same needs for the same seed on every machine. */
static uint32_t chance(uint32_t bound)
{
	uint64_t mixed = state += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((mixed ^ (mixed >> 31)) % bound);
}

static struct arena arena;

static void *take(size_t count, size_t size)
{
	void *room = arena_calloc(&arena, count, size);

	if (room == NULL) {
		fprintf(stderr, "route: out of memory\n");
		exit(1);
	}
	return room;
}

static char *word(const char *stem, uint32_t number)
{
	char *text = take(1, WORD);

	snprintf(text, WORD, "%s-%05u", stem, number);
	return text;
}

static char **one_word(char *text)
{
	char **list = take(1, sizeof *list);

	list[0] = text;
	return list;
}

static Pb__Hours *hours_of(uint32_t number)
{
	static uint32_t days[] = { 1, 2, 3, 4, 5, 6, 7 };
	Pb__Hours *hours = take(1, sizeof *hours);
	Pb__OpenSpan *span = take(1, sizeof *span);

	pb__hours__init(hours);
	pb__open_span__init(span);
	hours->always = number == 0;
	span->opens = word("x", 0);
	span->closes = word("x", 0);
	snprintf(span->opens, WORD, "%02u:%02u", (6 + number % 6) % 24, number % 2 == 0 ? 0 : 30);
	snprintf(span->closes, WORD, "%02u:00", (15 + number / 6) % 24);
	span->days = days;
	span->n_days = 5 + number % 3;
	hours->spans = take(1, sizeof *hours->spans);
	hours->spans[0] = span;
	hours->n_spans = hours->always ? 0 : 1;
	return hours;
}

static Pb__Agency *agency_of(uint32_t number, Pb__Hours **hours, uint32_t categories)
{
	Pb__Agency *agency = take(1, sizeof *agency);

	pb__agency__init(agency);
	agency->id = word("agency", number);
	agency->categories = one_word(word("category", chance(categories)));
	agency->n_categories = 1;
	agency->areas = one_word(chance(4) == 0 ? pb_of_text("*") : word("ward", chance(WARDS)));
	agency->n_areas = 1;
	agency->hours = hours[chance(HOURS)];
	agency->confirmed_on = pb_of_text(chance(10) == 0 ? "2026-01-01" : "2026-10-01");
	return agency;
}

static Pb__Standing *standing_of(const Pb__Agency *agency)
{
	Pb__Standing *standing = take(1, sizeof *standing);
	Pb__ServicePlaces *places = take(1, sizeof *places);

	pb__standing__init(standing);
	pb__service_places__init(places);
	standing->agency = agency->id;
	places->places = chance(2) == 0 ? PB__PLACES__PLACES_WAITLIST : PB__PLACES__PLACES_FULL;
	standing->places = take(1, sizeof *standing->places);
	standing->places[0] = places;
	standing->n_places = 1;
	return standing;
}

static Pb__RuleCondition *condition_of(bool always)
{
	Pb__RuleCondition *when = take(1, sizeof *when);

	pb__rule_condition__init(when);
	when->topics = take(20, sizeof *when->topics);
	for (uint32_t i = 0; i < (always ? 20u : 1u); i++)
		when->topics[when->n_topics++] = (Pb__TopicName)(1 + (always ? i : chance(20)));
	if (!always && chance(2) == 0) {
		when->ages = take(1, sizeof *when->ages);
		when->ages[when->n_ages++] = (Pb__AgeBand)(1 + chance(10));
	}
	return when;
}

static Pb__RoutingRule *rule_of(uint32_t number, uint32_t categories, bool always)
{
	Pb__RoutingRule *rule = take(1, sizeof *rule);
	Pb__Explanation *because = take(1, sizeof *because);

	pb__routing_rule__init(rule);
	pb__explanation__init(because);
	because->ja = because->en = pb_of_text("because");
	rule->because = because;
	rule->id = word("rule", number);
	rule->rank = chance(1000);
	rule->categories = one_word(word("category", chance(categories)));
	rule->n_categories = 1;
	rule->fallback = number == 0;
	if (!rule->fallback) {
		rule->when = take(1, sizeof *rule->when);
		rule->when[rule->n_when++] = condition_of(always);
	}
	return rule;
}

static Pb__DirectorySnapshot *directory(uint32_t categories, bool always)
{
	Pb__DirectorySnapshot *snapshot = take(1, sizeof *snapshot);
	Pb__DirectoryFile *file = take(1, sizeof *file);
	Pb__Hours *hours[HOURS];

	pb__directory_snapshot__init(snapshot);
	pb__directory_file__init(file);
	file->site = pb_of_text("bench");
	file->zone = pb_of_text("Asia/Tokyo");
	file->agencies = take(AGENCIES, sizeof *file->agencies);
	file->rules = take(RULES, sizeof *file->rules);
	snapshot->standings = take(AGENCIES, sizeof *snapshot->standings);
	snapshot->file = file;
	for (uint32_t i = 0; i < HOURS; i++)
		hours[i] = hours_of(i);
	for (uint32_t i = 0; i < AGENCIES; i++) {
		file->agencies[file->n_agencies++] = agency_of(i, hours, categories);
		if (chance(10) == 0)
			snapshot->standings[snapshot->n_standings++] = standing_of(file->agencies[i]);
	}
	for (uint32_t i = 0; i < RULES; i++)
		file->rules[file->n_rules++] = rule_of(i, categories, always);
	return snapshot;
}

static void tell(const char *name, const char *what, double value, const char *unit)
{
	printf("{\"name\":\"%s_%s\",\"value\":%.3f,\"unit\":\"%s\"}\n", name, what, value, unit);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* A need with new words, so that nothing is the same as the last time. */
static void random_need(Pb__Need *need, char ward[WORD])
{
	static Pb__TopicName topics[3];

	for (size_t i = 0; i < 3; i++)
		topics[i] = (Pb__TopicName)(1 + chance(20));
	pb__need__init(need);
	need->topics = topics;
	need->n_topics = 1 + chance(3);
	snprintf(ward, WORD, "ward-%05u", chance(WARDS));
	need->ward = ward;
	need->age = (Pb__AgeBand)(1 + chance(10));
	need->urgency = (Pb__Urgency)(1 + chance(4));
	need->at_us = INT64_C(1795000000000000) + (int64_t)chance(10080) * 60000000;
}

/* Finer than base/clock.h's microseconds: a need takes a few of them. */
static double nanoseconds(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static void measure(const char *name, uint32_t categories, bool always, size_t needs)
{
	const Pb__DirectorySnapshot *snapshot = directory(categories, always);
	double *times = take(needs, sizeof *times);
	const struct routing *routing = NULL;
	struct routing_scratch *scratch;
	struct routing_outcome outcome;
	double from = nanoseconds();
	enum err err = routing_compile(snapshot, &arena, &routing);

	if (err != ERR_OK) {
		fprintf(stderr, "route: %s\n", err_text(err));
		exit(1);
	}
	tell(name, "compile", (nanoseconds() - from) / 1e6, "ms");
	scratch = routing_scratch_new(routing, &arena);
	for (size_t i = 0; scratch != NULL && i < needs; i++) {
		Pb__Need need;
		char ward[WORD];

		random_need(&need, ward);
		from = nanoseconds();
		err = routing_route(routing, &need, NULL, need.at_us, scratch, &outcome);
		times[i] = (nanoseconds() - from) / 1e3;
		if (err != ERR_OK || outcome.choice_count == 0)
			exit(1);
	}
	qsort(times, needs, sizeof *times, by_value);
	tell(name, "p50", times[needs / 2], "us");
	tell(name, "p99", times[needs * 99 / 100], "us");
	tell(name, "max", times[needs - 1], "us");
}

int main(int argc, char **argv)
{
	size_t needs = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;

	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 7;
	if (needs < 100 || needs > 10000000) {
		fprintf(stderr, "usage: route [NEEDS] [SEED]; 100 to 10,000,000 needs\n");
		return 2;
	}
	arena_init(&arena, (size_t)1 << 30);
	measure("route", CATEGORIES, false, needs);
	arena_reset(&arena);
	measure("route_crowded", 1, true, needs);
	arena_free(&arena);
	return 0;
}
