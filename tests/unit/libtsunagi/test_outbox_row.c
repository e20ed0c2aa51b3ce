/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/outbox_row.h"

#include <stdio.h>

#include "base/clock.h"
#include "contract/limits.h"
#include "unit.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static json_t *good(void)
{
	return json_pack("{s:s, s:[s], s:s, s:i, s:i}", "since", "2026-10-01T09:00:00.000000+09:00", "to", "desk@chiba-city", "content_hash", HASH,
			 "urgency_number", 4, "directory_version", 12);
}

static enum err row_of(json_t *head, struct outbox_message **ret_message)
{
	struct id id = { { 1, 2, 3 } };

	return outbox_row_of_head(&id, head, ret_message);
}

static void test_a_row(void)
{
	struct outbox_message *message = NULL;
	json_t *head = good();
	int64_t since_us = 0;

	require_ok(row_of(head, &message));
	require_ok(clock_parse("2026-10-01T00:00:00Z", &since_us));
	check_int(message->since_us, since_us);
	check_uint(message->urgency, 4);
	check_uint(message->directory_version, 12);
	check_uint(message->id.bytes[1], 2);
	check_uint(message->content_hash.bytes[1], 0x11);
	check_int(message->state, OUTBOX_READY);
	check(!message->sent && !message->collect && message->last == NULL);
	check_uint(message->segment_count, 0);
	json_decref(head); /* the row keeps its own reference */
	check_text(json_string_value(json_array_get(json_object_get(message->head, "to"), 0)), "desk@chiba-city");
	outbox_message_free(message);
	outbox_message_free(NULL);
}

static void test_what_is_missing(void)
{
	static const struct {
		const char *field, *value; /* NULL: missing */
	} rows[] = {
		{ "since", NULL }, { "since", "5" }, { "since", "\"yesterday\"" }, { "to", NULL }, { "to", "\"desk\"" },
		{ "content_hash", NULL }, { "content_hash", "\"0011\"" }, { "content_hash", "\"zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"" },
		{ "segments", "[5]" }, { "segments", "[{}]" }, { "segments", "[{\"sha256\":\"00\"}]" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct outbox_message *message = NULL;
		json_t *head = good();

		unit_context("%s %s", rows[i].field, rows[i].value == NULL ? "missing" : rows[i].value);
		if (rows[i].value == NULL)
			json_object_del(head, rows[i].field);
		else
			json_object_set_new(head, rows[i].field, json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
		check_err(row_of(head, &message), ERR_CORRUPT);
		check(message == NULL);
		json_decref(head);
	}
}

/* Numbers beyond their bounds count as none: they order, and decide nothing else. */
static void test_numbers(void)
{
	struct outbox_message *message = NULL;
	json_t *head = good();

	json_object_set_new(head, "urgency_number", json_integer(256));
	json_object_set_new(head, "directory_version", json_integer(-1));
	require_ok(row_of(head, &message));
	check_uint(message->urgency, 0);
	check_uint(message->directory_version, 0);
	outbox_message_free(message);
	json_decref(head);
}

static json_t *segments(size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:s, s:i}", "sha256", HASH, "size", 1000 + (int)i));
	return list;
}

static void test_segments(void)
{
	struct outbox_message *message = NULL;
	json_t *head = good();

	json_object_set_new(head, "segments", segments(3));
	require_ok(row_of(head, &message));
	check_uint(message->segment_count, 3);
	check_uint(message->segments[2].size, 1002);
	check_uint(message->segments[2].digest.bytes[0], 0);
	check_uint(message->segments[2].digest.bytes[1], 0x11);
	check_int(message->state, OUTBOX_UPLOADING); /* they go first */
	outbox_message_free(message);
	json_object_set_new(head, "segments", segments(LIMIT_BLOBS));
	message = NULL;
	require_ok(row_of(head, &message));
	check_uint(message->segment_count, LIMIT_BLOBS);
	outbox_message_free(message);
	message = NULL;
	json_object_set_new(head, "segments", segments(LIMIT_BLOBS + 1));
	check_err(row_of(head, &message), ERR_CORRUPT);
	json_decref(head);
}

UNIT_SUITE("libtsunagi/outbox_row",
	{ "a row", test_a_row },
	{ "what is missing", test_what_is_missing },
	{ "numbers", test_numbers },
	{ "segments", test_segments });
