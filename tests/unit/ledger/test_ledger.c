/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include "contract/limits.h"
#include "site.h"

static void test_append(void)
{
	struct site site;
	struct digest leaves[50];
	struct checkpoint checkpoint;
	struct digest root;
	struct bytes note;

	site_open(&site);
	check_uint(ledger_size(site.ledger), 0);
	check_text(ledger_origin(site.ledger), SITE_NAME "/1");
	for (unsigned i = 0; i < 50; i++) {
		struct ledger_entry made = site_append_access(&site, "trace");
		struct digest leaf = leaf_hash(made.header_bytes, &made.body_hash);

		check_uint(made.header.seq, i);
		check_uint(made.header.format, LEDGER_FORMAT);
		check_int(made.header.time_us, site.now_us);
		check(digest_equal(&leaf, &made.leaf));
		check_uint(ledger_size(site.ledger), i + 1);
		leaves[i] = made.leaf;
		if (i % 7 != 6)
			continue;
		note = site_commit(&site);
		require_ok(checkpoint_open(note, SITE_NAME "/1", site.public_key, &checkpoint));
		root = merkle_root(leaves, i + 1);
		check_uint(checkpoint.size, i + 1);
		check(digest_equal(&checkpoint.root, &root));
	}
	site_close(&site);
}

static void test_time_never_goes_back(void)
{
	struct site site;
	struct ledger_entry made;

	site_open(&site);
	site_append_access(&site, "first");
	site.now_us -= 5000;
	made = site_append_access(&site, "the clock went back");
	check_int(made.header.time_us, SITE_START_US + 1000);
	site_commit(&site);
	site_reopen(&site);
	site.now_us = SITE_START_US - 5000;
	made = site_append_access(&site, "and is still behind after a restart");
	check_int(made.header.time_us, SITE_START_US + 1000);
	site.now_us = SITE_START_US + 9000;
	made = site_append_access(&site, "until it has caught up");
	check_int(made.header.time_us, SITE_START_US + 10000);
	site_commit(&site);
	check_ok(site_verify(&site).err);
	site_close(&site);
}

static void test_forget(void)
{
	struct site site;
	struct digest leaves[3];
	struct checkpoint checkpoint;
	struct digest root;
	struct bytes note;

	site_open(&site);
	leaves[0] = site_append_access(&site, "kept").leaf;
	site_commit(&site);
	for (unsigned round = 0; round < 3; round++) {
		site_append_access(&site, "given up");
		site_append_access(&site, "given up too");
		if (round == 1) /* even after it was sealed */
			require_ok(ledger_seal(site.ledger, site.txn, &note));
		txn_abort(site.txn);
		site.txn = NULL;
		ledger_forget(site.ledger);
		check_uint(ledger_size(site.ledger), 1);
	}
	leaves[1] = site_append_access(&site, "kept as well").leaf;
	leaves[2] = site_append_access(&site, "of the size of what was sealed and given up").leaf;
	note = site_commit(&site);
	require_ok(checkpoint_open(note, SITE_NAME "/1", site.public_key, &checkpoint));
	root = merkle_root(leaves, 3);
	check(digest_equal(&checkpoint.root, &root));
	check_ok(site_verify(&site).err);
	site_close(&site);
}

static void test_reopen(void)
{
	struct site site;

	site_open(&site);
	for (unsigned round = 0; round < 40; round++) {
		for (uint64_t i = unit_random_below(4); i > 0; i--)
			site_append_access(&site, "trace");
		site_append_access(&site, "trace");
		site_commit(&site);
		uint64_t size = ledger_size(site.ledger);

		if (round % 2 == 0)
			site_reopen(&site);
		check_uint(ledger_size(site.ledger), size);
	}
	check_ok(site_verify(&site).err);
	site_close(&site);
}

static void test_seal_twice(void)
{
	struct site site;
	struct bytes note;
	struct buf first;

	site_open(&site);
	site_append_access(&site, "trace");
	note = site_commit(&site);
	buf_init(&first, NOTE_MAX);
	buf_put(&first, note);
	require_ok(txn_begin_write(site.store, &site.txn)); /* a batch that made no entry */
	note = site_commit(&site);
	check_bytes(note, buf_bytes(&first));
	site_reopen(&site);
	require_ok(txn_begin_write(site.store, &site.txn));
	note = site_commit(&site);
	check_bytes(note, buf_bytes(&first));
	ledger_forget(site.ledger); /* Ed25519 signs the same alike */
	require_ok(txn_begin_write(site.store, &site.txn));
	note = site_commit(&site);
	check_bytes(note, buf_bytes(&first));
	buf_free(&first);
	check_ok(site_verify(&site).err);
	site_close(&site);
}

static void test_seal_nothing(void)
{
	struct site site;
	struct bytes note;

	site_open(&site);
	require_ok(txn_begin_write(site.store, &site.txn));
	check_err(ledger_seal(site.ledger, site.txn, &note), ERR_USAGE);
	check_err(txn_commit(site.txn), ERR_USAGE); /* nothing goes without its seal */
	site.txn = NULL;
	ledger_forget(site.ledger);
	site_close(&site);
}

static void test_failed_transaction(void)
{
	struct site site;
	struct bytes note;

	site_open(&site);
	site_append_access(&site, "kept");
	site_commit(&site);
	require_ok(txn_begin_write(site.store, &site.txn));
	txn_fail(site.txn, ERR_NOSPC);
	site_append_access(&site, "into a transaction that failed");
	check_err(ledger_seal(site.ledger, site.txn, &note), ERR_NOSPC);
	check_err(txn_commit(site.txn), ERR_NOSPC);
	site.txn = NULL;
	ledger_forget(site.ledger);
	check_uint(ledger_size(site.ledger), 1);
	site_append_access(&site, "kept");
	site_commit(&site);
	check_ok(site_verify(&site).err);
	site_close(&site);
}

static void test_empty_body(void)
{
	struct site site;

	site_open(&site);
	(void)site_append(&site, 23, bytes_of(NULL, 0));
	check_err(txn_error(site.txn), ERR_USAGE);
	site_close(&site);
}

UNIT_SUITE("ledger/ledger",
	{ "entries grow the tree that checkpoints seal", test_append },
	{ "time never goes back", test_time_never_goes_back },
	{ "a batch that failed leaves nothing", test_forget },
	{ "a ledger goes on where it was closed", test_reopen },
	{ "an unchanged tree keeps its checkpoint", test_seal_twice },
	{ "an empty ledger is not sealed", test_seal_nothing },
	{ "a failed transaction stays failed", test_failed_transaction },
	{ "a body is never empty", test_empty_body });
