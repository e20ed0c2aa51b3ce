/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/verify_erased.c - an entry's body is gone only where a later entry says that it was erased; and what is said to be erased is.  Parts
 * and segments are gone only where a later entry says that the time for which they are kept was over.
 *
 * All is gathered on the way, and held against each other at the end. */
#include <inttypes.h>
#include <stdlib.h>

#include "ledger/verify.h"
#include "ledger/verify_walk.h"
#include "store/parts.h"

#define LIST_BYTES_MAX ((size_t)1 << 32)

struct claim {
	uint64_t seq; /* of what was erased */
	uint64_t by;  /* the entry that says so */
	bool kept;    /* by the site itself: the years of its keeping were over */
};

void verify_erased_begin(struct verify *verify)
{
	buf_init(&verify->bodiless, LIST_BYTES_MAX);
	buf_init(&verify->claims, LIST_BYTES_MAX);
	buf_init(&verify->absent, LIST_BYTES_MAX);
	buf_init(&verify->pruned, LIST_BYTES_MAX);
}

void verify_erased_end(struct verify *verify)
{
	buf_free(&verify->bodiless);
	buf_free(&verify->claims);
	buf_free(&verify->absent);
	buf_free(&verify->pruned);
}

void verify_bodiless(struct verify *verify, uint64_t seq)
{
	buf_put(&verify->bodiless, bytes_of(&seq, sizeof seq));
}

void verify_erasure(struct verify *verify, uint64_t seq, const Pb__EraseEntry *erase)
{
	for (size_t i = 0; i < erase->n_seqs; i++) {
		struct claim claim = { erase->seqs[i], seq, erase->kept_years != 0 };

		if (claim.seq >= seq)
			verify_found(verify, "entry", seq, 0, "says that it erased entry %" PRIu64 ", which was not there yet", claim.seq);
		else
			buf_put(&verify->claims, bytes_of(&claim, sizeof claim));
	}
}

/* ---- parts and segments ---- */

struct absence {
	uint64_t seq;    /* entry that names it */
	uint64_t number; /* of the part in it, or of the segment */
	uint64_t segment;
};

void verify_absent_part(struct verify *verify, uint64_t seq, unsigned part)
{
	buf_put(&verify->absent, bytes_of(&(struct absence){ seq, part, 0 }, sizeof(struct absence)));
}

void verify_absent_segment(struct verify *verify, uint64_t seq, uint64_t number)
{
	buf_put(&verify->absent, bytes_of(&(struct absence){ seq, number, 1 }, sizeof(struct absence)));
}

void verify_pruning(struct verify *verify, uint64_t seq, const Pb__PruneEntry *prune)
{
	for (size_t i = 0; i < prune->n_seqs; i++) {
		if (prune->seqs[i] >= seq)
			verify_found(verify, "entry", seq, 0, "says that it pruned entry %" PRIu64 ", which was not there yet", prune->seqs[i]);
		else
			buf_put(&verify->pruned, bytes_of(&prune->seqs[i], sizeof prune->seqs[i]));
	}
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *first = a, *second = b;

	return *first < *second ? -1 : *first > *second;
}

/* What is said to be pruned, and is there.  Numbers ascend; one may be said twice. */
static void find_kept(struct verify *verify, const uint64_t *pruned, size_t count)
{
	for (size_t i = 0; i < count && verify->err == ERR_OK; i++) {
		uint64_t parts = 0;

		if (i > 0 && pruned[i] == pruned[i - 1])
			continue;
		verify->err = parts_count(verify->txn, pruned[i], &parts);
		if (verify->err == ERR_OK && parts > 0)
			verify_found(verify, "part", pruned[i], 0, "an entry says that it was pruned, and it is there");
	}
}

static void find_absent(struct verify *verify)
{
	const struct absence *absent = (const struct absence *)(const void *)verify->absent.data;
	uint64_t *pruned = (uint64_t *)(void *)verify->pruned.data;
	size_t pruned_count = verify->pruned.len / sizeof *pruned;

	if (pruned_count > 0)
		qsort(pruned, pruned_count, sizeof *pruned, by_number);
	find_kept(verify, pruned, pruned_count);
	for (size_t i = 0; i < verify->absent.len / sizeof *absent; i++) {
		if (pruned_count > 0 && bsearch(&absent[i].seq, pruned, pruned_count, sizeof *pruned, by_number) != NULL) {
			verify->result->parts_past_keeping += absent[i].segment == 0;
			continue;
		}
		if (absent[i].segment != 0)
			verify_found(verify, "blob", absent[i].number, 0, "entry %" PRIu64 " refers to it, but it is not there", absent[i].seq);
		else
			verify_found(verify, "part", absent[i].seq, (unsigned)absent[i].number, "is not there");
	}
}

/* ---- bodies ---- */

static int by_seq(const void *a, const void *b)
{
	const struct claim *first = a, *second = b;

	return first->seq < second->seq ? -1 : first->seq > second->seq;
}

/* Entries without a body ascend, as the walk met them. */
void verify_erasures(struct verify *verify)
{
	const uint64_t *gone = (const uint64_t *)(const void *)verify->bodiless.data;
	struct claim *claims = (struct claim *)(void *)verify->claims.data;
	size_t gone_count = verify->bodiless.len / sizeof *gone, claim_count = verify->claims.len / sizeof *claims, at = 0;

	if (verify->bodiless.err != ERR_OK || verify->claims.err != ERR_OK || verify->absent.err != ERR_OK || verify->pruned.err != ERR_OK) {
		verify->err = ERR_NOMEM;
		return;
	}
	find_absent(verify);
	if (claim_count > 0)
		qsort(claims, claim_count, sizeof *claims, by_seq);
	for (size_t i = 0; i < claim_count; i++) {
		for (; at < gone_count && gone[at] < claims[i].seq; at++)
			verify_found(verify, "entry", gone[at], 0, "its body is gone, and no entry says that it was erased");
		if (at < gone_count && gone[at] == claims[i].seq) {
			*(claims[i].kept ? &verify->result->entries_past_keeping : &verify->result->entries_erased) += 1;
			at++;
		} else if (i == 0 || claims[i].seq != claims[i - 1].seq)
			verify_found(verify, "entry", claims[i].seq, 0, "entry %" PRIu64 " says that it erased it, and its body is there", claims[i].by);
	}
	for (; at < gone_count; at++)
		verify_found(verify, "entry", gone[at], 0, "its body is gone, and no entry says that it was erased");
}
