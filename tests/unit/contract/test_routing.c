/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/routing.h"

#include <stdio.h>

#include "base/clock.h"
#include "directories.h"
#include "unit.h"

#define WEEKDAY "2026-11-18T10:00:00+09:00" /* a Wednesday */
#define FIRST DIRECTORY_DESK("first", ",'categories':['first_line'],'areas':['*']")
#define DEBT "{'id':'debt','rank':10,'when':[{'topics':['DEBT']}],'categories':['money'],'because':{'ja':'借金','en':'debts'}}"
#define LAST "{'id':'last','rank':90,'fallback':true,'agencies':['first'],'because':{'ja':'一次','en':'first line'}}"
#define MONEY(id, more) DIRECTORY_DESK(id, ",'categories':['money']" more)

static struct arena arena;
static const struct routing *routing;
static struct routing_scratch *scratch;
static struct routing_outcome outcome;

static enum err compile(const char *agencies, const char *rules, const char *more)
{
	arena_free(&arena);
	arena_init(&arena, ROUTING_ARENA_BYTES);
	return routing_compile(directory_with(&arena, agencies, rules, more), &arena, &routing);
}

static enum err route_for(const char *need, const char *asking)
{
	int64_t now = 0;

	require_ok(clock_parse(WEEKDAY, &now));
	scratch = routing_scratch_new(routing, &arena);
	require(scratch != NULL);
	return routing_route(routing, (const Pb__Need *)message_of(&arena, &pb__need__descriptor, need), asking, now, scratch, &outcome);
}

static void route(const char *need)
{
	require_ok(route_for(need, NULL));
}

/* The ids that were chosen, in order, with spaces between. */
static const char *chosen(void)
{
	static char text[512];

	text[0] = '\0';
	for (size_t i = 0; i < outcome.choice_count; i++) {
		if (i > 0)
			strcat(text, " ");
		strcat(text, outcome.choices[i].agency->id);
	}
	return text;
}

static enum routing_pass verdict(const char *id)
{
	struct routing_passed passed;
	size_t position = 0;

	while (routing_next_passed(routing, scratch, &position, &passed))
		if (strcmp(passed.agency->id, id) == 0)
			return passed.why;
	return ROUTING_CHOSEN;
}

static unsigned cautions(size_t choice)
{
	require(choice < outcome.choice_count);
	return outcome.choices[choice].cautions;
}

static void test_choice(void)
{
	require_ok(compile(FIRST "," MONEY("m", ",'areas':['*']"), DEBT "," LAST, ""));
	route("{'topics':['DEBT']}");
	check_text(chosen(), "m");
	check_text(outcome.choices[0].rule->id, "debt");
	check_uint(cautions(0), 0);
	check(!outcome.fell_back);
	check_uint(outcome.rules_held, 1);
	check_uint(outcome.counts[ROUTING_CHOSEN], 1);
	check_int(verdict("first"), ROUTING_PASS_CATEGORY);
	arena_free(&arena);
}

static void test_fallback(void)
{
	require_ok(compile(FIRST "," MONEY("m", ",'areas':['*']"), LAST "," DEBT, ""));
	route("{'topics':['HOUSING']}");
	check_text(chosen(), "first");
	check_text(outcome.choices[0].rule->id, "last");
	check(outcome.fell_back);
	check_uint(outcome.rules_held, 0);
	check_int(verdict("m"), ROUTING_PASS_CATEGORY);
	route("{}");
	check_text(chosen(), "first");
	arena_free(&arena);
}

/* The fallback takes it whatever stands against it, and says so. */
static void test_fallback_whatever(void)
{
	require_ok(compile(DIRECTORY_DESK("first", ",'areas':['n'],'kinds':['NOTE'],'hours':{'spans':[{'days':[1],'opens':'09:00','closes':'10:00'}]}"),
			   LAST, ",'standings':[{'agency':'first','places':[{'places':'FULL'}]}]"));
	require_ok(route_for("{'urgency':'DANGER','outside':true}", "first"));
	check_text(chosen(), "first");
	check_uint(cautions(0), ROUTING_CAUTION_CLOSED | ROUTING_CAUTION_FULL | ROUTING_CAUTION_AREA | ROUTING_CAUTION_KIND | ROUTING_CAUTION_SELF);
	arena_free(&arena);
}

