/* SPDX-License-Identifier: Apache-2.0 */
/* contract/fields.c - see fields.h for the contract. */
#include "contract/fields.h"

size_t field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (field_is_repeated(field))
		return *field_elements(message, field);
	if (field_is_member(field))
		return *field_chosen(message, field) == field->id ? 1 : 0;
	return field_stands(field, field_place(message, field)) ? 1 : 0;
}
