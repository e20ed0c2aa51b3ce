/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/code_lists.h - the closed word lists of messages and of what happens to them, with what a desk calls each word. */
#pragma once
#include <jansson.h>

#include "contract/language.h"
#include "vocabulary.pb-c.h"

struct code_text {
	int value;
	const char *text[2]; /* by enum language */
};

struct code_list {
	const char *field; /* where the words stand: "urgency", "leg.state" */
	const ProtobufCEnumDescriptor *words;
	const struct code_text *texts; /* ended by value 0; NULL: they are the contract's own (vocabulary_texts.h) */
};

extern const struct code_list code_lists[]; /* ended by field NULL */

/* What a desk calls a word; NULL for UNSPECIFIED and for what the list lacks.  Numbers may have gaps. */
const char *code_text(const struct code_list *list, int value, enum language language);

/* What using the word asks for, as fields of a message ("sheet.outreach.whose_wish"), or as what it goes with ("leg.DECLINE", of a reason): a new
 * array, empty where there is nothing to say. */
json_t *code_needs(const struct code_list *list, int value);
