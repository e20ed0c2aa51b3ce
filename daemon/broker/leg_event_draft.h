/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_event_draft.h - for leg_*.c: one entry about one leg, as it is put together. */
#pragma once
#include "broker/leg_change.h"

struct leg_event {
	struct world *world;
	struct leg_change change;
	size_t at;
	struct leg *leg; /* change.legs[at] */
	struct telling telling;
	Pb__LegAfter *after;
	uint32_t agency;     /* OPEN: whose leg it is */
	uint64_t opened_by;  /* OPEN */
	uint32_t *blocked;
	size_t blocked_count;
	uint64_t handed_over; /* CLOSE_AGENCY */
};

/* Reads the leg with its request; telling begins.  The struct is not to be moved afterwards. */
enum err leg_event_begin(struct world *world, uint64_t leg, struct leg_event *event);

/* The site's own act, or an operator's, on the leg.  ERR_REFUSED: it is not one for the leg's state. */
enum err leg_event_act(struct leg_event *event, Pb__LegAction action, Pb__Party by, uint32_t given, Pb__Reason reason);

/* Where the request stands after it, and the entry. */
enum err leg_event_end(struct leg_event *event, struct decision *ret_decision);

/* ERR_REFUSED becomes DECISION_NOTHING. */
enum err leg_event_or_nothing(enum err err, struct decision *ret_decision);
