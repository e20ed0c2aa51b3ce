/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/open.h"

#include "site.h"

/* Three batches: 3, 6 and 7 entries. */
static void fill(struct site *site)
{
	site_open(site);
	for (unsigned i = 0; i < 7; i++) {
		site_append_access(site, "trace");
		if (i == 2 || i == 5 || i == 6)
			site_commit(site);
	}
}

static void check_opening(struct site *site, uint32_t epoch, const struct private_key *key, enum err expected, const char *says)
{
	struct ledger *ledger = NULL;

	check_err(ledger_open(site->store, SITE_NAME, epoch, key, &ledger), expected);
	if (expected == ERR_OK) {
		check_uint(ledger_size(ledger), 7);
		check_text(ledger_fault(ledger), "");
	} else if (check(ledger != NULL)) {
		unit_context("said: %s", ledger_fault(ledger));
		check(strstr(ledger_fault(ledger), says) != NULL);
		check(strstr(ledger_fault(ledger), "tsunagi") != NULL); /* and what to do */
	}
	ledger_close(ledger);
}

static void test_opens(void)
{
	struct site site;

	fill(&site);
	check_opening(&site, 1, site.key, ERR_OK, NULL);
	ledger_close(NULL);
	site_close(&site);
}

static void test_wrong_key(void)
{
	struct site site;
	struct private_key *other = NULL;

	fill(&site);
	require_ok(private_key_new(KEY_ED25519, &other));
	check_opening(&site, 1, other, ERR_CORRUPT, "signed by this site's key");
	check_opening(&site, 2, site.key, ERR_CORRUPT, "a wrong epoch");
	private_key_free(other);
	site_close(&site);
}

static void test_last_entry_changed(void)
{
	struct site site;

	fill(&site);
	site_flip(&site, TABLE_ENTRIES, key_u64(6), 60);
	check_opening(&site, 1, site.key, ERR_CORRUPT, "entry 6 does not hash to its leaf");
	site_put(&site, TABLE_ENTRIES, key_u64(6), bytes_of("short", 5));
	check_opening(&site, 1, site.key, ERR_CORRUPT, "the last entry, 6, does not parse");
	site_close(&site);
}

static void test_last_entry_lost(void)
{
	struct site site;

	fill(&site);
	site_delete(&site, TABLE_ENTRIES, key_u64(6));
	check_opening(&site, 1, site.key, ERR_CORRUPT, "holds 6 entries, but its tree 7 rows");
	site_delete(&site, TABLE_TREE, key_u64(6));
	check_opening(&site, 1, site.key, ERR_CORRUPT, "the last checkpoint seals 7 entries, but the ledger holds 6");
	site_close(&site);
}

static void test_entry_missing(void)
{
	struct site site;

	fill(&site);
	site_delete(&site, TABLE_ENTRIES, key_u64(2));
	check_opening(&site, 1, site.key, ERR_CORRUPT, "holds 6 entries, but the last is numbered 6");
	site_close(&site);
}

static void test_tree_changed(void)
{
	struct site site;

	fill(&site);
	site_flip(&site, TABLE_TREE, key_u64(3), 32 * 2 + 5); /* the subtree of the first four */
	check_opening(&site, 1, site.key, ERR_CORRUPT, "of another tree");
	site_put(&site, TABLE_TREE, key_u64(3), bytes_of("short", 5));
	check_opening(&site, 1, site.key, ERR_CORRUPT, "lacks one of its right-most rows");
	site_delete(&site, TABLE_TREE, key_u64(0));
	check_opening(&site, 1, site.key, ERR_CORRUPT, "its tree 6 rows");
	site_close(&site);
}

static void test_checkpoint_changed(void)
{
	struct site site;

	fill(&site);
	site_flip(&site, TABLE_CHECKPOINTS, key_u64(7), 30);
	check_opening(&site, 1, site.key, ERR_CORRUPT, "the checkpoint over 7 entries");
	site_delete(&site, TABLE_CHECKPOINTS, key_u64(7));
	check_opening(&site, 1, site.key, ERR_CORRUPT, "the last checkpoint seals 6 entries, but the ledger holds 7");
	site_delete(&site, TABLE_CHECKPOINTS, key_u64(6));
	site_delete(&site, TABLE_CHECKPOINTS, key_u64(3));
	check_opening(&site, 1, site.key, ERR_CORRUPT, "no checkpoint seals them");
	site_close(&site);
}

static void test_entries_gone(void)
{
	struct site site;
	struct txn *txn = NULL;

	fill(&site);
	require_ok(txn_begin_write(site.store, &txn));
	txn_empty(txn, TABLE_ENTRIES);
	txn_empty(txn, TABLE_TREE);
	require_ok(txn_commit(txn));
	check_opening(&site, 1, site.key, ERR_CORRUPT, "the ledger holds none");
	site_close(&site);
}

UNIT_SUITE("ledger/open",
	{ "a whole ledger opens", test_opens },
	{ "another key or epoch is told", test_wrong_key },
	{ "a changed last entry is told", test_last_entry_changed },
	{ "a lost end is told", test_last_entry_lost },
	{ "a missing entry is told", test_entry_missing },
	{ "a changed tree is told", test_tree_changed },
	{ "a changed or lost checkpoint is told", test_checkpoint_changed },
	{ "a ledger without entries is told", test_entries_gone });
