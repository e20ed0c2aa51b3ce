/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/happening_words.h - what an entry did to a thread or a case, as a caseworker reads it. */
#pragma once
#include <jansson.h>

#include "base/buf.h"
#include "contract/language.h"

/* Whether an operator did it, whose login only operators are shown. */
bool happening_is_operators(const json_t *happening);

/* Appends what was done: "request: accept", "lapsed by time", "the operator looked (trace)". */
void happening_put_what(const json_t *happening, enum language language, struct buf *out);

/* Appends what it led to: the state, whose turn it is and until when, reason, outcome, what left and was acknowledged; nothing where there is nothing. */
void happening_put_then(const json_t *happening, enum language language, struct buf *out);
