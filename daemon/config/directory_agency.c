/* SPDX-License-Identifier: Apache-2.0 */
/* What one agency's record must hold by itself. */
#include "config/directory_check.h"

#include <ctype.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "contract/identifiers.h"
#include "contract/opening_hours.h"

/* Line of the value of a field, or of the agency where it is not given. */
static unsigned line_of(const struct yaml_file *file, const struct directory_place *place, const char *field)
{
	const yaml_node_t *value = yaml_find(file, place->node, field, NULL);

	return yaml_line(value != NULL ? value : place->node);
}

static bool is_clock_time(const char *text)
{
	if (strlen(text) != 5 || !isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1]) || text[2] != ':' ||
	    !isdigit((unsigned char)text[3]) || !isdigit((unsigned char)text[4]))
		return false;
	return strcmp(text, "24:00") == 0 || (strncmp(text, "24", 2) < 0 && text[3] < '6');
}

static bool days_hold(const Pb__OpenSpan *span)
{
	if (span->n_days == 0)
		return false;
	for (size_t i = 0; i < span->n_days; i++)
		if (span->days[i] < 1 || span->days[i] > 7 || (i > 0 && span->days[i] <= span->days[i - 1]))
			return false;
	return true;
}

static void check_hours(const struct yaml_file *file, const struct directory_place *place)
{
	const Pb__Hours *hours = place->agency->hours;
	struct opening_hours compiled;
	const yaml_node_t *spans;

	if (hours == NULL)
		return;
	spans = yaml_find(file, yaml_find(file, place->node, "hours", NULL), "spans", NULL);
	if (hours->always && hours->n_spans > 0)
		fault_at(file->sink, yaml_line(spans), "hours: always and spans exclude each other");
	for (size_t i = 0; i < hours->n_spans; i++) {
		const Pb__OpenSpan *span = hours->spans[i];
		unsigned line = yaml_line(yaml_element(file, spans, i));

		if (!days_hold(span))
			fault_at(file->sink, line, "hours: days are 1 (Monday) to 7 (Sunday), ascending, each once");
		if (!is_clock_time(span->opens) || !is_clock_time(span->closes))
			fault_at(file->sink, line, "hours: opens and closes are HH:MM, in quotes");
		else if (strcmp(span->opens, span->closes) >= 0)
			fault_at(file->sink, line, "hours: closes at %s, not after it opens at %s", span->closes, span->opens);
	}
	if (opening_hours_compile(hours, &compiled) == ERR_TOO_LARGE)
		fault_at(file->sink, yaml_line(spans), "hours: more than %u spans on one day", OPENING_SPANS);
}

static void check_services(const struct yaml_file *file, const struct directory_place *place)
{
	const Pb__Agency *agency = place->agency;
	const yaml_node_t *services = yaml_find(file, place->node, "services", NULL);

	for (size_t i = 0; i < agency->n_services; i++) {
		unsigned line = yaml_line(yaml_element(file, services, i));
		const char *id = agency->services[i]->id;

		if (!text_is_label(bytes_of_text(id)))
			fault_at(file->sink, line, "services: id \"%s\" is no label (1 to 63 of a-z, 0-9 and inner hyphens)", id);
		for (size_t j = 0; j < i; j++)
			if (strcmp(agency->services[j]->id, id) == 0)
				fault_at(file->sink, line, "services: %s is given twice", id);
	}
}

static void check_words(const struct yaml_file *file, const struct directory_place *place, const char *field, char *const *words,
			size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (*words[i] == '\0')
			fault_at(file->sink, line_of(file, place, field), "%s: an empty word", field);
		for (size_t j = 0; j < i; j++)
			if (strcmp(words[i], words[j]) == 0)
				fault_at(file->sink, line_of(file, place, field), "%s: %s is given twice", field, words[i]);
	}
}

static void check_kinds(const struct yaml_file *file, const struct directory_place *place)
{
	const Pb__Agency *agency = place->agency;

	for (size_t i = 0; i < agency->n_kinds; i++)
		for (size_t j = 0; j < i; j++)
			if (agency->kinds[i] == agency->kinds[j])
				fault_at(file->sink, line_of(file, place, "kinds"), "kinds: one is given twice");
}

static bool is_date(const char *text)
{
	char stamp[40];
	int64_t us;

	if (strlen(text) != 10)
		return false;
	snprintf(stamp, sizeof stamp, "%sT00:00:00Z", text);
	return clock_parse(stamp, &us) == ERR_OK;
}

static void check_numbers(const struct yaml_file *file, const struct directory_place *place)
{
	const Pb__Agency *agency = place->agency;

	if (*agency->corporate_number != '\0' && !identifier_corporate(agency->corporate_number))
		fault_at(file->sink, line_of(file, place, "corporate_number"),
			 "corporate_number: \"%s\" is not 13 digits with the right check digit", agency->corporate_number);
	if (*agency->care_office_number != '\0' && !identifier_care_office(agency->care_office_number))
		fault_at(file->sink, line_of(file, place, "care_office_number"),
			 "care_office_number: \"%s\" is not 10 digits with the right check digit", agency->care_office_number);
	if (*agency->confirmed_on != '\0' && !is_date(agency->confirmed_on))
		fault_at(file->sink, line_of(file, place, "confirmed_on"), "confirmed_on: \"%s\" is no date, YYYY-MM-DD",
			 agency->confirmed_on);
}

/* Nothing about a confidential agency may stand where the whole network reads it. */
static void check_confidential(const struct yaml_file *file, const struct directory_place *place)
{
	static const char *const telling[] = { "names", "sector", "categories", "areas", "services", "contact", "corporate_number",
					       "care_office_number" };

	for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
		if (yaml_find(file, place->node, telling[i], NULL) != NULL)
			fault_at(file->sink, line_of(file, place, telling[i]), "%s: a confidential agency has none", telling[i]);
	if (*place->agency->proxy == '\0')
		fault_at(file->sink, yaml_line(place->node), "proxy: missing; a confidential agency is reached through one");
}

static void check_public(const struct yaml_file *file, const struct directory_place *place)
{
	const Pb__Agency *agency = place->agency;

	if (agency->names == NULL || *agency->names->ja == '\0')
		fault_at(file->sink, line_of(file, place, "names"), "names: %s has no name in Japanese (ja)", agency->id);
	if (*agency->proxy != '\0')
		fault_at(file->sink, line_of(file, place, "proxy"), "proxy: only a confidential agency has one");
}

void directory_check_agency(const struct yaml_file *file, const struct directory_place *place)
{
	const Pb__Agency *agency = place->agency;

	if (!text_is_label(bytes_of_text(agency->id)))
		fault_at(file->sink, line_of(file, place, "id"), "id: \"%s\" is no label (1 to 63 of a-z, 0-9 and inner hyphens)",
			 agency->id);
	if (agency->confidential)
		check_confidential(file, place);
	else
		check_public(file, place);
	check_words(file, place, "categories", agency->categories, agency->n_categories);
	check_words(file, place, "areas", agency->areas, agency->n_areas);
	check_hours(file, place);
	check_services(file, place);
	check_kinds(file, place);
	check_numbers(file, place);
}
