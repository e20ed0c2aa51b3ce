/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/sheet_words.h - a request's values as the printed form shows them; "" for what is not there. */
#pragma once
#include <jansson.h>

#include "contract/codec.h"

/* The Japanese of the word under name, such as 至急; the word itself where the list has none. */
const char *sheet_word(const json_t *row, const char *name, const ProtobufCEnumDescriptor *list);

/* Appends the words of a list of them, with 、 between. */
void sheet_put_words(const json_t *words, const ProtobufCEnumDescriptor *list, struct buf *out);

/* The request's short code; "" before it is sent. */
const char *sheet_code(const json_t *request);

/* Columns that all texts under json take on a terminal, a line break counted as half a line of the form: how full the page will be. */
size_t sheet_fullness(const json_t *json);
