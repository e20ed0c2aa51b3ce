/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/verify_erased.c - an entry's body is gone only where a later entry says that it was erased; and what is said to be erased is.
 *
 * Both are gathered on the way, and held against each other at the end. */
#include <inttypes.h>
#include <stdlib.h>

#include "ledger/verify_walk.h"

#define LIST_BYTES_MAX ((size_t)1 << 32)

struct claim {
	uint64_t seq; /* of what was erased */
	uint64_t by;  /* the entry that says so */
};

void verify_erased_begin(struct verify *verify)
{
	buf_init(&verify->bodiless, LIST_BYTES_MAX);
	buf_init(&verify->claims, LIST_BYTES_MAX);
}

void verify_erased_end(struct verify *verify)
{
	buf_free(&verify->bodiless);
	buf_free(&verify->claims);
}

void verify_bodiless(struct verify *verify, uint64_t seq)
{
	buf_put(&verify->bodiless, bytes_of(&seq, sizeof seq));
}

void verify_erasure(struct verify *verify, uint64_t seq, const Pb__EraseEntry *erase)
{
	for (size_t i = 0; i < erase->n_seqs; i++) {
		struct claim claim = { erase->seqs[i], seq };

		if (claim.seq >= seq)
			verify_found(verify, "entry", seq, 0, "says that it erased entry %" PRIu64 ", which was not there yet", claim.seq);
		else
			buf_put(&verify->claims, bytes_of(&claim, sizeof claim));
	}
}

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

	if (verify->bodiless.err != ERR_OK || verify->claims.err != ERR_OK) {
		verify->err = ERR_NOMEM;
		return;
	}
	if (claim_count > 0)
		qsort(claims, claim_count, sizeof *claims, by_seq);
	for (size_t i = 0; i < claim_count; i++) {
		for (; at < gone_count && gone[at] < claims[i].seq; at++)
			verify_found(verify, "entry", gone[at], 0, "its body is gone, and no entry says that it was erased");
		if (at < gone_count && gone[at] == claims[i].seq)
			at++;
		else if (i == 0 || claims[i].seq != claims[i - 1].seq)
			verify_found(verify, "entry", claims[i].seq, 0, "entry %" PRIu64 " says that it erased it, and its body is there", claims[i].by);
	}
	for (; at < gone_count; at++)
		verify_found(verify, "entry", gone[at], 0, "its body is gone, and no entry says that it was erased");
}
