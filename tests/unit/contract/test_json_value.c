/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/limits.h"
#include "faults.h"

#include <stdio.h>
#include <stdlib.h>

static const ProtobufCMessageDescriptor *const view_type = &pb__view__descriptor;
static const ProtobufCMessageDescriptor *const sheet_type = &pb__sheet__descriptor;

/* Reads one JSON object that must be right; the message lives in arena. */
static const void *right(const ProtobufCMessageDescriptor *type, const char *text, struct arena *arena)
{
	const ProtobufCMessage *message;
	struct faults faults;

	require_ok(faults_read(type, text, arena, &message, &faults));
	return message;
}

static void test_text(void)
{
	faults_expect(sheet_type, "{\"history\":5}", "history", "5: must be text, in quotation marks");
	faults_expect(sheet_type, "{\"history\":true}", "history", "true: must be text, in quotation marks");
	faults_expect(sheet_type, "{\"history\":1.5}", "history", "1.5: must be text, in quotation marks");
	faults_expect(sheet_type, "{\"history\":\"a\\u0007\"}", "history",
		      "\"a\a\": a control character other than tab, line feed and carriage return");
}

/* 外字 are named as what they are, in the reader's language. */
static void test_private_use(void)
{
	const ProtobufCMessage *message;
	struct faults faults;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	check_err(faults_read(&pb__person__descriptor, "{\"name\":\"\\ue123田\"}", &arena, &message, &faults), ERR_FORMAT);
	require(faults.count == 1);
	check(strstr(faults.list[0].reason, "private-use") != NULL);
	check(strstr(faults.list[0].reason_ja, "外字") != NULL);
	arena_free(&arena);
}

static void test_long_text(void)
{
	char *text = malloc(LIMIT_LONG_TEXT + 100);
	struct arena arena;
	int head = snprintf(text, 20, "{\"history\":\"");

	require(text != NULL);
	memset(text + head, 'x', LIMIT_LONG_TEXT + 1);
	memcpy(text + head + LIMIT_LONG_TEXT, "\"}", 3);
	arena_init(&arena, 1 << 20);
	check_uint(strlen(((const Pb__Sheet *)right(sheet_type, text, &arena))->history), LIMIT_LONG_TEXT);
	memcpy(text + head + LIMIT_LONG_TEXT, "x\"}", 4);
	faults_expect(sheet_type, text, "history",
		      "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\": longer than 32 KiB: put it into an attachment");
	arena_free(&arena);
	free(text);
}

static void test_dates(void)
{
	faults_expect(sheet_type, "{\"received_on\":\"昭和64年1月8日\"}", "received_on", "\"昭和64年1月8日\": there is no such day");
	faults_expect(sheet_type, "{\"received_on\":\"きのう\"}", "received_on", "\"きのう\": not a date: write 1970-03-01 or 昭和45年3月1日");
	faults_expect(sheet_type, "{\"received_on\":20261104}", "received_on", "20261104: must be text, in quotation marks");
}

static void test_times(void)
{
	struct arena arena;
	const Pb__View *view;

	arena_init(&arena, 1 << 20);
	view = right(view_type, "{\"created_at\":\"2026-11-22T19:50:12.345+09:00\",\"respond_by\":\"2026-11-22T10:50:12Z\"}", &arena);
	check_int(view->created_at_us, 1795344612345000);
	check_int(view->respond_by_us, 1795344612000000);
	arena_free(&arena);
	faults_expect(view_type, "{\"created_at\":\"2026-11-22\"}", "created_at",
		      "\"2026-11-22\": not a time: write 2026-11-22T19:50:00+09:00");
	faults_expect(view_type, "{\"created_at\":5}", "created_at", "5: must be text, in quotation marks");
}

