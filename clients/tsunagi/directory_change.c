/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/directory_change.h"

#include <inttypes.h>
#include <string.h>

#include "contract/json.h"
#include "tsunagi/agency_state.h"
#include "tsunagi/directory_source.h"
#include "tsunagi/out.h"
#include "tsunagi/words.h"

/* The names of fields in which two agencies or rules differ; empty when they are alike. */
static json_t *differing_fields(const ProtobufCMessage *before, const ProtobufCMessage *after)
{
	json_t *old = json_of_message(before);
	json_t *new = json_of_message(after);
	json_t *fields = json_array();
	const char *name;
	json_t *value;

	json_object_foreach(old, name, value)
		if (!json_equal(value, json_object_get(new, name)))
			json_array_append_new(fields, json_string(name));
	json_object_foreach(new, name, value)
		if (json_object_get(old, name) == NULL)
			json_array_append_new(fields, json_string(name));
	json_decref(old);
	json_decref(new);
	return fields;
}

static void add(struct directory_change *change, const Pb__DirectoryView *before, const char *id, const char *what, json_t *fields)
{
	const Pb__AgencyState *state = directory_state(before, id);

	json_array_append_new(change->list, json_pack("{s:s,s:s,s:o*,s:I,s:I}", "agency", id, "change", what, "fields", fields, "waiting",
						      (json_int_t)(state == NULL ? 0 : state->waiting), "devices",
						      (json_int_t)agency_devices(state)));
}

static const Pb__RoutingRule *rule_of(const Pb__DirectoryFile *file, const char *id)
{
	for (size_t i = 0; file != NULL && i < file->n_rules; i++)
		if (strcmp(file->rules[i]->id, id) == 0)
			return file->rules[i];
	return NULL;
}

static void add_rule(struct directory_change *change, const char *id, const char *what, json_t *fields)
{
	change->rules++;
	json_array_append_new(change->list, json_pack("{s:s,s:s,s:o*}", "rule", id, "change", what, "fields", fields));
}

/* Rules that are the same but stand elsewhere: order counts among equal ranks. */
static void compare_order(struct directory_change *change, const Pb__DirectoryFile *old, const Pb__DirectoryFile *after)
{
	for (size_t i = 0; old != NULL && i < old->n_rules && i < after->n_rules; i++)
		if (strcmp(old->rules[i]->id, after->rules[i]->id) != 0)
			add_rule(change, after->rules[i]->id, "changed", json_pack("[s]", "order"));
}

static void compare_rules(struct directory_change *change, const Pb__DirectoryFile *old, const Pb__DirectoryFile *after)
{
	for (size_t i = 0; i < after->n_rules; i++) {
		const Pb__RoutingRule *was = rule_of(old, after->rules[i]->id);
		json_t *fields = was == NULL ? NULL : differing_fields(&was->base, &after->rules[i]->base);

		if (was == NULL || json_array_size(fields) > 0)
			add_rule(change, after->rules[i]->id, was == NULL ? "added" : "changed", fields);
		else
			json_decref(fields);
	}
	for (size_t i = 0; old != NULL && i < old->n_rules; i++)
		if (rule_of(after, old->rules[i]->id) == NULL)
			add_rule(change, old->rules[i]->id, "removed", NULL);
	if (change->rules == 0)
		compare_order(change, old, after);
}

void directory_compare(const Pb__DirectoryView *before, const Pb__DirectoryFile *after, struct directory_change *ret_change)
{
	const Pb__DirectoryFile *old = before->file;

	*ret_change = (struct directory_change){ .list = json_array() };
	for (size_t i = 0; i < after->n_agencies; i++) {
		const Pb__Agency *was = directory_agency(old, after->agencies[i]->id);
		json_t *fields = was == NULL ? NULL : differing_fields(&was->base, &after->agencies[i]->base);

		if (was != NULL && json_array_size(fields) == 0) {
			json_decref(fields);
			continue;
		}
		ret_change->added += was == NULL;
		ret_change->changed += was != NULL;
		add(ret_change, before, after->agencies[i]->id, was == NULL ? "added" : "changed", fields);
	}
	for (size_t i = 0; old != NULL && i < old->n_agencies; i++)
		if (directory_agency(after, old->agencies[i]->id) == NULL) {
			ret_change->removed++;
			add(ret_change, before, old->agencies[i]->id, "removed", NULL);
		}
	compare_rules(ret_change, old, after);
}

static const char *change_word(const char *change)
{
	if (strcmp(change, "added") == 0)
		return words("new", "新規");
	return strcmp(change, "changed") == 0 ? words("changed", "変更") : words("gone", "廃止");
}

void directory_change_print(const struct directory_change *change)
{
	json_t *row;
	size_t index;

	json_array_foreach(change->list, index, row) {
		const char *what = json_string_value(json_object_get(row, "change"));
		const char *rule = json_string_value(json_object_get(row, "rule"));
		json_int_t waiting = json_integer_value(json_object_get(row, "waiting"));
		json_t *field;
		size_t n;

		if (rule != NULL)
			out_text(words("  %s  rule %s", "  %s  規則 %s"), change_word(what), rule);
		else
			out_text("  %s  %s", change_word(what), json_string_value(json_object_get(row, "agency")));
		json_array_foreach(json_object_get(row, "fields"), n, field)
			out_text("%s%s", n == 0 ? ": " : ", ", json_string_value(field));
		if (strcmp(what, "removed") == 0 && waiting > 0)
			out_text(words(": %" JSON_INTEGER_FORMAT " message(s) wait for it", ":待っている連絡 %" JSON_INTEGER_FORMAT " 件"), waiting);
		out_text("\n");
	}
}
