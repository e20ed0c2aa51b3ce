/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the suites linked into one executable:  unit-ROOM [-v] [FILTER]
 *
 * FILTER keeps the tests whose "suite: test" contains it; -v names each test before it runs.  Failures are shown with
 * file:line; the last line is "N passed, N failed", in tests; exits 1 when one failed or none ran. */
#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "running.h"
#include "unit.h"

/* Under a sanitizer, memory that cannot be had gives NULL as it does without: tests ask what the code then does. */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static struct unit_suite *suites;
static char running[512];
static const char *filter = "", *after; /* after: the test behind which to begin, until it was met */
static bool verbose;
static unsigned passed, failed;

void unit_register(struct unit_suite *suite)
{
	struct unit_suite **place = &suites;

	while (*place != NULL && strcmp((*place)->name, suite->name) < 0)
		place = &(*place)->next;
	suite->next = *place;
	*place = suite;
}

const char *running_name(void)
{
	return running;
}

static void name_test(const char *suite, const char *test)
{
	snprintf(running, sizeof running, "%s: %s", suite, test);
}

static void test_started(const CU_pTest test, const CU_pSuite suite)
{
	name_test(suite->pName, test->pName);
	random_restart();
	context_clear();
	if (verbose)
		printf("%s\n", running);
}

static void test_ended(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord failure)
{
	(void)test;
	(void)suite;
	for (CU_pFailureRecord each = failure; each != NULL; each = each->pNext)
		printf("%s:%u: %s: %s\n", each->strFileName, each->uiLineNumber, running, each->strCondition);
	if (failure == NULL)
		passed++;
	else
		failed++;
	unit_folder_remove();
	restart_if_wanted(filter, verbose, passed, failed);
	running[0] = '\0';
}

/* Says where the program died, then lets it die. */
static void crashed(int signal_number)
{
	static const char said[] = " crashed\n";

	(void)!write(STDOUT_FILENO, running, strlen(running));
	(void)!write(STDOUT_FILENO, said, sizeof said - 1);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

/* A sanitizer's own handler tells more, and stays. */
static void watch_crashes(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		struct sigaction before;

		if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
			signal(signals[i], crashed);
	}
}

/* Whether the test named in running is to be run. */
static bool is_chosen(void)
{
	if (after == NULL)
		return strstr(running, filter) != NULL;
	if (strcmp(running, after) == 0)
		after = NULL;
	return false;
}

/* Hands the tests that pass the filter to CUnit; false when it refuses one. */
static bool add_suite(const struct unit_suite *suite)
{
	CU_pSuite added = NULL;

	for (size_t i = 0; i < suite->count; i++) {
		name_test(suite->name, suite->tests[i].name);
		if (!is_chosen())
			continue;
		if (added == NULL)
			added = CU_add_suite(suite->name, NULL, NULL);
		if (added == NULL || CU_add_test(added, suite->tests[i].name, suite->tests[i].run) == NULL ||
			CU_get_error() != CUE_SUCCESS) {
			fprintf(stderr, "%s: %s\n", running, CU_get_error_msg());
			return false;
		}
	}
	return true;
}

static bool add_suites(void)
{
	for (const struct unit_suite *suite = suites; suite != NULL; suite = suite->next)
		if (!add_suite(suite))
			return false;
	return true;
}

int main(int count, char **arguments)
{
	for (int i = 1; i < count; i++) {
		if (strcmp(arguments[i], "-v") == 0) {
			verbose = true;
		} else if (strcmp(arguments[i], "--after") == 0 && i + 3 < count) { /* see running.h */
			after = arguments[++i];
			passed = (unsigned)strtoul(arguments[++i], NULL, 10);
			failed = (unsigned)strtoul(arguments[++i], NULL, 10);
		}
		else {
			filter = arguments[i];
		}
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	watch_crashes();
	restart_remember();
	if (CU_initialize_registry() != CUE_SUCCESS || !add_suites())
		return EXIT_FAILURE;
	CU_set_test_start_handler(test_started);
	CU_set_test_complete_handler(test_ended);
	CU_run_all_tests();
	CU_cleanup_registry();
	printf("%u passed, %u failed\n", passed, failed);
	return failed == 0 && passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
