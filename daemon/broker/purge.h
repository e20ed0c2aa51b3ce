/* SPDX-License-Identifier: Apache-2.0 */
/* broker/purge.h - what was recalled is destroyed where it was handed out, and each holder confirms it: an action item of its own, with the
 * recall's sender as the one who waits for it. */
#pragma once
#include "broker/conferences.h"
#include "broker/world.h"

#define PURGED_ITEMS_MAX LIMIT_RECIPIENTS /* in one confirmation: each tells who recalled */

/* Of one recipient that was handed something of the request. */
struct purge_asked {
	uint32_t holder;
	uint32_t recalled_by;
	uint64_t request;          /* seq of the submission that opened it */
	struct bytes request_id;   /* its message id, 16 bytes */
	struct bytes case_id;      /* 16 bytes, or none */
	Pb__Urgency lane;
};

/* Adds the action item and, where the entry has room for it, the notice about it.  ERR_NOMEM. */
enum err purge_ask(struct world *world, Pb__SubmitEntry *entry, const struct purge_asked *asked);

enum err purged_decide(struct world *world, const struct signer *signer, const Pb__Purged *purged, struct decision *ret_decision);
enum err purged_apply(struct txn *txn, const struct leaf_header *header, const Pb__PurgedEntry *entry);
