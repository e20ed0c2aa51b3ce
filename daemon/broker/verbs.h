/* SPDX-License-Identifier: Apache-2.0 */
/* broker/verbs.h - everything that can happen at a site: one verb a file, whose head says its rule.
 *
 * decide: ERR_OK with the decision made; ERR_NOMEM, ERR_CORRUPT or what the store said otherwise.
 * apply: writes rows; failures of writing stick in txn.  ERR_CORRUPT when the entry does not fit the tables. */
#pragma once
#include "broker/lookup.h"
#include "broker/rows.h"
#include "broker/world.h"

/* genesis.c */
enum err genesis_decide(struct world *world, const Pb__GenesisEntry *genesis, struct decision *ret_decision);
enum err genesis_apply(struct txn *txn, const struct leaf_header *header, const Pb__GenesisEntry *entry);

/* directory.c: a serialised DirectoryFile becomes current */
enum err directory_decide(struct world *world, const Pb__Operator *operator, struct bytes file, struct decision *ret_decision);
enum err directory_apply(struct txn *txn, const struct leaf_header *header, const Pb__DirectoryEntry *entry);

/* invite.c */
enum err invite_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminAgencyAdd *add, struct decision *ret_decision);
enum err invite_apply(struct txn *txn, const struct leaf_header *header, const Pb__InviteEntry *entry);

/* bind.c: the first device, by invitation or by hand; a further or renewed one, by order of a device in force */
enum err bind_decide(struct world *world, const Pb__BindEntry *issued, struct decision *ret_decision);
enum err bind_order_decide(struct world *world, const struct signer *signer, const Pb__BindDevice *bind, struct decision *ret_decision);
enum err bind_apply(struct txn *txn, const struct leaf_header *header, const Pb__BindEntry *entry);

/* unbind.c: all devices, by the operator; one, by order of a device in force */
enum err hand_over_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminHandOver *act, struct decision *ret_decision);
enum err hand_over_apply(struct txn *txn, const struct leaf_header *header, const Pb__HandOverEntry *entry);
enum err revoke_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminRevoke *revoke, struct decision *ret_decision);
enum err unbind_order_decide(struct world *world, const struct signer *signer, const Pb__UnbindDevice *unbind,
			     struct decision *ret_decision);
enum err unbind_apply(struct txn *txn, const struct leaf_header *header, const Pb__UnbindEntry *entry);

/* submit.c: all Views of one message */
enum err submit_decide(struct world *world, const struct signer *signer, struct decision *ret_decision);
enum err submit_apply(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry);
void submit_queue_row(const struct leaf_header *header, const Pb__SubmitEntry *entry, size_t index, struct queue_row *ret_row);

/* case_mark.c: whether a case is protected, and who is kept out of it */
enum err case_mark_decide(struct world *world, const struct signer *signer, const Pb__MarkCase *mark, struct decision *ret_decision);
enum err case_mark_apply(struct txn *txn, const struct leaf_header *header, const Pb__MarkCaseEntry *entry);

/* handout.c.  ret_handed: room for count; what the entry hands out, in its order. */
struct handout {
	uint32_t agency, device;
	uint64_t session;
	const uint64_t *items;
	size_t count;
};
struct handed {
	struct delivery delivery; /* as it was before */
	uint8_t blocked;          /* bit n: part n of the message is not covered by its consent, and stays here */
	uint32_t blocked_bytes;
	size_t at;                /* of the item among those wished for */
};
enum err handout_decide(struct world *world, const struct handout *handout, struct handed *ret_handed, struct decision *ret_decision);
enum err handout_apply(struct txn *txn, const struct leaf_header *header, const Pb__HandoutEntry *entry);

/* acknowledge.c */
enum err acknowledge_decide(struct world *world, const struct signer *signer, const Pb__Acknowledge *acknowledge,
			    struct decision *ret_decision);
enum err acknowledge_apply(struct txn *txn, const struct leaf_header *header, const Pb__AcknowledgeEntry *entry);

/* refuse.c */
enum err refuse_decide(struct world *world, const struct signer *signer, const Pb__Refuse *refuse, struct decision *ret_decision);
enum err refuse_apply(struct txn *txn, const struct leaf_header *header, const Pb__RefuseEntry *entry);

