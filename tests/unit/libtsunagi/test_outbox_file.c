/* SPDX-License-Identifier: Apache-2.0 */
/* One message of the outbox as bytes: what was written comes back whole, and nothing else is taken for it. */
#include "libtsunagi/outbox_file.h"

#include <stdlib.h>

#include "contract/limits.h"
#include "crypto/digest.h"
#include "unit.h"

#define GOOD "{\"statement_sizes\":[1],\"part_sizes\":[1]}"

static json_t *a_head(void)
{
	return json_pack("{s:s, s:[s, s], s:i}", "type", "tsunagi-outbox", "to", "desk@chiba-city", "third@chiba-city", "urgency_number", 3);
}

static void encode(const struct bytes *statements, size_t statement_count, const struct bytes *parts, size_t part_count, struct buf *out)
{
	struct order *order = NULL;
	json_t *head = a_head();

	buf_init(out, OUTBOX_FILE_MAX);
	require_ok(order_new(statements, statement_count, parts, part_count, NULL, &order));
	require_ok(outbox_file_encode(head, order, out));
	order_free(order);
	json_decref(head);
}

static void a_file(struct buf *out)
{
	const struct bytes statements[] = { bytes_of_text("first"), bytes_of_text("second one") };
	const struct bytes parts[] = { bytes_of_text("part"), bytes_of(NULL, 0), bytes_of_text("another part") };

	encode(statements, 2, parts, 3, out);
}

static enum err decode(struct bytes file)
{
	json_t *head = NULL;
	struct order *order = NULL;
	enum err err = outbox_file_decode(file, NULL, &head, &order);

	check((err == ERR_OK) == (head != NULL));
	check((err == ERR_OK) == (order != NULL));
	json_decref(head);
	order_free(order);
	return err;
}

static void test_there_and_back(void)
{
	struct buf file;
	json_t *head = NULL, *expected = a_head();
	struct order *order = NULL;
	int owner = 0;

	a_file(&file);
	check_bytes(bytes_of(file.data, 4), bytes_of_text("TSGO"));
	require_ok(outbox_file_decode(buf_bytes(&file), &owner, &head, &order));
	check(order->owner == &owner);
	check_uint(order->statement_count, 2);
	check_uint(order->part_count, 3);
	check_bytes(order->statements[0], bytes_of_text("first"));
	check_bytes(order->statements[1], bytes_of_text("second one"));
	check_bytes(order->parts[0], bytes_of_text("part"));
	check_uint(order->parts[1].len, 0);
	check_bytes(order->parts[2], bytes_of_text("another part"));
	check(json_equal(json_object_get(head, "to"), json_object_get(expected, "to")));
	check_int(json_integer_value(json_object_get(head, "urgency_number")), 3);
	order_free(order);
	json_decref(head);
	head = NULL;
	require_ok(outbox_file_decode(buf_bytes(&file), NULL, &head, NULL)); /* the head alone */
	check_text(json_string_value(json_object_get(head, "type")), "tsunagi-outbox");
	json_decref(head);
	json_decref(expected);
	buf_free(&file);
}

/* What was there before in the buffer belongs to someone else. */
static void test_appended(void)
{
	struct buf alone, behind;
	struct order *order = NULL;
	const struct bytes statement = bytes_of_text("s");
	json_t *head = a_head();

	buf_init(&alone, OUTBOX_FILE_MAX);
	buf_init(&behind, OUTBOX_FILE_MAX);
	require_ok(order_new(&statement, 1, NULL, 0, NULL, &order));
	require_ok(outbox_file_encode(head, order, &alone));
	buf_put_text(&behind, "before");
	require_ok(outbox_file_encode(head, order, &behind));
	check_bytes(bytes_of(behind.data + 6, behind.len - 6), buf_bytes(&alone));
	order_free(order);
	json_decref(head);
	buf_free(&alone);
	buf_free(&behind);
}

/* A write that a power cut ended anywhere is noticed wherever it ended. */
static void test_torn_at_every_byte(void)
{
	struct buf file;

	a_file(&file);
	for (size_t len = 0; len < file.len; len++) {
		unit_context("%zu of %zu bytes", len, file.len);
		check_err(decode(bytes_of(file.data, len)), ERR_CORRUPT);
	}
	check_ok(decode(buf_bytes(&file)));
	buf_free(&file);
}

static void test_every_bit(void)
{
	struct buf file;

	a_file(&file);
	for (size_t at = 0; at < file.len; at++) {
		uint8_t bit = (uint8_t)(1u << unit_random_below(8));

		unit_context("byte %zu, bit %u", at, bit);
		file.data[at] ^= bit;
		check_err(decode(buf_bytes(&file)), ERR_CORRUPT);
		file.data[at] ^= bit;
	}
	check_ok(decode(buf_bytes(&file)));
	buf_free(&file);
}

static void test_more_behind_it(void)
{
	struct buf file;

	a_file(&file);
	buf_put_text(&file, "x");
	check_err(decode(buf_bytes(&file)), ERR_CORRUPT);
	buf_free(&file);
}

