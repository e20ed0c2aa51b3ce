/* SPDX-License-Identifier: Apache-2.0 */
/* What verification says of entries, tree and checkpoints; parts, orders and single bytes have files of their own. */
#include "ledger/verify.h"

#include "ledger/open.h"
#include "ledger/tree.h"
#include "site.h"

/* Batches that end at 3, 6, 10 and 12 entries. */
static void fill(struct site *site)
{
	site_open(site);
	for (unsigned i = 0; i < 12; i++) {
		site_append_access(site, "trace");
		if (i == 2 || i == 5 || i == 9 || i == 11)
			site_commit(site);
	}
}

static void test_holds(void)
{
	struct site site;
	struct verdict verdict;
	struct txn *txn = NULL;
	struct digest root;

	fill(&site);
	verdict = site_verify(&site);
	unit_context("found: %.300s", verdict.lines);
	check_ok(verdict.err);
	check_uint(verdict.result.entries, 12);
	check_uint(verdict.result.checkpoints, 4);
	check_uint(verdict.result.parts, 0);
	check_uint(verdict.result.blobs, 0);
	check_uint(verdict.result.faults, 0);
	require_ok(txn_begin_read(site.store, &txn));
	check_ok(merkle_range_hash(tree_read, txn, 0, 12, &root));
	check(digest_equal(&root, &verdict.result.root));
	txn_abort(txn);
	site_close(&site);
}

static void test_empty(void)
{
	struct site site;
	struct verdict verdict;

	site_open(&site);
	verdict = site_verify(&site);
	check_ok(verdict.err);
	check_uint(verdict.result.entries, 0);
	site_close(&site);
}

static void test_entry_changed(void)
{
	struct site site;
	struct verdict verdict;

	for (uint64_t seq = 0; seq < 12; seq += 11) {
		fill(&site);
		site_flip(&site, TABLE_ENTRIES, key_u64(seq), 55);
		verdict = site_verify(&site);
		check_fault(&verdict, "entry", seq, 0);
		check(strstr(verdict.first.text, "header, salt or body") != NULL);
		site_close(&site);
	}
}

static void test_tree_changed(void)
{
	struct site site;
	struct verdict verdict;

	fill(&site);
	site_flip(&site, TABLE_TREE, key_u64(7), 3); /* the leaf */
	verdict = site_verify(&site);
	check_fault(&verdict, "tree", 7, 0);
	check(strstr(verdict.first.text, "the entry itself to be good") != NULL);
	check(strstr(verdict.first.text, "--rebuild") != NULL);
	site_flip(&site, TABLE_TREE, key_u64(7), 3);
	site_flip(&site, TABLE_TREE, key_u64(7), 70); /* a subtree */
	verdict = site_verify(&site);
	check_fault(&verdict, "tree", 7, 0);
	site_close(&site);
}

static void test_tree_rows(void)
{
	struct site site;
	struct verdict verdict;
	struct buf row;

	fill(&site);
	row = site_row(&site, TABLE_TREE, key_u64(4));
	site_delete(&site, TABLE_TREE, key_u64(4));
	verdict = site_verify(&site);
	check_fault(&verdict, "tree", 4, 0);
	site_put(&site, TABLE_TREE, key_u64(4), bytes_of(row.data, 31));
	verdict = site_verify(&site);
	check_fault(&verdict, "tree", 4, 0);
	site_put(&site, TABLE_TREE, key_u64(4), buf_bytes(&row));
	site_put(&site, TABLE_TREE, key_u64(12), buf_bytes(&row)); /* of an entry that never was */
	verdict = site_verify(&site);
	check_fault(&verdict, "tree", 12, 0);
	buf_free(&row);
	site_close(&site);
}

