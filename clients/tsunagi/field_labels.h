/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/field_labels.h - what the municipal form calls the fields of a message: the one list behind printed sheets and CSV headings. */
#pragma once
#include "contract/codec.h"

/* The form's Japanese for a field of this message type, such as "氏名" of a Person's name; a constant.  Empty where a message within stands
 * on the form without a heading of its own (本人).  NULL for a field that no desk fills in. */
const char *field_label(const ProtobufCMessageDescriptor *type, const char *field);

/* The form's word for a value: "男", "◎", "はい"; NULL for an unknown value and for UNSPECIFIED. */
const char *field_word(const ProtobufCEnumDescriptor *type, int value);
