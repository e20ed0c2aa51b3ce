/* SPDX-License-Identifier: Apache-2.0 */
/* store/parts.c - sealed parts of messages; see parts.h for the contract. */
#include "store/parts.h"

#include "crypto/digests.h"
#include "store/keys.h"

#define FOUND_AT_ONCE 32 /* hashed while what was copied is near */

/* A part of no bytes has one chunk too, so that it can be told from one that is gone. */
static size_t chunk_count(size_t size)
{
	return size == 0 ? 1 : (size + PARTS_CHUNK - 1) / PARTS_CHUNK;
}

static size_t chunk_len(size_t size, size_t chunk)
{
	size_t rest = size - chunk * PARTS_CHUNK;

	return rest < PARTS_CHUNK ? rest : PARTS_CHUNK;
}

static struct key chunk_key(uint64_t seq, uint16_t part, size_t chunk)
{
	return key_u64_u8_u8(seq, (uint8_t)part, (uint8_t)chunk);
}

void part_append(struct txn *txn, uint64_t seq, uint16_t part, struct bytes bytes)
{
	struct bytes rest = bytes;
	size_t count = chunk_count(bytes.len);

	if (part > UINT8_MAX || count > UINT8_MAX) {
		txn_fail(txn, ERR_TOO_LARGE);
		return;
	}
	for (size_t chunk = 0; chunk < count; chunk++) {
		struct key key = chunk_key(seq, part, chunk);
		size_t len = chunk_len(bytes.len, chunk);

		txn_append(txn, TABLE_PARTS, key_bytes(&key), bytes_of(rest.data, len));
		if (len > 0)
			rest = bytes_of(rest.data + len, rest.len - len);
	}
}

enum err part_find(struct txn *txn, uint64_t seq, uint16_t part, struct bytes *ret_first)
{
	struct key key = chunk_key(seq, part, 0);

	return part > UINT8_MAX ? ERR_TOO_LARGE : txn_get(txn, TABLE_PARTS, key_bytes(&key), ret_first);
}

/* A part whose first chunk is there has the others too. */
static enum err further_chunk(struct txn *txn, uint64_t seq, uint16_t part, size_t chunk, struct bytes *ret_value)
{
	struct key key = chunk_key(seq, part, chunk);
	enum err err = txn_get(txn, TABLE_PARTS, key_bytes(&key), ret_value);

	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

/* Held against its size alone. */
static enum err copy_found(struct txn *txn, const struct part_found *part, uint8_t *to)
{
	size_t count = chunk_count(part->size);
	struct bytes value = part->first;

	if (count > UINT8_MAX)
		return ERR_TOO_LARGE;
	for (size_t chunk = 0; chunk < count; chunk++) {
		enum err err = chunk == 0 ? ERR_OK : further_chunk(txn, part->seq, part->number, chunk, &value);

		if (err != ERR_OK)
			return err;
		if (value.len != chunk_len(part->size, chunk))
			return ERR_CORRUPT;
		if (value.len > 0)
			memcpy(to + chunk * PARTS_CHUNK, value.data, value.len);
	}
	return ERR_OK;
}

/* Up to FOUND_AT_ONCE of them; ret_len: what they take together. */
static enum err load_some(struct txn *txn, const struct part_found *parts, size_t count, uint8_t *to, size_t *ret_len, size_t *ret_bad)
{
	struct bytes runs[FOUND_AT_ONCE];
	struct digest digests[FOUND_AT_ONCE];
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		enum err err = copy_found(txn, &parts[i], to + len);

		if (err != ERR_OK) {
			*ret_bad = i;
			return err;
		}
		runs[i] = bytes_of(to + len, parts[i].size);
		len += parts[i].size;
	}
	digests_of(bytes_of(NULL, 0), runs, count, digests);
	for (size_t i = 0; i < count; i++)
		if (!digest_equal(&digests[i], &parts[i].digest)) {
			*ret_bad = i;
			return ERR_CORRUPT;
		}
	*ret_len = len;
	return ERR_OK;
}

