/* SPDX-License-Identifier: Apache-2.0 */
/* broker/apply.c - see apply.h for the contract, entry_kinds.h for the table. */
#include "broker/apply.h"

#include "broker/chores.h"
#include "broker/conference_event.h"
#include "broker/consent_act.h"
#include "broker/entry_kinds.h"
#include "broker/notices.h"
#include "broker/prune.h"
#include "broker/purge.h"
#include "broker/requests.h"
#include "broker/review.h"
#include "broker/verbs.h"

#define APPLY(NAME, member, apply, follow)   \
	case PB__ENTRY_BODY__BODY_##NAME: \
		return apply(txn, header, body->member);

enum err apply_entry(struct txn *txn, const struct leaf_header *header, const Pb__EntryBody *body)
{
	if (header->type != (unsigned)body->body_case) /* an EntryType has the number of its field in EntryBody */
		return ERR_CORRUPT;
	switch (body->body_case) {
		ENTRY_KINDS(APPLY)
	case PB__ENTRY_BODY__BODY__NOT_SET:
	default:
		return ERR_VERSION;
	}
}
