/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_choice.c - see leg_choice.h for the contract. */
#include "broker/leg_choice.h"

#include "contract/request_states.h"

static bool admits(const struct leg_chooser *chooser, const struct leg *leg)
{
	return transition_set_has(leg_actions_allowed(leg->state, chooser->by), (unsigned)chooser->action);
}

/* Whether a leg can be what an agency acts on, the more the likelier: where the act is possible, where it is open, its own before one that it
 * holds for another; 0: not at all. */
static unsigned likeliness(const struct leg_chooser *chooser, const struct leg *leg, uint32_t agency)
{
	unsigned whose = leg->agency == agency ? 2 : leg->acting == agency ? 1 : 0;

	if (whose == 0 || (chooser->named != 0 && chooser->named != leg->leg))
		return 0;
	return whose + 2 * leg_is_open(leg->state) + 4 * admits(chooser, leg);
}

static bool is_held(const struct leg *leg, uint32_t agency)
{
	return leg->agency == agency && leg->acting != 0 && leg->acting != agency && leg_is_open(leg->state);
}

enum leg_choice leg_choose(const struct leg_chooser *chooser, uint32_t agency, size_t *ret_at, size_t *ret_fit)
{
	unsigned most = 0;
	size_t fit = 0, at = 0, held = chooser->count;

	for (size_t i = 0; i < chooser->count; i++) {
		unsigned likely = likeliness(chooser, &chooser->legs[i], agency);

		if (likely > 0 && is_held(&chooser->legs[i], agency)) {
			held = i;
			continue;
		}
		fit += likely > 0 && admits(chooser, &chooser->legs[i]);
		at = likely > most ? i : at;
		most = likely > most ? likely : most;
	}
	if (most == 0 && held < chooser->count) {
		*ret_at = held;
		return LEG_HELD;
	}
	if (most == 0)
		return LEG_NOT_THERE;
	if (fit > 1) {
		if (ret_fit != NULL)
			*ret_fit = fit;
		return LEG_UNSAID;
	}
	*ret_at = at;
	return LEG_CHOSEN;
}