/* lease_lost.c: a session died with these items in hand */
struct lease_lost {
	uint32_t agency;
	uint64_t session;
	const uint64_t *items;
	size_t count;
};
enum err lease_lost_decide(struct world *world, const struct lease_lost *lost, struct decision *ret_decision);
enum err lease_lost_apply(struct txn *txn, const struct leaf_header *header, const Pb__LeaseLostEntry *entry);

/* quarantine.c: keys were revoked as compromised; at most so many items an entry, so that it is decided until nothing is left */
#define QUARANTINE_ITEMS_MAX 10000u
struct compromise {
	uint32_t agency;
	uint32_t device; /* what this one signed; 0: all that the agency sent */
	uint64_t seq;    /* entry that revoked the keys */
};
enum err quarantine_decide(struct world *world, const struct compromise *compromise, struct decision *ret_decision);
enum err quarantine_apply(struct txn *txn, const struct leaf_header *header, const Pb__QuarantineEntry *entry);

/* queue_act.c: freeze, thaw, requeue, expire */
#define QUEUE_ACT_ITEMS_MAX 10000u /* in one act */
enum err queue_act_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminQueueAct *act, struct decision *ret_decision);
enum err queue_act_apply(struct txn *txn, const struct leaf_header *header, const Pb__QueueActEntry *entry);

/* timer.c: the first of all timers, ERR_NOT_FOUND when there is none; the items that expired by now, TIMER_ITEMS_MAX at most, when the
 * first timer is of that kind */
#define TIMER_ITEMS_MAX 1024u
enum err timer_first(struct txn *txn, struct timer_row *ret_timer);
enum err timer_decide(struct world *world, struct decision *ret_decision);
enum err timer_apply(struct txn *txn, const struct leaf_header *header, const Pb__TimerEntry *entry);

/* agency_event.c: when it is to be told that nobody looks into a mailbox in which something waits since oldest_us, INT64_MAX: not (again); that it is */
enum err agency_event_due(struct world *world, uint32_t agency, int64_t oldest_us, int64_t *ret_due_us);
enum err agency_event_decide(struct world *world, uint32_t agency, uint64_t waiting, struct decision *ret_decision);
enum err agency_event_apply(struct txn *txn, const struct leaf_header *header, const Pb__AgencyEventEntry *entry);

/* calendar_load.c: the file of holidays becomes the site's */
enum err calendar_load_decide(struct world *world, const Pb__Operator *operator, struct bytes file, struct decision *ret_decision);
enum err calendar_load_apply(struct txn *txn, const struct leaf_header *header, const Pb__CalendarEntry *entry);

/* standing.c: what an agency says of itself */
enum err standing_decide(struct world *world, const struct signer *signer, const Pb__SayStanding *said, struct decision *ret_decision);
enum err standing_apply(struct txn *txn, const struct leaf_header *header, const Pb__StandingEntry *entry);

/* clock.c: the wall clock jumped; an operator says that it is right; a test site's clock is sent ahead */
enum err clock_jump_decide(struct world *world, int64_t jumped_us, struct decision *ret_decision);
enum err clock_confirm_decide(struct world *world, const Pb__Operator *operator, const char *reason, struct decision *ret_decision);
enum err clock_move_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminClockMove *move, struct decision *ret_decision);
enum err clock_apply(struct txn *txn, const struct leaf_header *header, const Pb__ClockEntry *entry);

/* dev_fault.c: what goes wrong on purpose at a test site */
enum err dev_fault_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminDevFault *asked, struct decision *ret_decision);
/* erase.c: all that a case left is destroyed: the first piece; the others are erasing_decide's, while ret_erasing->more; it is to be ended
 * (erasing.h) also on failure.  Further entries tell who took part where one has no room for all of them. */
struct erasing;
enum err erase_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminErase *erase, struct erasing *ret_erasing,
		      struct decision *ret_decision);
enum err erase_tell_decide(struct world *world, ProtobufCBinaryData case_id, const uint32_t *tell, size_t count, struct decision *ret_decision);
enum err erase_apply(struct txn *txn, const struct leaf_header *header, const Pb__EraseEntry *entry);

/* access.c: an operator read envelopes */
enum err access_decide(struct world *world, const Pb__Operator *operator, const char *command, const struct bytes *message_ids,
		       size_t count, struct decision *ret_decision);
enum err access_case_decide(struct world *world, const Pb__Operator *operator, const char *command, struct bytes case_id,
			    struct decision *ret_decision); /* UNKNOWN_MESSAGE where there is no such case */
enum err access_apply(struct txn *txn, const struct leaf_header *header, const Pb__AccessEntry *entry);
