/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_check.c - codec_check of codec.h: what codec_read refuses in received bytes, found in a message built here.
 */
#include "base/text.h"
#include "contract/codec.h"
#include "contract/codec_path.h"
#include "contract/fields.h"

struct check {
	struct codec_fault *fault;
	unsigned depth;
};

static enum err refuse(const struct check *check, const struct codec_step *step, const char *reason)
{
	codec_fault_set(check->fault, step, reason);
	return ERR_FORMAT;
}

static enum err check_message(const struct check *check, const ProtobufCMessage *message, const struct codec_step *step);

static enum err check_text(const struct check *check, const char *text, const struct codec_step *step)
{
	enum text_fault fault = text_check(bytes_of_text(text), NULL);

	return fault == TEXT_OK ? ERR_OK : refuse(check, step, text_fault_text(fault));
}

static enum err check_nested(const struct check *check, const ProtobufCMessage *message, const struct codec_step *step)
{
	struct check inner = { check->fault, check->depth + 1 };

	if (inner.depth > CODEC_DEPTH)
		return refuse(check, step, "nested too deep");
	return check_message(&inner, message, step);
}

/* One value; a text or message that is not there passes unless it is an element or a chosen member. */
static enum err check_value(const struct check *check, const ProtobufCFieldDescriptor *field, const void *value, bool required,
			    const struct codec_step *step)
{
	const ProtobufCBinaryData *data;
	const void *pointer;

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		pointer = field_pointer(value);
		if (pointer == NULL)
			return required ? refuse(check, step, "missing") : ERR_OK;
		if (field->type == PROTOBUF_C_TYPE_STRING)
			return check_text(check, pointer, step);
		return check_nested(check, pointer, step);
	case PROTOBUF_C_TYPE_BYTES:
		data = value;
		return data->len > 0 && data->data == NULL ? refuse(check, step, "missing") : ERR_OK;
	case PROTOBUF_C_TYPE_ENUM:
		if (codec_enum_knows(field->descriptor, *(const int *)value))
			return ERR_OK;
		return refuse(check, step, "a value that the list does not have");
	default:
		return ERR_OK;
	}
}

static enum err check_repeated(const struct check *check, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
			       struct codec_step *step)
{
	size_t count = field_count(message, field);
	enum err err = ERR_OK;

	if (count > CODEC_FIELDS) {
		codec_fault_set(check->fault, step, "more elements than one message may have");
		return ERR_TOO_LARGE;
	}
	if (count > 0 && field_pointer(field_place(message, field)) == NULL)
		return refuse(check, step, "missing");
	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		step->index = i;
		err = check_value(check, field, field_value(message, field, i), true, step);
	}
	return err;
}

/* A member of a oneof: one of its members must be chosen, and only the chosen one is looked at. */
static enum err check_member(const struct check *check, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
			     const struct codec_step *step)
{
	uint32_t chosen = *field_chosen(message, field);

	if (chosen == 0)
		return refuse(check, step->outer, "says none of what it could say");
	if (chosen != field->id)
		return ERR_OK;
	return check_value(check, field, field_place(message, field), true, step);
}

static enum err check_message(const struct check *check, const ProtobufCMessage *message, const struct codec_step *outer)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;
	enum err err = ERR_OK;

	for (size_t i = 0; i < type->n_fields && err == ERR_OK; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		struct codec_step step = { .outer = outer, .field = field->name };

		if (field_is_repeated(field)) {
			step.repeated = true;
			err = check_repeated(check, message, field, &step);
		} else if (field_is_member(field)) {
			err = check_member(check, message, field, &step);
		} else {
			err = check_value(check, field, field_place(message, field), false, &step);
		}
	}
	return err;
}

enum err codec_check(const ProtobufCMessage *message, struct codec_fault *fault)
{
	struct codec_fault unread;
	struct check check = { fault != NULL ? fault : &unread, 0 };

	return check_message(&check, message, NULL);
}
