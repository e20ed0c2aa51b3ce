/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/json_row.h - an object out of the library's JSON, read as a listing shows it: what is not there shows as nothing. */
#pragma once
#include <jansson.h>

#include "base/id.h"
#include "tsunagi/display.h"

/* The text under name, borrowed from row; "" when there is none, or row is none. */
const char *json_row_text(const json_t *row, const char *name);

/* The text at that place of a list; "" when there is none. */
const char *json_row_item(const json_t *list, size_t index);

/* The RFC 3339 time under name, as display_time shows it; "-" when there is none. */
void json_row_time(const json_t *row, const char *name, char to[DISPLAY_TIME]);

/* The short code of the "message_id"; "" when there is none. */
void json_row_code(const json_t *row, char to[ID_CODE_TEXT]);
