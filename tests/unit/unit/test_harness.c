/* SPDX-License-Identifier: Apache-2.0 */
/* A harness that cannot fail would make every other test worthless. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static char output[16384];

/* Runs the sample with the given arguments, keeps what it printed in output and gives its wait status. */
static int run_sample(const char *environment, const char *arguments)
{
	char command[1024];
	FILE *pipe;
	size_t len;

	snprintf(command, sizeof command, "%s %s %s 2>&1", environment, SAMPLE, arguments);
	pipe = popen(command, "r");
	require(pipe != NULL);
	len = fread(output, 1, sizeof output - 1, pipe);
	output[len] = '\0';
	return pclose(pipe);
}

/* Runs one test of the sample that must fail, saying text, with file and line. */
static void check_fails(const char *test, const char *text)
{
	char filter[100];
	const char *place;

	snprintf(filter, sizeof filter, "\"sample: %s\"", test);
	check_int(WEXITSTATUS(run_sample("", filter)), 1);
	unit_context("%s said: %.150s", test, output);
	place = strstr(output, "sample.c:");
	check(place != NULL && atoi(place + strlen("sample.c:")) > 0);
	check(strstr(output, text) != NULL);
	check(strstr(output, "never reached") == NULL);
	check(strstr(output, "\n0 passed, 1 failed\n") != NULL);
}

static void test_holds(void)
{
	check_int(WEXITSTATUS(run_sample("", "holds")), 0);
	check_text(output, "1 passed, 0 failed\n");
}

static void test_fails(void)
{
	check_fails("fails plain", "sample: fails plain: 1 > 2\n");
	check_fails("fails int", "2 - 5 is -3, expected 4\n");
	check_fails("fails uint", "UINT64_MAX is 18446744073709551615 (0xffffffffffffffff), expected 16 (0x10)\n");
	check_fails("fails text", "\"left\" is \"left\", expected \"right\"\n");
	check_fails("fails text", "NULL is \"(NULL)\", expected \"right\"\n");
	check_fails("fails bytes", "differs at byte 1: 2 bytes, 01 02 ; expected 2 bytes, 01 03 \n");
	check_fails("fails bytes", "differs at byte 1: 1 bytes, 01 ; expected 2 bytes, 01 03 \n");
	check_fails("fails err", "ERR_RANGE is ERR_RANGE (value out of bounds), expected ERR_OK\n");
	check_fails("fails in context", "false [row 7]\n");
	check_fails("fails in thread", "0 == 1\n");
}

static void test_stops(void)
{
	check_fails("stops plain", "1 == 2\n");
	check_fails("stops on err", "ERR_IO is ERR_IO (input or output failed), expected ERR_OK\n");
}

/* What a stopped test left running is gone; the counts, the filter and the seed are not. */
static void test_begins_anew(void)
{
	uint64_t seed = 0, later = 0;

	check_int(WEXITSTATUS(run_sample("env -u UNIT_SEED", "-v stops")), 1);
	check(strstr(output, "sample: stops plain\n") != NULL && strstr(output, "sample: stops on err\n") != NULL);
	check(strstr(output, "sample: stops, and what follows is alone\n") != NULL);
	check(strstr(output, "sample: holds\n") == NULL && strstr(output, "sample: draws\n") == NULL);
	check(strstr(output, "count is") == NULL && strstr(output, "getenv") == NULL);
	require(strstr(output, "seed ") != NULL && strstr(output, "goes on with ") != NULL);
	check(sscanf(strstr(output, "seed "), "seed %" SCNu64, &seed) == 1 && sscanf(strstr(output, "goes on with "), "goes on with %" SCNu64, &later) == 1);
	check_uint(later, seed);
	check(strstr(output, "\n1 passed, 3 failed\n") != NULL);
}

static void test_context_ends(void)
{
	run_sample("", "context");
	check(strstr(output, "fails in context: false [row 7]\n") != NULL);
	check(strstr(output, "has no context: false\n") != NULL);
	check(strstr(output, "\n0 passed, 2 failed\n") != NULL);
}

static void test_counts(void)
{
	size_t len;

	check_int(WEXITSTATUS(run_sample("", "")), 1);
	len = strlen(output);
	require(len > 30);
	check_text(strrchr(output, '\n') - strlen("5 passed, 12 failed"), "5 passed, 12 failed\n");
}

static void test_none(void)
{
	check_int(WEXITSTATUS(run_sample("", "\"no such test\"")), 1);
	check_text(output, "0 passed, 0 failed\n");
}

static void test_verbose(void)
{
	check_int(WEXITSTATUS(run_sample("", "-v holds")), 0);
	check_text(output, "sample: holds\n1 passed, 0 failed\n");
}

static void test_seed(void)
{
	char first[100] = "", again[100] = "", other[100] = "";
	const char *drew;

	run_sample("UNIT_SEED=5", "draws");
	check(strstr(output, "seed 5 (repeat with UNIT_SEED=5)\n") != NULL);
	drew = strstr(output, "drew ");
	require(drew != NULL);
	sscanf(drew, "%99[^\n]", first);
	run_sample("UNIT_SEED=5", ""); /* in company: the same */
	drew = strstr(output, "drew ");
	require(drew != NULL);
	sscanf(drew, "%99[^\n]", again);
	check_text(again, first);
	run_sample("UNIT_SEED=6", "draws");
	drew = strstr(output, "drew ");
	require(drew != NULL);
	sscanf(drew, "%99[^\n]", other);
	check(strcmp(other, first) != 0);
}

static void test_folder(void)
{
	char path[1024] = "";
	const char *found;

	check_int(WEXITSTATUS(run_sample("", "\"leaves folder\"")), 0);
	found = strstr(output, "folder /");
	require(found != NULL && sscanf(found, "folder %1023[^\n]", path) == 1);
	check(access(path, F_OK) != 0);
}

static void test_crash(void)
{
	check(run_sample("SAMPLE_CRASH=1", "crashes") != 0);
	check(strstr(output, "sample: crashes crashed\n") != NULL);
}

static void test_random(void)
{
	uint8_t bytes[64] = { 0 };
	unsigned seen = 0;

	for (int i = 0; i < 1000; i++) {
		uint64_t drawn = unit_random_below(7);

		check(drawn < 7);
		seen |= 1u << drawn;
	}
	check_uint(seen, 0x7f);
	check_uint(unit_random_below(1), 0);
	unit_random_bytes(bytes, sizeof bytes);
	check(memchr(bytes, 0, 1) == NULL || memcmp(bytes, bytes + 32, 32) != 0);
}

UNIT_SUITE("unit/harness",
	{ "checks that hold pass", test_holds },
	{ "every check can fail, and says how", test_fails },
	{ "require ends the test", test_stops },
	{ "a stopped test leaves nothing to the others", test_begins_anew },
	{ "context ends with its test", test_context_ends },
	{ "tests are counted", test_counts },
	{ "no test at all is a failure", test_none },
	{ "-v names each test", test_verbose },
	{ "a seed repeats a run", test_seed },
	{ "a test's folder goes away", test_folder },
	{ "a crash names its test", test_crash },
	{ "drawn numbers keep their bound", test_random });
