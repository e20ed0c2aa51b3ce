/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_choice.h - which leg of a request an act is for.
 *
 * One agency may have a leg of its own and hold those of several that closed.  Who names the leg means that one.  Who names none means the only
 * one whose state admits the act; where several do, nobody is left to guess: a person's case would be ended for another's. */
#pragma once
#include "broker/lookup_legs.h"

enum leg_choice {
	LEG_CHOSEN,
	LEG_NOT_THERE, /* the agency has none, and holds none; or the one that is named is none of those */
	LEG_UNSAID,    /* several fit */
	LEG_HELD,      /* its own alone, in which another goes on since it closed, though it may be back */
};

struct leg_chooser {
	const struct leg *legs; /* of the request, borrowed */
	size_t count;
	Pb__LegAction action;
	Pb__Party by;
	uint64_t named; /* the leg's number; 0: none */
};

/*   agency   whose leg, or who holds it
 *   ret_at   of LEG_HELD and LEG_CHOSEN: its place; where no state admits the act, of the likeliest, whose refusal tells most
 *   ret_fit  of LEG_UNSAID: how many can be meant; may be NULL */
enum leg_choice leg_choose(const struct leg_chooser *chooser, uint32_t agency, size_t *ret_at, size_t *ret_fit);
