/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/typed.c - see tsunagi/tsunagi.h: calls for C programs above the JSON core. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "contract/json.h"
#include "libtsunagi/api.h"
#include "libtsunagi/delivery.h"
#include "libtsunagi/fields.h"

#define INDEX_MAX 256u

struct tsg_message {
	json_t *json;
	char error[200];
};

int tsg_message_new(const char *kind, tsg_message **ret_message)
{
	struct tsg_message *message = NULL;
	int value = 0;

	if (kind == NULL || ret_message == NULL || !json_word_value(&pb__kind__descriptor, kind, &value) || value == 0)
		return TSG_USAGE;
	message = calloc(1, sizeof *message);
	if (message != NULL)
		message->json = json_pack("{s:s, s:[]}", "kind", kind, "to");
	if (message == NULL || message->json == NULL) {
		free(message);
		return TSG_NO_MEMORY;
	}
	*ret_message = message;
	return TSG_OK;
}

void tsg_message_free(tsg_message *message)
{
	if (message == NULL)
		return;
	json_decref(message->json);
	free(message);
}

static int refuse(struct tsg_message *message, const char *field, const char *reason)
{
	snprintf(message->error, sizeof message->error, "%.80s: %s", field, reason);
	return TSG_USAGE;
}

const char *tsg_message_error(const tsg_message *message)
{
	return message == NULL ? "no message" : message->error;
}

int tsg_message_to(tsg_message *message, const char *agency)
{
	if (message == NULL || agency == NULL)
		return TSG_USAGE;
	return json_array_append_new(json_object_get(message->json, "to"), json_string(agency)) == 0 ? TSG_OK : refuse(message, "to", "no UTF-8");
}

/* ---- paths such as "sheet.topics[2].mark" ---- */

struct step {
	char name[64];
	bool indexed;
	size_t index;
};

/* Takes one step from the front of path; NULL when it is malformed. */
static const char *next_step(const char *path, struct step *ret_step)
{
	size_t len = strcspn(path, ".[");
	struct step step = { .indexed = false };
	char *end = NULL;

	if (len == 0 || len >= sizeof step.name)
		return NULL;
	memcpy(step.name, path, len);
	path += len;
	if (*path == '[') {
		step.indexed = true;
		step.index = strtoul(path + 1, &end, 10);
		if (end == path + 1 || *end != ']' || step.index >= INDEX_MAX)
			return NULL;
		path = end + 1;
	}
	if (*path == '.' && path[1] != '\0')
		path++;
	else if (*path != '\0')
		return NULL;
	*ret_step = step;
	return path;
}

/* The schema's field that a name stands for: of the envelope at the top, of the content's messages below; NULL where none knows it. */
static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *type, const char *name)
{
	const ProtobufCFieldDescriptor *field = type == NULL ? NULL : protobuf_c_message_descriptor_get_field_by_name(type, name);

	if (field == NULL && type == &pb__content__descriptor)
		field = protobuf_c_message_descriptor_get_field_by_name(&pb__view__descriptor, name);
	return field;
}

static const ProtobufCMessageDescriptor *inner_type(const ProtobufCFieldDescriptor *field)
{
	return field != NULL && field->type == PROTOBUF_C_TYPE_MESSAGE ? field->descriptor : NULL;
}

/* A list of words, separated by commas. */
static json_t *list_value(const char *value)
{
	json_t *list = json_array();

	while (*value != '\0') {
		size_t len = strcspn(value, ",");

		json_array_append_new(list, json_stringn(value, len));
		value += len;
		if (*value == ',')
			value++;
	}
	return list;
}

static json_t *number_value(const char *value)
{
	char *end = NULL;
	long long number = strtoll(value, &end, 10);

	return *value == '\0' || *end != '\0' ? NULL : json_integer((json_int_t)number);
}

/* The value in the form that its field wants. */
static json_t *value_of(const ProtobufCFieldDescriptor *field, bool indexed, const char *value)
{
	if (field != NULL && field->label == PROTOBUF_C_LABEL_REPEATED && !indexed)
		return list_value(value);
	if (field != NULL && field->type == PROTOBUF_C_TYPE_BOOL)
		return strcmp(value, "true") == 0 ? json_true() : strcmp(value, "false") == 0 ? json_false() : NULL;
	if (field != NULL && (field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_UINT64))
		return number_value(value);
	return json_string(value);
}

/* The object or array element under a step, made if need be. */
static json_t *step_into(json_t *at, const struct step *step)
{
	json_t *inner = json_object_get(at, step->name);

	if (inner == NULL) {
		json_object_set_new(at, step->name, step->indexed ? json_array() : json_object());
		inner = json_object_get(at, step->name);
	}
	if (!step->indexed)
		return json_is_object(inner) ? inner : NULL;
	if (!json_is_array(inner) || step->index > json_array_size(inner))
		return NULL;
	if (step->index == json_array_size(inner))
		json_array_append_new(inner, json_object());
	return json_array_get(inner, step->index);
}

