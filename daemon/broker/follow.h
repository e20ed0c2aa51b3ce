/* SPDX-License-Identifier: Apache-2.0 */
/* broker/follow.h - for the writer's own files: memory follows each entry just recorded, as the tables do: mailbox order, registry, leases,
 * when the loop must wake, who must hear of it, and what it leads to (entry_kinds.h).
 *
 * Each gives an error only when the batch must be given up. */
#pragma once
#include "broker/batch.h"

/* Of what stands in tables alone. */
static inline enum err follow_nothing(struct batch *batch, const struct leaf_header *header, const void *entry)
{
	(void)batch;
	(void)header;
	(void)entry;
	return ERR_OK;
}

/* follow_items.c: what becomes of items */
enum err handout_follow(struct batch *batch, const struct leaf_header *header, const Pb__HandoutEntry *entry);
enum err acknowledge_follow(struct batch *batch, const struct leaf_header *header, const Pb__AcknowledgeEntry *entry);
enum err refuse_follow(struct batch *batch, const struct leaf_header *header, const Pb__RefuseEntry *entry);
enum err lease_lost_follow(struct batch *batch, const struct leaf_header *header, const Pb__LeaseLostEntry *entry);
enum err timer_follow(struct batch *batch, const struct leaf_header *header, const Pb__TimerEntry *entry);
enum err queue_act_follow(struct batch *batch, const struct leaf_header *header, const Pb__QueueActEntry *entry);
enum err quarantine_follow(struct batch *batch, const struct leaf_header *header, const Pb__QuarantineEntry *entry);

enum err erase_follow(struct batch *batch, const struct leaf_header *header, const Pb__EraseEntry *entry);

/* follow_threads.c: messages, and what the site says in their threads */
enum err submit_follow(struct batch *batch, const struct leaf_header *header, const Pb__SubmitEntry *entry);
enum err leg_event_follow(struct batch *batch, const struct leaf_header *header, const Pb__LegEventEntry *entry);
enum err request_event_follow(struct batch *batch, const struct leaf_header *header, const Pb__RequestEventEntry *entry);
enum err consent_event_follow(struct batch *batch, const struct leaf_header *header, const Pb__ConsentEventEntry *entry);
enum err conference_event_follow(struct batch *batch, const struct leaf_header *header, const Pb__ConferenceEventEntry *entry);
enum err purged_follow(struct batch *batch, const struct leaf_header *header, const Pb__PurgedEntry *entry);
enum err notices_follow(struct batch *batch, const struct leaf_header *header, const Pb__NoticesEntry *entry);
enum err case_mark_follow(struct batch *batch, const struct leaf_header *header, const Pb__MarkCaseEntry *entry);
enum err agency_event_follow(struct batch *batch, const struct leaf_header *header, const Pb__AgencyEventEntry *entry);

/* follow_site.c: agencies and their keys, holidays, the clock */
enum err directory_follow(struct batch *batch, const struct leaf_header *header, const Pb__DirectoryEntry *entry);
enum err invite_follow(struct batch *batch, const struct leaf_header *header, const Pb__InviteEntry *entry);
enum err bind_follow(struct batch *batch, const struct leaf_header *header, const Pb__BindEntry *entry);
enum err unbind_follow(struct batch *batch, const struct leaf_header *header, const Pb__UnbindEntry *entry);
enum err calendar_follow(struct batch *batch, const struct leaf_header *header, const Pb__CalendarEntry *entry);
enum err clock_follow(struct batch *batch, const struct leaf_header *header, const Pb__ClockEntry *entry);
enum err hand_over_follow(struct batch *batch, const struct leaf_header *header, const Pb__HandOverEntry *entry);
enum err standing_follow(struct batch *batch, const struct leaf_header *header, const Pb__StandingEntry *entry);
