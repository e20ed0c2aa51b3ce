/* SPDX-License-Identifier: Apache-2.0 */
#include "site.h"

static struct digest digest_of_tree(struct site *site)
{
	struct digest_stream *stream = NULL;
	struct cursor *cursor = NULL;
	struct txn *txn = NULL;
	struct bytes key, value;
	struct digest digest;

	require_ok(digest_stream_new(&stream));
	require_ok(txn_begin_read(site->store, &txn));
	require_ok(cursor_open(txn, TABLE_TREE, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		digest_stream_add(stream, key);
		digest_stream_add(stream, value);
	}
	cursor_close(cursor);
	txn_abort(txn);
	digest = digest_stream_end(stream);
	digest_stream_free(stream);
	return digest;
}

static enum err rebuild(struct site *site)
{
	struct txn *txn = NULL;
	enum err err;

	require_ok(txn_begin_write(site->store, &txn));
	err = ledger_rebuild_tree(txn);
	if (err == ERR_OK)
		return txn_commit(txn);
	txn_abort(txn);
	return err;
}

static void fill(struct site *site, unsigned entries)
{
	site_open(site);
	for (unsigned i = 0; i < entries; i++)
		site_append_access(site, "trace");
	site_commit(site);
}

static void test_same_rows(void)
{
	struct site site;
	struct digest before, after;

	fill(&site, 300);
	before = digest_of_tree(&site);
	for (unsigned i = 0; i < 3; i++) { /* whatever happened to it */
		if (i == 1)
			site_delete(&site, TABLE_TREE, key_u64(17));
		if (i == 2)
			site_flip(&site, TABLE_TREE, key_u64(255), 100);
		check_ok(rebuild(&site));
		after = digest_of_tree(&site);
		check(digest_equal(&before, &after));
	}
	site_reopen(&site);
	check_uint(ledger_size(site.ledger), 300);
	site_close(&site);
}

static void test_erased(void)
{
	struct site site;
	struct digest before, after;
	uint8_t row[LEAF_HEADER_BYTES + DIGEST_BYTES];
	Pb__EraseEntry erase = PB__ERASE_ENTRY__INIT;
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	struct ledger_entry made;

	fill(&site, 10);
	made = site_append_access(&site, "to be forgotten");
	erase.seqs = (uint64_t[]){ 10 };
	erase.n_seqs = 1;
	body.body_case = PB__ENTRY_BODY__BODY_ERASE;
	body.erase = &erase;
	site_append_body(&site, &body);
	site_commit(&site);
	before = digest_of_tree(&site);
	memcpy(row, made.header_bytes, LEAF_HEADER_BYTES);
	memcpy(row + LEAF_HEADER_BYTES, made.body_hash.bytes, DIGEST_BYTES);
	site_put(&site, TABLE_ENTRIES, key_u64(10), bytes_of(row, sizeof row));
	check_ok(rebuild(&site));
	after = digest_of_tree(&site);
	check(digest_equal(&before, &after));
	site_reopen(&site);
	check_ok(site_verify(&site).err);
	site_close(&site);
}

static void test_damaged_entries(void)
{
	struct site site;

	fill(&site, 10);
	site_put(&site, TABLE_ENTRIES, key_u64(4), bytes_of("short", 5));
	check_err(rebuild(&site), ERR_CORRUPT);
	site_delete(&site, TABLE_ENTRIES, key_u64(4));
	check_err(rebuild(&site), ERR_CORRUPT);
	site_close(&site);
}

static void test_changed_entry(void)
{
	struct site site;
	struct verdict verdict;
	struct digest before, after;

	fill(&site, 10);
	before = digest_of_tree(&site);
	site_flip(&site, TABLE_ENTRIES, key_u64(4), 60);
	check_err(rebuild(&site), ERR_CORRUPT);
	after = digest_of_tree(&site);
	check(digest_equal(&before, &after));
	verdict = site_verify(&site);
	check_fault(&verdict, "entry", 4, 0); /* still known by its old leaf */
	site_close(&site);
}

static void test_checkpoints_lost(void)
{
	struct site site;

	fill(&site, 10);
	site_delete(&site, TABLE_CHECKPOINTS, key_u64(10));
	check_err(rebuild(&site), ERR_CORRUPT);
	site_put(&site, TABLE_CHECKPOINTS, key_u64(10), bytes_of("no note", 7));
	check_err(rebuild(&site), ERR_CORRUPT);
	site_close(&site);
}

static void test_nothing(void)
{
	struct site site;

	site_open(&site);
	check_ok(rebuild(&site));
	site_reopen(&site);
	check_uint(ledger_size(site.ledger), 0);
	site_close(&site);
}

UNIT_SUITE("ledger/rebuild",
	{ "the tree is derived anew, row for row", test_same_rows },
	{ "erased entries keep their leaves", test_erased },
	{ "damaged entries are not glossed over", test_damaged_entries },
	{ "a changed entry does not become the truth", test_changed_entry },
	{ "entries that nothing seals are not trusted", test_checkpoints_lost },
	{ "of nothing nothing", test_nothing });
