/* SPDX-License-Identifier: Apache-2.0 */
/* base/log.h - one line per event on stderr: time, level, event, then key=value pairs.  Never the content of a case.
 *
 * Thread-safe; a line is written with one write(2).  Values with spaces, quotes, '=' or control characters are quoted and
 * escaped, so that nobody's input can forge a line. */
#pragma once
#include <inttypes.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

/* What is below is dropped; INFO at start. */
void log_set_level(enum log_level least);

/* event is a constant word such as "listening"; format gives one " key=%value" pair per field, each value through one of the
 * printf conversions; a %s value is quoted where it needs to be when written as key=%s.
 * A field is what stands between spaces of the format, so key=%s:%d is one value.  An event without fields has the format " ".
 * A value is cut after 1,024 bytes and a line after 4,095, with "..." in place of the rest.  errno is left as it was. */
void log_line(enum log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define log_debug(event, ...) log_line(LOG_LEVEL_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...) log_line(LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_warn(event, ...) log_line(LOG_LEVEL_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_line(LOG_LEVEL_ERROR, event, __VA_ARGS__)
