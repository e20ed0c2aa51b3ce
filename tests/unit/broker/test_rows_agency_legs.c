/* SPDX-License-Identifier: Apache-2.0 */
/* An agency's legs: entered block by block, listed in order at every moment, and the same when everything is derived anew. */
#include "broker/leg_block.h"
#include "broker/rows_legs.h"
#include "store/keys.h"
#include "table.h"
#include "unit.h"

#define ENTRIES (4 * BLOCK_ENTRIES + 100)
#define LISTED_MAX 64u

static struct store *store;
static struct txn *txn;

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

/* ---- one request after another ---- */

struct opened {
	size_t count; /* of its legs; 0: the entry opened none */
	uint32_t sender;
	uint32_t agencies[LIMIT_RECIPIENTS];
	bool erased;
};

static void append(uint64_t seq, const struct opened *opened)
{
	struct request request = { .request = seq, .sender = opened->sender, .leg_count = opened->count };
	struct leg legs[LIMIT_LEGS] = { 0 };

	for (size_t i = 0; i < opened->count; i++) {
		legs[i] = (struct leg){ .leg = item_number(seq, i), .request = seq, .item = item_number(seq, i), .sender = opened->sender,
					.agency = opened->agencies[i] };
		request.legs[i] = legs[i].leg;
	}
	request_append(txn, &request, legs);
}

static uint64_t listed[LISTED_MAX];
static size_t listed_count;

static enum err list(void *context, uint64_t leg)
{
	(void)context;
	listed[listed_count++] = leg;
	return listed_count == LISTED_MAX ? ERR_STOPPED : ERR_OK;
}

static void list_after(uint32_t agency, uint64_t after)
{
	enum err err;

	listed_count = 0;
	err = agency_leg_numbers(txn, agency, after, list, NULL);
	check(err == ERR_OK || (err == ERR_STOPPED && listed_count == LISTED_MAX));
}

/* ---- by hand ---- */

static const struct opened two = { .count = 2, .sender = 7, .agencies = { 8, 9 } };

static void check_listed(uint32_t agency, uint64_t after, size_t count, uint64_t first, uint64_t last)
{
	unit_context("agency %u after %llu", agency, (unsigned long long)after);
	list_after(agency, after);
	check_uint(listed_count, count);
	if (count > 0 && listed_count == count) {
		check_uint(listed[0], first);
		check_uint(listed[count - 1], last);
	}
}

static void test_before_and_after_its_block_is_full(void)
{
	uint64_t number = item_number(10, 0);

	set_up();
	append(10, &two);
	append(11, &two);
	for (unsigned full = 0; full < 2; full++) {
		check_listed(7, 0, 4, number, number + 17);
		check_listed(7, number, 3, number + 1, number + 17);
		check_listed(7, number + 16, 1, number + 17, number + 17);
		check_listed(7, number + 17, 0, 0, 0);
		check_listed(8, 0, 2, number, number + 16);
		check_listed(9, 0, 2, number + 1, number + 17);
		check_listed(10, 0, 0, 0, 0);
		check_listed(0, 0, 0, 0, 0);
		check_listed(7, UINT64_MAX, 0, 0, 0);
		check_uint(txn_rows(txn, TABLE_AGENCY_LEGS), full == 0 ? 0 : 3);
		agency_legs_close(txn, BLOCK_ENTRIES - 1); /* not yet */
		check_uint(txn_rows(txn, TABLE_AGENCY_LEGS), full == 0 ? 0 : 3);
		agency_legs_close(txn, BLOCK_ENTRIES);
	}
	append(BLOCK_ENTRIES, &two);
	check_listed(8, 0, 3, number, item_number(BLOCK_ENTRIES, 0));
	tear_down();
}

/* Legs that came to it otherwise: while the newest block is open, beyond it, and in blocks in which it has nothing else. */
static void test_entered_one_by_one(void)
{
	uint64_t number = item_number(10, 0);

	set_up();
	append(10, &two);
	agency_leg_put(txn, 8, number + 1); /* in the newest block, beside one that it has from there */
	agency_leg_put(txn, 8, number);     /* twice is once */
	agency_leg_put(txn, 8, item_number(3 * BLOCK_ENTRIES, 2));
	agency_leg_put(txn, 0, number);
	check_listed(8, 0, 3, number, item_number(3 * BLOCK_ENTRIES, 2));
	check_listed(8, item_number(BLOCK_ENTRIES, 0), 1, item_number(3 * BLOCK_ENTRIES, 2), item_number(3 * BLOCK_ENTRIES, 2));
	agency_legs_close(txn, BLOCK_ENTRIES);
	check_listed(8, 0, 3, number, item_number(3 * BLOCK_ENTRIES, 2));
	agency_leg_forget(txn, 8, number + 1);
	agency_leg_forget(txn, 8, number + 1);
	agency_leg_forget(txn, 8, item_number(3 * BLOCK_ENTRIES, 2));
	check_listed(8, 0, 1, number, number);
	check_uint(txn_rows(txn, TABLE_AGENCY_LEGS), 3); /* none is empty */
	tear_down();
}