static bool set_value(json_t *at, const struct step *step, json_t *value)
{
	json_t *list = NULL;

	if (!step->indexed)
		return json_object_set_new(at, step->name, value) == 0;
	if (json_object_get(at, step->name) == NULL)
		json_object_set_new(at, step->name, json_array());
	list = json_object_get(at, step->name);
	if (json_is_array(list) && step->index < json_array_size(list))
		return json_array_set_new(list, step->index, value) == 0;
	if (json_is_array(list) && step->index == json_array_size(list))
		return json_array_append_new(list, value) == 0;
	json_decref(value);
	return false;
}

int tsg_message_set(tsg_message *message, const char *field, const char *value)
{
	const ProtobufCMessageDescriptor *type = &pb__content__descriptor;
	json_t *at = message == NULL ? NULL : message->json;
	const char *path = field;
	struct step step;

	if (message == NULL || field == NULL || value == NULL)
		return TSG_USAGE;
	while ((path = next_step(path, &step)) != NULL) {
		const ProtobufCFieldDescriptor *found = field_of(type, step.name);
		json_t *json = NULL;

		if (*path != '\0') {
			at = step_into(at, &step);
			type = inner_type(found);
			if (at == NULL)
				return refuse(message, field, "a list is filled from 0 on, and a field has one form");
			continue;
		}
		json = value_of(found, step.indexed, value);
		if (json == NULL || !set_value(at, &step, json))
			return refuse(message, field, "the value does not fit the field");
		return TSG_OK;
	}
	return refuse(message, field, "no field's path");
}

int tsg_message_attach(tsg_message *message, const char *path, const char *media_type, const char *classes)
{
	json_t *row = NULL, *list = NULL;

	if (message == NULL || path == NULL)
		return TSG_USAGE;
	row = json_pack("{s:s, s:s*, s:o}", "path", path, "media_type", media_type, "classes", list_value(classes == NULL ? "" : classes));
	if (json_object_get(message->json, "attach") == NULL)
		json_object_set_new(message->json, "attach", json_array());
	list = json_object_get(message->json, "attach");
	return row != NULL && json_array_append_new(list, row) == 0 ? TSG_OK : refuse(message, "attach", "no UTF-8, or no memory");
}

/* ---- sending and reading ---- */

static void copy_field(const json_t *receipt, const char *name, char *to, size_t size)
{
	const char *text = field_text(receipt, name);

	snprintf(to, size, "%s", text == NULL ? "" : text);
}

static void read_receipt(const json_t *receipt, tsg_receipt *ret_receipt)
{
	const char *state = field_text(receipt, "state");
	const char *at = field_text(receipt, "accepted_at");

	*ret_receipt = (tsg_receipt){ 0 };
	copy_field(receipt, "message_id", ret_receipt->message_id, sizeof ret_receipt->message_id);
	copy_field(receipt, "code", ret_receipt->code, sizeof ret_receipt->code);
	copy_field(receipt, "site", ret_receipt->site, sizeof ret_receipt->site);
	ret_receipt->epoch = (uint32_t)field_number(receipt, "epoch", UINT32_MAX, 0);
	ret_receipt->seq = field_number(receipt, "seq", INT64_MAX, 0);
	ret_receipt->accepted = state != NULL && strcmp(state, "accepted") == 0;
	ret_receipt->duplicate = json_is_true(json_object_get(receipt, "duplicate"));
	if (at != NULL && clock_parse(at, &ret_receipt->accepted_at_us) != ERR_OK)
		ret_receipt->accepted_at_us = 0;
}

int tsg_submit(tsg_client *client, const tsg_message *message, tsg_receipt *ret_receipt)
{
	char *json = NULL, *receipt = NULL;
	json_t *parsed = NULL;
	int result = TSG_USAGE;

	if (client == NULL || message == NULL || ret_receipt == NULL)
		return result;
	json = json_dumps(message->json, JSON_COMPACT);
	result = json == NULL ? failure_err(&client->failure, ERR_NOMEM, "the message") : tsg_send_json(client, json, strlen(json), &receipt);
	free(json);
	if (receipt != NULL) {
		parsed = json_loads(receipt, 0, NULL);
		read_receipt(parsed, ret_receipt);
		json_decref(parsed);
	}
	free(receipt);
	return result;
}

const char *tsg_delivery_field(tsg_delivery *delivery, const char *field)
{
	const json_t *at = delivery == NULL ? NULL : delivery->json;
	const char *path = field;
	struct step step;

	if (delivery == NULL || field == NULL)
		return NULL;
	while (*path != '\0' && at != NULL) {
		path = next_step(path, &step);
		if (path == NULL)
			return NULL;
		at = json_object_get(at, step.name);
		if (step.indexed)
			at = json_array_get(at, step.index);
	}
	return json_string_value(at);
}