static void test_area(void)
{
	require_ok(compile(FIRST "," MONEY("m-all", ",'areas':['*']") "," MONEY("m-n", ",'areas':['n']") "," MONEY("m-out", ",'areas':['outside']") ","
			   MONEY("m-s", ",'areas':['s','t']"), DEBT "," LAST, ""));
	route("{'topics':['DEBT'],'ward':'n'}");
	check_text(chosen(), "m-n m-all"); /* the ward's own first */
	check_int(verdict("m-s"), ROUTING_PASS_AREA);
	check_int(verdict("m-out"), ROUTING_PASS_AREA);
	route("{'topics':['DEBT'],'ward':'t'}");
	check_text(chosen(), "m-s m-all");
	route("{'topics':['DEBT']}"); /* the ward is not known: only who takes the whole site */
	check_text(chosen(), "m-all");
	check_uint(outcome.counts[ROUTING_PASS_AREA], 3);
	route("{'topics':['DEBT'],'outside':true,'ward':'elsewhere'}");
	check_text(chosen(), "m-out");
	route("{'topics':['DEBT'],'outside':true,'ward':'s'}"); /* a municipality that someone covers */
	check_text(chosen(), "m-out m-s");
	check_err(route_for("{'topics':['DEBT'],'ward':'nowhere'}", NULL), ERR_RANGE);
	arena_free(&arena);
}

static void test_areas_listed(void)
{
	const char *const *areas;

	require_ok(compile(FIRST "," MONEY("m-n", ",'areas':['n','a']") "," MONEY("m-out", ",'areas':['outside','n']"), DEBT "," LAST, ""));
	require(routing_areas(routing, &areas) == 2);
	check_text(areas[0], "a");
	check_text(areas[1], "n");
	arena_free(&arena);
}

static void test_kind_and_self(void)
{
	require_ok(compile(FIRST "," MONEY("m-a", ",'areas':['*'],'kinds':['REQUEST']") "," MONEY("m-b", ",'areas':['*'],'kinds':['NOTE','CONFERENCE']"),
			   DEBT "," LAST, ""));
	route("{'topics':['DEBT']}"); /* a request unless it says otherwise */
	check_text(chosen(), "m-a");
	check_int(verdict("m-b"), ROUTING_PASS_KIND);
	route("{'topics':['DEBT'],'kind':'CONFERENCE'}");
	check_text(chosen(), "m-b");
	require_ok(route_for("{'topics':['DEBT']}", "m-a"));
	check_text(chosen(), "first");
	check_int(verdict("m-a"), ROUTING_PASS_SELF);
	arena_free(&arena);
}

static void test_places(void)
{
	require_ok(compile(FIRST "," MONEY("m-a", ",'areas':['*']") "," MONEY("m-b", ",'areas':['*']") "," MONEY("m-c", ",'areas':['*']"), DEBT "," LAST,
			   ",'standings':[{'agency':'m-a','places':[{'places':'WAITLIST'}]},{'agency':'m-b','places':[{'places':'FULL'}]},"
			   "{'agency':'m-c','places':[{'places':'OPEN'}]}]"));
	route("{'topics':['DEBT']}");
	check_text(chosen(), "m-c m-a");
	check_uint(cautions(1), ROUTING_CAUTION_WAITLIST);
	check_int(verdict("m-b"), ROUTING_PASS_FULL);
	check_uint(outcome.counts[ROUTING_PASS_FULL], 1);
	arena_free(&arena);
}

#define SERVICES "'services':[{'id':'x','names':{'ja':'x'}},{'id':'y','names':{'ja':'y'}}]"

/* Places are kept by service: an agency is full where all of its services are, or those that the rule asks for. */
static void test_services(void)
{
	static const char rules[] = "{'id':'x-only','rank':5,'when':[{'facts':['POVERTY']}],'categories':['money'],'services':['x'],'because':{'ja':'x','en':'x'}}," DEBT
				    "," LAST;

	require_ok(compile(FIRST "," MONEY("m-a", ",'areas':['*']," SERVICES) "," MONEY("m-b", ",'areas':['*']"), rules,
			   ",'standings':[{'agency':'m-a','places':[{'service':'x','places':'FULL'}]}]"));
	route("{'topics':['DEBT']}");
	check_text(chosen(), "m-a m-b"); /* y is open */
	route("{'facts':['POVERTY']}");
	check_text(chosen(), "first");
	check_int(verdict("m-a"), ROUTING_PASS_FULL);
	check_int(verdict("m-b"), ROUTING_PASS_SERVICE);
	route("{'facts':['POVERTY'],'topics':['DEBT']}"); /* what one rule cannot use, the next may */
	check_text(chosen(), "m-a m-b");
	check_text(outcome.choices[0].rule->id, "debt");
	require_ok(compile(FIRST "," MONEY("m-a", ",'areas':['*']," SERVICES), rules,
			   ",'standings':[{'agency':'m-a','places':[{'service':'x','places':'FULL'},{'service':'y','places':'WAITLIST'}]}]"));
	route("{'topics':['DEBT']}");
	check_text(chosen(), "m-a");
	check_uint(cautions(0), ROUTING_CAUTION_WAITLIST);
	arena_free(&arena);
}

