/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/standing_print.h - what an agency says of itself, for a person. */
#pragma once
#include <jansson.h>

#include "routing.pb-c.h"

/* "open", "waitlist", "full" in the reader's language; value: OPEN and so on, or NULL. */
const char *standing_word(const char *places);

/* The answer of the library's capacity and confirm. */
void standing_print(const json_t *standing);

/* A Standing out of the daemon's directory as fields of a listing; NULL: nothing said. */
void standing_fields(const Pb__Standing *standing);
