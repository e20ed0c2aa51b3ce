/* SPDX-License-Identifier: Apache-2.0 */
/* store/parts.h - the bytes of sealed parts and attachment segments, in chunks of whole LMDB pages.  LMDB keeps no page
 * checksums, so every read holds the bytes against the digest that the caller knows them by. */
#pragma once
#include "base/buf.h"
#include "crypto/digest.h"
#include "store/txn.h"

/* Bytes of one chunk: a run of eight overflow pages without waste.  What fits in a leaf page stays there. */
#define PARTS_CHUNK 32752u

/* Part number part of the message that entry seq submitted.  Greatest key of its table; failures stick. */
void part_append(struct txn *txn, uint64_t seq, uint16_t part, struct bytes bytes);

/* Appends the part to out, which is unchanged on failure.  ERR_CORRUPT when it is not what digest and size say, ERR_NOT_FOUND when it was pruned or erased. */
enum err part_load(struct txn *txn, uint64_t seq, uint16_t part, size_t size, const struct digest *digest, struct buf *out);

/* The same into room for size bytes at to. */
enum err part_load_into(struct txn *txn, uint64_t seq, uint16_t part, size_t size, const struct digest *digest, uint8_t *to);

/* Its first chunk, held against nothing yet and borrowed from txn; ERR_NOT_FOUND when it was pruned or erased. */
enum err part_find(struct txn *txn, uint64_t seq, uint16_t part, struct bytes *ret_first);

struct part_found {
	uint64_t seq;
	uint16_t number;
	size_t size;
	struct digest digest;
	struct bytes first; /* its first chunk, as part_find gave it: it is not sought again */
};

/* Each of them as part_load_into loads it, one behind the other: to has room for all.  On failure
 * ret_bad says which one it was. */
enum err parts_load_found(struct txn *txn, const struct part_found *parts, size_t count, uint8_t *to, size_t *ret_bad);

void part_delete(struct txn *txn, uint64_t seq, uint16_t part, size_t size);

/* All parts that entry seq still has, of whatever size. */
enum err parts_count(struct txn *txn, uint64_t seq, uint64_t *ret_count);
enum err parts_delete(struct txn *txn, uint64_t seq);

/* The first entry from this number on that has parts; ERR_NOT_FOUND when there is none. */
enum err parts_next(struct txn *txn, uint64_t from, uint64_t *ret_seq);

#define BLOB_HEAD_BYTES (DIGEST_BYTES + 4 + 4 + 8 + 8)

struct blob_head {
	struct digest digest;
	uint32_t size;
	uint32_t agency;      /* who uploaded it */
	int64_t stored_at_us;
};

/* As chunk 0 holds it: digest || be32 size || be32 agency || be64 stored_at_us || first 8 bytes of the SHA-256 of these, since no
 * other record proves them.  ERR_CORRUPT when it is not so. */
enum err blob_head_decode(struct bytes bytes, struct blob_head *ret_head);

/* Appends a segment under the next number (from 1) and enters it in the blob index with no references; ret_number as stored.
 * One that is there already is not stored again, but counts as stored anew when nobody refers to it yet.
 * ERR_USAGE unless head says the size of bytes; else what sticks in txn. */
enum err blob_append(struct txn *txn, const struct blob_head *head, struct bytes bytes, uint64_t *ret_number);
enum err blob_find(struct txn *txn, const struct digest *digest, uint64_t *ret_number);

/* ERR_NOT_FOUND when there is no such number. */
enum err blob_head(struct txn *txn, uint64_t number, struct blob_head *ret_head);

/* Appends the segment to out, which is unchanged on failure.  ERR_CORRUPT when it is not what its head says. */
enum err blob_load(struct txn *txn, uint64_t number, struct blob_head *ret_head, struct buf *out);
/* One more message refers to it.  Nothing where it is not there: its message's parts were pruned, and this is a replay. */
void blob_refer(struct txn *txn, uint64_t number);

/* One less; what nobody refers to any more is deleted, but for a replay (STORE_REBUILD_MARK stands), which deletes nothing.  Nothing where it is
 * not there: it was deleted before, and this is a replay. */
enum err blob_release(struct txn *txn, uint64_t number);

/* Deletes up to max segments that nobody refers to and that were stored before_us; ret_count: how many. */
enum err blob_prune(struct txn *txn, int64_t before_us, size_t max, size_t *ret_count);

/* Empties the blob index and enters every stored segment again, without references: the first step of a rebuild. */
enum err blob_reindex(struct txn *txn);
