/* SPDX-License-Identifier: Apache-2.0 */
#include "faults.h"

static const ProtobufCMessageDescriptor *const view_type = &pb__view__descriptor;
static const ProtobufCMessageDescriptor *const sheet_type = &pb__sheet__descriptor;

static void test_whole_sheet(void)
{
	const char *text = "{\"received_on\":\"令和7年11月4日\",\"person\":{\"name\":\"例示 花子\",\"sex\":\"FEMALE\",\"birth_date\":\"S45.3.1\"},"
			   "\"household\":[{\"age\":83,\"relation\":\"母\"},{}],\"topics\":[{\"topic\":\"DEBT\",\"mark\":\"MAIN\"}],"
			   "\"outreach\":{\"person_knows_date\":true},\"text_classes\":[\"FINANCE\",\"FAMILY\"],"
			   "\"household_cases\":[\"01234567-89ab-7def-8123-456789abcdef\"]}";
	const ProtobufCMessage *message;
	const Pb__Sheet *sheet;
	struct faults faults;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	require_ok(faults_read(sheet_type, text, &arena, &message, &faults));
	sheet = (const Pb__Sheet *)message;
	check_text(sheet->received_on, "2025-11-04");
	check_text(sheet->person->birth_date, "1970-03-01");
	check_text(sheet->person->name, "例示 花子");
	check_text(sheet->person->kana, "");
	check_int(sheet->person->sex, PB__SEX__SEX_FEMALE);
	require(sheet->n_household == 2);
	check_uint(sheet->household[0]->age, 83);
	check_text(sheet->household[1]->relation, "");
	check_int(sheet->topics[0]->topic, PB__TOPIC_NAME__TOPIC_NAME_DEBT);
	check(sheet->outreach->person_knows_date);
	check_uint(sheet->n_text_classes, 2);
	check_int(sheet->text_classes[1], PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FAMILY);
	check_uint(sheet->household_cases[0].len, 16);
	check_ok(codec_check(message, NULL));
	arena_free(&arena);
}

static void test_null_and_empty(void)
{
	const ProtobufCMessage *message;
	struct faults faults;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	check_ok(faults_read(sheet_type, "{}", &arena, &message, &faults));
	check_uint(codec_size(message), 0);
	check_ok(faults_read(sheet_type, "{\"person\":null,\"topics\":null,\"history\":null}", &arena, &message, &faults));
	check_uint(codec_size(message), 0);
	check_ok(faults_read(sheet_type, "{\"topics\":[],\"history\":\"\",\"received_on\":\"\"}", &arena, &message, &faults));
	check_uint(codec_size(message), 0);
	arena_free(&arena);
}

static void test_names(void)
{
	faults_expect(sheet_type, "{\"histroy\":\"x\"}", "histroy", "there is no such field; did you mean history?");
	faults_expect(sheet_type, "{\"completely_else\":{}}", "completely_else", "there is no such field");
	faults_expect(sheet_type, "{\"person\":{\"氏名\":\"x\"}}", "person.氏名", "there is no such field");
	faults_expect(view_type, "{\"created_at_us\":5}", "created_at_us", "there is no such field");
}

static void test_shapes(void)
{
	faults_expect(sheet_type, "[]", "", "[...]: must be an object, in braces");
	faults_expect(sheet_type, "\"x\"", "", "\"x\": must be an object, in braces");
	faults_expect(sheet_type, "{\"person\":\"花子\"}", "person", "\"花子\": must be an object, in braces");
	faults_expect(sheet_type, "{\"topics\":{}}", "topics", "{...}: must be a list, in square brackets");
	faults_expect(sheet_type, "{\"topics\":[{},5]}", "topics[1]", "5: must be an object, in braces");
	faults_expect(sheet_type, "{\"topics\":[null]}", "topics[0]", "null: must be an object, in braces");
	faults_expect(sheet_type, "{\"history\":[\"x\"]}", "history", "[...]: must be text, in quotation marks");
}

static void test_oneofs(void)
{
	faults_expect(&pb__content__descriptor, "{}", "", "says none of what it could say");
	faults_expect(&pb__content__descriptor, "{\"sheet\":null}", "", "says none of what it could say");
	faults_expect(&pb__content__descriptor, "{\"note\":{},\"sheet\":{}}", "sheet", "only one of these may stand here");
}