/* Damage on both sides, far apart, is told apart. */
static void test_several(void)
{
	struct site site;
	struct verdict verdict;

	fill(&site);
	site_flip(&site, TABLE_ENTRIES, key_u64(1), 30);
	site_flip(&site, TABLE_TREE, key_u64(4), 3);
	site_flip(&site, TABLE_CHECKPOINTS, key_u64(6), 100);
	site_flip(&site, TABLE_ENTRIES, key_u64(11), 5);
	verdict = site_verify(&site);
	unit_context("found: %.600s", verdict.lines);
	check_uint(verdict.result.faults, 4);
	check(strstr(verdict.lines, "entry 1 0:") != NULL);
	check(strstr(verdict.lines, "tree 4 0:") != NULL); /* the next checkpoint is damaged, the one behind it tells */
	check(strstr(verdict.lines, "checkpoint 6 0:") != NULL);
	check(strstr(verdict.lines, "entry 11 0:") != NULL);
	site_close(&site);
}

static void test_checkpoint_changed(void)
{
	struct site site;
	struct verdict verdict;

	fill(&site);
	site_flip(&site, TABLE_CHECKPOINTS, key_u64(10), 40);
	verdict = site_verify(&site);
	check_fault(&verdict, "checkpoint", 10, 0);
	site_close(&site);
}

static void test_checkpoint_moved(void)
{
	struct site site;
	struct verdict verdict;
	struct buf note;

	fill(&site);
	note = site_row(&site, TABLE_CHECKPOINTS, key_u64(6));
	site_put(&site, TABLE_CHECKPOINTS, key_u64(8), buf_bytes(&note)); /* good, but of another size */
	verdict = site_verify(&site);
	check_fault(&verdict, "checkpoint", 8, 0);
	site_delete(&site, TABLE_CHECKPOINTS, key_u64(8));
	site_put(&site, TABLE_CHECKPOINTS, key_u64(13), buf_bytes(&note));
	verdict = site_verify(&site);
	check_fault(&verdict, "checkpoint", 13, 0);
	site_delete(&site, TABLE_CHECKPOINTS, key_u64(13));
	site_put(&site, TABLE_CHECKPOINTS, key_u64(0), buf_bytes(&note));
	verdict = site_verify(&site);
	check_fault(&verdict, "checkpoint", 0, 0);
	buf_free(&note);
	site_close(&site);
}

static void test_wrong_key(void)
{
	struct site site;
	struct verdict verdict;

	fill(&site);
	site.public_key[5] ^= 1;
	verdict = site_verify(&site);
	check_err(verdict.err, ERR_CORRUPT);
	check_uint(verdict.result.faults, 4); /* every checkpoint, and nothing else */
	check_text(verdict.first.what, "checkpoint");
	site_close(&site);
}

static void test_unsealed_end(void)
{
	struct site site;
	struct verdict verdict;

	fill(&site);
	site_delete(&site, TABLE_CHECKPOINTS, key_u64(12));
	verdict = site_verify(&site);
	check_fault(&verdict, "checkpoint", 12, 0);
	check(strstr(verdict.first.text, "entries 10 to 11") != NULL);
	site_close(&site);
}

static void test_lost_end(void)
{
	struct site site;
	struct verdict verdict;

	fill(&site);
	site_delete(&site, TABLE_ENTRIES, key_u64(11));
	site_delete(&site, TABLE_TREE, key_u64(11));
	verdict = site_verify(&site);
	check_fault(&verdict, "checkpoint", 12, 0);
	check(strstr(verdict.first.text, "the last ones are lost") != NULL);
	site_close(&site);
}

static void test_gap(void)
{
	struct site site;
	struct verdict verdict;

	fill(&site);
	site_delete(&site, TABLE_ENTRIES, key_u64(4));
	site_delete(&site, TABLE_ENTRIES, key_u64(5));
	site_delete(&site, TABLE_ENTRIES, key_u64(6));
	verdict = site_verify(&site);
	check_fault(&verdict, "entry", 4, 0);
	check(strstr(verdict.first.text, "entries 4 to 6 are missing") != NULL);
	check_uint(verdict.result.checkpoints, 4); /* whose roots hold all the same, by the leaves that are left */
	site_delete(&site, TABLE_TREE, key_u64(5));
	verdict = site_verify(&site);
	check(verdict.result.faults >= 2);
	check(strstr(verdict.lines, "entry 4 0: entries 4 to 6 are missing") != NULL);
	site_close(&site);
}

