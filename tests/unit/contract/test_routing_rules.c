/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/routing_rules.h"

#include <stdio.h>
#include <stdlib.h>

#include "contract/limits.h"
#include "directories.h"
#include "unit.h"

#define FIRST DIRECTORY_DESK("first", ",'categories':['first_line'],'areas':['*','n']")
#define MONEY DIRECTORY_DESK("money", ",'categories':['money'],'areas':['outside'],'services':[{'id':'plan','names':{'ja':'計画'}}]")
#define NOBODY "{'id':'hidden','categories':['secret'],'areas':['secret-place'],'services':[{'id':'secret-service'}],'confidential':true,'proxy':'first'}"
#define WHY "'because':{'ja':'理由','en':'reason'}"
#define LAST "{'id':'last','fallback':true,'agencies':['first']," WHY "}"
#define RULE(more) "{'id':'r','when':[{'topics':['DEBT']}]," more "," WHY "}," LAST

struct told {
	size_t count;
	size_t index;
	char field[32];
	char text[256];
};

static void tell(void *context, size_t index, const char *field, const char *text)
{
	struct told *told = context;

	told->count++;
	told->index = index;
	snprintf(told->field, sizeof told->field, "%s", field);
	snprintf(told->text, sizeof told->text, "%s", text);
}

static struct arena arena;

static struct told check_rules(const char *rules)
{
	struct told told = { 0 };
	const Pb__DirectorySnapshot *snapshot;
	size_t problems;

	arena_free(&arena);
	arena_init(&arena, ROUTING_ARENA_BYTES);
	snapshot = directory_with(&arena, FIRST "," NOBODY "," MONEY, rules, "");
	problems = routing_rules_check(snapshot->file, tell, &told);
	check_uint(problems, told.count);
	return told;
}

static void test_good(void)
{
	static const char *const rules[] = {
		"",
		LAST,
		RULE("'categories':['money']"),
		RULE("'agencies':['money','first'],'services':['plan']"),
		"{'id':'r','when':[{'wards':['n']},{'outside':true}],'categories':['first_line']," WHY "}," LAST,
	};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		unit_context("%s", rules[i]);
		check_uint(check_rules(rules[i]).count, 0);
	}
	arena_free(&arena);
}

static void test_refused(void)
{
	static const struct {
		const char *rules, *field, *piece;
		size_t index;
	} rows[] = {
		{ RULE("'categories':['gold']"), "categories", "\"gold\"", 0 },
		{ RULE("'agencies':['nobody']"), "agencies", "\"nobody\"", 0 },
		{ RULE("'categories':['money'],'services':['gold']"), "services", "\"gold\"", 0 },
		{ RULE("'rank':3"), "categories", "names no category", 0 },
		{ "{'id':'No Label','when':[{'outside':true}],'agencies':['first']," WHY "}," LAST, "id", "no label", 0 },
		{ LAST ",{'id':'last','when':[{'outside':true}],'agencies':['first']," WHY "}", "id", "given twice", 1 },
		{ "{'id':'r','when':[{'outside':true}],'agencies':['first'],'because':{'ja':'理由'}}," LAST, "because", "English", 0 },
		{ "{'id':'r','when':[{'outside':true}],'agencies':['first']}," LAST, "because", "Japanese", 0 },
		{ "{'id':'r','agencies':['first']," WHY "}," LAST, "when", "Only the fallback", 0 },
		{ "{'id':'r','when':[{'outside':true},{}],'agencies':['first']," WHY "}," LAST, "when", "empty condition", 0 },
		{ "{'id':'r','when':[{'wards':['x']}],'agencies':['first']," WHY "}," LAST, "when", "\"x\"", 0 },
		{ "{'id':'r','when':[{'wards':['*']}],'agencies':['first']," WHY "}," LAST, "when", "\"*\"", 0 },
		{ "{'id':'r','when':[{'wards':['outside']}],'agencies':['first']," WHY "}," LAST, "when", "\"outside\"", 0 },
		{ "{'id':'last','fallback':true,'when':[{'outside':true}],'agencies':['first']," WHY "}", "when", "no conditions", 0 },
		{ LAST ",{'id':'last-2','fallback':true,'agencies':['first']," WHY "}", "fallback", "2 rules", 2 },
		{ "{'id':'r','when':[{'outside':true}],'agencies':['first']," WHY "}", "fallback", "0 rules", 1 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct told told = check_rules(rows[i].rules);

		unit_context("%s", rows[i].rules);
		check_uint(told.count, 1);
		check_text(told.field, rows[i].field);
		check_uint(told.index, rows[i].index);
		check(strstr(told.text, rows[i].piece) != NULL);
	}
	arena_free(&arena);
}

/* The words of a confidential agency are refused as words that nobody has, and its id like one that is not there. */
static void test_confidential(void)
{
	static const struct {
		const char *rules, *with;
	} rows[] = {
		{ RULE("'agencies':['hidden']"), "\"hidden\"" },
		{ RULE("'categories':['secret']"), "\"secret\"" },
		{ RULE("'categories':['money'],'services':['secret-service']"), "\"secret-service\"" },
		{ "{'id':'r','when':[{'wards':['secret-place']}],'agencies':['first']," WHY "}," LAST, "\"secret-place\"" },
	};
	struct told there = check_rules(RULE("'agencies':['hidden']"));
	struct told absent = check_rules(RULE("'agencies':['absent']"));

	check_uint(strlen(there.text), strlen(absent.text)); /* ids of the same length */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct told told = check_rules(rows[i].rules);

		unit_context("%s", rows[i].rules);
		check_uint(told.count, 1);
		check(strstr(told.text, rows[i].with) != NULL);
		check(strstr(told.text, "confidential") == NULL);
	}
	arena_free(&arena);
}

static void test_too_many(void)
{
	Pb__DirectoryFile file = PB__DIRECTORY_FILE__INIT;
	Pb__RoutingRule rule = PB__ROUTING_RULE__INIT;
	Pb__RoutingRule *rules[LIMIT_ROUTING_RULES + 1];
	struct told told = { 0 };

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		rules[i] = &rule;
	file.rules = rules;
	file.n_rules = sizeof rules / sizeof *rules;
	check_uint(routing_rules_check(&file, tell, &told), 1);
	check_text(told.field, "rules");
	check(strstr(told.text, "at most 1000") != NULL);
}

UNIT_SUITE("contract/routing_rules",
	{ "rules as they should be", test_good },
	{ "each fault by rule and field", test_refused },
	{ "nothing leads to a confidential agency, nor tells of it", test_confidential },
	{ "more rules than there may be", test_too_many });
