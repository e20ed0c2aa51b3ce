/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/entries.h"

#include "ledger/erase.h"
#include "site.h"

enum { MADE = 90, ASKED = 150 };

static struct site site;

/* Whatever is asked for together gives what each gives alone. */
static void check_as_alone(const uint64_t *seqs, size_t count)
{
	static struct entry entries[ASKED];
	enum err errs[ASKED];
	struct txn *txn = NULL;

	require_ok(txn_begin_read(site.store, &txn));
	entries_read(txn, seqs, count, entries, errs);
	for (size_t i = 0; i < count; i++) {
		struct entry alone;
		enum err err = entry_read(txn, seqs[i], &alone);

		unit_context("entry %ju, %zu of %zu", (uintmax_t)seqs[i], i, count);
		check_err(errs[i], err);
		if (err != ERR_OK)
			continue;
		check_uint(entries[i].header.seq, seqs[i]);
		check_bytes(entries[i].header_bytes, alone.header_bytes);
		check_bytes(entries[i].salt, alone.salt);
		check_bytes(entries[i].body, alone.body);
		check(digest_equal(&entries[i].body_hash, &alone.body_hash));
	}
	txn_abort(txn);
}

/* Entries of many lengths, a few of them in small commits of their own. */
static void open_many(void)
{
	static char command[1000];

	site_open(&site);
	for (unsigned i = 0; i < MADE; i++) {
		memset(command, 'c', sizeof command);
		command[i * 11] = '\0';
		site_append_access(&site, command);
		if (i % 30 == 7)
			site_commit(&site);
	}
	site_commit(&site);
}

static void check_at_random(unsigned rounds)
{
	uint64_t seqs[ASKED];

	for (unsigned round = 0; round < rounds; round++) {
		size_t count = (size_t)unit_random_below(ASKED + 1);

		for (size_t i = 0; i < count; i++)
			seqs[i] = unit_random_below(MADE + 5);
		check_as_alone(seqs, count);
	}
}

static void test_as_alone(void)
{
	uint64_t seqs[MADE];

	open_many();
	check_as_alone(NULL, 0);
	for (size_t i = 0; i < MADE; i++) {
		seqs[i] = i;
		check_as_alone(seqs, i + 1);
	}
	check_at_random(50);
	site_close(&site);
}

static void erase(uint64_t seq)
{
	struct txn *txn;

	require_ok(txn_begin_write(site.store, &txn));
	require_ok(entry_erase(txn, seq));
	require_ok(txn_commit(txn));
}

static void test_erased(void)
{
	open_many();
	for (uint64_t seq = 3; seq < MADE; seq += 4)
		erase(seq);
	check_at_random(50);
	site_close(&site);
}

/* Wherever the damage is, it is told of that entry and of no other. */
static void test_damaged(void)
{
	static const uint8_t short_row[10];
	static const uint64_t all[] = { 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 };

	open_many();
	for (size_t at = 0; at < 100; at += 3) {
		site_flip(&site, TABLE_ENTRIES, key_u64(12), at);
		check_as_alone(all, 12);
		site_flip(&site, TABLE_ENTRIES, key_u64(12), at);
	}
	site_put(&site, TABLE_ENTRIES, key_u64(15), bytes_of(short_row, sizeof short_row));
	site_flip(&site, TABLE_TREE, key_u64(17), 5);
	site_put(&site, TABLE_TREE, key_u64(18), bytes_of(short_row, sizeof short_row));
	site_delete(&site, TABLE_TREE, key_u64(20));
	check_as_alone(all, 12);
	check_at_random(20);
	site_close(&site);
}

UNIT_SUITE("ledger/entries",
	{ "together as alone", test_as_alone },
	{ "erased ones among them", test_erased },
	{ "damage is told of its entry alone", test_damaged });
