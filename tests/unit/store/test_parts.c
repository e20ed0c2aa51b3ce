/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "contract/limits.h"
#include "fixture.h"
#include "store/parts.h"

static uint8_t content[LIMIT_PART_BYTES + 1];

/* A part of size random bytes; its digest. */
static struct digest draw(size_t size)
{
	unit_random_bytes(content, size);
	return digest_of(bytes_of(content, size));
}

static void check_part(struct txn *txn, uint64_t seq, uint16_t part, size_t size, const struct digest *digest)
{
	struct buf out;

	buf_init(&out, 2 * LIMIT_PART_BYTES);
	buf_put_text(&out, "before ");
	if (check_ok(part_load(txn, seq, part, size, digest, &out))) {
		struct digest found = digest_of(bytes_of(out.data + 7, out.len - 7));

		check_uint(out.len, 7 + size);
		check(memcmp(out.data, "before ", 7) == 0);
		check(digest_equal(&found, digest));
	}
	buf_free(&out);
}

static struct part_found find(struct txn *txn, uint64_t seq, uint16_t part, size_t size, const struct digest *digest)
{
	struct part_found found = { .seq = seq, .number = part, .size = size, .digest = *digest };

	require_ok(part_find(txn, seq, part, &found.first));
	check_uint(found.first.len, size < PARTS_CHUNK ? size : PARTS_CHUNK);
	return found;
}

static void test_sizes(void)
{
	static const size_t sizes[] = { 0, 1, 1000, 1300, 2030, 4096, PARTS_CHUNK - 1, PARTS_CHUNK, PARTS_CHUNK + 1, 2 * PARTS_CHUNK,
					3 * PARTS_CHUNK + 5, LIMIT_PART_BYTES };
	enum { COUNT = sizeof sizes / sizeof sizes[0] };
	struct digest digests[COUNT];
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	for (unsigned i = 0; i < COUNT; i++) {
		digests[i] = draw(sizes[i]);
		part_append(txn, 10 + i / 3, (uint16_t)(i % 3), bytes_of(content, sizes[i]));
	}
	require_ok(txn_commit(txn));
	txn = fixture_read(store);
	for (unsigned i = 0; i < COUNT; i++) {
		unit_context("size %zu", sizes[i]);
		check_part(txn, 10 + i / 3, (uint16_t)(i % 3), sizes[i], &digests[i]);
	}
	txn_abort(txn);
	store_close(store);
}

/* Parts of many sizes, more than are hashed at once, come one behind the other; a wrong one among them is named. */
static void test_found_together(void)
{
	enum { COUNT = 100, ROOM = COUNT * (PARTS_CHUNK / 20) + 3 * PARTS_CHUNK };
	static uint8_t to[ROOM];
	struct part_found found[COUNT];
	struct digest digests[COUNT];
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	size_t bad, at = 0;

	for (size_t i = 0; i < COUNT; i++) {
		found[i].size = i % 40 == 20 ? PARTS_CHUNK + i : (size_t)unit_random_below(PARTS_CHUNK / 20);
		digests[i] = draw(found[i].size);
		part_append(txn, i, 1, bytes_of(content, found[i].size));
	}
	require_ok(txn_commit(txn));
	txn = fixture_read(store);
	for (size_t i = 0; i < COUNT; i++)
		found[i] = find(txn, i, 1, found[i].size, &digests[i]);
	check_ok(parts_load_found(txn, found, 0, to, &bad));
	check_ok(parts_load_found(txn, found, COUNT, to, &bad));
	for (size_t i = 0; i < COUNT; at += found[i++].size) {
		struct digest digest = digest_of(bytes_of(to + at, found[i].size));

		check(digest_equal(&digest, &digests[i]));
	}
	for (size_t i = 0; i < COUNT; i += 9) {
		found[i].digest.bytes[i % DIGEST_BYTES] ^= 1;
		check_err(parts_load_found(txn, found, COUNT, to, &bad), ERR_CORRUPT);
		check_uint(bad, i);
		found[i].digest = digests[i];
		found[i].size++;
		check_err(parts_load_found(txn, found, COUNT, to, &bad), ERR_CORRUPT);
		check_uint(bad, i);
		found[i].size--;
	}
	txn_abort(txn);
	store_close(store);
}

