/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_compile_rules.c - rules as masks and numbers, in the order in which they are asked. */
#include "contract/routing_compile.h"

#define MASK_OF(list, count) mask_of((const int *)(list), (count))

_Static_assert(sizeof(Pb__TopicName) == sizeof(int) && sizeof(Pb__NeedFact) == sizeof(int) && sizeof(Pb__AgeBand) == sizeof(int) &&
		       sizeof(Pb__Urgency) == sizeof(int), "lists of words are lists of int");

static uint32_t mask_of(const int *words, size_t count)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < count; i++)
		mask |= UINT32_C(1) << ((unsigned)words[i] & 31);
	return mask;
}

static void compile_conditions(struct compiling *compiling, const Pb__RoutingRule *record, struct routing_rule *rule)
{
	rule->conditions = (struct routing_run){ compiling->condition_used, (uint32_t)record->n_when };
	for (size_t i = 0; i < record->n_when; i++) {
		const Pb__RuleCondition *when = record->when[i];

		compiling->routing->conditions[compiling->condition_used++] = (struct routing_condition){
			.topics = MASK_OF(when->topics, when->n_topics),
			.facts = MASK_OF(when->facts, when->n_facts),
			.ages = MASK_OF(when->ages, when->n_ages),
			.urgencies = MASK_OF(when->urgencies, when->n_urgencies),
			.wards = routing_area_run(compiling, when->wards, when->n_wards),
			.outside = when->outside,
		};
	}
}

static size_t agency_number(const struct routing *routing, const char *id)
{
	size_t low = 0, high = routing->agency_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(routing->agencies[middle].record->id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < routing->agency_count && strcmp(routing->agencies[low].record->id, id) == 0 ? low : routing->agency_count;
}

static void compile_rule(struct compiling *compiling, const Pb__RoutingRule *record, struct routing_rule *rule)
{
	struct routing *routing = compiling->routing;
	uint32_t *pool = routing->targets_pool;

	rule->record = record;
	compile_conditions(compiling, record, rule);
	rule->categories = (struct routing_run){ compiling->target_used, 0 };
	for (size_t i = 0; i < record->n_categories; i++) {
		size_t number = routing_word(routing->category_names, routing->category_count, record->categories[i]);

		if (number < routing->category_count)
			pool[rule->categories.first + rule->categories.count++] = (uint32_t)number;
	}
	compiling->target_used += rule->categories.count;
	rule->agencies = (struct routing_run){ compiling->target_used, 0 };
	for (size_t i = 0; i < record->n_agencies; i++) {
		size_t number = agency_number(routing, record->agencies[i]);

		if (number < routing->agency_count)
			pool[rule->agencies.first + rule->agencies.count++] = (uint32_t)number;
	}
	compiling->target_used += rule->agencies.count;
}

/* By rank; equal ranks keep the file's order, which is that of the pointers' places. */
static void sort_rules(const Pb__RoutingRule **rules, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const Pb__RoutingRule *rule = rules[i];
		size_t place = i;

		for (; place > 0 && rules[place - 1]->rank > rule->rank; place--)
			rules[place] = rules[place - 1];
		rules[place] = rule;
	}
}

enum err routing_compile_rules(struct compiling *compiling)
{
	struct routing *routing = compiling->routing;
	const Pb__DirectoryFile *file = routing->snapshot->file;
	const Pb__RoutingRule **sorted = arena_calloc(compiling->arena, file->n_rules + 1, sizeof *sorted);
	size_t conditions = 0, targets = 0;

	for (size_t i = 0; i < file->n_rules; i++) {
		conditions += file->rules[i]->n_when;
		targets += file->rules[i]->n_categories + file->rules[i]->n_agencies;
	}
	routing->rules = arena_calloc(compiling->arena, file->n_rules + 1, sizeof *routing->rules);
	routing->conditions = arena_calloc(compiling->arena, conditions + 1, sizeof *routing->conditions);
	routing->targets_pool = arena_calloc(compiling->arena, targets + 1, sizeof *routing->targets_pool);
	if (sorted == NULL || routing->rules == NULL || routing->conditions == NULL || routing->targets_pool == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < file->n_rules; i++)
		sorted[i] = file->rules[i];
	sort_rules(sorted, file->n_rules);
	for (size_t i = 0; i < file->n_rules; i++) {
		if (sorted[i]->fallback)
			compile_rule(compiling, sorted[i], &routing->fallback);
		else
			compile_rule(compiling, sorted[i], &routing->rules[routing->rule_count++]);
	}
	return routing->fallback.categories.count + routing->fallback.agencies.count == 0 ? ERR_FORMAT : ERR_OK;
}
