/* SPDX-License-Identifier: Apache-2.0 */
/* dev: what is refused before anything is made; a whole throw-away site is tried from outside (tests/system/test_dev.py). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "desk.h"
#include "tsunagi/dev_site.h"
#include "unit.h"

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

/* Names become files, variables and ids: what is none is refused, and nothing is left behind. */
static void test_names_that_are_none(void)
{
	static const char *const wrong[] = { "--agencies=", "--agencies=A", "--agencies=a,,b", "--agencies=a,", "--agencies=,a", "--agencies=a/b", "--agencies=../x",
					     "--agencies=-a", "--agencies=a_b", "--agencies=" DEV_COORDINATOR, "--agencies=a," DEV_COORDINATOR };
	struct desk desk = { 0 };

	setenv("TMPDIR", unit_folder(), 1);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const struct said *said = desk_run(&desk, true, "dev %s", wrong[i]);

		check_int(desk.outcome, OUTCOME_USAGE);
		check_text(desk_error(said->out, "code"), "USAGE");
		check(has(desk_error(said->out, "message"), "--agencies"));
	}
	unsetenv("TMPDIR");
	check(getenv("TSUNAGI_BUNDLE_A") == NULL);
}

static void test_too_many(void)
{
	struct desk desk = { 0 };
	char list[400] = "a0";
	const struct said *said;

	for (unsigned i = 1; i < 33; i++) {
		size_t used = strlen(list);

		snprintf(list + used, sizeof list - used, ",a%u", i);
	}
	said = desk_run(&desk, true, "dev --agencies %s", list);
	check_int(desk.outcome, OUTCOME_USAGE);
	check(has(desk_error(said->out, "message"), "at most 32 agencies"));
}

static void test_no_room(void)
{
	struct desk desk = { 0 };
	const char *folder = unit_folder(); /* the test's own is there before no other can be made */
	const struct said *said;

	check_int(access(folder, F_OK), 0);
	setenv("TMPDIR", "/no/such/folder", 1);
	said = desk_run(&desk, true, "dev --agencies a -- true");
	unsetenv("TMPDIR");
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "DEV_HOME");
}

/* Sockets have short paths: a folder that is too deep is told with the way out, and is cleaned up. */
static void test_a_folder_too_deep(void)
{
	struct desk desk = { 0 };
	char path[400];
	const struct said *said;

	snprintf(path, sizeof path, "%s/%080d", unit_folder(), 0);
	require(mkdir(path, 0700) == 0);
	setenv("TMPDIR", path, 1);
	said = desk_run(&desk, true, "dev --agencies a -- true");
	unsetenv("TMPDIR");
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "DEV_HOME");
	check(has(desk_error(said->out, "hint"), "TMPDIR=/tmp"));
	check_int(rmdir(path), 0); /* empty again */
}

static void test_bundles_path(void)
{
	struct dev_site site = { .daemon = 0 };
	char path[PATH_MAX];

	snprintf(site.folder, sizeof site.folder, "/tmp/x");
	dev_site_bundle(&site, "link", path);
	check_text(path, "/tmp/x/link.bundle");
}

UNIT_SUITE("tsunagi/cmd_dev",
	{ "names that are none", test_names_that_are_none },
	{ "too many", test_too_many },
	{ "no room", test_no_room },
	{ "a folder too deep", test_a_folder_too_deep },
	{ "a bundle's path", test_bundles_path });
