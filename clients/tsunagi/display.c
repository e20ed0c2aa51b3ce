/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/display.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "base/clock.h"
#include "base/text.h"
#include "contract/json.h"
#include "tsunagi/words.h"

#define ELLIPSIS "…"

static bool is_control(uint32_t code)
{
	/* C0, DEL, C1; and what reorders or hides the text around it: bidirectional controls, line and paragraph separators. */
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 || (code >= 0x202a && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

static size_t width_of(uint32_t code)
{
	int width;

	if ((code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef))
		return 0; /* variation selectors, whatever the C library says */
	width = wcwidth((wchar_t)code);
	return width < 0 ? 1 : (size_t)width;
}

/* The character at text: its bytes (1 for what is no UTF-8, with ret_code '?'); 0 at the end. */
static size_t next_character(const char *text, uint32_t *ret_code)
{
	size_t length;

	if (*text == '\0')
		return 0;
	length = text_decode(bytes_of(text, strnlen(text, 4)), ret_code);
	if (length == 0) {
		*ret_code = '?';
		return 1;
	}
	return length;
}

size_t display_width(const char *text)
{
	size_t width = 0;
	size_t length;
	uint32_t code;

	for (; (length = next_character(text, &code)) > 0; text += length)
		width += is_control(code) ? 1 : width_of(code);
	return width;
}

/* True when all of it went in. */
static bool copy(const char *text, char *to, size_t room)
{
	size_t used = 0;
	size_t length;
	uint32_t code;

	for (; (length = next_character(text, &code)) > 0; text += length) {
		bool plain = is_control(code) || (length == 1 && code == '?');
		size_t bytes = plain ? 1 : length;

		if (used + bytes + 1 > room)
			break;
		if (plain)
			to[used] = code == '?' ? '?' : ' ';
		else
			memcpy(to + used, text, bytes);
		used += bytes;
	}
	to[used] = '\0';
	return length == 0;
}

void display_clean(const char *text, char *to, size_t room)
{
	if (!copy(text, to, room)) {
		copy(text, to, room - strlen(ELLIPSIS));
		strcat(to, ELLIPSIS);
	}
}

void display_time(int64_t us, char to[DISPLAY_TIME])
{
	char full[CLOCK_TEXT];
	const char *dot;
	const char *offset;

	if (us == 0) {
		strcpy(to, "-");
		return;
	}
	clock_format(us, JSON_OFFSET_MINUTES, full);
	dot = strchr(full, '.');
	offset = dot == NULL ? "" : dot + 1 + strspn(dot + 1, "0123456789");
	snprintf(to, DISPLAY_TIME, "%.*s%s", dot == NULL ? (int)strlen(full) : (int)(dot - full), full, offset);
}

void display_duration(int64_t us, char *to, size_t room)
{
	uint64_t s = us < 0 ? 0 : (uint64_t)us / 1000000;

	if (s < 60)
		snprintf(to, room, words("%" PRIu64 " s", "%" PRIu64 " 秒"), s);
	else if (s < 3600)
		snprintf(to, room, words("%" PRIu64 " min %" PRIu64 " s", "%" PRIu64 " 分 %" PRIu64 " 秒"), s / 60, s % 60);
	else if (s < 86400)
		snprintf(to, room, words("%" PRIu64 " h %" PRIu64 " min", "%" PRIu64 " 時間 %" PRIu64 " 分"), s / 3600, s / 60 % 60);
	else
		snprintf(to, room, words("%" PRIu64 " d %" PRIu64 " h", "%" PRIu64 " 日 %" PRIu64 " 時間"), s / 86400, s / 3600 % 24);
}

void display_count(uint64_t count, char to[32])
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
	size_t used = 0;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			to[used++] = ',';
		to[used++] = digits[i];
	}
	to[used] = '\0';
}

void display_bytes(uint64_t bytes, char to[32])
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double value = (double)bytes;
	size_t unit = 0;

	for (; value >= 1024 && unit + 1 < sizeof units / sizeof *units; unit++)
		value /= 1024;
	snprintf(to, 32, unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}
