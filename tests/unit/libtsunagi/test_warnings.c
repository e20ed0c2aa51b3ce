/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/warnings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static void test_codes(void)
{
	for (int value = 0; value < WARNING_COUNT; value++) {
		enum warning back = WARNING_COUNT;

		check(warning_of_code(warning_code((enum warning)value), &back));
		check_int(back, value);
	}
	check(!warning_of_code("no_such", &(enum warning){ 0 }));
}

static void test_once_each(void)
{
	struct warnings *warnings = calloc(1, sizeof *warnings);

	check(warnings_add(warnings, WARNING_DEAD_LETTER, "a", "x", 1));
	check(!warnings_add(warnings, WARNING_DEAD_LETTER, "a", "y", 2));
	check(warnings_add(warnings, WARNING_DEAD_LETTER, "b", "x", 3));
	check(warnings_add(warnings, WARNING_CANNOT_OPEN, "a", "x", 4));
	check_uint(warnings->count, 3);
	check_uint(warnings_remove(warnings, WARNING_DEAD_LETTER, "a"), 1);
	check_uint(warnings_remove(warnings, WARNING_DEAD_LETTER, NULL), 1);
	check(!warnings_has(warnings, WARNING_DEAD_LETTER));
	check(warnings_has(warnings, WARNING_CANNOT_OPEN));
	free(warnings);
}

/* Many lesser ones do not push out the one that stops everything. */
static void test_full(void)
{
	struct warnings *warnings = calloc(1, sizeof *warnings);

	warnings_add(warnings, WARNING_LEDGER_FORK, "site", "", 0);
	for (unsigned i = 0; i < 3 * WARNINGS_MAX; i++) {
		char subject[200];

		snprintf(subject, sizeof subject, "%0190u", i);
		check(warnings_add(warnings, WARNING_DEAD_LETTER, subject, "", i) || i < 10000);
	}
	check(warnings->count <= WARNINGS_MAX);
	check(warnings_has(warnings, WARNING_LEDGER_FORK));
	free(warnings);
}

static void test_kept_and_shown(void)
{
	struct warnings *warnings = calloc(1, sizeof *warnings), *back = calloc(1, sizeof *back);
	json_t *json = NULL;

	warnings_add(warnings, WARNING_UNKNOWN_BINDING, "device 2", "who", 1700000000000000);
	json = warnings_json(warnings, false);
	warnings_of_json(json, back);
	check_uint(back->count, 1);
	check_int(back->rows[0].since_us, 1700000000000000);
	check_text(back->rows[0].subject, "device 2");
	check(json_object_get(json_array_get(json, 0), "message") == NULL);
	json_decref(json);
	json = warnings_json(warnings, true);
	check(strlen(json_string_value(json_object_get(json_array_get(json, 0), "message"))) > 20);
	json_decref(json);
	json = json_loads("[{\"code\":\"nonsense\"}, 5, {\"code\":\"ledger_fork\",\"subject\":\"s\",\"detail\":\"d\",\"since\":\"never\"}]", 0, NULL);
	warnings_of_json(json, back);
	check_uint(back->count, 0);
	json_decref(json);
	warnings_of_json(NULL, back);
	free(warnings);
	free(back);
}

UNIT_SUITE("libtsunagi/warnings", { "codes", test_codes }, { "once each", test_once_each }, { "full", test_full }, { "kept and shown", test_kept_and_shown });
