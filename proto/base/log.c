/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log_field.h"

static atomic_int least_level = LOG_LEVEL_INFO;

void log_set_level(enum log_level least)
{
	atomic_store(&least_level, (int)least);
}

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_DEBUG:
		return "debug";
	case LOG_LEVEL_INFO:
		return "info";
	case LOG_LEVEL_WARN:
		return "warn";
	case LOG_LEVEL_ERROR:
		return "error";
	}
	return "unknown";
}

static void line_begin(struct log_text *line, enum log_level level, const char *event)
{
	char now[CLOCK_TEXT];
	int len;

	clock_format(clock_wall_us(), 0, now);
	/* 64: an event is a short word of our own; cut, a wrong one still leaves room for the fields. */
	len = snprintf(line->text, sizeof line->text, "time=%s level=%s event=%.64s", now, level_name(level), event);
	line->len = (size_t)len;
}

void log_line(enum log_level level, const char *event, const char *format, ...)
{
	int saved_errno = errno;
	struct log_text line;
	va_list arguments;
	ssize_t written;

	if ((int)level < atomic_load(&least_level))
		return;
	line_begin(&line, level, event);
	va_start(arguments, format);
	if (format != NULL)
		log_fields(&line, format, arguments);
	va_end(arguments);
	line.text[line.len++] = '\n'; /* log_fields leaves room for it */
	do
		written = write(STDERR_FILENO, line.text, line.len);
	while (written < 0 && errno == EINTR);
	errno = saved_errno; /* a log that cannot be written must not change what the caller does */
}
