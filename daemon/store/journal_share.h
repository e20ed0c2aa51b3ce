/* SPDX-License-Identifier: Apache-2.0 */
/* store/journal_share.h - how readers on other threads come to the journal's records that their snapshot stands with; for this room alone.
 *
 * The records lie in a buffer that the writer appends to and never changes.  Once they are folded into the trees another buffer takes its
 * place, and the one before stays for those whose snapshot is older than the fold: a snapshot's number, LMDB's, tells which belongs to it. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct journal_buffer {
	unsigned refs;   /* under the lock, as the rest up to bytes */
	uint64_t serial; /* no two fillings of a buffer have the same */
	uint64_t base;   /* number of the snapshot on which its records stand */
	size_t kept;     /* bytes of records that are durable */
	uint8_t bytes[];
};

struct journal_share {
	pthread_mutex_t lock;
	struct journal_buffer *now, *before, *spare; /* before and spare may be NULL */
	uint64_t serial;
};

enum err journal_share_init(struct journal_share *share);
void journal_share_free(struct journal_share *share); /* no reader is left */

/* ---- the writer's ---- */

/* len bytes of the buffer are durable, on top of the snapshot of that number. */
void journal_share_keep(struct journal_share *share, uint64_t base, size_t len);

/* Before the commit that folds, so that beginning anew after it cannot fail.  ERR_NOMEM. */
enum err journal_share_prepare(struct journal_share *share);

/* What was kept stands in the trees: an empty buffer takes its place.  Prepared before. */
void journal_share_renew(struct journal_share *share);

/* ---- the readers', on any thread ---- */

/* The buffer that belongs to the snapshot, NULL for none, and how much of it; it is the caller's until it is given back.
 * False: the snapshot is older than both; take another. */
bool journal_share_take(struct journal_share *share, uint64_t snapshot, struct journal_buffer **ret_buffer, size_t *ret_kept);
void journal_share_give_back(struct journal_share *share, struct journal_buffer *buffer); /* NULL: nothing */
