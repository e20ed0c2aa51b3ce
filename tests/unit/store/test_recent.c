/* SPDX-License-Identifier: Apache-2.0 */
#include "store/recent.h"

#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"

static void set(struct recent *recent, const char *key, const char *value)
{
	struct recent_row row = { .key = bytes_of_text(key), .value = bytes_of_text(value == NULL ? "" : value), .gone = value == NULL };

	require_ok(recent_set(recent, TABLE_QUEUE, &row));
}

static void test_order_is_lmdbs(void)
{
	check(recent_compare(bytes_of_text("a"), bytes_of_text("b")) < 0);
	check(recent_compare(bytes_of_text("b"), bytes_of_text("a")) > 0);
	check(recent_compare(bytes_of_text("a"), bytes_of_text("aa")) < 0);
	check(recent_compare(bytes_of_text("ab"), bytes_of_text("aa")) > 0);
	check(recent_compare(bytes_of_text("\xff"), bytes_of_text("\x01")) > 0); /* bytes have no sign */
	check(recent_compare(bytes_of_text("same"), bytes_of_text("same")) == 0);
	check(recent_compare(bytes_of(NULL, 0), bytes_of_text("a")) < 0);
}

/* Byte by byte, and what ends first comes first. */
static int compare_plainly(struct bytes a, struct bytes b)
{
	for (size_t i = 0; i < a.len && i < b.len; i++)
		if (a.data[i] != b.data[i])
			return a.data[i] < b.data[i] ? -1 : 1;
	return (a.len > b.len) - (a.len < b.len);
}

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

/* Few different bytes, so that keys often differ late, or not at all. */
static struct bytes draw_key(uint8_t to[20])
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	size_t len = (size_t)unit_random_below(21);
	size_t alike = (size_t)unit_random_below(len + 1);

	for (size_t i = 0; i < len; i++)
		to[i] = i < alike ? 0x80 : bytes[unit_random_below(sizeof bytes)];
	return bytes_of(to, len);
}

static void test_order_at_random(void)
{
	uint8_t one[20], other[20];

	for (unsigned i = 0; i < 20000; i++) {
		struct bytes a = draw_key(one), b = draw_key(other);

		if (!check_int(sign(recent_compare(a, b)), compare_plainly(a, b)))
			return;
	}
}

static void test_last_write_counts(void)
{
	struct recent recent = { 0 };
	const struct recent_row *row;

	set(&recent, "m", "one");
	set(&recent, "b", "two");
	set(&recent, "x", "three");
	set(&recent, "m", "four");
	set(&recent, "b", NULL);
	check_uint(recent.runs[TABLE_QUEUE].count, 3);
	row = recent_find(&recent, TABLE_QUEUE, bytes_of_text("m"));
	require(row != NULL);
	check_bytes(row->value, bytes_of_text("four"));
	row = recent_find(&recent, TABLE_QUEUE, bytes_of_text("b"));
	require(row != NULL);
	check(row->gone);
	check(recent_find(&recent, TABLE_QUEUE, bytes_of_text("c")) == NULL);
	check(recent_find(&recent, TABLE_TIMERS, bytes_of_text("m")) == NULL); /* tables are apart */
	recent_clear(&recent);
	check(recent_find(&recent, TABLE_QUEUE, bytes_of_text("m")) == NULL);
	recent_free(&recent);
}

static void test_rows_stand_in_order(void)
{
	struct recent recent = { 0 };
	const struct recent_run *run = &recent.runs[TABLE_QUEUE];
	static char keys[200][12];

	for (size_t i = 0; i < 200; i++) {
		snprintf(keys[i], sizeof keys[i], "%03u", (unsigned)unit_random_below(1000));
		set(&recent, keys[i], "");
	}
	for (size_t i = 1; i < run->count; i++)
		check(recent_compare(run->rows[i - 1].key, run->rows[i].key) < 0);
	for (size_t i = 0; i < 200; i++) {
		size_t at = recent_seek(run, bytes_of_text(keys[i]));

		require(at < run->count);
		check_bytes(run->rows[at].key, bytes_of_text(keys[i]));
	}
	check_uint(recent_seek(run, bytes_of_text("~")), run->count);
	check_uint(recent_seek(run, bytes_of_text("!")), 0);
	recent_free(&recent);
}

/* Two records: a row, and one that is gone. */
static size_t records(uint8_t to[64])
{
	uint8_t *at = recent_record(to, TABLE_QUEUE, false, bytes_of_text("key"), 5);

	memcpy(at, "value", 5);
	at = recent_record(at + 5, TABLE_TIMERS, true, bytes_of_text("when"), 0);
	return (size_t)(at - to);
}

static void test_records_are_read(void)
{
	struct recent recent = { 0 };
	const struct recent_row *row;
	uint8_t bytes[64];
	size_t len = records(bytes);

	check_ok(recent_read(&recent, bytes_of(bytes, len)));
	row = recent_find(&recent, TABLE_QUEUE, bytes_of_text("key"));
	require(row != NULL);
	check(!row->gone);
	check_bytes(row->value, bytes_of_text("value"));
	row = recent_find(&recent, TABLE_TIMERS, bytes_of_text("when"));
	require(row != NULL);
	check(row->gone);
	check_ok(recent_read(&recent, bytes_of(NULL, 0)));
	recent_free(&recent);
}

static void test_cut_records_are_damage(void)
{
	uint8_t bytes[64];
	size_t len = records(bytes), first = RECENT_RECORD_BYTES + 3 + 5;

	for (size_t cut = 1; cut < len; cut++) {
		uint8_t *copy = malloc(cut); /* so that a read behind its end is found */
		struct recent recent = { 0 };

		require(copy != NULL);
		memcpy(copy, bytes, cut);
		check_err(recent_read(&recent, bytes_of(copy, cut)), cut == first ? ERR_OK : ERR_CORRUPT);
		recent_free(&recent);
		free(copy);
	}
}

static void test_odd_records_are_damage(void)
{
	static const struct {
		size_t at;
		uint8_t value;
	} odd[] = { { 0, TABLE_COUNT }, { 0, 255 }, { 1, 2 }, { 3, 0 }, { 2, 255 }, { 4, 255 }, { 7, 255 } };

	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		struct recent recent = { 0 };
		uint8_t bytes[64];
		size_t len = records(bytes);

		unit_context("byte %zu is %u", odd[i].at, odd[i].value);
		bytes[odd[i].at] = odd[i].value;
		check_err(recent_read(&recent, bytes_of(bytes, len)), ERR_CORRUPT);
		recent_free(&recent);
	}
}

UNIT_SUITE("store/recent",
	{ "keys are ordered as LMDB does", test_order_is_lmdbs },
	{ "the same at random", test_order_at_random },
	{ "the last write of a key counts", test_last_write_counts },
	{ "rows stand in key order", test_rows_stand_in_order },
	{ "records are read", test_records_are_read },
	{ "records that were cut are damage", test_cut_records_are_damage },
	{ "records that make no sense are damage", test_odd_records_are_damage });
