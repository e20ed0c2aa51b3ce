/* SPDX-License-Identifier: Apache-2.0 */
/* contract/reasons.c - see reasons.h for the contract. */
#include "contract/reasons.h"

#include <stddef.h>
#include <stdint.h>

#define L(name) (UINT32_C(1) << PB__LEG_ACTION__LEG_ACTION_##name)
#define C(name) (UINT32_C(1) << PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name)
#define I(name) (UINT32_C(1) << PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_##name)

struct reason_row {
	Pb__Reason reason;
	uint32_t legs; /* sets of actions */
	uint32_t conferences;
	uint32_t items;
};

#define ROW(name, legs, conferences, items) { PB__REASON__REASON_##name, legs, conferences, items }

static const struct reason_row reasons[] = {
	ROW(FULL, L(DECLINE) | L(REDIRECT), 0, I(HAND_BACK)),
	ROW(OUTSIDE_AREA, L(DECLINE) | L(REDIRECT), 0, I(HAND_BACK)),
	ROW(OUTSIDE_REMIT, L(DECLINE) | L(REDIRECT), 0, I(HAND_BACK)),
	ROW(LACKS_EXPERTISE, L(DECLINE) | L(REDIRECT), 0, I(HAND_BACK)),
	ROW(OTHER_FITS_BETTER, L(DECLINE) | L(REDIRECT), 0, I(HAND_BACK)),
	ROW(NOT_IMPARTIAL, L(DECLINE) | L(REDIRECT), 0, I(HAND_BACK)),
	ROW(NOT_ENOUGH_INFORMATION, L(DECLINE) | L(REDIRECT), 0, I(HAND_BACK)),
	ROW(TEMPORARILY_CLOSED, L(DECLINE) | L(REDIRECT), 0, I(HAND_BACK)),

	ROW(SUPPORT_REFUSED, L(HOLD) | L(DECLINE) | L(WITHDRAW), C(CANCEL), I(HAND_BACK) | I(DROP)),
	ROW(NOT_REACHED, L(HOLD) | L(WITHDRAW), C(CANCEL), I(HAND_BACK) | I(DROP)),
	ROW(IN_HOSPITAL, L(HOLD), 0, I(HAND_BACK)),
	ROW(AWAITING_OTHERS, L(HOLD), 0, I(HAND_BACK)),
	ROW(PERSONS_WISH, L(HOLD) | L(WITHDRAW), C(CANCEL), I(HAND_BACK) | I(DROP)),

	ROW(NO_LONGER_NEEDED, L(WITHDRAW), C(CANCEL), I(DROP)),
	ROW(MISDIRECTED, L(WITHDRAW), 0, 0),
	ROW(SENT_BY_MISTAKE, L(WITHDRAW), C(CANCEL), I(DROP)),
	ROW(CIRCUMSTANCES_CHANGED, L(WITHDRAW), C(CANCEL), I(DROP)),
	ROW(CONSENT_CHANGED, L(WITHDRAW), C(CANCEL), I(DROP)),
	ROW(TOO_FEW_PARTICIPANTS, 0, C(CANCEL), 0),
	ROW(SUPERSEDED, L(WITHDRAW), C(CANCEL), I(DROP)),

	ROW(SILENCE, L(LAPSE), 0, 0),
	ROW(CONSENT_WITHDRAWN, L(BLOCK) | L(BLOCK_PART), 0, 0),
	ROW(CONSENT_RAN_OUT, L(BLOCK) | L(BLOCK_PART), 0, 0),
	ROW(UNDELIVERED, L(EXPIRE), 0, 0),
	ROW(AGENCY_CLOSED, L(CLOSE_AGENCY), 0, 0),
	ROW(KEY_COMPROMISED, L(RESEAL), 0, 0),
	ROW(CANNOT_TAKE_PART, L(BLOCK), 0, 0),
	ROW(OTHER, L(DECLINE) | L(REDIRECT) | L(HOLD) | L(WITHDRAW), C(CANCEL), I(HAND_BACK) | I(DROP)),
};

static uint32_t actions_of(const struct reason_row *row, const ProtobufCEnumDescriptor *actions)
{
	if (actions == &pb__leg_action__descriptor)
		return row->legs;
	if (actions == &pb__conference_action__descriptor)
		return row->conferences;
	return actions == &pb__action_item_action__descriptor ? row->items : 0;
}

bool reason_fits(const ProtobufCEnumDescriptor *actions, unsigned action, Pb__Reason reason)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		if (reasons[i].reason == reason)
			return action < 32 && (actions_of(&reasons[i], actions) >> action & 1) != 0;
	}
	return false;
}

/* ---- outcomes ---- */

struct outcome_row {
	Pb__Outcome outcome;
	bool completes; /* a leg, by who took it */
	bool closes;    /* a request, by its sender */
};

#define OUTCOME(name, completes, closes) { PB__OUTCOME__OUTCOME_##name, completes, closes }

static const struct outcome_row outcomes[] = {
	OUTCOME(RESOLVED, true, true),
	OUTCOME(SUPPORT_CONTINUES, true, true),
	OUTCOME(HANDED_ON, true, true),
	OUTCOME(ACCOMPANIED, true, false),
	OUTCOME(VISITED, true, false),
	OUTCOME(SUPPORTER_SENT, true, false),
	OUTCOME(ADVISED, true, false),
	OUTCOME(INFORMED, true, false),
	OUTCOME(CAN_TAKE, true, false),
	OUTCOME(CANNOT_TAKE, true, false),
	OUTCOME(CONCERN_SETTLED, true, true),
	OUTCOME(SUPPORT_REFUSED, true, true),
	OUTCOME(NOT_REACHED, true, true),
	OUTCOME(MOVED_AWAY, true, true),
	OUTCOME(DECEASED, true, true),
	OUTCOME(SENDER_SUPPORTS, false, true),
	OUTCOME(NOT_NEEDED, true, true),
	OUTCOME(OTHER, true, true),
};

static const struct outcome_row *outcome_of(Pb__Outcome outcome)
{
	static const struct outcome_row none;

	for (size_t i = 0; i < sizeof(outcomes) / sizeof(*outcomes); i++) {
		if (outcomes[i].outcome == outcome)
			return &outcomes[i];
	}
	return &none;
}

bool outcome_fits_completion(Pb__Outcome outcome)
{
	return outcome_of(outcome)->completes;
}

bool outcome_fits_closing(Pb__Outcome outcome)
{
	return outcome_of(outcome)->closes;
}
