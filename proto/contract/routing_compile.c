/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_compile.c - builds what routing_index.h describes: agencies, their hours, areas and categories. */
#include <stdlib.h>

#include "contract/civil_time.h"
#include "contract/routing_compile.h"
#include "contract/routing_rules.h"

#define WHOLE_SITE "*"
#define OUTSIDE "outside"


static int compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t routing_word(const char *const *words, size_t count, const char *word)
{
	const char *const *found = count == 0 ? NULL : bsearch(&word, words, count, sizeof word, compare_words);

	return found == NULL ? count : (size_t)(found - words);
}

static size_t sort_words(const char **words, size_t count)
{
	size_t kept = 0;

	if (count > 0)
		qsort(words, count, sizeof *words, compare_words);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || strcmp(words[kept - 1], words[i]) != 0)
			words[kept++] = words[i];
	return kept;
}

static bool is_own_area(const char *area)
{
	return strcmp(area, WHOLE_SITE) != 0 && strcmp(area, OUTSIDE) != 0;
}

/* ---- agencies ---- */

static int compare_agencies(const void *a, const void *b)
{
	const struct routing_agency *left = a, *right = b;

	return strcmp(left->record->id, right->record->id);
}

/* Places of the best service: an agency is full only where nothing is left. */
static Pb__Places best_places(const struct routing_agency *agency)
{
	const Pb__Standing *standing = agency->standing;
	Pb__Places best = PB__PLACES__PLACES_FULL;
	size_t said = 0;

	for (size_t i = 0; standing != NULL && i < standing->n_places; i++) {
		Pb__Places places = standing->places[i]->places;

		said++;
		if (places == PB__PLACES__PLACES_UNSPECIFIED)
			return PB__PLACES__PLACES_OPEN;
		if (places < best)
			best = places;
		if (*standing->places[i]->service == '\0')
			return places; /* said of the agency as a whole */
	}
	return said == 0 || said < agency->record->n_services ? PB__PLACES__PLACES_OPEN : best;
}

static uint32_t kinds_of(const Pb__Agency *record)
{
	uint32_t kinds = 0;

	for (size_t i = 0; i < record->n_kinds; i++)
		kinds |= UINT32_C(1) << ((unsigned)record->kinds[i] & 31);
	return kinds;
}

static enum err confirm(int32_t *day, const char *text)
{
	int32_t said;

	if (*text == '\0')
		return ERR_OK;
	if (civil_day_parse(bytes_of_text(text), &said) != ERR_OK)
		return ERR_FORMAT;
	if (said > *day)
		*day = said;
	return ERR_OK;
}

static int compare_standing(const void *id, const void *standing)
{
	return strcmp(id, (*(Pb__Standing *const *)standing)->agency);
}

static const Pb__Standing *standing_of(const Pb__DirectorySnapshot *snapshot, const char *id)
{
	Pb__Standing *const *found = snapshot->n_standings == 0 ? NULL
								: bsearch(id, snapshot->standings, snapshot->n_standings,
									  sizeof *snapshot->standings, compare_standing);

	return found == NULL ? NULL : *found;
}

static enum err fill_agency(const struct compiling *compiling, const Pb__Agency *record, struct routing_agency *agency)
{
	enum err err;

	*agency = (struct routing_agency){ .record = record, .confirmed_day = INT32_MIN };
	agency->standing = standing_of(compiling->routing->snapshot, record->id);
	agency->kinds = kinds_of(record);
	agency->places = best_places(agency);
	for (size_t i = 0; i < record->n_areas; i++) {
		agency->whole_site |= strcmp(record->areas[i], WHOLE_SITE) == 0;
		agency->outside |= strcmp(record->areas[i], OUTSIDE) == 0;
	}
	err = confirm(&agency->confirmed_day, record->confirmed_on);
	if (err == ERR_OK && agency->standing != NULL)
		err = confirm(&agency->confirmed_day, agency->standing->confirmed_on);
	return err;
}

static enum err compile_agencies(struct compiling *compiling)
{
	struct routing *routing = compiling->routing;
	const Pb__DirectoryFile *file = routing->snapshot->file;
	enum err err = ERR_OK;

