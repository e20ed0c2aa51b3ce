/* SPDX-License-Identifier: Apache-2.0 */
/* base/id.h - identifiers: UUIDv7 (RFC 9562), its text form and a short code for people. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

#define ID_BYTES 16
#define ID_TEXT 37      /* 36 characters and the NUL */
#define ID_CODE_TEXT 12 /* XXXXX-XXXXC and the NUL */

struct id {
	uint8_t bytes[ID_BYTES];
};

/* A UUIDv7 of now_ms (milliseconds since 1970-01-01 UTC) and 10 random bytes, which the caller draws. */
struct id id_make(uint64_t now_ms, const uint8_t random[10]);

/* A UUIDv7 of the wall clock and the kernel's random numbers.  ERR_IO when the kernel gives none. */
enum err id_new(struct id *ret_id);

#define ID_DRIFT_MS 60000 /* at most so far ids run ahead of the clock to stay in order: well within what a broker accepts */

/* The same, and it sorts behind last: ids of one sender keep the order in which they were made, however fast, and when the clock is
 * set back a little.  When last is more than ID_DRIFT_MS ahead of the clock, the clock was wrong, and order begins anew. */
enum err id_new_after(const struct id *last, struct id *ret_id);

/* The milliseconds that a UUIDv7 carries. */
uint64_t id_time_ms(const struct id *id);

/* True for version 7 and the RFC's variant. */
bool id_is_v7(const struct id *id);

/* ERR_FORMAT unless bytes are exactly 16. */
enum err id_from_bytes(struct bytes bytes, struct id *ret_id);

/* Lower-case 8-4-4-4-12. */
void id_format(const struct id *id, char text[ID_TEXT]);

/* Takes either case; ERR_FORMAT for anything else than 8-4-4-4-12 hexadecimal digits. */
enum err id_parse(const char *text, struct id *ret_id);

/* A code to read out by telephone: the last 45 bits of the random tail as nine Crockford base-32 characters and a check
 * character, written XXXXX-XXXXC.  The check is over GF(32): any one wrong character and any two swapped ones are caught. */
void id_code(const struct id *id, char code[ID_CODE_TEXT]);

/* True when code (either case; O, I, L read as 0, 1, 1; hyphens and spaces ignored) is well-formed and its check holds;
 * ret_tail then holds the 45 bits. */
bool id_code_parse(const char *code, uint64_t *ret_tail);

/* The 45 bits that id_code shows. */
uint64_t id_tail(const struct id *id);
