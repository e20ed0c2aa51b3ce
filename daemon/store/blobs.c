/* SPDX-License-Identifier: Apache-2.0 */
/* store/blobs.c - attachment segments and who refers to them; see parts.h for the contract.
 *
 * Rows (number, 0) hold the head, (number, 1...) the bytes.  Index rows: digest -> be64 number || be32 references. */
#include "store/environment.h"
#include "store/keys.h"
#include "store/parts.h"
#include "store/store.h"

#define INDEX_BYTES 12
#define GIVEN_KEY "blob_number" /* in META: the last one given */
#define HEAD_PROVED (BLOB_HEAD_BYTES - 8)

struct index_row {
	uint64_t number;
	uint32_t references;
};

/* ---- rows ---- */

static void head_put(struct txn *txn, uint64_t number, const struct blob_head *head, bool append)
{
	struct key key = key_u64_u16(number, 0);
	uint8_t row[BLOB_HEAD_BYTES];
	struct digest proof;

	memcpy(row, head->digest.bytes, DIGEST_BYTES);
	be32_put(row + DIGEST_BYTES, head->size);
	be32_put(row + DIGEST_BYTES + 4, head->agency);
	be64_put(row + DIGEST_BYTES + 8, (uint64_t)head->stored_at_us);
	proof = digest_of(bytes_of(row, HEAD_PROVED));
	memcpy(row + HEAD_PROVED, proof.bytes, BLOB_HEAD_BYTES - HEAD_PROVED);
	if (append)
		txn_append(txn, TABLE_BLOBS, key_bytes(&key), bytes_of(row, sizeof row));
	else
		txn_put(txn, TABLE_BLOBS, key_bytes(&key), bytes_of(row, sizeof row));
}

enum err blob_head_decode(struct bytes bytes, struct blob_head *ret_head)
{
	struct digest proof;

	if (bytes.len != BLOB_HEAD_BYTES)
		return ERR_CORRUPT;
	proof = digest_of(bytes_of(bytes.data, HEAD_PROVED));
	if (memcmp(bytes.data + HEAD_PROVED, proof.bytes, BLOB_HEAD_BYTES - HEAD_PROVED) != 0)
		return ERR_CORRUPT;
	memcpy(ret_head->digest.bytes, bytes.data, DIGEST_BYTES);
	ret_head->size = be32_get(bytes.data + DIGEST_BYTES);
	ret_head->agency = be32_get(bytes.data + DIGEST_BYTES + 4);
	ret_head->stored_at_us = (int64_t)be64_get(bytes.data + DIGEST_BYTES + 8);
	return ERR_OK;
}

enum err blob_head(struct txn *txn, uint64_t number, struct blob_head *ret_head)
{
	struct key key = key_u64_u16(number, 0);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_BLOBS, key_bytes(&key), &value);

	return err == ERR_OK ? blob_head_decode(value, ret_head) : err;
}

static void index_put(struct txn *txn, const struct digest *digest, const struct index_row *row)
{
	uint8_t value[INDEX_BYTES];

	be64_put(value, row->number);
	be32_put(value + 8, row->references);
	txn_put(txn, TABLE_BLOB_INDEX, digest_bytes(digest), bytes_of(value, sizeof value));
}

static enum err index_get(struct txn *txn, const struct digest *digest, struct index_row *ret_row)
{
	struct bytes value;
	enum err err = txn_get(txn, TABLE_BLOB_INDEX, digest_bytes(digest), &value);

	if (err != ERR_OK)
		return err;
	if (value.len != INDEX_BYTES)
		return ERR_CORRUPT;
	ret_row->number = be64_get(value.data);
	ret_row->references = be32_get(value.data + 8);
	return ERR_OK;
}

/* The first segment with a number of at least least; ERR_NOT_FOUND when there is none. */
static enum err next_head(struct cursor *cursor, uint64_t least, uint64_t *ret_number, struct blob_head *ret_head)
{
	struct key from = key_u64_u16(least, 0);
	struct bytes key, value;
	enum err err = cursor_seek(cursor, key_bytes(&from), &key, &value);

	if (err != ERR_OK)
		return err;
	if (key.len != 10 || be16_get(key.data + 8) != 0)
		return ERR_CORRUPT;
	*ret_number = be64_get(key.data);
	return blob_head_decode(value, ret_head);
}

/* ---- storing and reading ---- */

static enum err last_number(struct txn *txn, uint64_t *ret_number)
{
	struct cursor *cursor;
	struct bytes key, value;
	enum err err = cursor_open(txn, TABLE_BLOBS, &cursor);