	routing->agencies = arena_calloc(compiling->arena, file->n_agencies + 1, sizeof *routing->agencies);
	if (routing->agencies == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; err == ERR_OK && i < file->n_agencies; i++)
		if (!file->agencies[i]->confidential)
			err = fill_agency(compiling, file->agencies[i], &routing->agencies[routing->agency_count++]);
	if (err == ERR_OK && routing->agency_count > 0)
		qsort(routing->agencies, routing->agency_count, sizeof *routing->agencies, compare_agencies);
	return err;
}

/* ---- hours: thousands of agencies have a few dozen different ones ---- */

struct hours_row {
	struct opening_hours hours;
	uint32_t agency;
};

static int compare_hours(const void *a, const void *b)
{
	const struct opening_hours *left = &((const struct hours_row *)a)->hours, *right = &((const struct hours_row *)b)->hours;
	int order = (left->always - right->always) * 2 + (left->open_on_holidays - right->open_on_holidays);

	if (order == 0)
		order = memcmp(left->counts, right->counts, sizeof left->counts);
	for (size_t day = 0; order == 0 && day < 7; day++)
		order = memcmp(left->spans[day], right->spans[day], left->counts[day] * sizeof **left->spans);
	return order;
}

static enum err compile_hours(struct compiling *compiling)
{
	struct routing *routing = compiling->routing;
	size_t count = routing->agency_count;
	struct hours_row *rows = arena_calloc(compiling->arena, count + 1, sizeof *rows);
	enum err err = ERR_OK;

	routing->hours = arena_calloc(compiling->arena, count + 1, sizeof *routing->hours);
	if (rows == NULL || routing->hours == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		rows[i].agency = (uint32_t)i;
		err = opening_hours_compile(routing->agencies[i].record->hours, &rows[i].hours);
	}
	if (err != ERR_OK)
		return err;
	if (count > 0)
		qsort(rows, count, sizeof *rows, compare_hours);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || compare_hours(&rows[i - 1], &rows[i]) != 0)
			routing->hours[routing->hours_count++] = rows[i].hours;
		routing->agencies[rows[i].agency].hours = (uint32_t)routing->hours_count - 1;
	}
	return ERR_OK;
}

/* ---- areas ---- */

static enum err compile_areas(struct compiling *compiling)
{
	struct routing *routing = compiling->routing;
	size_t most = 0;

	for (size_t i = 0; i < routing->agency_count; i++)
		most += routing->agencies[i].record->n_areas;
	for (size_t i = 0; i < routing->snapshot->file->n_rules; i++)
		for (size_t j = 0; j < routing->snapshot->file->rules[i]->n_when; j++)
			most += routing->snapshot->file->rules[i]->when[j]->n_wards;
	routing->area_names = arena_calloc(compiling->arena, most + 1, sizeof *routing->area_names);
	routing->areas_pool = arena_calloc(compiling->arena, most + 1, sizeof *routing->areas_pool);
	if (routing->area_names == NULL || routing->areas_pool == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < routing->agency_count; i++)
		for (size_t j = 0; j < routing->agencies[i].record->n_areas; j++)
			if (is_own_area(routing->agencies[i].record->areas[j]))
				routing->area_names[routing->area_count++] = routing->agencies[i].record->areas[j];
	routing->area_count = sort_words(routing->area_names, routing->area_count);
	return ERR_OK;
}

struct routing_run routing_area_run(struct compiling *compiling, char *const *words, size_t count)
{
	struct routing *routing = compiling->routing;
	struct routing_run run = { compiling->area_used, 0 };

	for (size_t i = 0; i < count; i++) {
		size_t number = routing_word(routing->area_names, routing->area_count, words[i]);

		if (number < routing->area_count)
			routing->areas_pool[run.first + run.count++] = (uint32_t)number;
	}
	compiling->area_used += run.count;
	return run;
}

/* ---- categories ---- */

struct membership {
	const char *category;
	uint32_t agency;
};

static int compare_memberships(const void *a, const void *b)
{
	const struct membership *left = a, *right = b;
	int order = strcmp(left->category, right->category);

	return order != 0 ? order : (left->agency > right->agency) - (left->agency < right->agency);
}