static void test_every_fault_is_told(void)
{
	const char *text = "{\"received_on\":\"2月30日\",\"person\":{\"sex\":\"F\",\"nam\":\"x\"},\"household\":[{\"age\":-1},{\"age\":\"8\"}],"
			   "\"topics\":[{\"mark\":\"BIG\"}],\"history\":\"\\ue000\",\"text_classes\":[\"HEALTH\",\"X\"]}";
	const char *const paths[] = { "received_on", "person.sex", "person.nam", "household[0].age", "household[1].age", "topics[0].mark",
				      "history", "text_classes[1]" };
	const ProtobufCMessage *message = NULL;
	struct faults faults;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	check_err(faults_read(sheet_type, text, &arena, &message, &faults), ERR_FORMAT);
	check(message == NULL);
	require(faults.count == 8);
	for (size_t i = 0; i < 8; i++)
		check_text(faults.list[i].path, paths[i]);
	arena_free(&arena);
}

static void test_nobody_listens(void)
{
	const ProtobufCMessage *message = NULL;
	struct arena arena;
	json_t *json = json_pack("{s:i}", "history", 5);

	arena_init(&arena, 1 << 20);
	check_err(json_to_message(json, sheet_type, &arena, &message, NULL, NULL), ERR_FORMAT);
	check(message == NULL);
	json_decref(json);
	arena_free(&arena);
}

static void test_any_arena(void)
{
	struct arena source;
	json_t *json;
	bool fitted = false;

	arena_init(&source, 1 << 20);
	json = json_of_message(&sample_sheet(&source)->base);
	for (size_t limit = 0; limit < 8192; limit += 16) {
		const ProtobufCMessage *message = NULL;
		struct arena arena;
		enum err err;

		arena_init(&arena, limit);
		err = json_to_message(json, &pb__content__descriptor, &arena, &message, NULL, NULL);
		unit_context("limit %zu", limit);
		check(err == ERR_OK || err == ERR_TOO_LARGE);
		check((err == ERR_OK) == (message != NULL));
		check(!fitted || err == ERR_OK);
		fitted = err == ERR_OK;
		arena_free(&arena);
	}
	check(fitted);
	json_decref(json);
	arena_free(&source);
}

/* No schema of ours nests so deep: a message that may hold itself does. */
static ProtobufCMessageDescriptor nested_type;

static void nested_init(ProtobufCMessage *message)
{
	memset(message, 0, nested_type.sizeof_message);
	message->descriptor = &nested_type;
}

static void test_depth(void)
{
	ProtobufCFieldDescriptor inner = pb__view__descriptor.fields[7];
	json_t *json = json_object();

	inner.id = 1;
	inner.name = "inner";
	inner.descriptor = &nested_type;
	inner.offset = sizeof(ProtobufCMessage);
	nested_type = pb__signed_snapshot__descriptor;
	nested_type.message_init = nested_init;
	nested_type.n_fields = 1;
	nested_type.fields = &inner;
	for (unsigned depth = 0; depth < 100; depth++) {
		const ProtobufCMessage *message;
		struct faults faults = { 0 };
		struct arena arena;

		arena_init(&arena, 1 << 20);
		unit_context("%u deep", depth);
		check_err(json_to_message(json, &nested_type, &arena, &message, faults_add, &faults), depth <= CODEC_DEPTH ? ERR_OK : ERR_FORMAT);
		check_uint(faults.count, depth <= CODEC_DEPTH ? 0 : 1);
		arena_free(&arena);
		json = json_pack("{s:o}", "inner", json);
	}
	json_decref(json);
}

UNIT_SUITE("contract/json_read",
	{ "a whole sheet", test_whole_sheet },
	{ "null and empty are absent", test_null_and_empty },
	{ "unknown names", test_names },
	{ "objects and lists", test_shapes },
	{ "oneofs", test_oneofs },
	{ "every fault is told", test_every_fault_is_told },
	{ "nobody listens", test_nobody_listens },
	{ "any arena", test_any_arena },
	{ "nesting", test_depth });