static void test_stale(void)
{
	static const struct {
		const char *confirmed, *standing;
		bool stale;
	} rows[] = {
		{ "'2026-10-01'", "", false },
		{ "'2026-05-22'", "", false }, /* 180 days before 2026-11-18 */
		{ "'2026-05-21'", "", true },
		{ "null", "", true },
		{ "'2026-01-01'", ",'standings':[{'agency':'m','confirmed_on':'2026-11-01'}]", false },
		{ "'2026-11-01'", ",'standings':[{'agency':'m','confirmed_on':'2026-01-01'}]", false }, /* the later one counts */
		{ "'2030-01-01'", "", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char agencies[600];

		snprintf(agencies, sizeof agencies, FIRST ",{'id':'m','names':{'ja':'m'},'categories':['money'],'areas':['*'],'confirmed_on':%s}",
			 rows[i].confirmed);
		require_ok(compile(agencies, DEBT "," LAST, rows[i].standing));
		route("{'topics':['DEBT']}");
		unit_context("row %zu", i);
		check_uint(cautions(0), rows[i].stale ? ROUTING_CAUTION_STALE : 0);
	}
	arena_free(&arena);
}

#define ALWAYS ",'areas':['*'],'hours':{'always':true}"

static void test_hours(void)
{
	static const struct {
		const char *need, *chosen;
		unsigned cautions; /* of the usual desk, m-a */
		enum routing_pass verdict;
		const char *opens_at;
	} rows[] = {
		{ "{'topics':['DEBT'],'at':'2026-11-18T10:00:00+09:00'}", "m-a m-b", 0, ROUTING_CHOSEN, "" },
		{ "{'topics':['DEBT'],'at':'2026-11-18T17:00:00+09:00'}", "m-b m-a", ROUTING_CAUTION_CLOSED, ROUTING_CHOSEN, "2026-11-19T09:00:00.000+09:00" },
		{ "{'topics':['DEBT'],'at':'2026-11-20T18:00:30+09:00'}", "m-b m-a", ROUTING_CAUTION_CLOSED, ROUTING_CHOSEN, "2026-11-24T09:00:00.000+09:00" },
		{ "{'topics':['DEBT'],'urgency':'URGENT','at':'2026-11-20T18:00:00+09:00'}", "m-b", 0, ROUTING_PASS_CLOSED, "" },
		{ "{'topics':['DEBT'],'urgency':'URGENT','at':'2026-11-19T05:00:00+09:00'}", "m-b m-a", ROUTING_CAUTION_CLOSED, ROUTING_CHOSEN, "2026-11-19T09:00:00.000+09:00" },
		{ "{'topics':['DEBT'],'urgency':'URGENT','at':'2026-11-19T04:59:00+09:00'}", "m-b", 0, ROUTING_PASS_CLOSED, "" },
		{ "{'topics':['DEBT'],'urgency':'DANGER','at':'2026-11-19T08:59:00+09:00'}", "m-b", 0, ROUTING_PASS_CLOSED, "" },
		{ "{'topics':['DEBT'],'urgency':'DANGER','at':'2026-11-19T09:00:00+09:00'}", "m-a m-b", 0, ROUTING_CHOSEN, "" },
	};

	require_ok(compile(FIRST "," MONEY("m-a", ",'areas':['*']") "," MONEY("m-b", ALWAYS), DEBT "," LAST, ",'holidays':['2026-11-03','2026-11-23']"));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		route(rows[i].need);
		unit_context("%s", rows[i].need);
		check_text(chosen(), rows[i].chosen);
		check_int(verdict("m-a"), rows[i].verdict);
		for (size_t j = 0; j < outcome.choice_count; j++) {
			char opens[CLOCK_TEXT] = "";

			if (strcmp(outcome.choices[j].agency->id, "m-a") != 0)
				continue;
			check_uint(cautions(j), rows[i].cautions);
			if (outcome.choices[j].opens_at_us != 0)
				clock_format(outcome.choices[j].opens_at_us, 540, opens);
			check_text(opens, rows[i].opens_at);
		}
	}
	arena_free(&arena);
}

