/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/json_field.h"

#include "samples.h"

static const ProtobufCFieldDescriptor *named(const ProtobufCMessageDescriptor *type, const char *name)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(type, name);

	unit_context("%s.%s", type->short_name, name);
	require(field != NULL);
	return field;
}

static void test_forms(void)
{
	static const struct {
		const ProtobufCMessageDescriptor *type;
		const char *field;
		enum json_form form;
		const char *name;
	} rows[] = {
		{ &pb__view__descriptor, "sender", JSON_FORM_TEXT, "sender" },
		{ &pb__view__descriptor, "message_id", JSON_FORM_ID, "message_id" },
		{ &pb__view__descriptor, "nonce", JSON_FORM_BYTES, "nonce" },
		{ &pb__view__descriptor, "created_at_us", JSON_FORM_TIME, "created_at" },
		{ &pb__view__descriptor, "respond_by_us", JSON_FORM_TIME, "respond_by" },
		{ &pb__view__descriptor, "kind", JSON_FORM_WORD, "kind" },
		{ &pb__view__descriptor, "basis", JSON_FORM_OBJECT, "basis" },
		{ &pb__view__descriptor, "directory_version", JSON_FORM_UNSIGNED, "directory_version" },
		{ &pb__access_entry__descriptor, "message_ids", JSON_FORM_ID, "message_ids" },
		{ &pb__sheet__descriptor, "household_cases", JSON_FORM_ID, "household_cases" },
		{ &pb__sheet__descriptor, "received_on", JSON_FORM_DATE, "received_on" },
		{ &pb__person__descriptor, "birth_date", JSON_FORM_DATE, "birth_date" },
		{ &pb__timer_entry__descriptor, "due_at_us", JSON_FORM_TIME, "due_at" },
		{ &pb__refusal__descriptor, "value", JSON_FORM_SIGNED, "value" },
		{ &pb__status__descriptor, "accepting", JSON_FORM_TRUTH, "accepting" },
		{ &pb__status__descriptor, "entries_per_second", JSON_FORM_REAL, "entries_per_second" },
		{ &pb__handout_entry__descriptor, "session", JSON_FORM_UNSIGNED, "session" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const ProtobufCFieldDescriptor *field = named(rows[i].type, rows[i].field);
		char name[JSON_NAME_MAX];

		check_int(json_form_of(field), rows[i].form);
		json_name_of(field, name);
		check_text(name, rows[i].name);
		check(json_field_named(rows[i].type, name) == field);
	}
	check(json_field_named(&pb__view__descriptor, "created_at_us") == NULL);
	check(json_field_named(&pb__view__descriptor, "") == NULL);
}

/* Names fit their room, and no two fields of a message share one. */
static void check_names(const ProtobufCMessageDescriptor *type)
{
	for (unsigned i = 0; i < type->n_fields; i++) {
		char name[JSON_NAME_MAX];

		json_name_of(&type->fields[i], name);
		unit_context("%s.%s", type->short_name, name);
		check(strlen(type->fields[i].name) < JSON_NAME_MAX);
		check(json_field_named(type, name) == &type->fields[i]);
		if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
			check_names(type->fields[i].descriptor);
	}
}

static void test_all_names(void)
{
	for (size_t i = 0; i < sample_type_count; i++)
		check_names(sample_types[i]);
}

static void test_near(void)
{
	static const struct {
		const char *typed;
		const char *meant; /* NULL: nothing near */
	} rows[] = {
		{ "histroy", "history" }, { "wish", "wishes" },		{ "topic", "topics" },	 { "recieved_on", "received_on" },
		{ "Risk", "risk" },	  { "referal_reason", "referral_reason" }, { "completely", NULL }, { "", NULL },
		{ "経過", NULL },	  { "xx", NULL },
	};
	char long_name[200];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char near[JSON_NAME_MAX] = "";

		unit_context("%s", rows[i].typed);
		check(json_name_near(&pb__sheet__descriptor, rows[i].typed, near) == (rows[i].meant != NULL));
		if (rows[i].meant != NULL)
			check_text(near, rows[i].meant);
	}
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	check(!json_name_near(&pb__sheet__descriptor, long_name, (char[JSON_NAME_MAX]){ 0 }));
}

UNIT_SUITE("contract/json_field",
	{ "forms and names", test_forms },
	{ "all names of all messages", test_all_names },
	{ "a mistyped name's neighbour", test_near });