enum err parts_load_found(struct txn *txn, const struct part_found *parts, size_t count, uint8_t *to, size_t *ret_bad)
{
	for (size_t done = 0; done < count; done += FOUND_AT_ONCE) {
		size_t some = count - done < FOUND_AT_ONCE ? count - done : FOUND_AT_ONCE;
		size_t bad, len;
		enum err err = load_some(txn, parts + done, some, to, &len, &bad);

		if (err != ERR_OK) {
			*ret_bad = done + bad;
			return err;
		}
		to += len;
	}
	return ERR_OK;
}

enum err part_load_into(struct txn *txn, uint64_t seq, uint16_t part, size_t size, const struct digest *digest, uint8_t *to)
{
	struct part_found found = { .seq = seq, .number = part, .size = size, .digest = *digest };
	enum err err = part_find(txn, seq, part, &found.first);
	size_t bad;

	return err != ERR_OK ? err : parts_load_found(txn, &found, 1, to, &bad);
}

enum err part_load(struct txn *txn, uint64_t seq, uint16_t part, size_t size, const struct digest *digest, struct buf *out)
{
	size_t before = out->len;
	uint8_t *room = buf_grow(out, size);
	enum err err;

	if (room == NULL)
		return out->err;
	err = part_load_into(txn, seq, part, size, digest, room);
	if (err != ERR_OK)
		out->len = before;
	return err;
}

void part_delete(struct txn *txn, uint64_t seq, uint16_t part, size_t size)
{
	for (size_t chunk = 0; chunk < chunk_count(size); chunk++) {
		struct key key = chunk_key(seq, part, chunk);

		txn_delete(txn, TABLE_PARTS, key_bytes(&key));
	}
}

/* The key of the first chunk of entry seq from this place on; ERR_NOT_FOUND when there is none. */
static enum err next_chunk(struct cursor *cursor, uint64_t seq, const struct key *from, struct key *ret_key)
{
	struct bytes key, value;
	enum err err = cursor_seek(cursor, key_bytes(from), &key, &value);

	if (err != ERR_OK)
		return err;
	if (key.len != 10)
		return ERR_CORRUPT;
	if (be64_get(key.data) != seq)
		return ERR_NOT_FOUND;
	memcpy(ret_key->data, key.data, key.len);
	ret_key->len = key.len;
	return ERR_OK;
}

enum err parts_count(struct txn *txn, uint64_t seq, uint64_t *ret_count)
{
	struct key at = chunk_key(seq, 0, 0);
	struct cursor *cursor;
	uint64_t count = 0;
	enum err err = cursor_open(txn, TABLE_PARTS, &cursor);

	if (err != ERR_OK)
		return err;
	while ((err = next_chunk(cursor, seq, &at, &at)) == ERR_OK) {
		count++;
		if (at.data[8] == UINT8_MAX)
			break;
		at = chunk_key(seq, (uint16_t)(at.data[8] + 1), 0);
	}
	cursor_close(cursor);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	*ret_count = count;
	return ERR_OK;
}

enum err parts_delete(struct txn *txn, uint64_t seq)
{
	struct key first = chunk_key(seq, 0, 0), at;
	enum err err = ERR_OK;

	while (err == ERR_OK) {
		struct cursor *cursor;

		err = cursor_open(txn, TABLE_PARTS, &cursor);
		if (err != ERR_OK)
			return err;
		err = next_chunk(cursor, seq, &first, &at);
		cursor_close(cursor);
		if (err == ERR_OK) {
			txn_delete(txn, TABLE_PARTS, key_bytes(&at));
			err = txn_error(txn);
		}
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err parts_next(struct txn *txn, uint64_t from, uint64_t *ret_seq)
{
	struct key least = chunk_key(from, 0, 0);
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_PARTS, &cursor);

	if (err != ERR_OK)
		return err;
	err = cursor_seek(cursor, key_bytes(&least), &key, &value);
	if (err == ERR_OK && key.len != 10)
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		*ret_seq = be64_get(key.data);
	cursor_close(cursor);
	return err;
}
