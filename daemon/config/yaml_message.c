/* SPDX-License-Identifier: Apache-2.0 */
#include "config/yaml_message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "contract/json.h"
#include "contract/limits.h"

struct conversion {
	const struct yaml_file *file;
	struct arena *arena;
};

static enum err convert_message(struct conversion *conversion, const yaml_node_t *node, const ProtobufCMessageDescriptor *type,
				size_t list_max, ProtobufCMessage **ret_message);

static enum err convert_text(struct conversion *conversion, const yaml_node_t *node, const char *name, char **to)
{
	struct fault_sink *sink = conversion->file->sink;
	struct bytes text = yaml_scalar(node);
	enum text_fault fault;
	char *copy;

	if (text.data == NULL) {
		fault_at(sink, yaml_line(node), "%s: needs a text", name);
		return ERR_OK;
	}
	fault = text_check(text, NULL);
	if (fault != TEXT_OK || text.len > LIMIT_SHORT_TEXT) {
		if (fault != TEXT_OK)
			fault_at(sink, yaml_line(node), "%s: %s", name, text_fault_text(fault));
		else
			fault_at(sink, yaml_line(node), "%s: %zu bytes; at most %u", name, text.len, LIMIT_SHORT_TEXT);
		return ERR_OK;
	}
	copy = arena_text(conversion->arena, text);
	if (copy == NULL)
		return ERR_TOO_LARGE;
	*to = copy;
	return ERR_OK;
}

/* A scalar's text, NULL for any other node; for one that holds a NUL too, since what stands after it would go unread. */
static const char *word_of(const yaml_node_t *node)
{
	struct bytes text = yaml_scalar(node);

	return text.data != NULL && memchr(text.data, '\0', text.len) == NULL ? (const char *)text.data : NULL;
}

static void convert_number(struct conversion *conversion, const yaml_node_t *node, const char *name, uint32_t *to)
{
	const char *text = word_of(node);
	unsigned long number = 0;
	char *end = NULL;

	errno = 0;
	if (text != NULL && *text >= '0' && *text <= '9')
		number = strtoul(text, &end, 10);
	if (end == NULL || *end != '\0' || errno != 0 || number > UINT32_MAX)
		fault_at(conversion->file->sink, yaml_line(node), "%s: \"%s\" is no whole number", name, text != NULL ? text : "");
	else
		*to = (uint32_t)number;
}

static void convert_truth(struct conversion *conversion, const yaml_node_t *node, const char *name, protobuf_c_boolean *to)
{
	struct bytes text = yaml_scalar(node);

	if (bytes_equal(text, bytes_of_text("true")))
		*to = 1;
	else if (bytes_equal(text, bytes_of_text("false")))
		*to = 0;
	else
		fault_at(conversion->file->sink, yaml_line(node), "%s: needs true or false", name);
}

static void convert_word(struct conversion *conversion, const yaml_node_t *node, const ProtobufCFieldDescriptor *field, int *to)
{
	const char *text = word_of(node);
	int value;

	if (text == NULL || !json_word_value(field->descriptor, text, &value) || value == 0)
		fault_at(conversion->file->sink, yaml_line(node), "%s: \"%s\" is not in the list", field->name,
			 text != NULL ? text : "");
	else
		*to = value;
}

/* One value into its place: an element of a list, or the field itself. */
static enum err convert_value(struct conversion *conversion, const yaml_node_t *node, const ProtobufCFieldDescriptor *field, void *to)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return convert_text(conversion, node, field->name, to);
	case PROTOBUF_C_TYPE_UINT32:
		convert_number(conversion, node, field->name, to);
		return ERR_OK;
	case PROTOBUF_C_TYPE_BOOL:
		convert_truth(conversion, node, field->name, to);
		return ERR_OK;
	case PROTOBUF_C_TYPE_ENUM:
		convert_word(conversion, node, field, to);
		return ERR_OK;
	case PROTOBUF_C_TYPE_MESSAGE:
		return convert_message(conversion, node, field->descriptor, YAML_LIST_MAX, to);
	default: /* no schema that people write by hand has others */
		fault_at(conversion->file->sink, yaml_line(node), "%s: cannot be given in a file", field->name);
		return ERR_OK;
	}
}