	if (err != ERR_OK)
		return err;
	err = cursor_last(cursor, &key, &value);
	if (err == ERR_OK && key.len != 10)
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		*ret_number = be64_get(key.data);
	cursor_close(cursor);
	return err;
}

static void store_chunks(struct txn *txn, uint64_t number, struct bytes bytes)
{
	uint16_t chunk = 1;

	for (size_t from = 0; from < bytes.len; from += PARTS_CHUNK, chunk++) {
		struct key key = key_u64_u16(number, chunk);
		size_t rest = bytes.len - from;

		txn_append(txn, TABLE_BLOBS, key_bytes(&key), bytes_of(bytes.data + from, rest < PARTS_CHUNK ? rest : PARTS_CHUNK));
	}
}

/* The greatest number ever given: entries go on naming what was deleted, so none is given twice. */
static enum err greatest_number(struct txn *txn, uint64_t *ret_number)
{
	struct bytes given;
	enum err err = last_number(txn, ret_number);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	err = txn_get(txn, TABLE_META, bytes_of_text(GIVEN_KEY), &given);
	if (err == ERR_OK && given.len != 8)
		return ERR_CORRUPT;
	if (err == ERR_OK && be64_get(given.data) > *ret_number)
		*ret_number = be64_get(given.data);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err store_new(struct txn *txn, const struct blob_head *head, struct bytes bytes, uint64_t *ret_number)
{
	struct index_row row = { 0 };
	uint8_t given[8];
	enum err err = greatest_number(txn, &row.number);

	if (err != ERR_OK)
		return err;
	row.number++;
	be64_put(given, row.number);
	txn_put(txn, TABLE_META, bytes_of_text(GIVEN_KEY), bytes_of(given, sizeof given));
	if (txn->store->blob_floor > row.number) /* the last ones were pruned, and their numbers come again */
		txn->store->blob_floor = row.number;
	head_put(txn, row.number, head, true);
	store_chunks(txn, row.number, bytes);
	index_put(txn, &head->digest, &row);
	*ret_number = row.number;
	return txn_error(txn);
}

/* An upload that is repeated gets its full time again. */
static enum err store_again(struct txn *txn, const struct blob_head *head, const struct index_row *row, uint64_t *ret_number)
{
	struct blob_head stored;
	enum err err = blob_head(txn, row->number, &stored);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (row->references == 0 && stored.stored_at_us < head->stored_at_us) {
		stored.stored_at_us = head->stored_at_us;
		head_put(txn, row->number, &stored, false);
	}
	*ret_number = row->number;
	return txn_error(txn);
}

enum err blob_append(struct txn *txn, const struct blob_head *head, struct bytes bytes, uint64_t *ret_number)
{
	struct index_row row;
	enum err err;

	if (bytes.len != head->size || bytes.len / PARTS_CHUNK >= UINT16_MAX - 1)
		return ERR_USAGE;
	err = index_get(txn, &head->digest, &row);
	if (err == ERR_OK)
		return store_again(txn, head, &row, ret_number);
	return err == ERR_NOT_FOUND ? store_new(txn, head, bytes, ret_number) : err;
}

enum err blob_find(struct txn *txn, const struct digest *digest, uint64_t *ret_number)
{
	struct index_row row;
	enum err err = index_get(txn, digest, &row);

	if (err == ERR_OK)
		*ret_number = row.number;
	return err;
}

static enum err load_chunks(struct txn *txn, uint64_t number, const struct blob_head *head, struct buf *out)
{
	size_t before = out->len;
	uint16_t chunk = 1;
	struct digest found;

	for (size_t from = 0; from < head->size; from += PARTS_CHUNK, chunk++) {
		struct key key = key_u64_u16(number, chunk);
		size_t rest = head->size - from;
		struct bytes value;
		enum err err = txn_get(txn, TABLE_BLOBS, key_bytes(&key), &value);

		if (err != ERR_OK)
			return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
		if (value.len != (rest < PARTS_CHUNK ? rest : PARTS_CHUNK))
			return ERR_CORRUPT;
		buf_put(out, value);
	}
	if (out->err != ERR_OK)
		return out->err;
	found = digest_of(bytes_of(out->data + before, head->size));
	return digest_equal(&found, &head->digest) ? ERR_OK : ERR_CORRUPT;
}

enum err blob_load(struct txn *txn, uint64_t number, struct blob_head *ret_head, struct buf *out)
{
	struct blob_head head;
	size_t before = out->len;
	enum err err = blob_head(txn, number, &head);

