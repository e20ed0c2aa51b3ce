/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/fields.h - reading and writing the fields of the JSON files that this library keeps. */
#pragma once
#include "contract/json.h"
#include "crypto/certificate.h"

/* The text under name; NULL when it is not there or no text.  Borrowed from object. */
const char *field_text(const json_t *object, const char *name);

/* The number under name if it is a whole one from 0 to max; otherwise otherwise. */
uint64_t field_number(const json_t *object, const char *name, uint64_t max, uint64_t otherwise);

/* Exactly size bytes from base64; ERR_FORMAT. */
enum err field_bytes(const json_t *object, const char *name, uint8_t *to, size_t size);

/* Bytes of any length from base64, appended to out; ERR_FORMAT, ERR_TOO_LARGE. */
enum err field_run(const json_t *object, const char *name, struct buf *out);

/* Exactly 32 bytes from hexadecimal digits; ERR_FORMAT. */
enum err field_digest(const json_t *object, const char *name, struct digest *ret_digest);

/* A certificate or a P-256 key from PEM; ERR_FORMAT. */
enum err field_certificate(const json_t *object, const char *name, struct certificate **ret_certificate);
enum err field_key(const json_t *object, const char *name, struct private_key **ret_key);

/* New references, NULL when memory is short or on a fault of the key. */
json_t *json_certificate(const struct certificate *certificate);
json_t *json_key(const struct private_key *key);

/* Reads a JSON file whose "type" is this; ERR_FORMAT when it is none; else errors as file_read.  *ret_json is a new reference. */
enum err json_file_read(const char *path, const char *type, json_t **ret_json);

/* Writes it, indented, through file_write. */
enum err json_file_write(const char *path, const json_t *json);