static size_t element_size(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	default:
		return sizeof(uint32_t); /* enums are ints */
	}
}

/* An element that could not be read must still be a valid one. */
static enum err element_default(struct arena *arena, const ProtobufCFieldDescriptor *field, void *to)
{
	if (field->type != PROTOBUF_C_TYPE_STRING)
		return ERR_OK;
	*(char **)to = arena_text(arena, bytes_of(NULL, 0));
	return *(char **)to != NULL ? ERR_OK : ERR_TOO_LARGE;
}

static enum err convert_list(struct conversion *conversion, const yaml_node_t *node, const ProtobufCFieldDescriptor *field,
			     size_t list_max, ProtobufCMessage *message)
{
	size_t count = yaml_count(node);
	size_t size = element_size(field->type);
	uint8_t *elements;
	enum err err = ERR_OK;

	if (node->type != YAML_SEQUENCE_NODE || count > list_max) {
		fault_at(conversion->file->sink, yaml_line(node), "%s: needs a list of at most %zu", field->name, list_max);
		return ERR_OK;
	}
	elements = arena_calloc(conversion->arena, count, size);
	if (elements == NULL)
		return ERR_TOO_LARGE;
	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		err = element_default(conversion->arena, field, elements + i * size);
		if (err == ERR_OK)
			err = convert_value(conversion, yaml_element(conversion->file, node, i), field, elements + i * size);
	}
	*(void **)(void *)((char *)message + field->offset) = elements;
	*(size_t *)(void *)((char *)message + field->quantifier_offset) = count;
	return err;
}

static const ProtobufCFieldDescriptor *field_named(const ProtobufCMessageDescriptor *type, struct bytes name)
{
	for (unsigned i = 0; i < type->n_fields; i++)
		if (bytes_equal(name, bytes_of_text(type->fields[i].name)))
			return &type->fields[i];
	return NULL;
}

static enum err convert_pair(struct conversion *conversion, const yaml_node_t *key, const yaml_node_t *value, size_t list_max,
			     ProtobufCMessage *message)
{
	struct bytes name = yaml_scalar(key);
	const ProtobufCFieldDescriptor *field = field_named(message->descriptor, name);

	if (field == NULL) {
		if (name.data != NULL)
			fault_at(conversion->file->sink, yaml_line(key), "%s: there is no such field", (const char *)name.data);
		return ERR_OK;
	}
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return convert_list(conversion, value, field, list_max, message);
	return convert_value(conversion, value, field, (char *)message + field->offset);
}

static enum err convert_message(struct conversion *conversion, const yaml_node_t *node, const ProtobufCMessageDescriptor *type,
				size_t list_max, ProtobufCMessage **ret_message)
{
	ProtobufCMessage *message = arena_alloc(conversion->arena, type->sizeof_message);
	const yaml_node_t *key;
	const yaml_node_t *value;
	enum err err = ERR_OK;

	if (message == NULL)
		return ERR_TOO_LARGE;
	type->message_init(message);
	*ret_message = message;
	if (node->type != YAML_MAPPING_NODE)
		fault_at(conversion->file->sink, yaml_line(node), "needs a mapping of fields");
	else
		yaml_check_keys(conversion->file, node);
	for (size_t i = 0; err == ERR_OK && yaml_pair(conversion->file, node, i, &key, &value); i++)
		err = convert_pair(conversion, key, value, list_max, message);
	return err;
}

enum err yaml_message(const struct yaml_file *file, const yaml_node_t *mapping, const ProtobufCMessageDescriptor *type,
		      size_t list_max, struct arena *arena, ProtobufCMessage **ret_message)
{
	struct conversion conversion = { file, arena };

	return convert_message(&conversion, mapping, type, list_max, ret_message);
}