static void test_wrong_expectations(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	size_t size = PARTS_CHUNK + 100;
	struct digest digest = draw(size);
	struct digest other = digest;
	struct bytes first;
	struct buf out;

	part_append(txn, 1, 0, bytes_of(content, size));
	other.bytes[31] ^= 1;
	buf_init(&out, 2 * LIMIT_PART_BYTES);
	buf_put_text(&out, "kept");
	check_err(part_load(txn, 1, 0, size, &other, &out), ERR_CORRUPT);
	check_err(part_load(txn, 1, 0, size - 1, &digest, &out), ERR_CORRUPT);
	check_err(part_load(txn, 1, 0, size + 1, &digest, &out), ERR_CORRUPT);
	check_err(part_load(txn, 1, 0, 2 * size, &digest, &out), ERR_CORRUPT);
	check_err(part_load(txn, 1, 1, size, &digest, &out), ERR_NOT_FOUND);
	check_err(part_load(txn, 2, 0, size, &digest, &out), ERR_NOT_FOUND);
	check_err(part_find(txn, 1, 1, &first), ERR_NOT_FOUND);
	check_err(part_find(txn, 2, 0, &first), ERR_NOT_FOUND);
	check_bytes(buf_bytes(&out), bytes_of_text("kept"));
	buf_free(&out);
	buf_init(&out, 10);
	check_err(part_load(txn, 1, 0, size, &digest, &out), ERR_TOO_LARGE);
	buf_free(&out);
	txn_abort(txn);
	store_close(store);
}

static void test_every_byte_counts(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	size_t size = PARTS_CHUNK + 64;
	struct digest digest = draw(size);
	uint8_t *to = malloc(size);

	require(to != NULL);
	part_append(txn, 1, 0, bytes_of(content, size));
	for (unsigned i = 0; i < 200; i++) {
		size_t at = unit_random_below(size);
		uint16_t chunk = (uint16_t)(at / PARTS_CHUNK);
		struct key key = key_u64_u8_u8(1, 0, (uint8_t)chunk);
		size_t len = chunk == 0 ? PARTS_CHUNK : 64;

		content[at] ^= (uint8_t)(1u << unit_random_below(8));
		txn_put(txn, TABLE_PARTS, key_bytes(&key), bytes_of(content + chunk * PARTS_CHUNK, len));
		unit_context("byte %zu", at);
		check_err(part_load_into(txn, 1, 0, size, &digest, to), ERR_CORRUPT);
		/* and back */
		require_ok(txn_error(txn));
		content[at] = 0;
		digest = digest_of(bytes_of(content, size));
		txn_put(txn, TABLE_PARTS, key_bytes(&key), bytes_of(content + chunk * PARTS_CHUNK, len));
		check_ok(part_load_into(txn, 1, 0, size, &digest, to));
	}
	free(to);
	txn_abort(txn);
	store_close(store);
}

static void test_lost_chunk(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct digest digest = draw(LIMIT_PART_BYTES);
	struct key second = key_u64_u8_u8(1, 0, 1);
	struct key first = key_u64_u8_u8(1, 0, 0);
	static uint8_t to[LIMIT_PART_BYTES];

	part_append(txn, 1, 0, bytes_of(content, LIMIT_PART_BYTES));
	txn_delete(txn, TABLE_PARTS, key_bytes(&second));
	check_err(part_load_into(txn, 1, 0, LIMIT_PART_BYTES, &digest, to), ERR_CORRUPT);
	txn_delete(txn, TABLE_PARTS, key_bytes(&first));
	check_err(part_load_into(txn, 1, 0, LIMIT_PART_BYTES, &digest, to), ERR_NOT_FOUND);
	txn_abort(txn);
	store_close(store);
}

static void test_delete(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct digest kept;
	static uint8_t to[LIMIT_PART_BYTES];

	draw(LIMIT_PART_BYTES);
	part_append(txn, 1, 0, bytes_of(content, LIMIT_PART_BYTES));
	kept = draw(50);
	part_append(txn, 1, 1, bytes_of(content, 50));
	part_append(txn, 1, 2, bytes_of(content, 0));
	part_delete(txn, 1, 0, LIMIT_PART_BYTES);
	part_delete(txn, 1, 2, 0);
	check_uint(txn_rows(txn, TABLE_PARTS), 1);
	check_ok(part_load_into(txn, 1, 1, 50, &kept, to));
	check_err(part_load_into(txn, 1, 0, LIMIT_PART_BYTES, &kept, to), ERR_NOT_FOUND);
	check_ok(txn_error(txn));
	part_delete(txn, 1, 0, LIMIT_PART_BYTES);
	check_err(txn_commit(txn), ERR_CORRUPT);
	store_close(store);
}

static void test_append_only(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	part_append(txn, 2, 0, bytes_of("two", 3));
	part_append(txn, 1, 0, bytes_of("one", 3));
	check_err(txn_commit(txn), ERR_CORRUPT);
	store_close(store);
}

UNIT_SUITE("store/parts",
	{ "parts of all sizes come back whole", test_sizes },
	{ "many that were found, together", test_found_together },
	{ "another size or digest is damage, another number is not there", test_wrong_expectations },
	{ "a changed byte is damage", test_every_byte_counts },
	{ "a lost chunk is damage, a lost part is not there", test_lost_chunk },
	{ "a part is deleted with all its chunks", test_delete },
	{ "parts are appended in order", test_append_only });
