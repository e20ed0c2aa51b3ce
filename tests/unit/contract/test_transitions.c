/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/transitions.h"

#include "unit.h"

static const struct transition rows[] = {
	{ 1u << 0, 1, PB__PARTY__PARTY_SENDER, 1, 1, PB__PARTY__PARTY_RECIPIENT, 0 },
	{ 1u << 1 | 1u << 31, 2, PB__PARTY__PARTY_RECIPIENT, 2, 3, PB__PARTY__PARTY_SENDER, NEED_REASON | NEED_WORD },
	{ 1u << 1, 3, PB__PARTY__PARTY_RECIPIENT, TRANSITION_SAME, TRANSITION_SAME, TRANSITION_SAME, NEED_DUE_DATE },
};

static const struct transition_table table = { "thing", rows, 3, &pb__leg_state__descriptor, &pb__leg_action__descriptor };

static void test_find(void)
{
	check(transition_find(&table, 0, 1, PB__PARTY__PARTY_SENDER) == &rows[0]);
	check(transition_find(&table, 1, 2, PB__PARTY__PARTY_RECIPIENT) == &rows[1]);
	check(transition_find(&table, 31, 2, PB__PARTY__PARTY_RECIPIENT) == &rows[1]);
	check(transition_find(&table, 0, 1, PB__PARTY__PARTY_RECIPIENT) == NULL);
	check(transition_find(&table, 1, 1, PB__PARTY__PARTY_SENDER) == NULL);
	check(transition_find(&table, 0, 2, PB__PARTY__PARTY_RECIPIENT) == NULL);
	check(transition_find(&table, 32, 1, PB__PARTY__PARTY_SENDER) == NULL); /* no shift beyond the set */
	check(transition_find(&table, UINT32_MAX, 1, PB__PARTY__PARTY_SENDER) == NULL);
}

static void test_allowed(void)
{
	check_uint(transitions_allowed(&table, 0, PB__PARTY__PARTY_SENDER), 1u << 1);
	check_uint(transitions_allowed(&table, 1, PB__PARTY__PARTY_RECIPIENT), 1u << 2 | 1u << 3);
	check_uint(transitions_allowed(&table, 1, PB__PARTY__PARTY_BROKER), 0);
	check_uint(transitions_allowed(&table, 99, PB__PARTY__PARTY_SENDER), 0);
}

static void test_decide(void)
{
	struct transition_refusal refusal = { 0 };

	check(transition_decide(&table, 1, 2, PB__PARTY__PARTY_RECIPIENT, NEED_REASON | NEED_WORD | NEED_DATE, &refusal) == &rows[1]);
	check(refusal.table == NULL); /* untouched on success */
	check(transition_decide(&table, 1, 2, PB__PARTY__PARTY_RECIPIENT, NEED_WORD | NEED_DATE, &refusal) == NULL);
	check_uint(refusal.missing, NEED_REASON);
	check_uint(refusal.allowed, 1u << 2 | 1u << 3);
	check(transition_decide(&table, 0, 2, PB__PARTY__PARTY_SENDER, UINT32_MAX, &refusal) == NULL);
	check_uint(refusal.missing, 0); /* nothing would help: it is not allowed now */
	check_uint(refusal.allowed, 1u << 1);
	check_uint(refusal.state, 0);
	check_uint(refusal.action, 2);
	check_int((int)refusal.by, PB__PARTY__PARTY_SENDER);
	check(refusal.table == &table);
}

static void test_sets(void)
{
	check(transition_set_has(1u << 31, 31));
	check(!transition_set_has(UINT32_MAX, 32));
	check(!transition_set_has(0, 0));
}

/* Numbers travel in refusals: a need keeps its own. */
static void test_needs_keep_their_numbers(void)
{
	check_uint(NEED_BASIS, 1);
	check_uint(NEED_REASON, 4);
	check_uint(NEED_SUGGESTION, 8);
	check_uint(NEED_OUTCOME, 256);
	check_uint(NEED_DUE_DATE, 1u << 21);
}

UNIT_SUITE("contract/transitions",
	{ "the row of a triple", test_find },
	{ "what a state admits", test_allowed },
	{ "deciding, and saying why not", test_decide },
	{ "sets", test_sets },
	{ "needs keep their numbers", test_needs_keep_their_numbers });
