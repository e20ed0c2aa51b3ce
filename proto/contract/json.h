/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json.h - messages as JSON and back, driven by descriptors.  jansson lives here (and in the clients).
 *
 * Names are the schemas' snake_case; an enum value is written without its list's prefix ("SOON"); bytes fields of 16 bytes whose
 * name ends in _id, _ids or _cases are UUIDs, other bytes base64; int64 fields whose name ends in _us are RFC 3339 under the name
 * without _us ("created_at", +09:00 when written, milliseconds); 64-bit numbers are JSON integers, as decimal text above 2^63-1, which JSON's
 * readers cannot hold.  Absent, empty and zero are left out when writing; null is absent when reading.  Text fields named birth_date or
 * ..._on are dates: 和暦 is understood and becomes YYYY-MM-DD (wareki.h). */
#pragma once
#include <jansson.h>

#include "contract/codec.h"

#define JSON_OFFSET_MINUTES (9 * 60) /* Asia/Tokyo */

struct json_fault {
	char path[160];      /* such as "sheet.topics[2].mark" */
	char reason[200];    /* for a person: the value and what would be right */
	char reason_ja[300]; /* the same in Japanese */
};

/* A new reference; NULL when memory is short, or when a text in it is not UTF-8. */
json_t *json_of_message(const ProtobufCMessage *message);

/* Builds a message of this type in the arena.  Every fault is found, not only the first: on_fault (may be NULL) is called for each.
 * ERR_FORMAT when there was any: unknown name, wrong type, unknown word, bad text, bad date, none or two members of a oneof.
 * ERR_TOO_LARGE when the arena's limit is reached. */
enum err json_to_message(const json_t *json, const ProtobufCMessageDescriptor *type, struct arena *arena,
			 const ProtobufCMessage **ret_message, void (*on_fault)(void *context, const struct json_fault *fault),
			 void *context);

/* Single values as json_of_message writes them, and hexadecimal; new references, NULL when memory is short. */
json_t *json_base64(struct bytes bytes);
json_t *json_hex(struct bytes bytes);
json_t *json_id(const uint8_t id[16]);
json_t *json_time(int64_t us);

/* A JSON Schema (2020-12) of a message type, for `tsunagi schema`; a new reference, NULL when memory is short. */
json_t *json_schema(const ProtobufCMessageDescriptor *type);

/* The word of an enum value without its prefix, or NULL; and the reverse. */
const char *json_word(const ProtobufCEnumDescriptor *type, int value);
bool json_word_value(const ProtobufCEnumDescriptor *type, const char *word, int *ret_value);
