/* SPDX-License-Identifier: Apache-2.0 */
/* lives.h - a table of states walked triple by triple against what was written down apart from it.
 *
 * An expected row says, in letters, from which states an action leads where: "S>R Q>R"; "S=" stays.  "-" is what is not there yet. */
#pragma once
#include <string.h>

#include "contract/transitions.h"
#include "unit.h"

struct life_row {
	unsigned action;
	Pb__Party by;
	const char *moves;
	int holder; /* TRANSITION_SAME: as before */
	uint32_t needs;
};

struct life {
	const struct transition_table *table;
	const char *letters; /* letters[n] is state n */
	const struct life_row *rows;
	size_t count;
	unsigned actions; /* how many there are */
};

/* The expected row for a triple, with the state it leads to; NULL: it is to be refused. */
static inline const struct life_row *life_expected(const struct life *life, unsigned state, unsigned action, Pb__Party by, unsigned *ret_next)
{
	for (size_t i = 0; i < life->count && state < strlen(life->letters); i++) {
		if (life->rows[i].action != action || life->rows[i].by != by)
			continue;
		for (const char *at = life->rows[i].moves; *at != '\0'; at++) {
			bool starts = at == life->rows[i].moves || at[-1] == ' ';

			if (!starts || *at != life->letters[state])
				continue;
			*ret_next = at[1] == '=' ? state : (unsigned)(strchr(life->letters, at[2]) - life->letters);
			return &life->rows[i];
		}
	}
	return NULL;
}

static inline uint32_t life_allowed(const struct life *life, unsigned state, Pb__Party by)
{
	uint32_t allowed = 0;
	unsigned next;

	for (unsigned action = 0; action < life->actions; action++) {
		if (life_expected(life, state, action, by, &next) != NULL)
			allowed |= UINT32_C(1) << action;
	}
	return allowed;
}

static inline void life_check_row(const struct life *life, const struct transition *row, unsigned state, unsigned action, Pb__Party by)
{
	unsigned next = 0;
	const struct life_row *expected = life_expected(life, state, action, by, &next);

	check((row != NULL) == (expected != NULL));
	if (row == NULL || expected == NULL)
		return;
	check_int(row->next == TRANSITION_SAME ? (int)state : row->next, (int)next);
	check_int(row->holder, expected->holder);
	check_uint(row->needs, expected->needs);
}

/* Every triple, those of unknown values among them; how many are allowed. */
static inline size_t life_walk(const struct life *life)
{
	size_t allowed = 0;

	for (unsigned state = 0; state < 40; state++)
		for (unsigned action = 0; action < 40; action++)
			for (int by = 0; by < 12; by++) {
				const struct transition *row = transition_find(life->table, state, action, (Pb__Party)by);

				unit_context("state %u, action %u, by %d", state, action, by);
				life_check_row(life, row, state, action, (Pb__Party)by);
				allowed += row != NULL;
			}
	for (unsigned state = 0; state < 40; state++)
		for (int by = 0; by < 12; by++) {
			unit_context("state %u, by %d", state, by);
			check_uint(transitions_allowed(life->table, state, (Pb__Party)by), life_allowed(life, state, (Pb__Party)by));
		}
	return allowed;
}
