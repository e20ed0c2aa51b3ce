/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json_word.c - the words of enums: json_word and json_word_value of json.h. */
#include <ctype.h>

#include "contract/json.h"

/* How many characters of name are the list's prefix: RefusalCode gives REFUSAL_CODE_; 0 when name does not begin with it. */
static size_t prefix_length(const char *list, const char *name)
{
	size_t at = 0;

	for (size_t i = 0; list[i] != '\0'; i++) {
		if (i > 0 && isupper((unsigned char)list[i]) && name[at++] != '_')
			return 0;
		if (name[at++] != (char)toupper((unsigned char)list[i]))
			return 0;
	}
	return name[at] == '_' ? at + 1 : 0;
}

static const char *word_of(const ProtobufCEnumDescriptor *type, const ProtobufCEnumValue *value)
{
	return value->name + prefix_length(type->short_name, value->name);
}

const char *json_word(const ProtobufCEnumDescriptor *type, int value)
{
	const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);

	return found == NULL ? NULL : word_of(type, found);
}

bool json_word_value(const ProtobufCEnumDescriptor *type, const char *word, int *ret_value)
{
	for (unsigned i = 0; i < type->n_values; i++) {
		if (strcmp(word_of(type, &type->values[i]), word) == 0) {
			*ret_value = type->values[i].value;
			return true;
		}
	}
	return false;
}
