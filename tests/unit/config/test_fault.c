/* SPDX-License-Identifier: Apache-2.0 */
#include "config/fault.h"

#include <string.h>

#include "collected.h"
#include "unit.h"

static void test_told(void)
{
	struct collected collected = { 0 };
	struct fault_sink sink = { collect, &collected, "a.yaml", 0 };

	fault_at(&sink, 7, "%s: %d", "attempts", 3);
	check_uint(sink.count, 1);
	check(collected_has(&collected, 7, "attempts: 3"));
}

static void test_bounded(void)
{
	struct collected collected = { 0 };
	struct fault_sink sink = { collect, &collected, "a.yaml", 0 };

	for (unsigned i = 1; i <= 10 * FAULTS_MAX; i++)
		fault_at(&sink, i, "again");
	check_uint(sink.count, 10 * FAULTS_MAX);
	check_uint(collected.count, FAULTS_MAX + 1);
	check_text(collected.faults[FAULTS_MAX].text, "there are further problems");
}

static void test_nobody_listens(void)
{
	struct fault_sink sink = { NULL, NULL, "a.yaml", 0 };
	char longer[2000];

	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	fault_at(&sink, 0, "%s", longer);
	check_uint(sink.count, 1);
}

UNIT_SUITE("config/fault",
	{ "a fault is told with its line", test_told },
	{ "not without end", test_bounded },
	{ "counted though nobody listens", test_nobody_listens });
