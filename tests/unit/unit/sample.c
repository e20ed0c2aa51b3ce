/* SPDX-License-Identifier: Apache-2.0 */
/* Not a test of the project: a program whose tests fail, each in one way that test_harness.c looks for. */
#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

static void holds(void)
{
	check(true);
	check_int(-1, -1);
	check_uint(1, 1);
	check_text("a", "a");
	check_text(NULL, NULL);
	check_bytes(bytes_of("a", 1), bytes_of("a", 1));
	check_err(ERR_BUSY, ERR_BUSY);
	check_ok(ERR_OK);
	require(true);
	require_ok(ERR_OK);
}

static void fails_plain(void)
{
	check(1 > 2);
}

static void fails_int(void)
{
	check_int(2 - 5, 4);
}

static void fails_uint(void)
{
	check_uint(UINT64_MAX, 16);
}

static void fails_text(void)
{
	check_text("left", "right");
	check_text(NULL, "right");
}

static void fails_bytes(void)
{
	check_bytes(bytes_of("\x01\x02", 2), bytes_of("\x01\x03", 2));
	check_bytes(bytes_of("\x01", 1), bytes_of("\x01\x03", 2));
}

static void fails_err(void)
{
	check_err(ERR_RANGE, ERR_OK);
}

static void fails_in_context(void)
{
	unit_context("row %d", 7);
	check(false);
}

static void has_no_context(void)
{
	check(false);
}

static void stops(void)
{
	require(1 == 2);
	printf("never reached\n");
}

static void stops_on_err(void)
{
	require_ok(ERR_IO);
	printf("never reached\n");
}

static void *go_on(void *unused)
{
	pause();
	return unused;
}

/* Ends where it stands, with a thread that goes on and its environment changed. */
static void stops_beside_a_thread(void)
{
	pthread_t thread;

	require(pthread_create(&thread, NULL, go_on, NULL) == 0);
	setenv("SAMPLE_LEFT", "behind", 1);
	require(false);
}

/* Whether it is alone in a program as it was started. */
static void is_alone(void)
{
	DIR *threads = opendir("/proc/self/task");
	unsigned count = 0;

	require(threads != NULL);
	while (readdir(threads) != NULL)
		count++;
	closedir(threads);
	check_uint(count, 2 + 1); /* "." and ".." */
	check_text(getenv("SAMPLE_LEFT"), NULL);
	printf("goes on with %" PRIu64 "\n", unit_seed());
}

static void *fail_beside(void *unused)
{
	check(0 == 1);
	return unused;
}

static void fails_in_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, fail_beside, NULL);
	pthread_join(thread, NULL);
}

static void draws(void)
{
	printf("drew %" PRIu64 "\n", unit_random());
}

static void leaves_folder(void)
{
	char path[4200];
	FILE *file;

	snprintf(path, sizeof path, "%s/left-behind", unit_folder());
	file = fopen(path, "w");
	require(file != NULL);
	fclose(file);
	printf("folder %s\n", unit_folder());
}

static void crashes(void)
{
	if (getenv("SAMPLE_CRASH") != NULL)
		abort();
}

UNIT_SUITE("sample",
	{ "holds", holds },
	{ "fails plain", fails_plain },
	{ "fails int", fails_int },
	{ "fails uint", fails_uint },
	{ "fails text", fails_text },
	{ "fails bytes", fails_bytes },
	{ "fails err", fails_err },
	{ "fails in context", fails_in_context },
	{ "has no context", has_no_context },
	{ "stops plain", stops },
	{ "stops on err", stops_on_err },
	{ "fails in thread", fails_in_thread },
	{ "stops beside a thread", stops_beside_a_thread },
	{ "stops, and what follows is alone", is_alone },
	{ "draws", draws },
	{ "leaves folder", leaves_folder },
	{ "crashes", crashes });
