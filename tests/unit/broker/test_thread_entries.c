/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger holds of a thread: of one without a case in rows of its own, of others among the case's; a word about several cases in none. */
#include "broker/rows_cases.h"
#include "broker/thread_entries.h"
#include "broker/told.h"
#include "contract/codec.h"
#include "site.h"
#include "unit.h"

static struct site site;
static const uint8_t case_a[16] = "the first case ", case_b[16] = "the second case", thread_id[16] = "the one thread ";

struct seen {
	uint64_t seqs[8];
	size_t count, most;
};

static enum err see(void *context, uint64_t seq)
{
	struct seen *seen = context;

	if (seen->count == seen->most)
		return ERR_BUSY;
	seen->seqs[seen->count++] = seq;
	return ERR_OK;
}

static struct seen entries(struct txn *txn, struct bytes case_id, uint64_t thread, uint64_t from, size_t most)
{
	struct seen seen = { .most = most };
	enum err err = thread_entries_each(txn, case_id, thread, from, see, &seen);

	check_err(err, seen.count == most ? ERR_BUSY : ERR_OK);
	return seen;
}

static struct txn *set_up(void)
{
	struct txn *txn;

	site = (struct site){ 0 };
	site_open(&site);
	require_ok(txn_begin_write(site.store, &txn));
	return txn;
}

static void test_without_case(void)
{
	struct bytes none = bytes_of(NULL, 0);
	struct txn *txn = set_up();
	struct seen seen;

	thread_note(txn, none, 7, 30);
	thread_note(txn, none, 7, 20);
	thread_note(txn, none, 7, 20); /* noted twice is once */
	thread_note(txn, none, 8, 25);
	seen = entries(txn, none, 7, 0, 8);
	require(seen.count == 2);
	check_uint(seen.seqs[0], 20);
	check_uint(seen.seqs[1], 30);
	check_uint(entries(txn, none, 7, 21, 8).count, 1);
	check_uint(entries(txn, none, 7, 0, 1).count, 1);
	check_uint(entries(txn, none, 9, 0, 8).count, 0);
	txn_abort(txn);
	site_close(&site);
}

static void test_with_case(void)
{
	struct bytes a = bytes_of(case_a, 16);
	struct txn *txn = set_up();

	case_open(txn, a, 10, 1, NULL, 0);
	thread_note(txn, a, 7, 20);
	check_uint(txn_rows(txn, TABLE_THREAD_ENTRIES), 0);
	check_uint(entries(txn, a, 7, 11, 8).count, 1);
	txn_abort(txn);
	site_close(&site);
}

static void note_items(struct txn *txn, const uint8_t *first, const uint8_t *second)
{
	struct leaf_header header = { .seq = 40 };
	Pb__ActionItemAfter one = PB__ACTION_ITEM_AFTER__INIT, two = PB__ACTION_ITEM_AFTER__INIT, *items[] = { &one, &two };

	one.thread_id = two.thread_id = pb_of_bytes(bytes_of(thread_id, 16));
	one.case_id = pb_of_bytes(bytes_of(first, first == NULL ? 0 : 16));
	two.case_id = pb_of_bytes(bytes_of(second, second == NULL ? 0 : 16));
	thread_note_items(txn, &header, items, 2);
}

static void test_items(void)
{
	struct bytes a = bytes_of(case_a, 16), b = bytes_of(case_b, 16), none = bytes_of(NULL, 0);
	uint64_t thread = told_thread(bytes_of(thread_id, 16));
	struct txn *txn = set_up();

	case_open(txn, a, 10, 1, NULL, 0);
	case_open(txn, b, 11, 1, NULL, 0);
	note_items(txn, case_a, case_b); /* erasing one must not take the other's word with it */
	check_uint(entries(txn, a, thread, 12, 8).count, 0);
	check_uint(entries(txn, b, thread, 12, 8).count, 0);
	note_items(txn, case_a, NULL);
	check_uint(entries(txn, a, thread, 12, 8).count, 0);
	check_uint(entries(txn, none, thread, 0, 8).count, 1);
	note_items(txn, case_a, case_a);
	check_uint(entries(txn, a, thread, 12, 8).count, 1);
	txn_abort(txn);
	site_close(&site);
}

UNIT_SUITE("broker/thread_entries",
	{ "without a case", test_without_case },
	{ "with a case", test_with_case },
	{ "items of one case and of several", test_items });
