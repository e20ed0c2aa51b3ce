/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/pieces.c - see pieces.h for the contract. */
#include "libtsunagi/pieces.h"

void pieces_init(struct pieces *pieces, size_t most)
{
	buf_init(&pieces->incoming, most);
	pieces->whole = 0;
}

void pieces_free(struct pieces *pieces)
{
	buf_free(&pieces->incoming);
}

void pieces_begin(struct pieces *pieces)
{
	buf_clear(&pieces->incoming);
	pieces->whole = 0;
}

enum err pieces_add(struct pieces *pieces, uint64_t whole, struct bytes piece, bool *ret_complete)
{
	if (whole > pieces->incoming.limit)
		return ERR_TOO_LARGE;
	if (pieces->incoming.len == 0)
		pieces->whole = whole;
	if (whole != pieces->whole || piece.len == 0 || piece.len > whole - pieces->incoming.len)
		return ERR_FORMAT;
	buf_put(&pieces->incoming, piece);
	if (pieces->incoming.err != ERR_OK)
		return pieces->incoming.err;
	*ret_complete = pieces->incoming.len == whole;
	return ERR_OK;
}