static void check_spoilt_row(struct bytes value)
{
	struct key key = key_u32_u64(8, 0);

	txn_put(txn, TABLE_AGENCY_LEGS, key_bytes(&key), value);
	check_err(agency_leg_numbers(txn, 8, 0, list, NULL), ERR_CORRUPT);
}

static void test_damage(void)
{
	static const uint8_t odd[] = { 0, 1, 2 }, beyond[] = { 0x40, 0 };
	static const uint8_t short_key[] = { 0, 0, 0, 8, 1 };

	set_up();
	check_spoilt_row(bytes_of(odd, sizeof(odd)));
	check_spoilt_row(bytes_of(beyond, sizeof(beyond)));
	txn_empty(txn, TABLE_AGENCY_LEGS);
	txn_put(txn, TABLE_AGENCY_LEGS, bytes_of(short_key, sizeof(short_key)), bytes_of(odd, 2));
	check_err(agency_leg_numbers(txn, 8, 0, list, NULL), ERR_CORRUPT);
	tear_down();
	set_up();
	txn_put(txn, TABLE_AGENCY_LEGS, key_bytes(&(struct key){ .data = { 0, 0, 0, 8 }, .len = 12 }), bytes_of(odd, sizeof(odd)));
	agency_leg_put(txn, 8, 5);
	check_err(txn_error(txn), ERR_CORRUPT);
	txn_abort(txn);
	store_close(store);
}

/* ---- against a list of everything, at random ---- */

static struct opened all[ENTRIES];

static uint32_t draw_agency(void)
{
	static const uint32_t agencies[] = { 1, 2, 0x101, 0x10001, 0x1000001, UINT32_MAX };

	return agencies[unit_random_below(sizeof(agencies) / sizeof(agencies[0]))];
}

static bool is_of(const struct opened *opened, size_t leg, uint32_t agency)
{
	return !opened->erased && (opened->sender == agency || opened->agencies[leg] == agency);
}

static void check_against_all(uint64_t size)
{
	uint32_t agency = draw_agency();
	uint64_t after = unit_random_below(item_number(size, 0));
	size_t count = 0;

	unit_context("agency %u after %llu of %llu", agency, (unsigned long long)after, (unsigned long long)size);
	list_after(agency, after);
	for (uint64_t leg = after + 1; leg < item_number(size, 0) && count < LISTED_MAX; leg++) {
		const struct opened *opened = &all[item_seq(leg)];

		if (item_recipient(leg) < opened->count && is_of(opened, item_recipient(leg), agency) &&
		    check(count < listed_count) && !check_uint(listed[count++], leg))
			return;
	}
	check_uint(listed_count, count);
}

static void draw(struct opened *opened)
{
	*opened = (struct opened){ .count = unit_random_below(3) == 0 ? 0 : 1 + unit_random_below(3), .sender = draw_agency() };
	for (size_t i = 0; i < opened->count; i++)
		opened->agencies[i] = draw_agency();
}

static void erase(uint64_t seq)
{
	all[seq].erased = true;
	check_ok(request_row_drop(txn, seq));
}

/* All rows of AGENCY_LEGS, one behind the other. */
static void rows(struct buf *ret_rows)
{
	struct bytes key, value;
	struct cursor *cursor;

	buf_init(ret_rows, 1 << 24);
	require_ok(cursor_open(txn, TABLE_AGENCY_LEGS, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		buf_put(ret_rows, key);
		buf_put(ret_rows, value);
	}
	cursor_close(cursor);
}

/* The same rows after the same, without what was erased meanwhile (P2). */
static void check_derived_anew(uint64_t size)
{
	struct buf live, derived;

	rows(&live);
	txn_empty(txn, TABLE_REQUESTS);
	txn_empty(txn, TABLE_AGENCY_LEGS);
	for (uint64_t seq = 0; seq < size; seq++) {
		agency_legs_close(txn, seq);
		if (all[seq].count > 0 && !all[seq].erased)
			append(seq, &all[seq]);
	}
	rows(&derived);
	check(live.len > 0);
	check_bytes(buf_bytes(&derived), buf_bytes(&live));
	buf_free(&live);
	buf_free(&derived);
}

static void test_at_random(void)
{
	set_up();
	for (uint64_t seq = 0; seq < ENTRIES; seq++) {
		agency_legs_close(txn, seq);
		draw(&all[seq]);
		if (all[seq].count > 0)
			append(seq, &all[seq]);
		if (unit_random_below(10) == 0)
			erase(unit_random_below(seq + 1));
		if (seq > 0 && unit_random_below(8) == 0)
			check_against_all(seq + 1);
	}
	check_derived_anew(ENTRIES);
	tear_down();
}

UNIT_SUITE("broker/rows_agency_legs",
	{ "before and after its block is full", test_before_and_after_its_block_is_full },
	{ "entered one by one", test_entered_one_by_one },
	{ "damage", test_damage },
	{ "at random, against a list of everything", test_at_random });
