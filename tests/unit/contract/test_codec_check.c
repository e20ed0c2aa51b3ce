/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "samples.h"

static void refused(const ProtobufCMessage *message, const char *path, const char *reason)
{
	struct codec_fault fault = { .reason = "none" };

	unit_context("%s", path);
	check_err(codec_check(message, &fault), ERR_FORMAT);
	check_text(fault.path, path);
	check_text(fault.reason, reason);
	check_err(codec_check(message, NULL), ERR_FORMAT);
}

static void test_real_messages(void)
{
	struct arena arena;

	arena_init(&arena, 1 << 20);
	check_ok(codec_check(&sample_statement(&arena)->base, NULL));
	check_ok(codec_check(&sample_frame(&arena, 45)->base, NULL));
	check_ok(codec_check(&sample_sheet(&arena)->base, NULL));
	arena_free(&arena);
}

static void test_text(void)
{
	struct arena arena;
	Pb__Content *content;

	arena_init(&arena, 1 << 20);
	content = sample_sheet(&arena);
	content->sheet->person->name = "\xee\x80\x80";
	refused(&content->base, "sheet.person.name", text_fault_text(TEXT_PRIVATE_USE));
	content->sheet->person->name = NULL; /* absent */
	check_ok(codec_check(&content->base, NULL));
	content->sheet->topics[0]->note = "\x1b[2J";
	refused(&content->base, "sheet.topics[0].note", text_fault_text(TEXT_CONTROL));
	arena_free(&arena);
}

static void test_enums(void)
{
	struct arena arena;
	Pb__View *view;
	Pb__DisclosureClass classes[] = { 1, 13 };

	arena_init(&arena, 1 << 20);
	view = sample_view(&arena);
	view->urgency = (Pb__Urgency)9;
	refused(&view->base, "urgency", "a value that the list does not have");
	view->urgency = PB__URGENCY__URGENCY_UNSPECIFIED;
	check_ok(codec_check(&view->base, NULL));
	view->parts[0]->classes = classes;
	view->parts[0]->n_classes = 2;
	refused(&view->base, "parts[0].classes[1]", "a value that the list does not have");
	arena_free(&arena);
}

static void test_oneofs(void)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__Read read = PB__READ__INIT;

	refused(&statement.base, "", "says none of what it could say");
	statement.body_case = PB__STATEMENT__BODY_REFUSE;
	refused(&statement.base, "refuse", "missing");
	read.number = 3;
	refused(&read.base, "", "says none of what it could say");
	read.what_case = PB__READ__WHAT_INBOX_AFTER;
	check_ok(codec_check(&read.base, NULL));
}

static void test_holes(void)
{
	struct arena arena;
	Pb__View *view;
	Pb__Agency agency = PB__AGENCY__INIT;
	char *categories[] = { "a", NULL };

	arena_init(&arena, 1 << 20);
	view = sample_view(&arena);
	view->parts[0] = NULL;
	refused(&view->base, "parts[0]", "missing");
	view = sample_view(&arena);
	view->n_blobs = 2;
	refused(&view->base, "blobs[0]", "missing");
	view = sample_view(&arena);
	view->sealed_to[1] = (ProtobufCBinaryData){ 5, NULL };
	refused(&view->base, "sealed_to[1]", "missing");
	agency.categories = categories;
	agency.n_categories = 2;
	refused(&agency.base, "categories[1]", "missing");
	arena_free(&arena);
}

static void test_too_many(void)
{
	Pb__AcknowledgeEntry entry = PB__ACKNOWLEDGE_ENTRY__INIT;
	struct codec_fault fault;
	uint64_t items[1] = { 0 };

	entry.items = items;
	entry.n_items = (size_t)CODEC_FIELDS + 1;
	check_err(codec_check(&entry.base, &fault), ERR_TOO_LARGE);
	check_text(fault.path, "items[0]");
}

/* What the check lets pass, decoding takes: both are one contract. */
static void test_agrees_with_decoding(void)
{
	struct arena arena;

	arena_init(&arena, 1 << 22);
	for (unsigned round = 0; round < 3000; round++) {
		const Pb__View *back;
		Pb__View *view;
		char text[4] = { 0 };
		enum err checked;
		enum err decoded;

		arena_reset(&arena);
		view = sample_view(&arena);
		unit_random_bytes((uint8_t *)text, 3);
		view->rule_id = text;
		view->kind = (Pb__Kind)unit_random_below(9);
		checked = codec_check(&view->base, NULL);
		decoded = CODEC_DECODE(view, sample_packed(&view->base, &arena), &arena, &back, NULL);
		check_err(decoded, checked);
	}
	arena_free(&arena);
}

UNIT_SUITE("contract/codec_check",
	{ "real messages pass", test_real_messages },
	{ "text", test_text },
	{ "enum values", test_enums },
	{ "oneofs", test_oneofs },
	{ "holes", test_holes },
	{ "too many elements", test_too_many },
	{ "agrees with decoding", test_agrees_with_decoding });
