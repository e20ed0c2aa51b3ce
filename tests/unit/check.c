/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include "running.h"
#include "unit.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* CUnit's counters have none */
static char context[256];

void context_clear(void)
{
	context[0] = '\0';
}

void unit_context(const char *format, ...)
{
	va_list arguments;

	pthread_mutex_lock(&mutex);
	va_start(arguments, format);
	vsnprintf(context, sizeof context, format, arguments);
	va_end(arguments);
	pthread_mutex_unlock(&mutex);
}

/* Counts one check; message says what was wrong when it did not hold. */
static bool record(bool held, const char *message, const char *file, int line)
{
	char whole[1400];

	pthread_mutex_lock(&mutex);
	if (context[0] != '\0')
		snprintf(whole, sizeof whole, "%s [%s]", message, context);
	else
		snprintf(whole, sizeof whole, "%s", message);
	CU_assertImplementation(held ? CU_TRUE : CU_FALSE, (unsigned)line, whole, file, "", CU_FALSE);
	pthread_mutex_unlock(&mutex);
	return held;
}

/* Records a failure whose message is put together from its parts. */
static bool fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

static bool fail(const char *file, int line, const char *format, ...)
{
	char message[1100];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	return record(false, message, file, line);
}

bool unit_check(bool held, const char *what, const char *file, int line)
{
	return record(held, what, file, line);
}

bool unit_check_int(intmax_t actual, intmax_t expected, const char *what, const char *file, int line)
{
	if (actual == expected)
		return record(true, what, file, line);
	return fail(file, line, "%s is %" PRIdMAX ", expected %" PRIdMAX, what, actual, expected);
}

bool unit_check_uint(uintmax_t actual, uintmax_t expected, const char *what, const char *file, int line)
{
	if (actual == expected)
		return record(true, what, file, line);
	return fail(file, line, "%s is %" PRIuMAX " (0x%" PRIxMAX "), expected %" PRIuMAX " (0x%" PRIxMAX ")", what, actual, actual,
		expected, expected);
}

bool unit_check_text(const char *actual, const char *expected, const char *what, const char *file, int line)
{
	bool equal = actual == NULL || expected == NULL ? actual == expected : strcmp(actual, expected) == 0;

	if (equal)
		return record(true, what, file, line);
	return fail(file, line, "%s is \"%s\", expected \"%s\"", what, actual == NULL ? "(NULL)" : actual,
		expected == NULL ? "(NULL)" : expected);
}

/* The first bytes that differ, in hexadecimal, from eight before. */
static void show_bytes(struct bytes bytes, size_t from, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = from; i < bytes.len && i < from + 24 && len + 3 < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%02x ", bytes.data[i]);
}

bool unit_check_bytes(struct bytes actual, struct bytes expected, const char *what, const char *file, int line)
{
	char shown_actual[80], shown_expected[80];
	size_t at = 0;

	if (bytes_equal(actual, expected))
		return record(true, what, file, line);
	while (at < actual.len && at < expected.len && actual.data[at] == expected.data[at])
		at++;
	show_bytes(actual, at > 8 ? at - 8 : 0, shown_actual, sizeof shown_actual);
	show_bytes(expected, at > 8 ? at - 8 : 0, shown_expected, sizeof shown_expected);
	return fail(file, line, "%s differs at byte %zu: %zu bytes, %s; expected %zu bytes, %s", what, at, actual.len, shown_actual,
		expected.len, shown_expected);
}

bool unit_check_err(enum err actual, enum err expected, const char *what, const char *file, int line)
{
	if (actual == expected)
		return record(true, what, file, line);
	return fail(file, line, "%s is %s (%s), expected %s", what, err_name(actual), err_text(actual), err_name(expected));
}

_Noreturn void unit_stop(void)
{
	restart_wanted();
	longjmp(*CU_get_current_test()->pJumpBuf, 1); /* as CUnit's fatal asserts do, but without the mutex */
}

void unit_require(bool held, const char *what, const char *file, int line)
{
	if (!record(held, what, file, line))
		unit_stop();
}
