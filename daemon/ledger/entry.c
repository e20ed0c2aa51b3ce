/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/entry.h"

#include "contract/codec.h"
#include "contract/limits.h"
#include "store/keys.h"

#define FIXED_BYTES (LEAF_HEADER_BYTES + LEAF_SALT_BYTES)

_Static_assert(LEAF_SALT_BYTES == DIGEST_BYTES, "an erased row's body hash takes the salt's place");

enum err entry_take_apart(struct bytes row, struct entry *ret_entry)
{
	struct entry entry = { 0 };

	if (row.len < FIXED_BYTES)
		return ERR_CORRUPT;
	entry.header_bytes = bytes_of(row.data, LEAF_HEADER_BYTES);
	if (leaf_header_decode(entry.header_bytes, &entry.header) != ERR_OK)
		return ERR_CORRUPT;
	if (row.len == FIXED_BYTES) {
		memcpy(entry.body_hash.bytes, row.data + LEAF_HEADER_BYTES, DIGEST_BYTES);
	} else {
		entry.salt = bytes_of(row.data + LEAF_HEADER_BYTES, LEAF_SALT_BYTES);
		entry.body = bytes_of(row.data + FIXED_BYTES, row.len - FIXED_BYTES);
	}
	*ret_entry = entry;
	return ERR_OK;
}

enum err entry_parse(struct bytes row, struct entry *ret_entry)
{
	enum err err = entry_take_apart(row, ret_entry);

	if (err == ERR_OK && !entry_is_erased(ret_entry))
		ret_entry->body_hash = leaf_body_hash(ret_entry->salt.data, ret_entry->body);
	return err;
}

struct digest entry_leaf(const struct entry *entry)
{
	return leaf_hash(entry->header_bytes.data, &entry->body_hash);
}

bool entry_is_erased(const struct entry *entry)
{
	return entry->body.len == 0;
}

enum err entry_read(struct txn *txn, uint64_t seq, struct entry *ret_entry)
{
	struct key key = key_u64(seq);
	struct entry entry;
	struct digest stored, computed;
	struct bytes row;
	enum err err = txn_get(txn, TABLE_ENTRIES, key_bytes(&key), &row);

	if (err != ERR_OK)
		return err;
	err = entry_parse(row, &entry);
	if (err == ERR_OK)
		err = tree_leaf(txn, seq, &stored);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* an entry without its tree row */
	computed = entry_leaf(&entry);
	if (entry.header.seq != seq || !digest_equal(&computed, &stored))
		return ERR_CORRUPT;
	*ret_entry = entry;
	return ERR_OK;
}

enum err entry_decode(struct txn *txn, uint64_t seq, struct arena *arena, struct entry *ret_entry, const Pb__EntryBody **ret_body)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_read(txn, seq, &entry);

	if (err != ERR_OK)
		return err;
	if (entry.header.format > LEDGER_FORMAT)
		return ERR_VERSION;
	if (entry_is_erased(&entry))
		return ERR_NOT_FOUND;
	err = CODEC_DECODE(entry_body, entry.body, arena, &body, NULL);
	if (err != ERR_OK)
		return err == ERR_FORMAT ? ERR_CORRUPT : err; /* what we wrote ourselves must decode */
	*ret_entry = entry;
	*ret_body = body;
	return ERR_OK;
}

static enum err time_of(struct txn *txn, uint64_t seq, int64_t *ret_time_us)
{
	struct key key = key_u64(seq);
	struct entry entry;
	struct bytes row;
	enum err err = txn_get(txn, TABLE_ENTRIES, key_bytes(&key), &row);

	if (err == ERR_OK)
		err = entry_parse(row, &entry);
	if (err == ERR_OK)
		*ret_time_us = entry.header.time_us;
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* entries leave no gap */
}

enum err entry_seq_at(struct txn *txn, int64_t time_us, uint64_t *ret_seq)
{
	uint64_t low = 0, high = txn_rows(txn, TABLE_ENTRIES);

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		int64_t at_us;
		enum err err = time_of(txn, middle, &at_us);

		if (err != ERR_OK)
			return err;
		if (at_us < time_us)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_seq = low;
	return ERR_OK;
}

/* The cursor's last row whose size is at most size. */
static enum err newest_within(struct cursor *cursor, uint64_t size, struct bytes *ret_key, struct bytes *ret_note)
{
	struct key least = key_u64(size);
	enum err err = cursor_seek(cursor, key_bytes(&least), ret_key, ret_note);

	if (err == ERR_NOT_FOUND)
		return cursor_last(cursor, ret_key, ret_note);
	if (err == ERR_OK && !bytes_equal(*ret_key, key_bytes(&least)))
		return cursor_previous(cursor, ret_key, ret_note);
	return err;
}

enum err checkpoint_newest(struct txn *txn, uint64_t size, struct bytes *ret_note, uint64_t *ret_size)
{
	struct cursor *cursor;
	struct bytes key, note;
	enum err err = cursor_open(txn, TABLE_CHECKPOINTS, &cursor);

	if (err != ERR_OK)
		return err;
	err = newest_within(cursor, size == 0 ? UINT64_MAX : size, &key, &note);
	cursor_close(cursor);
	if (err != ERR_OK)
		return err;
	if (key.len != 8)
		return ERR_CORRUPT;
	*ret_note = note;
	*ret_size = be64_get(key.data);
	return ERR_OK;
}