static void test_unknown_zone(void)
{
	const Pb__DirectorySnapshot *snapshot;

	require_ok(compile(FIRST "," MONEY("m", ",'areas':['*']"), DEBT "," LAST, ""));
	snapshot = directory_of(&arena, "{'file':{'site':'s','zone':'Europe/Berlin','agencies':[" FIRST "," MONEY("m", ",'areas':['*']") "],'rules':[" DEBT
					"," LAST "]}}");
	require_ok(routing_compile(snapshot, &arena, &routing));
	route("{'topics':['DEBT'],'urgency':'DANGER','at':'2026-11-21T10:00:00+09:00'}");
	check_text(chosen(), "m");
	check_uint(cautions(0), ROUTING_CAUTION_HOURS);
	arena_free(&arena);
}

static void test_ranks(void)
{
	require_ok(compile(FIRST "," MONEY("m", ",'areas':['*']") "," DIRECTORY_DESK("p", ",'categories':['police'],'areas':['*']"),
			   DEBT ",{'id':'danger','rank':1,'when':[{'urgencies':['DANGER']},{'topics':['VIOLENCE_ABUSE']}],'categories':['police'],"
				"'because':{'ja':'警察','en':'police'}},"
				"{'id':'again','rank':10,'when':[{'topics':['DEBT']}],'agencies':['m','p'],'because':{'ja':'a','en':'a'}}," LAST, ""));
	route("{'topics':['DEBT','VIOLENCE_ABUSE']}");
	check_text(chosen(), "p m"); /* by rank, not by the file's order; each once, for its first rule */
	check_text(outcome.choices[0].rule->id, "danger");
	check_text(outcome.choices[1].rule->id, "debt");
	check_uint(outcome.rules_held, 3);
	route("{'topics':['DEBT']}");
	check_text(chosen(), "m p");
	check_text(outcome.choices[1].rule->id, "again");
	arena_free(&arena);
}

/* Every line of a condition must hold, any word of a line does, any condition of a rule does. */
static void test_conditions(void)
{
	static const struct {
		const char *need;
		bool holds;
	} rows[] = {
		{ "{'topics':['DEBT'],'age':'TEENS','ward':'n'}", true },
		{ "{'topics':['HOUSING','OTHER'],'age':'TWENTIES','ward':'n'}", true },
		{ "{'topics':['DEBT'],'age':'TEENS','ward':'s'}", false },
		{ "{'topics':['DEBT'],'age':'TEENS'}", false },
		{ "{'topics':['DEBT'],'age':'FORTIES','ward':'n'}", false },
		{ "{'topics':['DEBT'],'ward':'n'}", false },
		{ "{'age':'TEENS','ward':'n'}", false },
		{ "{'urgency':'URGENT','facts':['LIVES_ALONE']}", true },
		{ "{'urgency':'SOON','facts':['LIVES_ALONE']}", false },
		{ "{'outside':true,'facts':['INHERITANCE']}", true },
		{ "{'outside':false,'facts':['INHERITANCE']}", false },
	};

	require_ok(compile(FIRST "," MONEY("m", ",'areas':['*','n','outside']") "," MONEY("z", ",'areas':['s']"),
			   "{'id':'r','rank':1,'categories':['money'],'because':{'ja':'r','en':'r'},'when':["
			   "{'topics':['DEBT','HOUSING'],'ages':['TEENS','TWENTIES'],'wards':['n']},{'urgencies':['URGENT'],'facts':['LIVES_ALONE','POVERTY']},"
			   "{'outside':true,'facts':['INHERITANCE']}]}," LAST, ""));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		route(rows[i].need);
		unit_context("%s", rows[i].need);
		check_uint(outcome.rules_held, rows[i].holds ? 1 : 0);
		check(outcome.fell_back != rows[i].holds);
	}
	arena_free(&arena);
}

/* Of many that fit, the best few; the others are told as such. */
static void test_many(void)
{
	char agencies[16000];
	size_t len = (size_t)snprintf(agencies, sizeof agencies, "%s", FIRST);

	for (int i = 0; i < 30; i++)
		len += (size_t)snprintf(agencies + len, sizeof agencies - len, "," MONEY("m%02d", ",'areas':['*']"), i, i);
	require_ok(compile(agencies, DEBT "," LAST, ",'standings':[{'agency':'m00','places':[{'places':'WAITLIST'}]}]"));
	route("{'topics':['DEBT']}");
	check_text(chosen(), "m01 m02 m03 m04");
	check_uint(outcome.counts[ROUTING_PASS_RANK], 26);
	check_int(verdict("m00"), ROUTING_PASS_RANK);
	arena_free(&arena);
}

