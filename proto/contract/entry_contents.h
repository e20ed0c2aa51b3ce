/* SPDX-License-Identifier: Apache-2.0 */
/* contract/entry_contents.h - what each kind of entry may hold of what several do: a row each, by which all find it.
 *
 *   order   ORDER: an agency's signed order; NONE: nobody's, or an operator's
 *   told    TOLD: items that it puts into mailboxes; BEHIND: numbered behind its Views; NONE
 *
 * What the broker makes of each stands in broker/entry_kinds.h. */
#pragma once

/* clang-format off */
#define ENTRY_CONTENTS(ROW)                                         \
	/*  NAME              member            order  told    */   \
	ROW(GENESIS,          genesis,          NONE,  NONE)        \
	ROW(DIRECTORY,        directory,        NONE,  NONE)        \
	ROW(INVITE,           invite,           NONE,  NONE)        \
	ROW(BIND,             bind,             ORDER, NONE)        \
	ROW(UNBIND,           unbind,           ORDER, NONE)        \
	ROW(SUBMIT,           submit,           ORDER, BEHIND)      \
	ROW(HANDOUT,          handout,          NONE,  NONE)        \
	ROW(ACKNOWLEDGE,      acknowledge,      ORDER, NONE)        \
	ROW(REFUSE,           refuse,           ORDER, NONE)        \
	ROW(LEASE_LOST,       lease_lost,       NONE,  NONE)        \
	ROW(QUEUE_ACT,        queue_act,        NONE,  NONE)        \
	ROW(TIMER,            timer,            NONE,  NONE)        \
	ROW(ACCESS,           access,           NONE,  NONE)        \
	ROW(QUARANTINE,       quarantine,       NONE,  NONE)        \
	ROW(LEG_EVENT,        leg_event,        NONE,  TOLD)        \
	ROW(REQUEST_EVENT,    request_event,    NONE,  TOLD)        \
	ROW(CALENDAR,         calendar,         NONE,  NONE)        \
	ROW(CLOCK,            clock,            NONE,  NONE)        \
	ROW(STANDING,         standing,         ORDER, NONE)        \
	ROW(MARK_CASE,        mark_case,        ORDER, NONE)        \
	ROW(CONSENT_EVENT,    consent_event,    NONE,  TOLD)        \
	ROW(CONFERENCE_EVENT, conference_event, NONE,  TOLD)        \
	ROW(PURGED,           purged,           ORDER, TOLD)        \
	ROW(ERASE,            erase,            NONE,  TOLD)        \
	ROW(AGENCY_EVENT,     agency_event,     NONE,  TOLD)        \
	ROW(REVIEWED,         reviewed,         NONE,  NONE)        \
	ROW(PRUNE,            prune,            NONE,  NONE)        \
	ROW(NOTICES,          notices,          NONE,  TOLD)        \
	ROW(PIECE,            piece,            NONE,  NONE)        \
	ROW(HAND_OVER,        hand_over,        NONE,  NONE)
/* clang-format on */
