/* SPDX-License-Identifier: Apache-2.0 */
/* contract/request_standing.c - see request_standing.h for the contract. */
#include "contract/request_standing.h"

#include "contract/reasons.h"

/* What a leg's state means for its request. */
enum share {
	SHARE_NONE,
	SHARE_PENDING,   /* has not answered */
	SHARE_TAKEN,
	SHARE_COMPLETED,
	SHARE_UNDONE,    /* ended without having been done, by another's doing than its sender's */
	SHARE_WITHDRAWN,
	SHARE_REPLACED,  /* another leg stands for it */
	SHARE_COUNT
};

static const enum share shares[] = {
	[PB__LEG_STATE__LEG_STATE_AWAITING_SEAL] = SHARE_PENDING,
	[PB__LEG_STATE__LEG_STATE_SUBMITTED] = SHARE_PENDING,
	[PB__LEG_STATE__LEG_STATE_RECEIVED] = SHARE_PENDING,
	[PB__LEG_STATE__LEG_STATE_QUESTIONED] = SHARE_PENDING,
	[PB__LEG_STATE__LEG_STATE_ACCEPTING] = SHARE_PENDING,
	[PB__LEG_STATE__LEG_STATE_ACCEPTED] = SHARE_TAKEN,
	[PB__LEG_STATE__LEG_STATE_ACTIVE] = SHARE_TAKEN,
	[PB__LEG_STATE__LEG_STATE_ON_HOLD] = SHARE_TAKEN,
	[PB__LEG_STATE__LEG_STATE_DECLINED] = SHARE_UNDONE,
	[PB__LEG_STATE__LEG_STATE_REDIRECTED] = SHARE_REPLACED,
	[PB__LEG_STATE__LEG_STATE_COMPLETED] = SHARE_COMPLETED,
	[PB__LEG_STATE__LEG_STATE_WITHDRAWN] = SHARE_WITHDRAWN,
	[PB__LEG_STATE__LEG_STATE_LAPSED] = SHARE_UNDONE,
	[PB__LEG_STATE__LEG_STATE_BLOCKED] = SHARE_UNDONE,
	[PB__LEG_STATE__LEG_STATE_UNDELIVERABLE] = SHARE_UNDONE,
	[PB__LEG_STATE__LEG_STATE_TAKEN_ELSEWHERE] = SHARE_REPLACED,
};

static enum share share_of(Pb__LegState state)
{
	return (size_t)state < sizeof(shares) / sizeof(*shares) ? shares[state] : SHARE_NONE;
}

/* The first of these that a leg has decides. */
struct verdict {
	enum share share;
	Pb__RequestState state;
};

#define VERDICT(share, state) { SHARE_##share, PB__REQUEST_STATE__REQUEST_STATE_##state }

static const struct verdict any_one[] = {
	VERDICT(TAKEN, TAKEN),	       VERDICT(COMPLETED, COMPLETED), VERDICT(PENDING, WAITING),
	VERDICT(UNDONE, DECISION_DUE), VERDICT(WITHDRAWN, WITHDRAWN), VERDICT(REPLACED, DECISION_DUE),
};

static const struct verdict all[] = {
	VERDICT(PENDING, WAITING),     VERDICT(TAKEN, TAKEN),	      VERDICT(UNDONE, DECISION_DUE),
	VERDICT(COMPLETED, COMPLETED), VERDICT(WITHDRAWN, WITHDRAWN), VERDICT(REPLACED, DECISION_DUE),
};

#define VERDICTS (sizeof(all) / sizeof(*all))

_Static_assert(sizeof(any_one) == sizeof(all), "both judge every share");

/* first[share] is the first leg that has it, or count. */
static void find_shares(const Pb__LegState *legs, size_t count, size_t first[SHARE_COUNT])
{
	for (size_t i = 0; i < SHARE_COUNT; i++)
		first[i] = count;
	for (size_t i = count; i-- > 0;)
		first[share_of(legs[i])] = i;
}

struct request_standing request_standing_of(Pb__Take take, const Pb__LegState *legs, size_t count, Pb__Outcome outcome)
{
	const struct verdict *verdicts = take == PB__TAKE__TAKE_ANY_ONE ? any_one : all;
	struct request_standing standing = { .by_leg = count };
	size_t first[SHARE_COUNT];

	find_shares(legs, count, first);
	standing.taken = first[SHARE_TAKEN] < count || first[SHARE_COMPLETED] < count;
	for (size_t i = 0; i < VERDICTS && standing.by_leg == count; i++) {
		standing.by_leg = first[verdicts[i].share];
		if (standing.by_leg < count)
			standing.state = verdicts[i].state;
	}
	if (outcome != PB__OUTCOME__OUTCOME_UNSPECIFIED)
		standing.state = PB__REQUEST_STATE__REQUEST_STATE_CLOSED;
	standing.open = standing.state == PB__REQUEST_STATE__REQUEST_STATE_WAITING ||
			standing.state == PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE;
	standing.holder = standing.open ? PB__PARTY__PARTY_SENDER : PB__PARTY__PARTY_UNSPECIFIED;
	return standing;
}

enum request_close_fault request_close_check(const struct request_standing *standing, const Pb__LegState *legs, size_t count,
					     Pb__Outcome outcome)
{
	size_t first[SHARE_COUNT];

	find_shares(legs, count, first);
	if (first[SHARE_PENDING] < count || first[SHARE_TAKEN] < count)
		return REQUEST_CLOSE_LEGS_OPEN;
	if (!standing->open)
		return REQUEST_CLOSE_OVER;
	return outcome_fits_closing(outcome) ? REQUEST_CLOSE_OK : REQUEST_CLOSE_OUTCOME;
}

/* ---- redirects ---- */

enum redirect_fault redirect_guard(uint32_t next, uint32_t sender, const uint32_t *had_leg, size_t count, unsigned redirects)
{
	if (next == sender)
		return REDIRECT_TO_SENDER;
	for (size_t i = 0; i < count; i++) {
		if (had_leg[i] == next)
			return REDIRECT_HAD_LEG;
	}
	return redirects >= REDIRECTS_MAX ? REDIRECT_TOO_MANY : REDIRECT_OK;
}

const char *redirect_fault_word(enum redirect_fault fault)
{
	static const char *const words[] = { NULL, "had_leg", "to_sender", "too_many" };

	return words[fault];
}
