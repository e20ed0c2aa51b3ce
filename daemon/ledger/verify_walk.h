/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/verify_walk.h - what the parts of a verification share; for verify*.c alone.
 *
 * Everything is read in one read transaction, so rows stay valid until its end.  A row that one of the parts has found damaged is
 * not judged further: what follows from it would be named in its place. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "ledger/entry.h"

/* A cursor that stands before the row that comes next. */
struct walk {
	struct cursor *cursor;
	struct bytes key;
	struct bytes row;
	bool ended;
};

struct signers;
struct verify_hooks;  /* verify.h */
struct verify_result;

struct verify {
	struct txn *txn;
	const char *site;
	const uint8_t *checkpoint_key;
	const struct verify_hooks *hooks;
	struct verify_result *result;
	enum err err;                   /* of looking, not of what was found */

	struct arena arena;             /* of one entry */
	struct buf scratch;
	struct tree tree;               /* of the entries so far */
	bool tree_lost;                 /* an entry is missing, or a root differed: roots say nothing any more */
	int64_t last_time_us;
	uint64_t sealed;                /* size of the last checkpoint met */
	uint64_t entries_damaged;
	struct walk entries, tree_rows, checkpoints, parts, blobs;
	struct signers *signers;
	struct buf bodiless, claims, absent, pruned; /* verify_erased.c's */
};

__attribute__((format(printf, 5, 6))) void verify_found(struct verify *verify, const char *what, uint64_t number, unsigned part,
							 const char *format, ...);

/* To the next row; a failure to read ends the walk and sets verify->err. */
void walk_step(struct verify *verify, struct walk *walk);

/* verify_checkpoints.c: the checkpoint over exactly the entries so far, if there is one; and what is left at the end. */
void verify_checkpoint_here(struct verify *verify);
void verify_checkpoints_end(struct verify *verify);

/* Whether a checkpoint with a valid signature covers entry seq and shows leaf to be its leaf; ret_size: of that checkpoint, 0 when
 * there is none. */
bool verify_leaf_is_sealed(struct verify *verify, uint64_t seq, const struct digest *leaf, uint64_t *ret_size);

/* verify_body.c: what a good entry says. */
void verify_body(struct verify *verify, const struct entry *entry);

/* verify_orders.c: the agency's signature over an order; NULL says nothing. */
enum err signers_new(struct signers **ret_signers);
void signers_free(struct signers *signers);
void verify_binding(struct verify *verify, uint64_t seq, const Pb__BindEntry *bind);
void verify_order(struct verify *verify, uint64_t seq, const Pb__SignedOrder *order);

/* verify_told.c: what an entry put into mailboxes beside a message's Views. */
void verify_told(struct verify *verify, uint64_t seq, const Pb__EntryBody *body);

/* verify_results.c: what an entry leaves of legs, requests, conferences and action items. */
void verify_results(struct verify *verify, uint64_t seq, const Pb__EntryBody *body);
/* verify_erased.c: entries without a body, parts and segments that are not there, and entries that say which were erased or pruned; faults are found by verify_erasures, once all were met. */
void verify_erased_begin(struct verify *verify);
void verify_bodiless(struct verify *verify, uint64_t seq);
void verify_erasure(struct verify *verify, uint64_t seq, const Pb__EraseEntry *erase);
void verify_absent_part(struct verify *verify, uint64_t seq, unsigned part);
void verify_absent_segment(struct verify *verify, uint64_t seq, uint64_t number);
void verify_pruning(struct verify *verify, uint64_t seq, const Pb__PruneEntry *prune);
void verify_erasures(struct verify *verify);
void verify_erased_end(struct verify *verify);

/* verify_parts.c */
void verify_part(struct verify *verify, uint64_t seq, uint16_t part, struct bytes digest, size_t size);
void verify_parts_before(struct verify *verify, uint64_t seq, unsigned part); /* rows that belong to nothing */
void verify_parts_skip(struct verify *verify, uint64_t seq);                  /* of a damaged entry: nobody knows */
void verify_parts_end(struct verify *verify);
void verify_blobs(struct verify *verify);
