/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tsunagi/agency_state.h"
#include "tsunagi/directory_change.h"
#include "tsunagi/directory_source.h"
#include "unit.h"

static Pb__Agency agency_of(const char *id, const char *sector)
{
	Pb__Agency agency = PB__AGENCY__INIT;

	agency.id = (char *)(uintptr_t)id;
	agency.sector = (char *)(uintptr_t)sector;
	return agency;
}

static const char *change_of(const struct directory_change *change, const char *agency)
{
	json_t *row;
	size_t index;

	json_array_foreach(change->list, index, row)
		if (strcmp(json_string_value(json_object_get(row, "agency")), agency) == 0)
			return json_string_value(json_object_get(row, "change"));
	return NULL;
}

static void test_compare(void)
{
	Pb__Agency a = agency_of("a", "x"), b = agency_of("b", "x"), b2 = agency_of("b", "y"), c = agency_of("c", "x"), d = agency_of("d", "x");
	Pb__Agency *before_list[] = { &a, &b, &c };
	Pb__Agency *after_list[] = { &a, &b2, &d };
	Pb__DirectoryFile before = PB__DIRECTORY_FILE__INIT, after = PB__DIRECTORY_FILE__INIT;
	Pb__AgencyState gone = PB__AGENCY_STATE__INIT;
	Pb__AgencyState *states[] = { &gone };
	Pb__DirectoryView view = PB__DIRECTORY_VIEW__INIT;
	struct directory_change change;

	gone.agency = (char *)(uintptr_t) "c";
	gone.waiting = 4;
	before.agencies = before_list;
	after.agencies = after_list;
	before.n_agencies = after.n_agencies = 3;
	view.file = &before;
	view.agencies = states;
	view.n_agencies = 1;
	directory_compare(&view, &after, &change);
	check_uint(change.added, 1);
	check_uint(change.changed, 1);
	check_uint(change.removed, 1);
	check_text(change_of(&change, "a"), NULL);
	check_text(change_of(&change, "b"), "changed");
	check_text(change_of(&change, "c"), "removed");
	check_text(change_of(&change, "d"), "added");
	check_int(json_integer_value(json_object_get(json_array_get(change.list, 2), "waiting")), 4);
	check_text(json_string_value(json_array_get(json_object_get(json_array_get(change.list, 0), "fields"), 0)), "sector");
	json_decref(change.list);
}

static void test_first_load(void)
{
	Pb__Agency a = agency_of("a", "x");
	Pb__Agency *list[] = { &a };
	Pb__DirectoryFile after = PB__DIRECTORY_FILE__INIT;
	Pb__DirectoryView view = PB__DIRECTORY_VIEW__INIT;
	struct directory_change change;

	after.agencies = list;
	after.n_agencies = 1;
	directory_compare(&view, &after, &change);
	check_uint(change.added, 1);
	check_uint(change.changed + change.removed, 0);
	json_decref(change.list);
}

static void test_named(void)
{
	Pb__Agency a = agency_of("a", "x");
	Pb__Agency *list[] = { &a };
	Pb__DirectoryFile file = PB__DIRECTORY_FILE__INIT;
	Pb__DirectoryView view = PB__DIRECTORY_VIEW__INIT;
	const Pb__Agency *agency = NULL;
	const Pb__AgencyState *state = NULL;

	file.site = (char *)(uintptr_t) "here";
	file.agencies = list;
	file.n_agencies = 1;
	view.file = &file;
	check_int(directory_named(&view, "a", &agency, &state), OUTCOME_DONE);
	check(agency == &a && state == NULL);
	check_int(directory_named(&view, "a@here", &agency, &state), OUTCOME_DONE);
	check_int(directory_named(&view, "a@there", &agency, &state), OUTCOME_NOT_THERE);
	check_int(directory_named(&view, "b", &agency, &state), OUTCOME_NOT_THERE);
}

static const char *rule_change(const struct directory_change *change, const char *rule)
{
	json_t *row;
	size_t index;

	json_array_foreach(change->list, index, row)
		if (json_object_get(row, "rule") != NULL && strcmp(json_string_value(json_object_get(row, "rule")), rule) == 0)
			return json_string_value(json_object_get(row, "change"));
	return NULL;
}

static Pb__RoutingRule rule_of(const char *id, uint32_t rank)
{
	Pb__RoutingRule rule = PB__ROUTING_RULE__INIT;

	rule.id = (char *)(uintptr_t)id;
	rule.rank = rank;
	return rule;
}

/* A file in which nothing but the rules changed changes something. */
static void test_rules(void)
{
	Pb__RoutingRule a = rule_of("a", 1), b = rule_of("b", 1), b2 = rule_of("b", 2), c = rule_of("c", 1), d = rule_of("d", 1);
	Pb__RoutingRule *old_list[] = { &a, &b, &c }, *new_list[] = { &a, &b2, &d }, *turned[] = { &b, &a, &c };
	Pb__DirectoryFile old = PB__DIRECTORY_FILE__INIT, new = PB__DIRECTORY_FILE__INIT;
	Pb__DirectoryView view = PB__DIRECTORY_VIEW__INIT;
	struct directory_change change;

	old.rules = old_list;
	new.rules = new_list;
	old.n_rules = new.n_rules = 3;
	view.file = &old;
	directory_compare(&view, &new, &change);
	check_uint(change.rules, 3);
	check_uint(change.added + change.changed + change.removed, 0);
	check_text(rule_change(&change, "a"), NULL);
	check_text(rule_change(&change, "b"), "changed");
	check_text(rule_change(&change, "c"), "removed");
	check_text(rule_change(&change, "d"), "added");
	json_decref(change.list);
	new.rules = turned; /* equal ranks go by order */
	directory_compare(&view, &new, &change);
	check_uint(change.rules, 2);
	check_text(rule_change(&change, "a"), "changed");
	json_decref(change.list);
	new.rules = old_list;
	directory_compare(&view, &new, &change);
	check_uint(change.rules, 0);
	check_uint(json_array_size(change.list), 0);
	json_decref(change.list);
}

static void test_states(void)
{
	Pb__AgencyState state = PB__AGENCY_STATE__INIT;
	Pb__Binding binding = PB__BINDING__INIT;
	Pb__Binding *bindings[] = { &binding };
	json_t *json;

	check_text(agency_state_word(NULL), "not enrolled");
	state.invited_until_us = INT64_MAX;
	check_text(agency_state_word(&state), "invited");
	state.bindings = bindings;
	state.n_bindings = 1;
	check_text(agency_state_word(&state), "enrolled");
	check_uint(agency_devices(&state), 1);
	binding.ends_at_us = 5;
	state.invited_until_us = 0;
	check_text(agency_state_word(&state), "revoked");
	json = agency_state_json(&state);
	check_text(json_string_value(json_object_get(json, "state")), "revoked");
	check_uint(json_array_size(json_object_get(json, "devices")), 1);
	json_decref(json);
}

UNIT_SUITE("tsunagi/directory_change",
	{ "what is new, changed and gone, and what it touches", test_compare },
	{ "the first load is all new", test_first_load },
	{ "rules count too", test_rules },
	{ "an agency by id or address", test_named },
	{ "how an agency stands", test_states });
