/* SPDX-License-Identifier: Apache-2.0 */
/* broker/mailbox_slots.h - for the mailbox's own files: how it lies in memory.
 *
 * One array of slots; everything else holds places in it.  A slot that is not dead is in its thread's chain and in the list by age;
 * a dead one is in its thread's chain of the dead and in the list of its sender's dead; a gap, or one in quarantine, is in that chain and
 * in the list of its kind.  In a lane stand exactly the waiting slots that
 * head their chain. */
#pragma once
#include "broker/index.h"
#include "broker/mailbox.h"

#include <stdatomic.h>

#define NOWHERE INDEX_NONE
#define DESKS_PER_CHUNK 256u
#define DESK_CHUNKS 4096u /* so many agencies at most: 1,048,576 */

struct slot {
	uint64_t item;
	uint64_t thread;
	int64_t accepted_at_us;
	uint32_t agency;
	uint32_t sender;
	uint32_t part_bytes;
	uint32_t statement_bytes;
	uint32_t in_lane;     /* place in the lane's heap; NOWHERE: not in a lane */
	uint32_t thread_prev; /* chain of the thread; among the dead, the first one's prev is the last */
	uint32_t thread_next;
	uint32_t list_prev;   /* by age, or of the sender's dead */
	uint32_t list_next;   /* also of the free slots */
	uint8_t lane;         /* as the sender said */
	uint8_t raised;       /* at least lane; never below that of a later item of the thread */
	uint8_t state;        /* enum mailbox_state */
	bool restricted;
};
_Static_assert(sizeof(struct slot) == 64, "a slot is one cache line");

/* A binary heap of places, the lowest item number first. */
struct lane {
	uint32_t *places;
	uint32_t count;
	uint32_t room;
};

struct list {
	uint32_t first;
	uint32_t last;
};

/* What belongs to one agency. */
struct desk {
	struct lane lanes[MAILBOX_LANES];
	struct list dead; /* that this agency sent */
	_Atomic uint32_t waiting;
	uint32_t stirred_next;
	bool stirred;
};

struct mailbox {
	struct slot *slots;
	uint32_t room;
	uint32_t touched; /* slots ever used */
	uint32_t free;    /* first of the free ones */
	uint64_t items_max;     /* without gaps */
	uint64_t seed;
	struct index items;  /* by item */
	struct index tails;  /* last of each chain, by agency and thread */
	struct index deads;  /* first of each chain of the dead, likewise */
	struct list by_age;
	struct list gaps;       /* the oldest first */
	struct list quarantined;
	uint32_t stirred_first; /* agencies; 0: none */
	uint32_t stirred_last;
	struct mailbox_counts counts;
	size_t lane_bytes;
	enum err err;
	_Atomic(struct desk *) desks[DESK_CHUNKS]; /* a chunk stays where it is until the mailbox is freed */
};

/* NULL when it was never made; desk_make gives NULL when memory or numbers run out. */
struct desk *desk_find(const struct mailbox *mailbox, uint32_t agency);
struct desk *desk_make(struct mailbox *mailbox, uint32_t agency);

/* The place of an item; NOWHERE: not here. */
uint32_t place_of(const struct mailbox *mailbox, uint64_t item);

/* A free place, or NOWHERE; and back. */
uint32_t slot_make(struct mailbox *mailbox);
void slot_free(struct mailbox *mailbox, uint32_t place);

/* ---- lanes ---- */
void lane_push(struct mailbox *mailbox, uint32_t place); /* into the lane that it is raised to */
void lane_pull(struct mailbox *mailbox, uint32_t place); /* out of it, if it is in one */

/* ---- lists ---- */
void list_put_after(struct mailbox *mailbox, struct list *list, uint32_t place, uint32_t after); /* NOWHERE: first */
void list_drop(struct mailbox *mailbox, struct list *list, uint32_t place);

/* ---- threads ---- */
uint64_t thread_hash(const void *owner, uint32_t place);
void chain_append(struct mailbox *mailbox, uint32_t place);  /* behind all of its thread */
void chain_insert(struct mailbox *mailbox, uint32_t place);  /* by number, but behind one that is leased */
void chain_to_front(struct mailbox *mailbox, uint32_t place);
void chain_drop(struct mailbox *mailbox, uint32_t place);    /* its successor may come forward */
void chain_wake(struct mailbox *mailbox, uint32_t place);    /* puts it into its lane if it may stand there */
void dead_insert(struct mailbox *mailbox, uint32_t place);
void dead_drop(struct mailbox *mailbox, uint32_t place);
uint32_t dead_first(const struct mailbox *mailbox, uint32_t place); /* of the thread of place; NOWHERE: none */
