/* SPDX-License-Identifier: Apache-2.0 */
/* broker/mailbox.h - the order of what waits, in memory: small numbers only, loaded by one scan of the queue (P6, P7).
 *
 *   lanes     per agency, one per urgency; within a lane by item number.  The most urgent lane goes first.
 *   threads   of one thread and recipient only the first item is in a lane; the others follow it one by one, each when its
 *             predecessor is done.  A frozen item holds its successors back; a dead letter or one in quarantine does not, but marks them.
 *   gaps      what ended undelivered stays as a gap, so that its successors are still marked.  The newest MAILBOX_GAPS_MAX are kept.
 *   lifting   an urgent item raises its predecessors of the same thread into its own lane; they stay there.
 *   leases    an item taken is out of its lane until it is removed or returned; returned, it stands by its number again, which
 *             is ahead of all that came after it.
 *
 * Every call is O(1), but for the lanes: O(log n) of what waits in one.  About 80 bytes an item.  The writer's own (one thread),
 * mailbox_waiting apart.  Running out of memory sticks: look at mailbox_error once a batch, then load anew. */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAILBOX_LANES 5 /* by Urgency; 0 is not used */
#define MAILBOX_GAPS_MAX 65536u /* beside items_max */

struct mailbox;

enum mailbox_state { MAILBOX_WAITING, MAILBOX_LEASED, MAILBOX_FROZEN, MAILBOX_QUARANTINED, MAILBOX_DEAD, MAILBOX_GAP };

struct mailbox_item {
	uint64_t item;
	uint64_t thread;
	uint32_t agency;          /* recipient */
	uint32_t sender;
	uint32_t part_bytes;
	uint32_t statement_bytes;
	uint8_t lane;             /* Urgency */
	enum mailbox_state state;
	bool restricted;          /* not every device can open it: its openers tell which may */
	int64_t accepted_at_us;
};

/* seed: random, so that nobody can choose numbers that collide.  items_max: what is held at once; more is ERR_NOMEM. */
enum err mailbox_new(uint64_t seed, uint64_t items_max, struct mailbox **ret_mailbox);
void mailbox_free(struct mailbox *mailbox);
void mailbox_clear(struct mailbox *mailbox); /* empties it, and forgets the error */

/* First memory that was lacking since mailbox_clear, or ERR_OK. */
enum err mailbox_error(const struct mailbox *mailbox);

/* A new item: its number is above that of all others ever added. */
void mailbox_add(struct mailbox *mailbox, const struct mailbox_item *item);

/* What is known of an item; false when it is not here. */
bool mailbox_find(const struct mailbox *mailbox, uint64_t item, struct mailbox_item *ret_item);

/* The next item for this agency, left where it is; false when none can go. */
bool mailbox_peek(const struct mailbox *mailbox, uint32_t agency, struct mailbox_item *ret_item);

/* Whether an earlier item of its thread is a dead letter, in quarantine or a gap. */
bool mailbox_after_dead(const struct mailbox *mailbox, uint64_t item);

/* The one of an agency's that has stood in a lane for longest, none ahead of it; false when nothing waits. */
bool mailbox_oldest(const struct mailbox *mailbox, uint32_t agency, struct mailbox_item *ret_item);

/* Sets or clears restricted; a new item is not. */
void mailbox_restrict(struct mailbox *mailbox, uint64_t item, bool restricted);

/* What happens to items.  Those that are not here, or not in a state from which it can happen, are left as they are. */
void mailbox_lease(struct mailbox *mailbox, uint64_t item);   /* waiting: handed out */
void mailbox_return(struct mailbox *mailbox, uint64_t item);  /* leased: back to its lane */
void mailbox_freeze(struct mailbox *mailbox, uint64_t item);  /* waiting or leased */
void mailbox_quarantine(struct mailbox *mailbox, uint64_t item); /* waiting, leased or frozen */
void mailbox_thaw(struct mailbox *mailbox, uint64_t item);    /* frozen or in quarantine: back to its lane */
void mailbox_die(struct mailbox *mailbox, uint64_t item);     /* any: a dead letter */
void mailbox_requeue(struct mailbox *mailbox, uint64_t item); /* dead: back to its lane */
void mailbox_end(struct mailbox *mailbox, uint64_t item);     /* any: undelivered for good, a gap */
void mailbox_remove(struct mailbox *mailbox, uint64_t item);  /* any: done with */

/* Agencies in whose lanes something came to stand since they were last given here; 0 when there is none.  mailbox_stir gives one again. */
uint32_t mailbox_stirred(struct mailbox *mailbox);
void mailbox_stir(struct mailbox *mailbox, uint32_t agency);
bool mailbox_is_stirred(const struct mailbox *mailbox); /* whether mailbox_stirred would give one */

struct mailbox_counts {
	uint64_t items;                  /* all that is held, without gaps */
	uint64_t waiting[MAILBOX_LANES]; /* by the sender's urgency */
	uint64_t leased, frozen, quarantined, dead, gaps;
	int64_t oldest_us;               /* accepted at, of those that wait, are leased or frozen; 0: none */
	size_t bytes;                    /* memory in use */
};
void mailbox_counts(const struct mailbox *mailbox, struct mailbox_counts *ret_counts);

/* Items of one agency that are waiting, leased or frozen.  Any thread. */
uint64_t mailbox_waiting(const struct mailbox *mailbox, uint32_t agency);

/* Calls each for the oldest max dead letters that this agency sent. */
void mailbox_each_dead(const struct mailbox *mailbox, uint32_t sender, size_t max, void (*each)(void *context, uint64_t item),
		       void *context);
