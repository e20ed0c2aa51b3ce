/* SPDX-License-Identifier: Apache-2.0 */
/* contract/request_standing.h - where a whole request stands, from its legs; and what keeps it from being passed around (たらい回し).
 *
 * Until a leg took it, a request is its sender's: it cannot end because nobody answered.  ANY_ONE: the first that took it has it.
 * ALL: each agency is to take part, so it stays with its sender until each has answered, and when all legs ended and one of them
 * did not do its part, the sender decides what becomes of that.  A request all of whose legs the sender took back is over, by the
 * sender's own word. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vocabulary.pb-c.h"

#include "base/err.h"

struct request_standing {
	Pb__RequestState state;
	bool open;        /* its sender holds it, and it has a timer: WAITING by its legs' clocks, DECISION_DUE by its own */
	Pb__Party holder; /* SENDER while open; else nobody: the legs have their own */
	size_t by_leg;    /* the first leg that makes it so; count when none does */
	bool taken;       /* some leg took the case, now or till its completion: the sender is its owner no more */
};

/* take UNSPECIFIED (a request to one agency) is as ALL.  outcome: the sender closed it with that; UNSPECIFIED: not closed.
 * No legs: state UNSPECIFIED, not open. */
struct request_standing request_standing_of(Pb__Take take, const Pb__LegState *legs, size_t count, Pb__Outcome outcome);

enum request_close_fault {
	REQUEST_CLOSE_OK,
	REQUEST_CLOSE_LEGS_OPEN, /* withdraw them first: nobody is left working on what is closed */
	REQUEST_CLOSE_OUTCOME,   /* none, or one that a sender does not give */
	REQUEST_CLOSE_OVER       /* it is not open any more */
};

/* Whether its sender may close a request that stands so. */
enum request_close_fault request_close_check(const struct request_standing *standing, const Pb__LegState *legs, size_t count,
					     Pb__Outcome outcome);

/* ---- redirects ---- */

#define REDIRECTS_MAX 2u /* of one request; the third is refused */

enum redirect_fault {
	REDIRECT_OK,
	REDIRECT_HAD_LEG,   /* that agency was asked already */
	REDIRECT_TO_SENDER, /* hand it back by declining */
	REDIRECT_TOO_MANY
};

/* Whether a leg may be redirected to next.  Agencies are numbers, whatever numbers they are.
 *
 *   had_leg    every agency that has or had a leg of this request, the redirecting one among them
 *   redirects  of this request so far, whoever made them */
enum redirect_fault redirect_guard(uint32_t next, uint32_t sender, const uint32_t *had_leg, size_t count, unsigned redirects);

/* The subject of a REDIRECT refusal: "had_leg", "to_sender", "too_many"; NULL for REDIRECT_OK. */
const char *redirect_fault_word(enum redirect_fault fault);
