/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/segment.c - attachment segments; see seal.h for the contract. */
#include "crypto/seal.h"

#include <stdlib.h>

#include "crypto/enveloped_data.h"
#include "crypto/library.h"

_Static_assert(SEAL_KEY_BYTES == ENVELOPED_KEY_BYTES, "one size");

#define PLACE_BYTES 8 /* be32 number, be32 total */
#define IDENTIFIER_BYTES 8

static void put_place(uint8_t to[PLACE_BYTES], uint32_t number, uint32_t total)
{
	be32_put(to, number);
	be32_put(to + 4, total);
}

enum err seal_segment(const uint8_t key[SEAL_KEY_BYTES], uint32_t number, uint32_t total, struct bytes clear, struct buf *out)
{
	uint8_t identifier[IDENTIFIER_BYTES];
	uint8_t *bound = NULL; /* the place, then the clear bytes */
	enum err err;

	if (clear.len > SIZE_MAX - PLACE_BYTES)
		return ERR_TOO_LARGE;
	bound = malloc(PLACE_BYTES + clear.len);
	if (!bound)
		return ERR_NOMEM;
	put_place(bound, number, total);
	if (clear.len > 0)
		memcpy(bound + PLACE_BYTES, clear.data, clear.len);
	be64_put(identifier, number);
	err = enveloped_seal_under(bytes_of(bound, PLACE_BYTES + clear.len), key, bytes_of(identifier, sizeof(identifier)), out);
	secret_wipe(bound, PLACE_BYTES + clear.len);
	free(bound);
	return err;
}

/* Appends what stands behind the place, if it is the right one. */
static enum err take_bound(struct bytes bound, uint32_t number, uint32_t total, struct buf *out)
{
	uint8_t place[PLACE_BYTES];

	put_place(place, number, total);
	if (bound.len < PLACE_BYTES || memcmp(bound.data, place, PLACE_BYTES) != 0)
		return ERR_AUTH;
	buf_put(out, bytes_of(bound.data + PLACE_BYTES, bound.len - PLACE_BYTES));
	return out->err;
}

enum err open_segment(const uint8_t key[SEAL_KEY_BYTES], uint32_t number, uint32_t total, struct bytes sealed, struct buf *out)
{
	uint8_t identifier[IDENTIFIER_BYTES];
	size_t left = out->limit - out->len;
	BIO *bound = NULL; /* wiped when freed */
	enum err err;

	if (out->err != ERR_OK)
		return out->err;
	if (left > SIZE_MAX - PLACE_BYTES)
		left = SIZE_MAX - PLACE_BYTES;
	be64_put(identifier, number);
	err = enveloped_open_under(sealed, key, bytes_of(identifier, sizeof(identifier)), left + PLACE_BYTES, &bound);
	if (err == ERR_OK)
		err = take_bound(library_written(bound), number, total, out);
	BIO_free(bound);
	return err;
}
