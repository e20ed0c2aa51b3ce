/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/display.h - text as a terminal shows it: widths of Japanese, times, sizes; what others wrote made harmless. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define DISPLAY_LINE 2048u /* bytes of one line that display_clean writes */
#define DISPLAY_TIME 40

/* Columns that text takes: two for full-width characters, none for combining ones and variation selectors. */
size_t display_width(const char *text);

/* Copies text with every control character (escape sequences, newlines) as a space and bytes that are no UTF-8 as '?': nobody's words may
 * steer a terminal or forge a line.  Cut at a character, with "…", when room is too small.  room is at least 8. */
void display_clean(const char *text, char *to, size_t room);

/* RFC 3339 in Japanese time without fractions, such as 2026-11-22T19:50:12+09:00; "-" for 0. */
void display_time(int64_t us, char to[DISPLAY_TIME]);

/* How long, in the largest two units that say enough, in the reader's language: "3 min 5 s", "2 日 4 時間". */
void display_duration(int64_t us, char *to, size_t room);

/* 1,234,567 */
void display_count(uint64_t count, char to[32]);

/* 1.2 GiB */
void display_bytes(uint64_t bytes, char to[32]);
