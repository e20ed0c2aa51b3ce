/* SPDX-License-Identifier: Apache-2.0 */
/* contract/transitions.c - see transitions.h for the contract. */
#include "contract/transitions.h"

const struct transition *transition_find(const struct transition_table *table, unsigned state, unsigned action, Pb__Party by)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct transition *row = &table->rows[i];

		if (row->action == action && row->by == by && transition_set_has(row->from, state))
			return row;
	}
	return NULL;
}

uint32_t transitions_allowed(const struct transition_table *table, unsigned state, Pb__Party by)
{
	uint32_t allowed = 0;

	for (size_t i = 0; i < table->count; i++) {
		if (table->rows[i].by == by && transition_set_has(table->rows[i].from, state))
			allowed |= UINT32_C(1) << table->rows[i].action;
	}
	return allowed;
}

const struct transition *transition_decide(const struct transition_table *table, unsigned state, unsigned action, Pb__Party by,
					   uint32_t given, struct transition_refusal *ret_refusal)
{
	const struct transition *row = transition_find(table, state, action, by);
	uint32_t missing = row != NULL ? row->needs & ~given : 0;

	if (row != NULL && missing == 0)
		return row;
	*ret_refusal = (struct transition_refusal){ table, state, action, by, transitions_allowed(table, state, by), missing };
	return NULL;
}
