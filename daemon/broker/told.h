/* SPDX-License-Identifier: Apache-2.0 */
/* broker/told.h - what an entry puts into mailboxes beside the Views of a message: the site's own word (NOTICE), parts that an acceptance
 * released (RELEASE), a message that its sender must seal to a further agency (SEAL_TASK).
 *
 * Such an item stands in its thread and its lane as messages do, is handed out, repeated, refused and acknowledged as they are, and never
 * expires.  It is numbered behind the Views of its entry, which holds TOLD_ITEMS_MAX items in all. */
#pragma once
#include "broker/rows.h"
#include "broker/world.h"

#define TOLD_ITEMS_MAX LIMIT_RECIPIENTS

struct batch;

/* ---- decide: each makes one Told in the world's arena; ERR_NOMEM, ERR_CORRUPT or what the store said otherwise ---- */

/* Whether so many may be told by an entry that has so many Views, silent ones too. */
static inline bool told_fits(size_t views, size_t told)
{
	return views <= TOLD_ITEMS_MAX && told <= TOLD_ITEMS_MAX - views;
}

/* Items of one thread and recipient keep their order by this key: the last eight bytes of the id, 16 bytes, of the message that opened it. */
static inline uint64_t told_thread(struct bytes message_id)
{
	return be64_get(message_id.data + 8);
}

/* A notice, packed here, to an agency by its number.  thread: told_thread's. */
enum err told_notice(struct world *world, uint32_t agency, Pb__Urgency lane, uint64_t thread, const Pb__SiteNotice *notice,
		     Pb__Told **ret_told);

/* The ON_ACCEPT parts of this message's item, to its recipient; set aside as long as the message is.  NULL: it has none, was erased, or was
 * given up. */
enum err told_release(struct world *world, const struct delivery *of, Pb__Told **ret_told);

/* To the sender: seal this item's message, all of its parts, to notice->next_agency.  NULL: it was erased. */
enum err told_seal_task(struct world *world, const struct delivery *of, uint32_t sender_agency, const Pb__SiteNotice *notice,
			Pb__Told **ret_told);

/* ---- apply and follow: first is the number of Views in the entry, whose rows are written before ---- */

enum err told_apply(struct txn *txn, const struct leaf_header *header, size_t first, Pb__Told *const *told, size_t count);
enum err told_follow(struct batch *batch, const struct leaf_header *header, size_t first, Pb__Told *const *told, size_t count);

/* The row of the item that lies so many behind the Views; what was told before about the same message is not filled in. */
void told_queue_row(const struct leaf_header *header, size_t first, const Pb__Told *told, size_t index, struct queue_row *ret_row);

/* What is known to reader of that agency's address; "": nothing. */
const char *address_for(const struct world *world, uint32_t reader, uint32_t agency);
