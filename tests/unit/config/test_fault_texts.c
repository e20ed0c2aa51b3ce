/* SPDX-License-Identifier: Apache-2.0 */
/* Faults in Japanese: each text takes what its English one takes, in the same order, and a file's faults are told in the reader's language. */
#include "config/fault_texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/directory_file.h"
#include "config/fault.h"
#include "unit.h"

/* The conversions of a format, one after another: "%s%zu". */
static void conversions(const char *format, char *to, size_t room)
{
	size_t used = 0;

	for (const char *at = strchr(format, '%'); at != NULL; at = strchr(at + 1, '%')) {
		size_t len = strcspn(at, "sdu") + 1;

		require(used + len < room);
		memcpy(to + used, at, len);
		used += len;
	}
	to[used] = '\0';
}

static void test_conversions(void)
{
	const struct fault_text *rows;
	char en[64], ja[64];
	size_t count;

	rows = fault_texts(&count);
	check(count > 50);
	for (size_t i = 0; i < count; i++) {
		unit_context("%s", rows[i].en);
		conversions(rows[i].en, en, sizeof en);
		conversions(rows[i].ja, ja, sizeof ja);
		check_text(ja, en);
		check_text(fault_text(rows[i].en, LANGUAGE_JA), rows[i].ja);
		check(fault_text(rows[i].en, LANGUAGE_EN) == rows[i].en);
		for (size_t k = 0; k < i; k++)
			check(strcmp(rows[i].en, rows[k].en) != 0);
	}
	check_text(fault_text("something else", LANGUAGE_JA), "something else");
}

static char said[256];

static void note(void *context, const struct config_fault *fault)
{
	(void)context;
	snprintf(said, sizeof said, "%s", fault->text);
}

static void test_told(void)
{
	struct fault_sink sink = { .report = note, .file = "f" };

	require(setenv("LC_ALL", "ja_JP.UTF-8", 1) == 0);
	fault_at(&sink, 1, "%s: there is no agency \"%s\"", "proxy", "x");
	check_text(said, "proxy: 機関「x」はありません");
	require(setenv("LC_ALL", "C.UTF-8", 1) == 0);
	fault_at(&sink, 1, "%s: there is no agency \"%s\"", "proxy", "x");
	check_text(said, "proxy: there is no agency \"x\"");
	require(unsetenv("LC_ALL") == 0);
}

UNIT_SUITE("config/fault_texts",
	{ "each takes what the English one takes", test_conversions },
	{ "in the reader's language", test_told });