/* A file with a digest that holds, and content of another's making. */
static enum err decode_made(const char *magic, uint32_t head_len, const char *head, const char *rest)
{
	struct buf file;
	uint8_t length[4];
	struct digest digest;
	enum err err = ERR_OK;

	buf_init(&file, 65536);
	be32_put(length, head_len);
	buf_put_text(&file, magic);
	buf_put(&file, bytes_of(length, 4));
	buf_put_text(&file, head);
	buf_put_text(&file, rest);
	digest = digest_of(buf_bytes(&file));
	buf_put(&file, digest_bytes(&digest));
	err = decode(buf_bytes(&file));
	buf_free(&file);
	return err;
}

static void test_files_of_anothers_making(void)
{
	static const struct {
		const char *head, *rest;
	} rows[] = {
		{ "{}", "" },
		{ "[]", "" },
		{ "5", "" },
		{ "{", "" },
		{ "", "" },
		{ "{\"statement_sizes\":[],\"part_sizes\":[]}", "" },
		{ "{\"statement_sizes\":[1]}", "a" },
		{ "{\"part_sizes\":[1]}", "a" },
		{ "{\"statement_sizes\":5,\"part_sizes\":[]}", "" },
		{ "{\"statement_sizes\":[1],\"part_sizes\":{}}", "a" },
		{ "{\"statement_sizes\":[2],\"part_sizes\":[]}", "a" },
		{ "{\"statement_sizes\":[-1],\"part_sizes\":[2]}", "a" },
		{ "{\"statement_sizes\":[1],\"part_sizes\":[1]}", "a" },
		{ "{\"statement_sizes\":[1],\"part_sizes\":[]}", "ab" },
		{ "{\"statement_sizes\":[9223372036854775807],\"part_sizes\":[]}", "a" },
		{ "{\"statement_sizes\":[1,1],\"part_sizes\":[9223372036854775807]}", "ab" },
		{ "{\"statement_sizes\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],\"part_sizes\":[]}", "aaaaaaaaaaaaaaaaa" },
		{ "{\"statement_sizes\":[1],\"part_sizes\":[],\"part_sizes\":[1]}", "ab" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_context("%s", rows[i].head);
		check_err(decode_made("TSGO", (uint32_t)strlen(rows[i].head), rows[i].head, rows[i].rest), ERR_CORRUPT);
	}
	unit_context("the good one of its kind");
	check_ok(decode_made("TSGO", (uint32_t)strlen(GOOD), GOOD, "ab"));
	unit_context("another version");
	check_err(decode_made("TSG2", (uint32_t)strlen(GOOD), GOOD, "ab"), ERR_CORRUPT);
	unit_context("a head longer than the file");
	check_err(decode_made("TSGO", UINT32_MAX, GOOD, "ab"), ERR_CORRUPT);
	check_err(decode_made("TSGO", (uint32_t)strlen(GOOD) + 3, GOOD, "ab"), ERR_CORRUPT);
}

static void test_random_bytes(void)
{
	uint8_t bytes[300];

	for (unsigned turn = 0; turn < 2000; turn++) {
		size_t len = unit_random_below(sizeof bytes);

		unit_random_bytes(bytes, sizeof bytes);
		if (turn % 2 == 0)
			memcpy(bytes, "TSGO", 4);
		check_err(decode(bytes_of(bytes, len)), ERR_CORRUPT);
	}
}

/* As many as one message can have; and a buffer that does not hold it is told, not cut. */
static void test_the_largest_and_too_large(void)
{
	struct bytes statements[LIMIT_RECIPIENTS], parts[LIMIT_RECIPIENTS * LIMIT_PARTS];
	struct buf file, small;
	struct order *order = NULL;
	json_t *head = a_head();

	for (size_t i = 0; i < LIMIT_RECIPIENTS; i++)
		statements[i] = bytes_of_text("statement");
	for (size_t i = 0; i < LIMIT_RECIPIENTS * LIMIT_PARTS; i++)
		parts[i] = bytes_of_text("p");
	encode(statements, LIMIT_RECIPIENTS, parts, LIMIT_RECIPIENTS * LIMIT_PARTS, &file);
	check_ok(decode(buf_bytes(&file)));
	buf_init(&small, file.len - 1);
	require_ok(order_new(statements, LIMIT_RECIPIENTS, parts, LIMIT_RECIPIENTS * LIMIT_PARTS, NULL, &order));
	check_err(outbox_file_encode(head, order, &small), ERR_TOO_LARGE);
	order_free(order);
	json_decref(head);
	buf_free(&file);
	buf_free(&small);
}

UNIT_SUITE("libtsunagi/outbox_file",
	{ "there and back", test_there_and_back },
	{ "appended", test_appended },
	{ "torn at every byte", test_torn_at_every_byte },
	{ "every bit", test_every_bit },
	{ "more behind it", test_more_behind_it },
	{ "files of another's making", test_files_of_anothers_making },
	{ "random bytes", test_random_bytes },
	{ "the largest, and too large", test_the_largest_and_too_large });
