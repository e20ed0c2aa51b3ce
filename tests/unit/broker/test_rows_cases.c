/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/rows_cases.h"
#include "contract/limits.h"
#include "table.h"
#include "unit.h"

static const uint8_t id[16] = "one of the cases";
static const uint8_t other[16] = "one of the casey";

static struct store *store;
static struct txn *txn;

static struct bytes this_case(void)
{
	return bytes_of(id, sizeof(id));
}

static void set_up(void)
{
	store = table_open();
	txn = table_begin(store);
}

static void tear_down(void)
{
	check_ok(txn_error(txn));
	txn_abort(txn);
	store_close(store);
}

static struct case_row get(void)
{
	struct case_row row = { 0 };

	require_ok(case_get(txn, this_case(), &row));
	return row;
}

static void test_members(void)
{
	const uint32_t first[] = { 7, 0x01020304 }, more[] = { 7, 9, 5, 10 };
	struct case_row row;

	set_up();
	check_err(case_get(txn, this_case(), &row), ERR_NOT_FOUND);
	check_err(case_join(txn, this_case(), first, 2), ERR_CORRUPT);
	case_open(txn, this_case(), 42, 5, first, 2);
	row = get();
	check_uint(row.seq, 42);
	check_uint(row.member_count, 3);
	check_uint(case_owner(&row), 5);
	check_uint(case_member(&row, 2), 0x01020304);
	check(case_has_member(&row, 7) && !case_has_member(&row, 9));
	check_ok(case_join(txn, this_case(), more, 4));
	row = get();
	check_uint(row.member_count, 5);
	check_uint(case_owner(&row), 5);
	check(case_has_member(&row, 9) && case_has_member(&row, 10));
	check_ok(case_join(txn, this_case(), more, 4));
	check_uint(get().member_count, 5);
	check_ok(case_drop(txn, this_case()));
	check_err(case_get(txn, this_case(), &row), ERR_NOT_FOUND);
	tear_down();
}

/* A message brings in one agency with each of its Views at most: an entry that says more is damaged. */
static void test_opened_with_many(void)
{
	uint32_t joins[LIMIT_RECIPIENTS + 1];
	struct case_row row;

	for (uint32_t i = 0; i <= LIMIT_RECIPIENTS; i++)
		joins[i] = 100 + i;
	set_up();
	case_open(txn, this_case(), 42, 5, joins, LIMIT_RECIPIENTS);
	row = get();
	check_uint(row.member_count, 1 + LIMIT_RECIPIENTS);
	check_uint(case_owner(&row), 5);
	check_uint(case_member(&row, LIMIT_RECIPIENTS), 100 + LIMIT_RECIPIENTS - 1);
	check_ok(txn_error(txn));
	case_open(txn, this_case(), 43, 5, joins, LIMIT_RECIPIENTS + 1);
	check_err(txn_error(txn), ERR_CORRUPT);
	txn_abort(txn);
	store_close(store);
}

static void test_marks(void)
{
	char *kept_out[] = { (char *)(uintptr_t)"bob@chiba-city", (char *)(uintptr_t)"b@c" };
	const uint32_t joins[] = { 6 };
	char text[CASE_KEPT_OUT_BYTES];
	struct case_row row;

	set_up();
	check_err(case_mark(txn, this_case(), true, kept_out, 2), ERR_CORRUPT);
	case_open(txn, this_case(), 1, 5, NULL, 0);
	check(!get().protected);
	check_ok(case_mark(txn, this_case(), true, kept_out, 2));
	check_ok(case_join(txn, this_case(), joins, 1)); /* who joins takes no protection away */
	row = get();
	check(row.protected);
	require(row.kept_out_count == 2);
	case_kept_out(&row, 0, text);
	check_text(text, "bob@chiba-city");
	case_kept_out(&row, 1, text);
	check_text(text, "b@c");
	check_ok(case_mark(txn, this_case(), false, NULL, 0));
	row = get();
	check(!row.protected);
	check_uint(row.kept_out_count, 0);
	check_uint(row.member_count, 2);
	tear_down();
}

static bool out_of(const char *address, bool any)
{
	bool kept_out;

	check_ok(any ? kept_out_of_any(txn, bytes_of_text(address), &kept_out) : kept_out_of(txn, bytes_of_text(address), this_case(), &kept_out));
	return kept_out;
}

