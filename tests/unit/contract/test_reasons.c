/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/reasons.h"

#include "unit.h"

#define L(name) PB__LEG_ACTION__LEG_ACTION_##name
#define R(name) PB__REASON__REASON_##name

static const ProtobufCEnumDescriptor *const legs = &pb__leg_action__descriptor;
static const ProtobufCEnumDescriptor *const conferences = &pb__conference_action__descriptor;
static const ProtobufCEnumDescriptor *const items = &pb__action_item_action__descriptor;

/* How many reasons an action knows. */
static unsigned count_of(const ProtobufCEnumDescriptor *actions, unsigned action)
{
	unsigned count = 0;

	for (unsigned i = 0; i < pb__reason__descriptor.n_values; i++)
		count += reason_fits(actions, action, (Pb__Reason)pb__reason__descriptor.values[i].value);
	return count;
}

static void test_counts(void)
{
	check_uint(count_of(legs, L(DECLINE)), 10);
	check_uint(count_of(legs, L(REDIRECT)), 9);
	check_uint(count_of(legs, L(HOLD)), 6);
	check_uint(count_of(legs, L(WITHDRAW)), 10);
	check_uint(count_of(legs, L(LAPSE)), 1);
	check_uint(count_of(legs, L(BLOCK)), 3);
	check_uint(count_of(legs, L(BLOCK_PART)), 2);
	check_uint(count_of(legs, L(EXPIRE)), 1);
	check_uint(count_of(legs, L(CLOSE_AGENCY)), 1);
	check_uint(count_of(legs, L(RESEAL)), 1);
	check_uint(count_of(legs, L(ACCEPT)), 0);
	check_uint(count_of(conferences, PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CANCEL), 10);
	check_uint(count_of(conferences, PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CLOSE), 0);
	check_uint(count_of(items, PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_HAND_BACK), 14);
	check_uint(count_of(items, PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_DROP), 9);
}

/* A code that no action takes could never be sent; UNSPECIFIED belongs nowhere. */
static void test_every_reason_has_a_place(void)
{
	for (unsigned i = 0; i < pb__reason__descriptor.n_values; i++) {
		Pb__Reason reason = (Pb__Reason)pb__reason__descriptor.values[i].value;
		unsigned places = 0;

		for (unsigned action = 0; action < 40; action++)
			places += (unsigned)reason_fits(legs, action, reason) + (unsigned)reason_fits(conferences, action, reason) +
				  (unsigned)reason_fits(items, action, reason);
		unit_context("%s", pb__reason__descriptor.values[i].name);
		check((places > 0) == (reason != R(UNSPECIFIED)));
	}
}

static void test_fits(void)
{
	check(reason_fits(legs, L(HOLD), R(SUPPORT_REFUSED)));
	check(reason_fits(legs, L(DECLINE), R(SUPPORT_REFUSED)));
	check(reason_fits(legs, L(REDIRECT), R(OUTSIDE_AREA))); /* may be said, need not */
	check(!reason_fits(legs, L(HOLD), R(FULL)));
	check(!reason_fits(legs, L(DECLINE), R(CONSENT_WITHDRAWN))); /* the site's own */
	check(!reason_fits(&pb__urgency__descriptor, L(HOLD), R(SUPPORT_REFUSED)));
	check(!reason_fits(legs, L(HOLD), (Pb__Reason)30));
	check(!reason_fits(legs, 99, R(OTHER)));
}

static void test_outcomes(void)
{
	unsigned completes = 0;
	unsigned closes = 0;

	for (unsigned i = 0; i < pb__outcome__descriptor.n_values; i++) {
		Pb__Outcome outcome = (Pb__Outcome)pb__outcome__descriptor.values[i].value;

		unit_context("%s", pb__outcome__descriptor.values[i].name);
		check((outcome_fits_completion(outcome) || outcome_fits_closing(outcome)) == (outcome != PB__OUTCOME__OUTCOME_UNSPECIFIED));
		completes += outcome_fits_completion(outcome);
		closes += outcome_fits_closing(outcome);
	}
	check_uint(completes, 17);
	check_uint(closes, 11);
	check(!outcome_fits_completion(PB__OUTCOME__OUTCOME_SENDER_SUPPORTS));
	check(outcome_fits_closing(PB__OUTCOME__OUTCOME_SENDER_SUPPORTS));
	check(!outcome_fits_closing(PB__OUTCOME__OUTCOME_VISITED));
	check(!outcome_fits_closing((Pb__Outcome)50));
}

UNIT_SUITE("contract/reasons",
	{ "how many each action knows", test_counts },
	{ "every reason has a place", test_every_reason_has_a_place },
	{ "which fit", test_fits },
	{ "outcomes", test_outcomes });