static void test_moved_entry(void)
{
	struct site site;
	struct verdict verdict;
	struct buf row;

	fill(&site);
	row = site_row(&site, TABLE_ENTRIES, key_u64(11));
	site_delete(&site, TABLE_ENTRIES, key_u64(11));
	site_put(&site, TABLE_ENTRIES, key_u64(UINT64_MAX - 3), buf_bytes(&row)); /* only its key is damaged */
	verdict = site_verify(&site);
	check_fault(&verdict, "entry", 11, 0);
	buf_free(&row);
	site_close(&site);
}

/* Numbers far out must not be counted up to. */
static void test_far_entry(void)
{
	struct site site;
	struct verdict verdict;
	struct buf row;

	fill(&site);
	row = site_row(&site, TABLE_ENTRIES, key_u64(11));
	site_put(&site, TABLE_ENTRIES, key_u64(UINT64_MAX - 3), buf_bytes(&row));
	verdict = site_verify(&site);
	unit_context("found: %.600s", verdict.lines);
	check_err(verdict.err, ERR_CORRUPT);
	check(strstr(verdict.lines, "entry 12 0: entries 12 to ") != NULL);
	buf_free(&row);
	site_close(&site);
}

/* Rewrites an entry and everything in the tree that depends on it: only the signature is out of reach. */
static void test_consistent_forgery(void)
{
	struct site site;
	struct verdict verdict;
	struct txn *txn = NULL;

	fill(&site);
	site_flip(&site, TABLE_ENTRIES, key_u64(7), 30);
	require_ok(txn_begin_write(site.store, &txn));
	check_err(ledger_rebuild_tree(txn), ERR_CORRUPT); /* which sees it, but has written its rows */
	require_ok(txn_commit(txn));
	verdict = site_verify(&site);
	check_fault(&verdict, "checkpoint", 10, 0);
	check(strstr(verdict.first.text, "one from 6 to 9") != NULL);
	site_close(&site);
}

/* An entry such as no ledger of ours writes, but properly sealed. */
static void append_odd(struct site *site, struct leaf_header header, struct bytes body)
{
	static const uint8_t salt[LEAF_SALT_BYTES];
	struct tree tree = { 0 };
	struct txn *txn = NULL;
	uint8_t row[200];
	uint8_t tree_row[TREE_ROW_MAX];
	struct digest body_hash = leaf_body_hash(salt, body);
	struct key key = key_u64(0), sealed = key_u64(1);
	struct checkpoint checkpoint = { .origin = SITE_NAME "/1", .size = 1 };
	struct digest leaf;
	struct buf note;

	buf_init(&note, NOTE_MAX);
	leaf_header_encode(&header, row);
	memcpy(row + LEAF_HEADER_BYTES, salt, sizeof salt);
	memcpy(row + 52, body.data, body.len);
	leaf = leaf_hash(row, &body_hash);
	tree_grow(&tree, &leaf, tree_row);
	checkpoint.root = tree_root(&tree);
	require_ok(checkpoint_sign(&checkpoint, site->key, &note));
	require_ok(txn_begin_write(site->store, &txn));
	txn_append(txn, TABLE_ENTRIES, key_bytes(&key), bytes_of(row, 52 + body.len));
	txn_append(txn, TABLE_TREE, key_bytes(&key), bytes_of(tree_row, DIGEST_BYTES));
	txn_append(txn, TABLE_CHECKPOINTS, key_bytes(&sealed), buf_bytes(&note));
	require_ok(txn_commit(txn));
	buf_free(&note);
}

