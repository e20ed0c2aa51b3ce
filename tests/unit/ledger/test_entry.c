/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/entry.h"

#include "site.h"

static uint8_t sample[100];

static void fill_row(void)
{
	struct leaf_header header = { .format = 1, .type = 16, .seq = 77, .time_us = SITE_START_US };

	leaf_header_encode(&header, sample);
	unit_random_bytes(sample + LEAF_HEADER_BYTES, sizeof sample - LEAF_HEADER_BYTES);
}

static void test_parse(void)
{
	struct entry entry;
	struct digest body_hash;

	fill_row();
	require_ok(entry_parse(bytes_of(sample, sizeof sample), &entry));
	body_hash = leaf_body_hash(sample + 20, bytes_of(sample + 52, 48));
	check_uint(entry.header.seq, 77);
	check_uint(entry.header.type, 16);
	check_int(entry.header.time_us, SITE_START_US);
	check_bytes(entry.header_bytes, bytes_of(sample, 20));
	check_bytes(entry.salt, bytes_of(sample + 20, 32));
	check_bytes(entry.body, bytes_of(sample + 52, 48));
	check(digest_equal(&entry.body_hash, &body_hash));
	check(!entry_is_erased(&entry));
}

static void test_parse_erased(void)
{
	struct entry whole, erased;
	struct digest before, after;

	fill_row();
	require_ok(entry_parse(bytes_of(sample, sizeof sample), &whole));
	before = entry_leaf(&whole);
	memcpy(sample + LEAF_HEADER_BYTES, whole.body_hash.bytes, DIGEST_BYTES);
	require_ok(entry_parse(bytes_of(sample, 52), &erased));
	after = entry_leaf(&erased);
	check(entry_is_erased(&erased));
	check_uint(erased.salt.len, 0);
	check_uint(erased.body.len, 0);
	check(digest_equal(&before, &after)); /* every proof still holds */
}

static void test_parse_short(void)
{
	struct entry entry;

	fill_row();
	for (size_t len = 0; len < 52; len++)
		check_err(entry_parse(bytes_of(sample, len), &entry), ERR_CORRUPT);
	check_ok(entry_parse(bytes_of(sample, 53), &entry));
}

static void test_read(void)
{
	struct site site;
	struct ledger_entry made[20];
	struct txn *txn = NULL;
	struct entry entry;

	site_open(&site);
	for (unsigned i = 0; i < 20; i++)
		made[i] = site_append_access(&site, "trace");
	site_commit(&site);
	require_ok(txn_begin_read(site.store, &txn));
	for (unsigned i = 0; i < 20; i++) {
		require_ok(entry_read(txn, i, &entry));
		check_uint(entry.header.seq, i);
		check_uint(entry.header.type, PB__ENTRY_TYPE__ENTRY_TYPE_ACCESS);
		check_bytes(entry.header_bytes, bytes_of(made[i].header_bytes, LEAF_HEADER_BYTES));
		check(digest_equal(&entry.body_hash, &made[i].body_hash));
		check_uint(entry.salt.len, LEAF_SALT_BYTES);
	}
	check_err(entry_read(txn, 20, &entry), ERR_NOT_FOUND);
	txn_abort(txn);
	site_close(&site);
}

static void test_decode(void)
{
	struct site site;
	struct txn *txn = NULL;
	struct arena arena;
	struct entry entry;
	const Pb__EntryBody *body = NULL;

	site_open(&site);
	site_append_access(&site, "queue show");
	site_commit(&site);
	arena_init(&arena, 65536);
	require_ok(txn_begin_read(site.store, &txn));
	require_ok(entry_decode(txn, 0, &arena, &entry, &body));
	require(body->body_case == PB__ENTRY_BODY__BODY_ACCESS);
	check_text(body->access->command, "queue show");
	check_err(entry_decode(txn, 1, &arena, &entry, &body), ERR_NOT_FOUND);
	arena_free(&arena);
	arena_init(&arena, 16);
	check_err(entry_decode(txn, 0, &arena, &entry, &body), ERR_TOO_LARGE);
	arena_free(&arena);
	txn_abort(txn);
	site_close(&site);
}

static void test_not_a_body(void)
{
	struct site site;
	struct txn *txn = NULL;
	struct arena arena;
	struct entry entry;
	const Pb__EntryBody *body = NULL;

	site_open(&site);
	(void)site_append(&site, 23, bytes_of("\xff\xff\xff", 3));
	site_commit(&site);
	arena_init(&arena, 65536);
	require_ok(txn_begin_read(site.store, &txn));
	check_ok(entry_read(txn, 0, &entry)); /* the ledger proves bytes, whatever they say */
	check_err(entry_decode(txn, 0, &arena, &entry, &body), ERR_CORRUPT);
	txn_abort(txn);
	arena_free(&arena);
	site_close(&site);
}

/* The row as erasing leaves it. */
static void erase(struct site *site, uint64_t seq, const struct ledger_entry *made)
{
	uint8_t row[LEAF_HEADER_BYTES + DIGEST_BYTES];

	memcpy(row, made->header_bytes, LEAF_HEADER_BYTES);
	memcpy(row + LEAF_HEADER_BYTES, made->body_hash.bytes, DIGEST_BYTES);
	site_put(site, TABLE_ENTRIES, key_u64(seq), bytes_of(row, sizeof row));
}

