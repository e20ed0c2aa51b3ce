/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "faults.h"

static void check_json(const ProtobufCMessage *message, const char *expected)
{
	json_t *json = json_of_message(message);
	char *text;

	require(json != NULL);
	text = json_dumps(json, JSON_COMPACT);
	check_text(text, expected);
	free(text);
	json_decref(json);
}

static void test_absent(void)
{
	Pb__View view = PB__VIEW__INIT;
	Pb__HouseholdMember member = PB__HOUSEHOLD_MEMBER__INIT;

	check_json(&view.base, "{}");
	view.sender = NULL;
	view.n_parts = 0;
	check_json(&view.base, "{}");
	member.relation = "";
	check_json(&member.base, "{}");
}

static void test_view(void)
{
	Pb__View view = PB__VIEW__INIT;
	Pb__BasisClaim basis = PB__BASIS_CLAIM__INIT;
	uint8_t id[] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0x7d, 0xef, 0x81, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };

	view.message_id = (ProtobufCBinaryData){ 16, id };
	view.kind = PB__KIND__KIND_REQUEST;
	view.sender = "a@b";
	view.basis = &basis;
	view.created_at_us = 1795344612345000;
	view.nonce = (ProtobufCBinaryData){ 4, id };
	view.directory_version = 7;
	check_json(&view.base, "{\"message_id\":\"01234567-89ab-7def-8123-456789abcdef\",\"kind\":\"REQUEST\",\"sender\":\"a@b\",\"basis\":{},"
			       "\"created_at\":\"2026-11-22T19:50:12.345+09:00\",\"nonce\":\"ASNFZw==\",\"directory_version\":7}");
	view = (Pb__View)PB__VIEW__INIT;
	view.case_id = (ProtobufCBinaryData){ 3, id }; /* not an id's length: shown as it is */
	check_json(&view.base, "{\"case_id\":\"ASNF\"}");
}

static void test_numbers(void)
{
	Pb__HandoutEntry entry = PB__HANDOUT_ENTRY__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	Pb__Status status = PB__STATUS__INIT;
	uint64_t items[] = { 0, 1, UINT64_MAX };

	entry.session = (uint64_t)INT64_MAX + 1;
	entry.items = items;
	entry.n_items = 3;
	check_json(&entry.base, "{\"session\":\"9223372036854775808\",\"items\":[0,1,\"18446744073709551615\"]}");
	refusal.value = INT64_MIN;
	check_json(&refusal.base, "{\"value\":-9223372036854775808}");
	status.epoch = UINT32_MAX;
	status.entries_per_second = (double)INFINITY;
	status.accepting = 1;
	check_json(&status.base, "{\"epoch\":4294967295,\"entries_per_second\":null,\"accepting\":true}");
}

static void test_unknown_word(void)
{
	Pb__View view = PB__VIEW__INIT;

	view.kind = (Pb__Kind)99;
	check_json(&view.base, "{\"kind\":99}");
}

static void test_members(void)
{
	Pb__Read read = PB__READ__INIT;

	read.what_case = PB__READ__WHAT_INBOX_AFTER;
	check_json(&read.base, "{\"inbox_after\":0}");
	read.number = 5;
	read.what_case = PB__READ__WHAT_TRACE_MESSAGE_ID;
	check_json(&read.base, "{\"number\":5,\"trace_message_id\":\"\"}");
}

static void test_bad_text(void)
{
	Pb__View view = PB__VIEW__INIT;

	view.sender = "\xff";
	check(json_of_message(&view.base) == NULL);
}

/* Written and read again it is the same message, to the byte. */
static void check_round_trip(const ProtobufCMessage *message, struct arena *arena)
{
	json_t *json = json_of_message(message);
	const ProtobufCMessage *back;
	struct faults faults = { 0 };

	require(json != NULL);
	require_ok(json_to_message(json, message->descriptor, arena, &back, faults_add, &faults));
	check_bytes(sample_packed(back, arena), sample_packed(message, arena));
	json_decref(json);
}

static void test_round_trip(void)
{
	struct arena arena;

	arena_init(&arena, 1 << 20);
	check_round_trip(&sample_statement(&arena)->base, &arena);
	check_round_trip(&sample_frame(&arena, 3)->base, &arena);
	check_round_trip(&sample_sheet(&arena)->base, &arena);
	arena_free(&arena);
}

static void test_random_round_trips(void)
{
	struct arena arena;

	arena_init(&arena, 1 << 20);
	for (unsigned round = 0; round < 500; round++) {
		Pb__View *view;
		Pb__HandoutEntry entry = PB__HANDOUT_ENTRY__INIT;
		uint64_t items[4];

		arena_reset(&arena);
		view = sample_view(&arena);
		view->created_at_us = (int64_t)unit_random_below((uint64_t)1 << 42) * 1000; /* JSON shows milliseconds */
		view->directory_version = unit_random() >> unit_random_below(64);
		view->kind = (Pb__Kind)unit_random_below(6);
		unit_random_bytes(view->nonce.data, view->nonce.len);
		unit_random_bytes(view->case_id.data, view->case_id.len);
		check_round_trip(&view->base, &arena);
		entry.session = unit_random();
		for (size_t i = 0; i < 4; i++)
			items[i] = unit_random() >> unit_random_below(64);
		entry.items = items;
		entry.n_items = unit_random_below(5);
		check_round_trip(&entry.base, &arena);
	}
	arena_free(&arena);
}

UNIT_SUITE("contract/json_write",
	{ "absent, empty and zero are left out", test_absent },
	{ "a View", test_view },
	{ "numbers", test_numbers },
	{ "a word that is not known here", test_unknown_word },
	{ "members of a oneof", test_members },
	{ "text that is none", test_bad_text },
	{ "samples come back", test_round_trip },
	{ "random messages come back", test_random_round_trips });
