/* SPDX-License-Identifier: Apache-2.0 */
/* directories.h - directories as the tests of routing write them: JSON with single quotes. */
#pragma once
#include <jansson.h>

#include "contract/routing.h"

/* Two desks and a first line; rules debt (both desks by category) and fallback. */
#define DIRECTORY_DESK(id, more) "{'id':'" id "','names':{'ja':'" id "'},'confirmed_on':'2026-10-01','coordinator':'first'" more "}"

/* The snapshot of a text such as {'file':{...},'version':7}; quotes ' stand for ".  Ends the test when it is none.  Lives in arena. */
const Pb__DirectorySnapshot *directory_of(struct arena *arena, const char *text);

/* Likewise any message. */
const ProtobufCMessage *message_of(struct arena *arena, const ProtobufCMessageDescriptor *type, const char *text);

/* The JSON of such a text; a new reference. */
json_t *json_of(const char *text);

/* A snapshot of these agencies and rules, each the inside of a list. */
const Pb__DirectorySnapshot *directory_with(struct arena *arena, const char *agencies, const char *rules, const char *more);
