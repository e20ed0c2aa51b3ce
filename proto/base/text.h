/* SPDX-License-Identifier: Apache-2.0 */
/* base/text.h - what text may hold.  It is kept byte for byte: no normalisation, since NFC rewrites compatibility
 * ideographs and variation selectors (異体字) matter in names. */
#pragma once
#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"

enum text_fault {
	TEXT_OK,
	TEXT_BAD_UTF8,    /* invalid, overlong, surrogate or above U+10FFFF (RFC 3629) */
	TEXT_NUL,         /* U+0000 */
	TEXT_CONTROL,     /* other control (C0, DEL, C1) than tab, line feed, carriage return */
	TEXT_PRIVATE_USE, /* 外字: U+E000-F8FF, planes 15 and 16: means nothing outside one organisation */
	TEXT_NONCHARACTER /* U+FDD0-FDEF, U+xxFFFE, U+xxFFFF */
};

/* The character at the start of text: its bytes, 1 to 4, with ret_code its code point; 0 when text is empty or does not begin
 * with a well-formed character (RFC 3629). */
size_t text_decode(struct bytes text, uint32_t *ret_code);

/* The first fault, and where: ret_offset (may be NULL) gets its byte offset. */
enum text_fault text_check(struct bytes text, size_t *ret_offset);

/* A constant description for a person; never NULL. */
const char *text_fault_text(enum text_fault fault);

/* True for a DNS label: 1 to 63 of a-z 0-9 and inner hyphens. */
bool text_is_label(struct bytes text);

/* Splits "agency@site" into two labels; false when it is anything else. */
bool text_split_address(struct bytes address, struct bytes *ret_agency, struct bytes *ret_site);

/* Lower-case hexadecimal; out holds 2 * bytes.len + 1. */
void text_hex(struct bytes bytes, char *out);

/* Exactly out_len bytes from 2 * out_len hexadecimal digits of either case and nothing else; false otherwise, with out undefined. */
bool text_unhex(const char *hex, uint8_t *out, size_t out_len);

/* Standard base64 with padding (RFC 4648 4).  out holds 4 * ((len + 2) / 3) + 1. */
void text_base64(struct bytes bytes, char *out);

/* Strict: padding required, no white space, no stray bits.  ERR_FORMAT, or ERR_TOO_LARGE when cap is too small;
 * what out then holds is undefined. */
enum err text_unbase64(struct bytes text, uint8_t *out, size_t cap, size_t *ret_len);
