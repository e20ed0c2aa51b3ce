/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/code_lists.h - the closed word lists of messages, with what a desk in Japan calls each. */
#pragma once
#include "vocabulary.pb-c.h"

struct code_list {
	const char *field;                    /* where the words stand in a message: "urgency" */
	const ProtobufCEnumDescriptor *words;
	const char *const *japanese;          /* by the enum's number, from 1 */
};

extern const struct code_list code_lists[]; /* ended by field NULL */
