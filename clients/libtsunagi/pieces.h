/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/pieces.h - something large that comes from the broker in pieces, one after the other. */
#pragma once
#include "base/buf.h"

struct pieces {
	struct buf incoming;
	uint64_t whole;
};

void pieces_init(struct pieces *pieces, size_t most);
void pieces_free(struct pieces *pieces);
void pieces_begin(struct pieces *pieces); /* what came is forgotten */

/* Bytes that came so far: the next offset. */
static inline uint64_t pieces_had(const struct pieces *pieces)
{
	return pieces->incoming.len;
}

/* Adds a piece of something of whole bytes.  *ret_complete: it was the last one.  ERR_TOO_LARGE; ERR_FORMAT: an empty piece, one that is too
 * long, or of another whole; ERR_NOMEM.  After any error, begin again. */
enum err pieces_add(struct pieces *pieces, uint64_t whole, struct bytes piece, bool *ret_complete);
