/* SPDX-License-Identifier: Apache-2.0 */
#include "config/directory_check.h"

#include "base/text.h"
#include "contract/identifiers.h"
#include "contract/routing_rules.h"

static unsigned root_line(const struct yaml_file *file, const char *field)
{
	return yaml_line(yaml_find(file, yaml_root(file), field, NULL));
}

/* The form of an IANA name; whether this machine knows the zone is asked where times are computed. */
static bool is_zone(const char *text)
{
	return *text != '\0' && *text != '/' && strlen(text) < 64 && strstr(text, "..") == NULL &&
	       strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") == strlen(text);
}

void directory_check_site(const struct yaml_file *file, const Pb__DirectoryFile *directory)
{
	if (!text_is_label(bytes_of_text(directory->site)))
		fault_at(file->sink, root_line(file, "site"), "site: \"%s\" is no DNS label (1 to 63 of a-z, 0-9 and inner hyphens)",
			 directory->site);
	if (!identifier_local_government(directory->local_government_code))
		fault_at(file->sink, root_line(file, "local_government_code"),
			 "local_government_code: \"%s\" is not six digits with the right check digit",
			 directory->local_government_code);
	if (directory->names == NULL || *directory->names->ja == '\0')
		fault_at(file->sink, root_line(file, "names"), "names: the site has no name in Japanese (ja)");
	if (!is_zone(directory->zone))
		fault_at(file->sink, root_line(file, "zone"), "zone: \"%s\" is no IANA name such as Asia/Tokyo", directory->zone);
	if (directory->n_agencies == 0)
		fault_at(file->sink, root_line(file, "agencies"), "agencies: there is none");
}

static const struct directory_place *place_of(const struct directory_place *places, size_t count, const char *id)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(places[middle].agency->id, id);

		if (order == 0)
			return &places[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static unsigned line_of(const struct yaml_file *file, const struct directory_place *place, const char *field)
{
	const yaml_node_t *value = yaml_find(file, place->node, field, NULL);

	return yaml_line(value != NULL ? value : place->node);
}

/* Whom a field names; NULL when it is told that this is nobody, or the agency itself. */
static const Pb__Agency *check_named(const struct yaml_file *file, const struct directory_place *places, size_t count,
				     const struct directory_place *place, const char *field, const char *id)
{
	const struct directory_place *named = place_of(places, count, id);

	if (named == NULL)
		fault_at(file->sink, line_of(file, place, field), "%s: there is no agency \"%s\"", field, id);
	else if (strcmp(place->agency->id, id) == 0)
		fault_at(file->sink, line_of(file, place, field), "%s: %s cannot be its own", field, id);
	else
		return named->agency;
	return NULL;
}

static const Pb__Agency *check_coordinator(const struct yaml_file *file, const struct directory_place *places, size_t count,
					   const struct directory_place *place)
{
	const Pb__Agency *agency = place->agency;
	const Pb__Agency *named;

	if (*agency->coordinator == '\0') {
		fault_at(file->sink, yaml_line(place->node), "coordinator: missing; who hears when %s stays silent?", agency->id);
		return NULL;
	}
	named = check_named(file, places, count, place, "coordinator", agency->coordinator);
	if (named == NULL || !named->confidential)
		return named;
	fault_at(file->sink, line_of(file, place, "coordinator"), "coordinator: %s is confidential", named->id);
	return NULL;
}

static void check_others(const struct yaml_file *file, const struct directory_place *places, size_t count,
			 const struct directory_place *place)
{
	const Pb__Agency *agency = place->agency;
	const Pb__Agency *coordinator = check_coordinator(file, places, count, place);
	const Pb__Agency *proxy;

	if (*agency->proxy == '\0')
		return;
	proxy = check_named(file, places, count, place, "proxy", agency->proxy);
	if (proxy == NULL)
		return;
	if (proxy->confidential)
		fault_at(file->sink, line_of(file, place, "proxy"), "proxy: %s is confidential itself", proxy->id);
	else if (agency->confidential && coordinator != NULL && coordinator != proxy) /* who takes over what it had taken must know it already */
		fault_at(file->sink, line_of(file, place, "coordinator"), "coordinator: that of a confidential agency is its proxy, %s", proxy->id);
}

void directory_check_agencies(const struct yaml_file *file, const struct directory_place *places, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		directory_check_agency(file, &places[i]);
		check_others(file, places, count, &places[i]);
		if (i > 0 && strcmp(places[i].agency->id, places[i - 1].agency->id) == 0)
			fault_at(file->sink, line_of(file, &places[i], "id"), "id: %s is given twice; also in line %u",
				 places[i].agency->id, line_of(file, &places[i - 1], "id"));
	}
}

/* The line of a rule's field, or of the rule where it is not given; of the list where it concerns all of them. */
static void tell_rule(void *context, size_t index, const char *field, const char *text)
{
	const struct yaml_file *file = context;
	const yaml_node_t *key = NULL;
	const yaml_node_t *rules = yaml_find(file, yaml_root(file), "rules", &key);
	const yaml_node_t *rule = yaml_element(file, rules, index);
	const yaml_node_t *value = yaml_find(file, rule, field, NULL);
	struct bytes id = yaml_scalar(yaml_find(file, rule, "id", NULL));

	if (rule == NULL)
		fault_at(file->sink, yaml_line(key), "rules: %s: %s", field, text);
	else
		fault_at(file->sink, yaml_line(value != NULL ? value : rule), "rule %s: %s: %s", id.data == NULL ? "" : (const char *)id.data,
			 field, text);
}

void directory_check_rules(const struct yaml_file *file, const Pb__DirectoryFile *directory)
{
	routing_rules_check(directory, tell_rule, (void *)(uintptr_t)file);
}
