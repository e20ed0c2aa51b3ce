/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_rules.c - see routing_rules.h for the contract. */
#include "contract/routing_rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "contract/limits.h"

/* The words that agencies use, ascending, each once. */
struct vocabulary {
	const char **words;
	size_t count;
};

struct checking {
	const Pb__DirectoryFile *file;
	struct vocabulary categories, areas, services;
	routing_rules_report *report;
	void *context;
	size_t index; /* of the rule being checked */
	size_t problems;
};

static void problem(struct checking *checking, const char *field, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void problem(struct checking *checking, const char *field, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	checking->problems++;
	checking->report(checking->context, checking->index, field, text);
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool knows(const struct vocabulary *vocabulary, const char *word)
{
	return vocabulary->count > 0 && bsearch(&word, vocabulary->words, vocabulary->count, sizeof word, compare_words) != NULL;
}

static void sort_words(struct vocabulary *vocabulary)
{
	size_t kept = 0;

	if (vocabulary->count == 0)
		return;
	qsort(vocabulary->words, vocabulary->count, sizeof *vocabulary->words, compare_words);
	for (size_t i = 0; i < vocabulary->count; i++)
		if (kept == 0 || strcmp(vocabulary->words[kept - 1], vocabulary->words[i]) != 0)
			vocabulary->words[kept++] = vocabulary->words[i];
	vocabulary->count = kept;
}

static bool vocabulary_new(struct vocabulary *vocabulary, size_t most)
{
	vocabulary->words = calloc(most + 1, sizeof *vocabulary->words);
	return vocabulary->words != NULL;
}

/* Words of the agencies that everyone may see: a rule must not be able to name what a confidential one is for. */
static bool gather(struct checking *checking)
{
	size_t categories = 0, areas = 0, services = 0;

	for (size_t i = 0; i < checking->file->n_agencies; i++) {
		categories += checking->file->agencies[i]->n_categories;
		areas += checking->file->agencies[i]->n_areas;
		services += checking->file->agencies[i]->n_services;
	}
	if (!vocabulary_new(&checking->categories, categories) || !vocabulary_new(&checking->areas, areas) ||
	    !vocabulary_new(&checking->services, services))
		return false;
	for (size_t i = 0; i < checking->file->n_agencies; i++) {
		const Pb__Agency *agency = checking->file->agencies[i];

		for (size_t j = 0; !agency->confidential && j < agency->n_categories; j++)
			checking->categories.words[checking->categories.count++] = agency->categories[j];
		for (size_t j = 0; !agency->confidential && j < agency->n_areas; j++)
			checking->areas.words[checking->areas.count++] = agency->areas[j];
		for (size_t j = 0; !agency->confidential && j < agency->n_services; j++)
			checking->services.words[checking->services.count++] = agency->services[j]->id;
	}
	sort_words(&checking->categories);
	sort_words(&checking->areas);
	sort_words(&checking->services);
	return true;
}

static int compare_agency(const void *id, const void *agency)
{
	return strcmp(id, (*(Pb__Agency *const *)agency)->id);
}

static const Pb__Agency *agency_of(const Pb__DirectoryFile *file, const char *id)
{
	Pb__Agency *const *found =
		file->n_agencies == 0 ? NULL : bsearch(id, file->agencies, file->n_agencies, sizeof *file->agencies, compare_agency);

	return found == NULL ? NULL : *found;
}

static void check_names(struct checking *checking, const Pb__RoutingRule *rule)
{
	const Pb__DirectoryFile *file = checking->file;

	if (!text_is_label(bytes_of_text(rule->id)))
		problem(checking, "id", "\"%s\" is no label (1 to 63 of a-z, 0-9 and inner hyphens)", rule->id);
	for (size_t i = 0; i < checking->index; i++)
		if (strcmp(file->rules[i]->id, rule->id) == 0)
			problem(checking, "id", "%s is given twice", rule->id);
	if (rule->because == NULL || *rule->because->ja == '\0' || *rule->because->en == '\0')
		problem(checking, "because", "why it leads there, in Japanese (ja) and English (en)");
}

/* The same words for an agency that is not there and one that is confidential: a file's faults may be shown around. */
static void check_targets(struct checking *checking, const Pb__RoutingRule *rule)
{
	for (size_t i = 0; i < rule->n_categories; i++)
		if (!knows(&checking->categories, rule->categories[i]))
			problem(checking, "categories", "no agency has the category \"%s\"", rule->categories[i]);
	for (size_t i = 0; i < rule->n_agencies; i++) {
		const Pb__Agency *agency = agency_of(checking->file, rule->agencies[i]);

		if (agency == NULL || agency->confidential)
			problem(checking, "agencies", "there is no agency \"%s\" that a rule may name", rule->agencies[i]);
	}
	for (size_t i = 0; i < rule->n_services; i++)
		if (!knows(&checking->services, rule->services[i]))
			problem(checking, "services", "no agency has the service \"%s\"", rule->services[i]);
	if (rule->n_categories == 0 && rule->n_agencies == 0)
		problem(checking, "categories", "names no category and no agency");
}

/* A place, not one of the two words for many. */
static bool is_ward(const char *area)
{
	return strcmp(area, "*") != 0 && strcmp(area, "outside") != 0;
}

static void check_conditions(struct checking *checking, const Pb__RoutingRule *rule)
{
	if (rule->fallback && rule->n_when > 0)
		problem(checking, "when", "the fallback holds always and has no conditions");
	if (!rule->fallback && rule->n_when == 0)
		problem(checking, "when", "when does it hold? Only the fallback goes without");
	for (size_t i = 0; i < rule->n_when; i++) {
		const Pb__RuleCondition *when = rule->when[i];

		if (when->n_topics == 0 && when->n_facts == 0 && when->n_ages == 0 && when->n_urgencies == 0 && when->n_wards == 0 &&
		    !when->outside)
			problem(checking, "when", "an empty condition would hold always");
		for (size_t j = 0; j < when->n_wards; j++)
			if (!is_ward(when->wards[j]) || !knows(&checking->areas, when->wards[j]))
				problem(checking, "when", "no agency has the ward \"%s\"", when->wards[j]);
	}
}

static void check_fallback(struct checking *checking)
{
	const Pb__DirectoryFile *file = checking->file;
	size_t fallbacks = 0;

	for (size_t i = 0; i < file->n_rules; i++)
		fallbacks += file->rules[i]->fallback ? 1 : 0;
	checking->index = file->n_rules;
	if (fallbacks != 1)
		problem(checking, "fallback", "%zu rules have it; one must, for what no other rule finds an agency for", fallbacks);
}

size_t routing_rules_check(const Pb__DirectoryFile *file, routing_rules_report *report, void *context)
{
	struct checking checking = { .file = file, .report = report, .context = context, .index = file->n_rules };
	bool gathered = file->n_rules > 0 && file->n_rules <= LIMIT_ROUTING_RULES && gather(&checking);

	if (file->n_rules > LIMIT_ROUTING_RULES)
		problem(&checking, "rules", "%zu rules, at most %u", file->n_rules, LIMIT_ROUTING_RULES);
	else if (file->n_rules > 0 && !gathered)
		problem(&checking, "rules", "not enough memory to check them");
	for (size_t i = 0; gathered && i < file->n_rules; i++) {
		checking.index = i;
		check_names(&checking, file->rules[i]);
		check_targets(&checking, file->rules[i]);
		check_conditions(&checking, file->rules[i]);
	}
	if (gathered)
		check_fallback(&checking);
	free(checking.categories.words);
	free(checking.areas.words);
	free(checking.services.words);
	return checking.problems;
}