/* By who stands on the lists: while a case is protected, and not by what an address begins with. */
static void test_kept_out(void)
{
	char *list[] = { (char *)(uintptr_t)"bob@chiba-city", (char *)(uintptr_t)"b@c", (char *)(uintptr_t)"b@c" };
	char long_one[200];

	set_up();
	memset(long_one, 'a', sizeof(long_one));
	long_one[sizeof(long_one) - 1] = '\0';
	case_open(txn, this_case(), 1, 5, NULL, 0);
	case_open(txn, bytes_of(other, sizeof(other)), 2, 5, NULL, 0);
	check_ok(case_mark(txn, this_case(), false, list, 3));
	check(!out_of("b@c", true));
	check_ok(case_mark(txn, this_case(), true, list, 3));
	check(out_of("b@c", false) && out_of("bob@chiba-city", false));
	check(out_of("b@c", true) && !out_of("b@", true) && !out_of("b@ch", true) && !out_of("b@ch", false));
	check(!out_of("", true) && !out_of(long_one, true) && !out_of(long_one, false));
	check_ok(case_mark(txn, bytes_of(other, sizeof(other)), true, list, 1));
	check_ok(case_mark(txn, this_case(), true, list + 1, 1));
	check(!out_of("bob@chiba-city", false) && out_of("bob@chiba-city", true)); /* of the other one still */
	check_ok(case_drop(txn, bytes_of(other, sizeof(other))));
	check(!out_of("bob@chiba-city", true) && out_of("b@c", true));
	check_ok(case_mark(txn, this_case(), false, list, 3));
	check(!out_of("b@c", true));
	tear_down();
}

/* Damage is named. */
static void test_damaged(void)
{
	char *kept_out[] = { (char *)(uintptr_t)"bob@chiba-city" };
	uint8_t copy[256];
	struct case_row row;
	struct bytes value;

	set_up();
	case_open(txn, this_case(), 1, 5, NULL, 0);
	check_ok(case_mark(txn, this_case(), true, kept_out, 1));
	require_ok(txn_get(txn, TABLE_CASES, this_case(), &value));
	require(value.len < sizeof(copy));
	memcpy(copy, value.data, value.len);
	for (size_t len = 0; len < value.len; len++)
		check_err(case_row_decode(bytes_of(copy, len), &row), ERR_CORRUPT);
	check_ok(case_row_decode(bytes_of(copy, value.len), &row));
	check_err(case_row_decode(bytes_of(copy, value.len + 1), &row), ERR_CORRUPT);
	copy[12] = 0; /* no owner */
	check_err(case_row_decode(bytes_of(copy, value.len), &row), ERR_CORRUPT);
	copy[9] = 255; /* more members than it holds */
	check_err(case_row_decode(bytes_of(copy, value.len), &row), ERR_CORRUPT);
	tear_down();
}

struct seen {
	uint64_t seqs[4];
	size_t count;
};

static enum err see(void *context, uint64_t seq)
{
	struct seen *seen = context;

	require(seen->count < 4);
	seen->seqs[seen->count++] = seq;
	return seq == 99 ? ERR_REFUSED : ERR_OK;
}

static void test_entries(void)
{
	struct seen seen = { 0 };

	set_up();
	check_ok(case_entries_each(txn, this_case(), 0, see, &seen));
	check_uint(seen.count, 0);
	case_entry_put(txn, this_case(), 300);
	case_entry_put(txn, bytes_of(other, sizeof(other)), 4);
	case_entry_put(txn, this_case(), 7);
	case_entry_put(txn, this_case(), 7);
	check_ok(case_entries_each(txn, this_case(), 0, see, &seen));
	require(seen.count == 2);
	check_uint(seen.seqs[0], 7);
	check_uint(seen.seqs[1], 300);
	seen.count = 0;
	check_ok(case_entries_each(txn, this_case(), 8, see, &seen));
	require(seen.count == 1);
	check_uint(seen.seqs[0], 300);
	case_open(txn, this_case(), 5, 1, NULL, 0); /* its own row tells of the entry that opened it */
	case_entry_put(txn, this_case(), 5);
	seen.count = 0;
	check_ok(case_entries_each(txn, this_case(), 5, see, &seen));
	require(seen.count == 3);
	check_uint(seen.seqs[0], 5);
	check_uint(seen.seqs[1], 7);
	seen.count = 0;
	check_ok(case_entries_each(txn, this_case(), 6, see, &seen));
	check_uint(seen.count, 2);
	check_ok(case_drop(txn, this_case()));
	case_open(txn, this_case(), 99, 1, NULL, 0);
	seen.count = 0;
	check_err(case_entries_each(txn, this_case(), 0, see, &seen), ERR_REFUSED);
	check_uint(seen.count, 1);
	check_ok(case_drop(txn, this_case()));
	case_entry_put(txn, this_case(), 99);
	seen.count = 0;
	check_err(case_entries_each(txn, this_case(), 6, see, &seen), ERR_REFUSED);
	check_uint(seen.count, 2);
	tear_down();
}

UNIT_SUITE("broker/rows of cases",
	{ "members", test_members },
	{ "opened with as many as there may be, and more", test_opened_with_many },
	{ "marks", test_marks },
	{ "who is kept out of which", test_kept_out },
	{ "damage is named", test_damaged },
	{ "what the ledger holds of a case", test_entries },
);