	if (err == ERR_OK)
		err = load_chunks(txn, number, &head, out);
	if (err == ERR_OK)
		*ret_head = head;
	else
		out->len = before;
	return err;
}

/* ---- references ---- */

void blob_refer(struct txn *txn, uint64_t number)
{
	struct blob_head head;
	struct index_row row;
	enum err err = blob_head(txn, number, &head);

	if (err == ERR_OK)
		err = index_get(txn, &head.digest, &row);
	if (err == ERR_NOT_FOUND)
		return;
	if (err == ERR_OK && (row.number != number || row.references == UINT32_MAX))
		err = ERR_CORRUPT;
	if (err != ERR_OK) {
		txn_fail(txn, err);
		return;
	}
	row.references++;
	index_put(txn, &head.digest, &row);
}

static void delete_blob(struct txn *txn, uint64_t number, const struct blob_head *head)
{
	size_t chunks = 1 + ((size_t)head->size + PARTS_CHUNK - 1) / PARTS_CHUNK;

	for (size_t chunk = 0; chunk < chunks; chunk++) {
		struct key key = key_u64_u16(number, (uint16_t)chunk);

		txn_delete(txn, TABLE_BLOBS, key_bytes(&key));
	}
	txn_delete(txn, TABLE_BLOB_INDEX, digest_bytes(&head->digest));
}

/* Whether derived tables are being derived anew.  A replay passes over what was erased since, and so counts fewer references on its way than
 * there were: what it counts down to none may be referred to by a later entry, and if not, it was deleted live. */
static enum err replays(struct txn *txn, bool *ret_replays)
{
	struct bytes mark;
	enum err err = txn_get(txn, TABLE_META, bytes_of_text(STORE_REBUILD_MARK), &mark);

	*ret_replays = err == ERR_OK;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err blob_release(struct txn *txn, uint64_t number)
{
	bool replay = false;
	struct blob_head head;
	struct index_row row;
	enum err err = blob_head(txn, number, &head);

	if (err == ERR_OK)
		err = index_get(txn, &head.digest, &row);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (row.number != number || row.references == 0)
		return ERR_CORRUPT;
	row.references--;
	if (row.references == 0)
		err = replays(txn, &replay);
	if (err != ERR_OK)
		return err;
	if (row.references == 0 && !replay)
		delete_blob(txn, number, &head);
	else
		index_put(txn, &head.digest, &row);
	return txn_error(txn);
}

/* Deletes the segment if nobody needs it; ret_deleted tells.  What loses its last reference goes at once (blob_release), so the floor
 * passes what has one. */
static enum err prune_one(struct txn *txn, uint64_t number, const struct blob_head *head, int64_t before_us, uint64_t *floor,
			  bool *ret_deleted)
{
	struct index_row row;
	enum err err = index_get(txn, &head->digest, &row);

	*ret_deleted = false;
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (row.references > 0) {
		*floor += *floor == number;
		return ERR_OK;
	}
	if (head->stored_at_us >= before_us)
		return ERR_OK;
	delete_blob(txn, number, head);
	*ret_deleted = true;
	return txn_error(txn);
}

enum err blob_prune(struct txn *txn, int64_t before_us, size_t max, size_t *ret_count)
{
	struct cursor *cursor;
	struct blob_head head;
	uint64_t *floor = &txn->store->blob_floor;
	uint64_t number = *floor;
	size_t count = 0;
	bool deleted;
	enum err err = cursor_open(txn, TABLE_BLOBS, &cursor);

	if (err != ERR_OK)
		return err;
	while (err == ERR_OK && count < max) {
		bool lowest = number == *floor;

		err = next_head(cursor, number, &number, &head);
		if (err == ERR_OK && lowest)
			*floor = number; /* none below it is left */
		if (err == ERR_OK)
			err = prune_one(txn, number, &head, before_us, floor, &deleted);
		if (err == ERR_OK)
			count += deleted;
		number++;
	}
	cursor_close(cursor);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	*ret_count = count;
	return ERR_OK;
}

enum err blob_reindex(struct txn *txn)
{
	struct cursor *cursor;
	struct blob_head head;
	struct index_row row = { 0 };
	enum err err;

	txn->store->blob_floor = 0;
	txn_empty(txn, TABLE_BLOB_INDEX);
	err = cursor_open(txn, TABLE_BLOBS, &cursor);
	if (err != ERR_OK)
		return err;
	while ((err = next_head(cursor, row.number, &row.number, &head)) == ERR_OK) {
		index_put(txn, &head.digest, &row);
		row.number++;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? txn_error(txn) : err;
}