static void check_odd(struct leaf_header header, struct bytes body, const char *says)
{
	struct site site;
	struct verdict verdict;

	site_open(&site);
	append_odd(&site, header, body);
	verdict = site_verify(&site);
	check_fault(&verdict, "entry", 0, 0);
	check(strstr(verdict.first.text, says) != NULL);
	site_close(&site);
}

static void test_odd_entries(void)
{
	/* An ACCESS entry (field 23) without content, and bytes that are no protobuf. */
	static const uint8_t access[] = { 0xba, 0x01, 0x00 };
	static const uint8_t junk[] = { 0xff, 0xff, 0xff };
	struct bytes body = bytes_of(access, sizeof access);

	check_odd((struct leaf_header){ 1, 23, 7, SITE_START_US }, body, "says that its number is 7");
	check_odd((struct leaf_header){ 1, 22, 0, SITE_START_US }, body, "its header says type 22, its body is of type 23");
	check_odd((struct leaf_header){ 1, 23, 0, SITE_START_US }, bytes_of(junk, 3), "does not decode");
	check_odd((struct leaf_header){ 9, 23, 0, SITE_START_US }, bytes_of(junk, 3), "a newer release");
}

static void test_time_goes_back(void)
{
	struct site site;
	struct verdict verdict;

	site_open(&site);
	site_append_access(&site, "trace");
	site.ledger->open.last_time_us = 0; /* as if it had forgotten */
	site.now_us -= 5000;
	site_append_access(&site, "trace");
	site_commit(&site);
	verdict = site_verify(&site);
	check_fault(&verdict, "entry", 1, 0);
	check(strstr(verdict.first.text, "is 4000 us older") != NULL);
	site_close(&site);
}

/* The time of a damaged entry says nothing of the next one's. */
static void test_time_of_a_damaged_entry(void)
{
	struct site site;
	struct verdict verdict;

	fill(&site);
	site_flip(&site, TABLE_ENTRIES, key_u64(5), 12); /* the time's first byte: far in the future */
	verdict = site_verify(&site);
	check_fault(&verdict, "entry", 5, 0);
	site_close(&site);
}

static void count_progress(void *context, uint64_t done, uint64_t of)
{
	uint64_t *calls = context;

	check(done <= of);
	*calls += 1;
}

static void ignore_fault(void *context, const struct verify_fault *fault)
{
	(void)context;
	check(fault == NULL);
}

static void test_progress(void)
{
	struct site site;
	uint64_t calls = 0;
	struct verify_hooks hooks = { .fault = ignore_fault, .progress = count_progress, .context = &calls };
	struct verify_result result;

	site_open(&site);
	for (unsigned i = 0; i < 9000; i++)
		site_append_access(&site, "trace");
	site_commit(&site);
	check_ok(ledger_verify(site.store, SITE_NAME, site.public_key, &hooks, &result));
	check_uint(result.entries, 9000);
	check(calls >= 3);
	site_close(&site);
}

UNIT_SUITE("ledger/verify",
	{ "a good ledger holds", test_holds },
	{ "an empty ledger holds", test_empty },
	{ "a changed entry is named", test_entry_changed },
	{ "a changed tree row is told from a changed entry", test_tree_changed },
	{ "a missing, short or stray tree row is named", test_tree_rows },
	{ "several faults are told apart", test_several },
	{ "a changed checkpoint is named", test_checkpoint_changed },
	{ "a checkpoint in a wrong place is named", test_checkpoint_moved },
	{ "another key fits no checkpoint", test_wrong_key },
	{ "an end without a checkpoint is named", test_unsealed_end },
	{ "a lost end is named", test_lost_end },
	{ "missing entries are named", test_gap },
	{ "an entry under a wrong number is named", test_moved_entry },
	{ "an entry far out is named", test_far_entry },
	{ "a forgery of entry and tree fails at the signature", test_consistent_forgery },
	{ "sealed entries that make no sense are named", test_odd_entries },
	{ "time that goes back is named", test_time_goes_back },
	{ "the time of a damaged entry is not believed", test_time_of_a_damaged_entry },
	{ "progress is told", test_progress });
