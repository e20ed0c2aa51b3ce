/* SPDX-License-Identifier: Apache-2.0 */
/* broker/entry_kinds.h - what the broker makes of each kind of entry: who adds a kind adds a row here, and one in contract/entry_kinds.h.
 *
 *   apply   writes its rows, from the entry alone; live and in a rebuild (verbs.h)
 *   follow  lets memory follow: mailboxes, registry, leases, timers, and what it leads to (follow.h) */
#pragma once

/* clang-format off */
#define ENTRY_KINDS(ROW)                                                                             \
	/*  NAME              member            apply                   follow                  */   \
	ROW(GENESIS,          genesis,          genesis_apply,          follow_nothing)              \
	ROW(DIRECTORY,        directory,        directory_apply,        directory_follow)            \
	ROW(INVITE,           invite,           invite_apply,           invite_follow)               \
	ROW(BIND,             bind,             bind_apply,             bind_follow)                 \
	ROW(UNBIND,           unbind,           unbind_apply,           unbind_follow)               \
	ROW(SUBMIT,           submit,           submit_apply,           submit_follow)               \
	ROW(HANDOUT,          handout,          handout_apply,          handout_follow)              \
	ROW(ACKNOWLEDGE,      acknowledge,      acknowledge_apply,      acknowledge_follow)          \
	ROW(REFUSE,           refuse,           refuse_apply,           refuse_follow)               \
	ROW(LEASE_LOST,       lease_lost,       lease_lost_apply,       lease_lost_follow)           \
	ROW(QUEUE_ACT,        queue_act,        queue_act_apply,        queue_act_follow)            \
	ROW(TIMER,            timer,            timer_apply,            timer_follow)                \
	ROW(ACCESS,           access,           access_apply,           follow_nothing)              \
	ROW(QUARANTINE,       quarantine,       quarantine_apply,       quarantine_follow)           \
	ROW(LEG_EVENT,        leg_event,        leg_event_apply,        leg_event_follow)            \
	ROW(REQUEST_EVENT,    request_event,    request_event_apply,    request_event_follow)        \
	ROW(CALENDAR,         calendar,         calendar_load_apply,    calendar_follow)             \
	ROW(CLOCK,            clock,            clock_apply,            clock_follow)                \
	ROW(STANDING,         standing,         standing_apply,         standing_follow)             \
	ROW(MARK_CASE,        mark_case,        case_mark_apply,        case_mark_follow)            \
	ROW(CONSENT_EVENT,    consent_event,    consent_event_apply,    consent_event_follow)        \
	ROW(CONFERENCE_EVENT, conference_event, conference_event_apply, conference_event_follow)     \
	ROW(PURGED,           purged,           purged_apply,           purged_follow)               \
	ROW(ERASE,            erase,            erase_apply,            erase_follow)                \
	ROW(AGENCY_EVENT,     agency_event,     agency_event_apply,     agency_event_follow)         \
	ROW(REVIEWED,         reviewed,         reviewed_apply,         follow_nothing)              \
	ROW(PRUNE,            prune,            prune_apply,            follow_nothing)              \
	ROW(NOTICES,          notices,          notices_apply,          notices_follow)              \
	ROW(PIECE,            piece,            piece_apply,            follow_nothing)              \
	ROW(HAND_OVER,        hand_over,        hand_over_apply,        hand_over_follow)
/* clang-format on */
