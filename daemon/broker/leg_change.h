/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_change.h - what one entry does to one request: worked out on copies, so that each act sees what the one before it did, and
 * said as results that apply writes as they stand. */
#pragma once
#include "broker/leg_clock.h"
#include "broker/leg_tell.h"
#include "broker/lookup_legs.h"
#include "broker/world.h"
#include "contract/request_states.h"

struct leg_change {
	struct request request;
	struct leg legs[LIMIT_LEGS]; /* in the request's order */
	size_t count;
};

/* Reads a request with its legs; ERR_NOT_FOUND. */
enum err leg_change_read(struct world *world, uint64_t request, struct leg_change *ret_change);

/* Where that leg stands among them; ERR_CORRUPT when it is not one of them. */
enum err leg_change_find(const struct leg_change *change, uint64_t leg, size_t *ret_at);

/* Whether another leg of a request to ANY_ONE took it already, so that this one only waits to be told. */
bool leg_change_lost(const struct leg_change *change, size_t at);

/* Redirects whose further leg is not among them yet: it is opened after all that came in, so that several may be on their way. */
size_t leg_change_pending(const struct leg_change *change);

/* The states of all its legs, those that redirects on their way are about to open among them; how many. */
#define LEG_CHANGE_STATES (2 * LIMIT_LEGS)
size_t leg_change_states(const struct leg_change *change, Pb__LegState states[LEG_CHANGE_STATES]);

/* One act on one leg; act's state and holder are filled in here.
 *
 *   day        of the act (leg_clock.h); LEG_NO_DAY
 *   ret_after  in the world's arena
 *
 * ERR_REFUSED with the refusal: nothing has changed. */
enum err leg_change_act(struct world *world, struct leg_change *change, size_t at, struct leg_act *act, int32_t day, Pb__LegAfter **ret_after,
			struct transition_refusal *ret_refusal);

/* The leg as it stands in the change, as a result of that action. */
enum err leg_change_after(struct world *world, const struct leg *leg, Pb__LegAction action, Pb__LegAfter **ret_after);

/* Where the request stands now, when that is not where it stood: else NULL.  A decision that becomes due is told to the sender. */
enum err leg_change_settle(struct world *world, struct leg_change *change, struct telling *telling,
			   Pb__RequestAfter **ret_after);
