/* SPDX-License-Identifier: Apache-2.0 */
/* unit.h - CUnit with little around it: suites that register themselves, checks that show both values, seeded chance.
 *
 * A test file holds functions and one table:
 *
 *	static void test_full(void) { ...; check_err(ring_push(ring, &item, false), ERR_BUSY); ... }
 *
 *	UNIT_SUITE("base/ring",
 *		{ "a full ring refuses", test_full },
 *		{ "order is kept", test_order });
 *
 * Checks may be used from any thread, require and the rest from the test's own thread only. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct unit_test {
	const char *name;
	void (*run)(void);
};

struct unit_suite {
	const char *name;
	const struct unit_test *tests;
	size_t count;
	struct unit_suite *next;
};

/* Called before main by UNIT_SUITE; suite lives as long as the program. */
void unit_register(struct unit_suite *suite);

/* Once per test file. */
#define UNIT_SUITE(suite_name, ...)                                                                             \
	static const struct unit_test unit_tests[] = { __VA_ARGS__ };                                           \
	static struct unit_suite unit_suite = { suite_name, unit_tests, sizeof unit_tests / sizeof unit_tests[0], NULL }; \
	__attribute__((constructor)) static void unit_register_suite(void)                                      \
	{                                                                                                       \
		unit_register(&unit_suite);                                                                     \
	}                                                                                                       \
	_Static_assert(sizeof unit_tests > 0, "a suite has tests")

/* Each check counts, goes on after a failure and gives whether it held.  Arguments are evaluated once. */
#define check(condition) unit_check((condition), #condition, __FILE__, __LINE__)
#define check_int(actual, expected) unit_check_int((actual), (expected), #actual, __FILE__, __LINE__)
#define check_uint(actual, expected) unit_check_uint((actual), (expected), #actual, __FILE__, __LINE__)
#define check_text(actual, expected) unit_check_text((actual), (expected), #actual, __FILE__, __LINE__)
#define check_bytes(actual, expected) unit_check_bytes((actual), (expected), #actual, __FILE__, __LINE__)
#define check_err(actual, expected) unit_check_err((actual), (expected), #actual, __FILE__, __LINE__)
#define check_ok(actual) unit_check_err((actual), ERR_OK, #actual, __FILE__, __LINE__)

/* Ends the test when the condition does not hold: for what the rest of the test stands on. */
#define require(condition) unit_require((condition), #condition, __FILE__, __LINE__)
#define require_ok(actual) ((void)(unit_check_err((actual), ERR_OK, #actual, __FILE__, __LINE__) || (unit_stop(), 0)))

/* Adds context to every failure until the next call or the end of the test, such as the row of a table; printf's format. */
void unit_context(const char *format, ...) __attribute__((format(printf, 1, 2)));

bool unit_check(bool held, const char *what, const char *file, int line);
bool unit_check_int(intmax_t actual, intmax_t expected, const char *what, const char *file, int line);
bool unit_check_uint(uintmax_t actual, uintmax_t expected, const char *what, const char *file, int line);
/* NULL equals NULL alone. */
bool unit_check_text(const char *actual, const char *expected, const char *what, const char *file, int line);
bool unit_check_bytes(struct bytes actual, struct bytes expected, const char *what, const char *file, int line);
bool unit_check_err(enum err actual, enum err expected, const char *what, const char *file, int line);
void unit_require(bool held, const char *what, const char *file, int line);

/* How long what must come is waited for, before it is called missing: nobody waits that long for what comes, and a busy machine with a
 * sanitizer gets there.  Not for what must not come. */
#define UNIT_PATIENCE_MS 60000
#define UNIT_PATIENCE_US (UNIT_PATIENCE_MS * INT64_C(1000))

/* Ends the running test where it stands. */
_Noreturn void unit_stop(void);

/* The seed of this run: UNIT_SEED, or else drawn.  Printed on first use, so that a failure can be repeated. */
uint64_t unit_seed(void);

/* Numbers that follow from the seed and the test's name alone, whatever ran before. */
uint64_t unit_random(void);
/* 0 to bound - 1; bound is at least 1. */
uint64_t unit_random_below(uint64_t bound);
void unit_random_bytes(uint8_t *to, size_t len);

/* A folder for the running test: empty at the first call, removed with all its content after the test. */
const char *unit_folder(void);