static void fill_memberships(const struct routing *routing, struct membership *rows)
{
	for (size_t i = 0; i < routing->agency_count; i++)
		for (size_t j = 0; j < routing->agencies[i].record->n_categories; j++)
			*rows++ = (struct membership){ routing->agencies[i].record->categories[j], (uint32_t)i };
}

static enum err compile_categories(struct compiling *compiling)
{
	struct routing *routing = compiling->routing;
	struct membership *rows;
	size_t count = 0;

	for (size_t i = 0; i < routing->agency_count; i++)
		count += routing->agencies[i].record->n_categories;
	rows = arena_calloc(compiling->arena, count + 1, sizeof *rows);
	routing->members_pool = arena_calloc(compiling->arena, count + 1, sizeof *routing->members_pool);
	routing->categories = arena_calloc(compiling->arena, count + 1, sizeof *routing->categories);
	routing->category_names = arena_calloc(compiling->arena, count + 1, sizeof *routing->category_names);
	if (rows == NULL || routing->members_pool == NULL || routing->categories == NULL || routing->category_names == NULL)
		return ERR_NOMEM;
	fill_memberships(routing, rows);
	if (count > 0)
		qsort(rows, count, sizeof *rows, compare_memberships);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(rows[i - 1].category, rows[i].category) != 0) {
			routing->category_names[routing->category_count] = rows[i].category;
			routing->categories[routing->category_count++] = (struct routing_run){ (uint32_t)i, 0 };
		}
		routing->members_pool[i] = rows[i].agency;
		routing->categories[routing->category_count - 1].count++;
	}
	return ERR_OK;
}

/* ---- holidays, and all together ---- */

static enum err compile_holidays(struct compiling *compiling)
{
	struct routing *routing = compiling->routing;
	const Pb__DirectorySnapshot *snapshot = routing->snapshot;

	routing->holidays = arena_calloc(compiling->arena, snapshot->n_holidays + 1, sizeof *routing->holidays);
	if (routing->holidays == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < snapshot->n_holidays; i++) {
		if (civil_day_parse(bytes_of_text(snapshot->holidays[i]), &routing->holidays[i]) != ERR_OK ||
		    (i > 0 && routing->holidays[i] <= routing->holidays[i - 1]))
			return ERR_FORMAT;
		routing->holiday_count++;
	}
	routing->zone_known = civil_zone(snapshot->file->zone, &routing->zone_offset) == ERR_OK;
	return ERR_OK;
}

static void ignore(void *context, size_t index, const char *field, const char *text)
{
	(void)context;
	(void)index;
	(void)field;
	(void)text;
}

static void cover_agencies(struct compiling *compiling)
{
	struct routing *routing = compiling->routing;

	for (size_t i = 0; i < routing->agency_count; i++)
		routing->agencies[i].areas = routing_area_run(compiling, routing->agencies[i].record->areas, routing->agencies[i].record->n_areas);
}

enum err routing_compile(const Pb__DirectorySnapshot *snapshot, struct arena *arena, const struct routing **ret_routing)
{
	struct routing *routing = arena_calloc(arena, 1, sizeof *routing);
	struct compiling compiling = { .arena = arena, .routing = routing };
	enum err err = routing == NULL ? ERR_NOMEM : ERR_OK;

	if (snapshot->file == NULL || snapshot->file->n_rules == 0)
		return ERR_NOT_FOUND;
	if (err == ERR_OK && (snapshot->file->n_agencies > LIMIT_AGENCIES || snapshot->file->n_rules > LIMIT_ROUTING_RULES))
		err = ERR_TOO_LARGE;
	if (err == ERR_OK && routing_rules_check(snapshot->file, ignore, NULL) > 0)
		err = ERR_FORMAT;
	if (err == ERR_OK) {
		routing->snapshot = snapshot;
		err = compile_agencies(&compiling);
	}
	if (err == ERR_OK)
		err = compile_hours(&compiling);
	if (err == ERR_OK)
		err = compile_areas(&compiling);
	if (err == ERR_OK)
		err = compile_categories(&compiling);
	if (err == ERR_OK) {
		cover_agencies(&compiling);
		err = routing_compile_rules(&compiling);
	}
	if (err == ERR_OK)
		err = compile_holidays(&compiling);
	if (err == ERR_OK)
		*ret_routing = routing;
	return err;
}