static void test_ids_and_bytes(void)
{
	struct arena arena;
	const Pb__View *view;

	arena_init(&arena, 1 << 20);
	view = right(view_type, "{\"message_id\":\"01234567-89AB-7DEF-8123-456789abcdef\",\"nonce\":\"AAEC/w==\",\"sealed_to\":[\"\",\"aGk=\"]}", &arena);
	check_bytes(bytes_of_pb(view->message_id), bytes_of("\x01\x23\x45\x67\x89\xab\x7d\xef\x81\x23\x45\x67\x89\xab\xcd\xef", 16));
	check_bytes(bytes_of_pb(view->nonce), bytes_of("\x00\x01\x02\xff", 4));
	check_bytes(bytes_of_pb(view->sealed_to[0]), bytes_of(NULL, 0));
	check_bytes(bytes_of_pb(view->sealed_to[1]), bytes_of("hi", 2));
	arena_free(&arena);
	faults_expect(view_type, "{\"case_id\":\"C-12\"}", "case_id", "\"C-12\": not an id: 8-4-4-4-12 hexadecimal digits");
	faults_expect(view_type, "{\"nonce\":\"AAEC/w\"}", "nonce", "\"AAEC/w\": not base64");
	faults_expect(view_type, "{\"nonce\":[1]}", "nonce", "[...]: must be text, in quotation marks");
}

static void test_words(void)
{
	faults_expect(view_type, "{\"urgency\":\"NOW\"}", "urgency", "\"NOW\": not one of ROUTINE, SOON, URGENT, DANGER");
	faults_expect(view_type, "{\"urgency\":\"UNSPECIFIED\"}", "urgency", "\"UNSPECIFIED\": not one of ROUTINE, SOON, URGENT, DANGER");
	faults_expect(view_type, "{\"urgency\":2}", "urgency", "2: not one of ROUTINE, SOON, URGENT, DANGER");
	faults_expect(view_type, "{\"urgency\":\"soon\"}", "urgency", "\"soon\": not one of ROUTINE, SOON, URGENT, DANGER");
}

static void test_numbers(void)
{
	struct arena arena;
	const Pb__HouseholdMember *member;
	const Pb__View *view;
	const Pb__Refusal *refusal;
	const Pb__Status *status;

	arena_init(&arena, 1 << 20);
	member = right(&pb__household_member__descriptor, "{\"age\":4294967295}", &arena);
	check_uint(member->age, UINT32_MAX);
	view = right(view_type, "{\"directory_version\":9223372036854775807}", &arena);
	check_uint(view->directory_version, INT64_MAX);
	view = right(view_type, "{\"directory_version\":\"18446744073709551615\"}", &arena);
	check_uint(view->directory_version, UINT64_MAX);
	refusal = right(&pb__refusal__descriptor, "{\"value\":-5,\"bound\":9223372036854775807}", &arena);
	check_int(refusal->value, -5);
	check_int(refusal->bound, INT64_MAX);
	status = right(&pb__status__descriptor, "{\"entries_per_second\":1.5,\"accepting\":true}", &arena);
	check(status->entries_per_second > 1.49 && status->entries_per_second < 1.51);
	check(status->accepting);
	arena_free(&arena);
	faults_expect(&pb__household_member__descriptor, "{\"age\":4294967296}", "age", "4294967296: must be 4294967295 at most");
	faults_expect(&pb__household_member__descriptor, "{\"age\":-1}", "age", "-1: must be a whole number, 0 or more");
	faults_expect(&pb__household_member__descriptor, "{\"age\":\"83\"}", "age", "\"83\": must be a whole number, 0 or more");
	faults_expect(&pb__household_member__descriptor, "{\"age\":83.5}", "age", "83.5: must be a whole number, 0 or more");
	faults_expect(view_type, "{\"directory_version\":\"18446744073709551616\"}", "directory_version",
		      "\"18446744073709551616\": must be a whole number, 0 or more");
	faults_expect(view_type, "{\"directory_version\":\"-1\"}", "directory_version", "\"-1\": must be a whole number, 0 or more");
	faults_expect(view_type, "{\"directory_version\":\"1x\"}", "directory_version", "\"1x\": must be a whole number, 0 or more");
	faults_expect(&pb__refusal__descriptor, "{\"value\":\"5\"}", "value", "\"5\": must be a whole number");
	faults_expect(&pb__status__descriptor, "{\"accepting\":1}", "accepting", "1: must be true or false");
	faults_expect(&pb__status__descriptor, "{\"entries_per_second\":\"1\"}", "entries_per_second", "\"1\": must be a number");
}

UNIT_SUITE("contract/json_value",
	{ "text", test_text },
	{ "private-use characters", test_private_use },
	{ "text too long", test_long_text },
	{ "dates", test_dates },
	{ "times", test_times },
	{ "ids and bytes", test_ids_and_bytes },
	{ "words", test_words },
	{ "numbers and truths", test_numbers });
