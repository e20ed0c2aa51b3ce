/* SPDX-License-Identifier: Apache-2.0 */
/* base/log_field.h - the text of one log line: fields of a format, each value quoted where it needs to be. */
#pragma once
#include <stdarg.h>
#include <stddef.h>

/* A pipe takes a write of up to this many bytes whole (POSIX: PIPE_BUF is at least 512, on Linux 4096). */
#define LOG_LINE_MAX 4096

struct log_text {
	char text[LOG_LINE_MAX];
	size_t len;
};

/* Appends " key=value" for each field of format, which are what spaces separate in it; the values come from arguments.  A
 * value is cut at 1,024 bytes, the line at its end, both with "..." for what is left out; one byte stays free for the line feed. */
void log_fields(struct log_text *line, const char *format, va_list arguments);
