/* SPDX-License-Identifier: Apache-2.0 */
/* broker/apply.c - see apply.h for the contract. */
#include "broker/apply.h"

#include "broker/consent_act.h"
#include "broker/requests.h"
#include "broker/conference_event.h"
#include "broker/purge.h"
#include "broker/verbs.h"

enum err apply_entry(struct txn *txn, const struct leaf_header *header, const Pb__EntryBody *body)
{
	if (header->type != (unsigned)body->body_case) /* an EntryType has the number of its field in EntryBody */
		return ERR_CORRUPT;
	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_GENESIS:
		return genesis_apply(txn, header, body->genesis);
	case PB__ENTRY_BODY__BODY_DIRECTORY:
		return directory_apply(txn, header, body->directory);
	case PB__ENTRY_BODY__BODY_INVITE:
		return invite_apply(txn, header, body->invite);
	case PB__ENTRY_BODY__BODY_BIND:
		return bind_apply(txn, header, body->bind);
	case PB__ENTRY_BODY__BODY_UNBIND:
		return unbind_apply(txn, header, body->unbind);
	case PB__ENTRY_BODY__BODY_SUBMIT:
		return submit_apply(txn, header, body->submit);
	case PB__ENTRY_BODY__BODY_HANDOUT:
		return handout_apply(txn, header, body->handout);
	case PB__ENTRY_BODY__BODY_ACKNOWLEDGE:
		return acknowledge_apply(txn, header, body->acknowledge);
	case PB__ENTRY_BODY__BODY_REFUSE:
		return refuse_apply(txn, header, body->refuse);
	case PB__ENTRY_BODY__BODY_LEASE_LOST:
		return lease_lost_apply(txn, header, body->lease_lost);
	case PB__ENTRY_BODY__BODY_QUEUE_ACT:
		return queue_act_apply(txn, header, body->queue_act);
	case PB__ENTRY_BODY__BODY_TIMER:
		return timer_apply(txn, header, body->timer);
	case PB__ENTRY_BODY__BODY_ACCESS:
		return access_apply(txn, header, body->access);
	case PB__ENTRY_BODY__BODY_CONSENT_EVENT:
		return consent_event_apply(txn, header, body->consent_event);
	case PB__ENTRY_BODY__BODY_MARK_CASE:
		return case_mark_apply(txn, header, body->mark_case);
	case PB__ENTRY_BODY__BODY_QUARANTINE:
		return quarantine_apply(txn, header, body->quarantine);
	case PB__ENTRY_BODY__BODY_LEG_EVENT:
		return leg_event_apply(txn, header, body->leg_event);
	case PB__ENTRY_BODY__BODY_REQUEST_EVENT:
		return request_event_apply(txn, header, body->request_event);
	case PB__ENTRY_BODY__BODY_PURGED:
		return purged_apply(txn, header, body->purged);
	case PB__ENTRY_BODY__BODY_CONFERENCE_EVENT:
		return conference_event_apply(txn, header, body->conference_event);
	case PB__ENTRY_BODY__BODY_AGENCY_EVENT:
		return agency_event_apply(txn, header, body->agency_event);
	case PB__ENTRY_BODY__BODY_CALENDAR:
		return calendar_load_apply(txn, header, body->calendar);
	case PB__ENTRY_BODY__BODY_CLOCK:
		return clock_apply(txn, header, body->clock);
	case PB__ENTRY_BODY__BODY_STANDING:
		return standing_apply(txn, header, body->standing);
	case PB__ENTRY_BODY__BODY__NOT_SET:
	default:
		return ERR_VERSION;
	}
}
