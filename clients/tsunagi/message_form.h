/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/message_form.h - what a message's JSON looks like, worked out of the schemas, so that it cannot differ from what is read. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "content.pb-c.h"

/* A kind's word as a person may type it ("request", "REQUEST"); false when there is none. */
bool message_kind(const char *word, Pb__Kind *ret_kind);

/* The field under which a kind's content stands ("sheet"), and its schema. */
const ProtobufCFieldDescriptor *message_content(Pb__Kind kind);

/* A message of this kind with every field that a person may fill in, empty or with a first word of its list; a new reference. */
json_t *message_template(Pb__Kind kind);

/* A JSON Schema of a message of this kind; a new reference. */
json_t *message_schema(Pb__Kind kind);
