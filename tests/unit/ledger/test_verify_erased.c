/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies that are gone, and what the ledger says of that. */
#include "ledger/erase.h"
#include "site.h"

#define ENTRIES 6u

static struct site site;

static void fill(void)
{
	site_open(&site);
	for (size_t i = 0; i < ENTRIES; i++)
		site_append_access(&site, "something that was read");
	site_commit(&site);
}

static void erase(uint64_t seq)
{
	struct txn *txn;

	require_ok(txn_begin_write(site.store, &txn));
	require_ok(entry_erase(txn, seq));
	require_ok(txn_commit(txn));
}

/* An entry that says that these were erased. */
static void claim_kept(const uint64_t *seqs, size_t count, uint32_t kept_years)
{
	Pb__EraseEntry entry = PB__ERASE_ENTRY__INIT;
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;

	entry.seqs = (uint64_t *)(uintptr_t)seqs;
	entry.n_seqs = count;
	entry.kept_years = kept_years;
	body.body_case = PB__ENTRY_BODY__BODY_ERASE;
	body.erase = &entry;
	site_append_body(&site, &body);
	site_commit(&site);
}

static void claim(const uint64_t *seqs, size_t count)
{
	claim_kept(seqs, count, 0);
}

/* What an operator erased and what was kept long enough are told apart. */
static void test_counted(void)
{
	struct verdict verdict;

	fill();
	erase(1);
	erase(2);
	erase(4);
	claim((const uint64_t[]){ 2 }, 1);
	claim_kept((const uint64_t[]){ 1, 4 }, 2, 5);
	verdict = site_verify(&site);
	check_ok(verdict.err);
	check_uint(verdict.result.entries, ENTRIES + 2);
	check_uint(verdict.result.entries_erased, 1);
	check_uint(verdict.result.entries_past_keeping, 2);
	erase(3);
	verdict = site_verify(&site);
	check_uint(verdict.result.faults, 1);
	check_uint(verdict.result.entries_past_keeping, 2); /* what was lost is not among them */
	site_close(&site);
}

static void test_covered(void)
{
	fill();
	erase(1);
	erase(4);
	claim((const uint64_t[]){ 4, 1 }, 2);
	check_ok(site_verify(&site).err);
	erase(4); /* once more: it stays as it is */
	check_ok(site_verify(&site).err);
	claim((const uint64_t[]){ 4 }, 1);
	check_ok(site_verify(&site).err);
	site_close(&site);
}

static void test_not_covered(void)
{
	struct verdict verdict;

	fill();
	erase(2);
	verdict = site_verify(&site);
	check_err(verdict.err, ERR_CORRUPT);
	check_fault(&verdict, "entry", 2, 0);
	claim((const uint64_t[]){ 1 }, 1); /* of another, whose body is there */
	verdict = site_verify(&site);
	check_uint(verdict.result.faults, 2);
	check(strstr(verdict.lines, "entry 1 0: entry 6 says that it erased it, and its body is there") != NULL);
	check(strstr(verdict.lines, "entry 2 0: its body is gone, and no entry says that it was erased") != NULL);
	erase(1);
	erase(5);
	verdict = site_verify(&site);
	check_uint(verdict.result.faults, 2); /* 2 and 5 */
	claim((const uint64_t[]){ 2, 5 }, 2);
	check_ok(site_verify(&site).err);
	site_close(&site);
}

static void test_too_early(void)
{
	struct verdict verdict;

	fill();
	claim((const uint64_t[]){ ENTRIES }, 1); /* itself */
	verdict = site_verify(&site);
	check_fault(&verdict, "entry", ENTRIES, 0);
	site_close(&site);
}

/* What is gone keeps its leaf, and can be read as an entry without a body. */
static void test_leaf(void)
{
	const Pb__EntryBody *body;
	struct entry before, after;
	struct digest leaf, kept;
	struct arena arena;
	struct txn *txn;

	fill();
	require_ok(txn_begin_read(site.store, &txn));
	require_ok(entry_read(txn, 3, &before));
	leaf = entry_leaf(&before);
	txn_abort(txn);
	erase(3);
	require_ok(txn_begin_read(site.store, &txn));
	require_ok(entry_read(txn, 3, &after));
	kept = entry_leaf(&after);
	check(digest_equal(&leaf, &kept));
	check(entry_is_erased(&after) && after.salt.len == 0);
	arena_init(&arena, 1u << 20);
	check_err(entry_decode(txn, 3, &arena, &after, &body), ERR_NOT_FOUND);
	arena_free(&arena);
	txn_abort(txn);
	require_ok(txn_begin_write(site.store, &txn));
	check_err(entry_erase(txn, 99), ERR_CORRUPT);
	txn_abort(txn);
	site_close(&site);
}

UNIT_SUITE("ledger/verify_erased", { "a later entry accounts for it", test_covered }, { "and says which way it went", test_counted }, { "a body that is gone without a word", test_not_covered },
	{ "what was not there yet cannot be erased", test_too_early }, { "its leaf stays", test_leaf });