static void test_erased(void)
{
	struct site site;
	struct ledger_entry made;
	struct txn *txn = NULL;
	struct arena arena;
	struct entry entry;
	const Pb__EntryBody *body = NULL;

	site_open(&site);
	made = site_append_access(&site, "to be forgotten");
	site_commit(&site);
	erase(&site, 0, &made);
	arena_init(&arena, 65536);
	require_ok(txn_begin_read(site.store, &txn));
	require_ok(entry_read(txn, 0, &entry));
	check_uint(entry.body.len, 0);
	check_uint(entry.salt.len, 0);
	check(digest_equal(&entry.body_hash, &made.body_hash));
	check_err(entry_decode(txn, 0, &arena, &entry, &body), ERR_NOT_FOUND);
	txn_abort(txn);
	arena_free(&arena);
	site_close(&site);
}

static void check_damaged(struct site *site, uint64_t seq)
{
	struct txn *txn = NULL;
	struct entry entry;

	require_ok(txn_begin_read(site->store, &txn));
	check_err(entry_read(txn, seq, &entry), ERR_CORRUPT);
	txn_abort(txn);
}

static void test_damaged(void)
{
	struct site site;
	struct buf row;

	site_open(&site);
	for (unsigned i = 0; i < 4; i++)
		site_append_access(&site, "trace");
	site_commit(&site);
	row = site_row(&site, TABLE_ENTRIES, key_u64(2));
	for (size_t at = 0; at < row.len; at++) {
		unit_context("byte %zu", at);
		row.data[at] ^= 1;
		site_put(&site, TABLE_ENTRIES, key_u64(2), buf_bytes(&row));
		check_damaged(&site, 2);
		row.data[at] ^= 1;
	}
	site_put(&site, TABLE_ENTRIES, key_u64(3), buf_bytes(&row)); /* whole, but another's */
	check_damaged(&site, 3);
	site_put(&site, TABLE_ENTRIES, key_u64(2), bytes_of(row.data, 10));
	check_damaged(&site, 2);
	site_delete(&site, TABLE_TREE, key_u64(1));
	check_damaged(&site, 1);
	buf_free(&row);
	site_close(&site);
}

static void test_checkpoint_newest(void)
{
	struct site site;
	struct txn *txn = NULL;
	struct bytes note;
	uint64_t size = 0;
	static const struct {
		uint64_t asked, found;
	} cases[] = { { 0, 9 }, { 9, 9 }, { 10, 9 }, { UINT64_MAX, 9 }, { 8, 5 }, { 5, 5 }, { 4, 2 }, { 2, 2 }, { 1, 0 } };
	unsigned appended = 0;

	site_open(&site);
	require_ok(txn_begin_read(site.store, &txn));
	check_err(checkpoint_newest(txn, 0, &note, &size), ERR_NOT_FOUND);
	txn_abort(txn);
	for (unsigned i = 0; i < 3; i++) {
		static const unsigned sizes[] = { 2, 5, 9 };

		for (; appended < sizes[i]; appended++)
			site_append_access(&site, "trace");
		site_commit(&site);
	}
	require_ok(txn_begin_read(site.store, &txn));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct checkpoint checkpoint = { 0 };
		enum err err = checkpoint_newest(txn, cases[i].asked, &note, &size);

		unit_context("at or below %llu", (unsigned long long)cases[i].asked);
		check_err(err, cases[i].found == 0 ? ERR_NOT_FOUND : ERR_OK);
		if (err != ERR_OK)
			continue;
		check_uint(size, cases[i].found);
		check_ok(checkpoint_open(note, SITE_NAME "/1", site.public_key, &checkpoint));
		check_uint(checkpoint.size, cases[i].found);
	}
	txn_abort(txn);
	site_close(&site);
}

/* The first entry at or after a time; the next number where there is none. */
static void test_seq_at(void)
{
	struct entry entry;
	struct site site;
	struct txn *txn;
	uint64_t seq;

	site_open(&site);
	for (int i = 0; i < 9; i++)
		site_append_access(&site, "a test");
	site_commit(&site);
	require_ok(txn_begin_read(site.store, &txn));
	for (uint64_t i = 0; i < 9; i++) {
		require_ok(entry_read(txn, i, &entry));
		check_ok(entry_seq_at(txn, entry.header.time_us, &seq));
		check_uint(seq, i);
		check_ok(entry_seq_at(txn, entry.header.time_us + 1, &seq));
		check_uint(seq, i + 1);
	}
	check_ok(entry_seq_at(txn, INT64_MIN, &seq));
	check_uint(seq, 0);
	check_ok(entry_seq_at(txn, INT64_MAX, &seq));
	check_uint(seq, 9);
	txn_abort(txn);
	site_close(&site);
}

UNIT_SUITE("ledger/entry",
	{ "a row is header, salt and body", test_parse },
	{ "an erased row keeps its leaf", test_parse_erased },
	{ "a short row is damage", test_parse_short },
	{ "entries are read back", test_read },
	{ "bodies are decoded", test_decode },
	{ "what does not decode is damage", test_not_a_body },
	{ "an erased entry keeps its hash", test_erased },
	{ "a changed row is damage", test_damaged },
	{ "an entry by its time", test_seq_at },
	{ "the newest checkpoint within a size", test_checkpoint_newest });
