/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/row.h"

#include "site.h"

static uint8_t row[100];

static void fill_row(void)
{
	struct leaf_header header = { .format = 1, .type = 16, .seq = 77, .time_us = SITE_START_US };

	leaf_header_encode(&header, row);
	unit_random_bytes(row + LEAF_HEADER_BYTES, sizeof row - LEAF_HEADER_BYTES);
}

static void test_parts(void)
{
	struct entry entry;
	struct digest body_hash;

	fill_row();
	require_ok(row_parse(bytes_of(row, sizeof row), &entry));
	body_hash = leaf_body_hash(row + 20, bytes_of(row + 52, 48));
	check_uint(entry.header.seq, 77);
	check_uint(entry.header.type, 16);
	check_int(entry.header.time_us, SITE_START_US);
	check_bytes(entry.header_bytes, bytes_of(row, 20));
	check_bytes(entry.salt, bytes_of(row + 20, 32));
	check_bytes(entry.body, bytes_of(row + 52, 48));
	check(digest_equal(&entry.body_hash, &body_hash));
	check(!row_is_erased(&entry));
}

static void test_erased(void)
{
	struct entry whole, erased;
	struct digest before, after;

	fill_row();
	require_ok(row_parse(bytes_of(row, sizeof row), &whole));
	before = row_leaf(&whole);
	memcpy(row + LEAF_HEADER_BYTES, whole.body_hash.bytes, DIGEST_BYTES);
	require_ok(row_parse(bytes_of(row, 52), &erased));
	after = row_leaf(&erased);
	check(row_is_erased(&erased));
	check_uint(erased.salt.len, 0);
	check_uint(erased.body.len, 0);
	check(digest_equal(&before, &after)); /* every proof still holds */
}

static void test_short(void)
{
	struct entry entry;

	fill_row();
	for (size_t len = 0; len < 52; len++)
		check_err(row_parse(bytes_of(row, len), &entry), ERR_CORRUPT);
	check_ok(row_parse(bytes_of(row, 53), &entry));
}

UNIT_SUITE("ledger/row",
	{ "header, salt and body", test_parts },
	{ "an erased row keeps its leaf", test_erased },
	{ "a short row is damage", test_short });
