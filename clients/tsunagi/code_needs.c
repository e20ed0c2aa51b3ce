/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/code_needs.c - see code_lists.h: what a word asks for, worked out of the contract's rules, so that it cannot differ from them. */
#include <stdio.h>

#include "contract/ask_rules.h"
#include "contract/basis_rules.h"
#include "contract/conference_states.h"
#include "contract/json.h"
#include "contract/reasons.h"
#include "contract/request_states.h"
#include "tsunagi/code_lists.h"

static void add(json_t *needs, const char *text)
{
	json_array_append_new(needs, json_string(text));
}

static void add_law(json_t *needs, const struct basis_rule *rule)
{
	const ProtobufCEnumDescriptor *laws = &pb__law__descriptor;
	char text[80];

	for (unsigned i = 0; i < laws->n_values; i++) {
		int value = laws->values[i].value;

		if (value == 0 || (rule->laws >> (unsigned)value & 1) == 0)
			continue;
		snprintf(text, sizeof text, "basis.law=%s", json_word(laws, value));
		add(needs, text);
	}
}

static void basis_needs(json_t *needs, int value)
{
	const struct basis_rule *rule = basis_rule_of((Pb__Basis)value);

	if (rule == NULL)
		return;
	if (rule->consent)
		add(needs, "basis.consent_id");
	if (rule->meeting)
		add(needs, "basis.meeting_id");
	if (rule->reason)
		add(needs, "basis.reason");
	add_law(needs, rule);
}

static void ask_needs(json_t *needs, int value)
{
	const char *fields[ASK_PROBLEMS_MAX];
	size_t count = ask_fields_needed((Pb__Ask)value, fields);

	for (size_t i = 0; i < count; i++)
		add(needs, fields[i]);
}

static void reason_needs(json_t *needs, int value)
{
	static const struct transition_table *const tables[] = { &leg_table, &conference_table, &action_item_table };
	char text[80];

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		const ProtobufCEnumDescriptor *actions = tables[i]->actions;

		for (unsigned k = 0; k < actions->n_values; k++) {
			int action = actions->values[k].value;

			if (!reason_fits(actions, (unsigned)action, (Pb__Reason)value))
				continue;
			snprintf(text, sizeof text, "%s.%s", tables[i]->name, json_word(actions, action));
			add(needs, text);
		}
	}
}

static void outcome_needs(json_t *needs, int value)
{
	if (outcome_fits_completion((Pb__Outcome)value))
		add(needs, "leg.COMPLETE");
	if (outcome_fits_closing((Pb__Outcome)value))
		add(needs, "request.CLOSE");
}

json_t *code_needs(const struct code_list *list, int value)
{
	static const struct {
		const ProtobufCEnumDescriptor *words;
		void (*add)(json_t *needs, int value);
	} rows[] = {
		{ &pb__basis__descriptor, basis_needs },
		{ &pb__ask__descriptor, ask_needs },
		{ &pb__reason__descriptor, reason_needs },
		{ &pb__outcome__descriptor, outcome_needs },
	};
	json_t *needs = json_array();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (list->words == rows[i].words)
			rows[i].add(needs, value);
	return needs;
}