static void test_every_agency_has_a_verdict(void)
{
	struct routing_passed passed;
	size_t position = 0, count = 0;

	require_ok(compile(FIRST "," MONEY("m-a", ",'areas':['*']") "," MONEY("m-b", ",'areas':['n']"), DEBT "," LAST, ""));
	route("{'topics':['DEBT']}");
	while (routing_next_passed(routing, scratch, &position, &passed)) {
		count++;
		check(passed.why != ROUTING_CHOSEN);
		check((passed.rule == NULL) == (passed.why == ROUTING_PASS_CATEGORY));
	}
	check_uint(count, 2);
	count = 0;
	for (size_t i = 0; i < ROUTING_PASSES; i++)
		count += outcome.counts[i];
	check_uint(count, 3);
	arena_free(&arena);
}

/* A confidential agency has no number, no count and no word, even if a directory that was not stripped is compiled. */
static void test_confidential(void)
{
	static const char hidden[] = "{'id':'q9-hidden','categories':['money'],'areas':['*','secret'],'confidential':true,'proxy':'m','coordinator':'m'}";
	struct routing_outcome without;
	const char *const *areas;

	char agencies[1000];

	require_ok(compile(FIRST "," MONEY("m", ",'areas':['*']"), DEBT "," LAST, ""));
	route("{'topics':['DEBT']}");
	without = outcome;
	snprintf(agencies, sizeof agencies, "%s,%s,%s", FIRST, MONEY("m", ",'areas':['*']"), hidden);
	require_ok(compile(agencies, DEBT "," LAST, ""));
	route("{'topics':['DEBT']}");
	check_text(chosen(), "m");
	check(memcmp(outcome.counts, without.counts, sizeof outcome.counts) == 0);
	check_uint(routing_areas(routing, &areas), 0);
	for (size_t position = 0;;) {
		struct routing_passed passed;

		if (!routing_next_passed(routing, scratch, &position, &passed))
			break;
		check(strcmp(passed.agency->id, "q9-hidden") != 0);
	}
	check_err(route_for("{'topics':['DEBT'],'ward':'secret'}", NULL), ERR_RANGE);
	arena_free(&arena);
}

static void test_refused_directories(void)
{
	check_err(compile(FIRST, "", ""), ERR_NOT_FOUND);
	check_err(compile(FIRST, DEBT "," LAST, ""), ERR_FORMAT); /* nobody has the category */
	check_err(compile(FIRST "," MONEY("m", ",'areas':['*'],'hours':{'spans':[{'days':[1],'opens':'9','closes':'17:00'}]}"), DEBT "," LAST, ""), ERR_FORMAT);
	check_err(compile(FIRST "," MONEY("m", ""), DEBT "," LAST, ",'holidays':['2026-11-23','2026-11-03']"), ERR_FORMAT);
	check_err(compile(FIRST "," MONEY("m", ""), DEBT "," LAST, ",'holidays':['tomorrow']"), ERR_FORMAT);
	arena_free(&arena);
}

/* However little memory there is, it is an error and no more. */
static void test_little_memory(void)
{
	const Pb__DirectorySnapshot *snapshot;
	enum err err = ERR_NOMEM;

	require_ok(compile(FIRST "," MONEY("m", ""), DEBT "," LAST, ""));
	snapshot = directory_with(&arena, FIRST "," MONEY("m", ",'areas':['n']"), DEBT "," LAST, ",'holidays':['2026-11-03']");
	for (size_t room = 0; err != ERR_OK; room += 16) {
		struct arena small;

		require(room < 100000);
		arena_init(&small, room);
		err = routing_compile(snapshot, &small, &routing);
		check(err == ERR_OK || err == ERR_NOMEM);
		if (err == ERR_OK)
			check(routing_scratch_new(routing, &small) == NULL);
		arena_free(&small);
	}
	arena_free(&arena);
}

UNIT_SUITE("contract/routing",
	{ "a rule that holds finds its agency", test_choice },
	{ "what nothing fits goes to the first line", test_fallback },
	{ "the first line takes it whatever stands against it", test_fallback_whatever },
	{ "areas, the ward's own first", test_area },
	{ "the wards that there are", test_areas_listed },
	{ "kinds, and never the one who asks", test_kind_and_self },
	{ "full is passed over, a waiting list comes later", test_places },
	{ "places are kept by service", test_services },
	{ "stale entries warn", test_stale },
	{ "opening hours by urgency", test_hours },
	{ "a zone that cannot be reckoned", test_unknown_zone },
	{ "ranks, and each agency once", test_ranks },
	{ "conditions", test_conditions },
	{ "the best of many", test_many },
	{ "every agency has a verdict", test_every_agency_has_a_verdict },
	{ "confidential agencies are nowhere", test_confidential },
	{ "directories that cannot be compiled", test_refused_directories },
	{ "too little memory for one", test_little_memory });
