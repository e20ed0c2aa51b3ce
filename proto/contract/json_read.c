/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json_read.c - json_to_message of json.h: objects and arrays; json_value.c reads what stands in them.
 *
 * Reading goes on after a fault, so that a person sees all of them at once; it stops only when the arena is full. */
#include <stdio.h>

#include "contract/fields.h"
#include "contract/json_field.h"
#include "contract/json_value.h"

static ProtobufCMessage *read_object(struct json_reader *reader, const struct codec_step *step, unsigned depth, const json_t *json,
				     const ProtobufCMessageDescriptor *type);

static void read_one(struct json_reader *reader, const struct codec_step *step, unsigned depth, const ProtobufCFieldDescriptor *field,
		     const json_t *json, void *place)
{
	ProtobufCMessage *inner;

	if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
		json_read_value(reader, step, field, json, place);
		return;
	}
	inner = read_object(reader, step, depth + 1, json, field->descriptor);
	memcpy(place, &inner, sizeof(inner));
}

/* A faulty element leaves a hole, which nobody sees: a message with faults is not given out. */
static void read_elements(struct json_reader *reader, struct codec_step *step, unsigned depth, ProtobufCMessage *message,
			  const ProtobufCFieldDescriptor *field, const json_t *json)
{
	size_t width = field_width(field);
	size_t count = json_array_size(json);
	uint8_t *elements;

	if (!json_is_array(json)) {
		json_tell(reader, step, json, "must be a list, in square brackets", "角括弧で囲んだ一覧にしてください");
		return;
	}
	if (count == 0)
		return;
	elements = arena_calloc(reader->arena, count, width);
	if (elements == NULL) {
		reader->full = true;
		return;
	}
	memcpy(field_place(message, field), &elements, sizeof(elements));
	*field_elements(message, field) = count;
	step->repeated = true;
	for (size_t i = 0; i < count && !reader->full; i++) {
		step->index = i;
		read_one(reader, step, depth, field, json_array_get(json, i), elements + i * width);
	}
}

static void read_field(struct json_reader *reader, const struct codec_step *outer, unsigned depth, ProtobufCMessage *message,
		       const char *name, const json_t *json)
{
	const ProtobufCFieldDescriptor *field = json_field_named(message->descriptor, name);
	struct codec_step step = { .outer = outer, .field = name };
	char near[JSON_NAME_MAX];
	char reason[128] = "there is no such field";
	char reason_ja[192] = "この項目はありません";

	if (field == NULL) {
		if (json_name_near(message->descriptor, name, near)) {
			snprintf(reason, sizeof(reason), "there is no such field; did you mean %s?", near);
			snprintf(reason_ja, sizeof(reason_ja), "この項目はありません(「%s」のことですか)", near);
		}
		json_tell(reader, &step, NULL, reason, reason_ja);
		return;
	}
	if (json_is_null(json))
		return;
	if (field_is_repeated(field)) {
		read_elements(reader, &step, depth, message, field, json);
		return;
	}
	if (field_is_member(field)) {
		if (*field_chosen(message, field) != 0)
			json_tell(reader, &step, NULL, "only one of these may stand here", "同時に書けるのは一つだけです");
		*field_chosen(message, field) = field->id;
	}
	read_one(reader, &step, depth, field, json, field_place(message, field));
}

static void check_chosen(struct json_reader *reader, const struct codec_step *step, const ProtobufCMessage *message)
{
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];

		if (!field_is_member(field) || *field_chosen(message, field) != 0)
			continue;
		json_tell(reader, step, NULL, "says none of what it could say", "内容がありません。どれか一つを書いてください");
		return;
	}
}

static ProtobufCMessage *read_object(struct json_reader *reader, const struct codec_step *step, unsigned depth, const json_t *json,
				     const ProtobufCMessageDescriptor *type)
{
	json_t *object = (json_t *)(uintptr_t)json; /* jansson's iterators take no const */
	ProtobufCMessage *message;
	const char *name;
	json_t *value;

	if (!json_is_object(json) || depth > CODEC_DEPTH) {
		json_tell(reader, step, json, depth > CODEC_DEPTH ? "nested too deep" : "must be an object, in braces",
			  depth > CODEC_DEPTH ? "入れ子が深すぎます" : "波括弧で囲んだ項目の組にしてください");
		return NULL;
	}
	message = arena_calloc(reader->arena, 1, type->sizeof_message);
	if (message == NULL) {
		reader->full = true;
		return NULL;
	}
	protobuf_c_message_init(type, message);
	json_object_foreach(object, name, value) {
		if (!reader->full)
			read_field(reader, step, depth, message, name, value);
	}
	if (!reader->full)
		check_chosen(reader, step, message);
	return message;
}

enum err json_to_message(const json_t *json, const ProtobufCMessageDescriptor *type, struct arena *arena,
			 const ProtobufCMessage **ret_message, void (*on_fault)(void *context, const struct json_fault *fault),
			 void *context)
{
	struct json_reader reader = { arena, on_fault, context, false, false };
	ProtobufCMessage *message = read_object(&reader, NULL, 0, json, type);

	if (reader.full)
		return ERR_TOO_LARGE;
	if (reader.faulty)
		return ERR_FORMAT;
	*ret_message = message;
	return ERR_OK;
}
