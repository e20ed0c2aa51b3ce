/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/digest.h - SHA-256 (FIPS 180-4) and random bytes.  Any thread; a stream belongs to one thread at a time. */
#pragma once
#include "base/bytes.h"
#include "base/err.h"

#define DIGEST_BYTES 32

struct digest {
	uint8_t bytes[DIGEST_BYTES];
};

/* SHA-256 of the parts, one after another. */
void digest_of_parts(const struct bytes *parts, size_t count, struct digest *ret_digest);

/* SHA-256 of one run of bytes.  Hashing cannot fail. */
struct digest digest_of(struct bytes bytes);

/* In constant time. */
bool digest_equal(const struct digest *a, const struct digest *b);

static inline struct bytes digest_bytes(const struct digest *digest)
{
	return bytes_of(digest->bytes, DIGEST_BYTES);
}

/* For what arrives piece by piece. */
struct digest_stream;
enum err digest_stream_new(struct digest_stream **ret_stream);
void digest_stream_add(struct digest_stream *stream, struct bytes bytes);
struct digest digest_stream_end(struct digest_stream *stream); /* the stream starts afresh */
void digest_stream_free(struct digest_stream *stream);

/* Cryptographically strong random bytes; aborts the process when the system gives none: nothing could be trusted any more. */
void random_bytes(void *to, size_t len);

/* Overwrites secrets in a way that the compiler keeps. */
void secret_wipe(void *secret, size_t len);
