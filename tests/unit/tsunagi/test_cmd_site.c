/* SPDX-License-Identifier: Apache-2.0 */
/* init, site key, and the ledger's commands on a home without its daemon. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "fake_daemon.h"
#include "unit.h"

static enum outcome outcome;
static char home[300];

static const char *home_path(void)
{
	snprintf(home, sizeof home, "%s/home", unit_folder());
	return home;
}

static const struct said *run(bool json, const char *words)
{
	unit_context("%s", words);
	return fake_run(NULL, json, &outcome, "%s --home %s", words, home_path());
}

static void test_init(void)
{
	const struct said *said = run(false, "init --site chiba-city --code 121002 --endpoint tcp://127.0.0.1:7411");
	struct stat status;
	char path[400];

	check_int(outcome, OUTCOME_DONE);
	check(strstr(said->out, "chiba-city (121002)") != NULL);
	check(strstr(said->out, "tcp://127.0.0.1:7411") != NULL);
	check(strstr(said->out, "chiba-city/1+") != NULL);
	snprintf(path, sizeof path, "%s/keys", home);
	require(stat(path, &status) == 0);
	check_uint(status.st_mode & 0777, 0700);
	check(strstr(run(true, "init --site chiba-city --code 121002")->out, "HOME_EXISTS") != NULL);
	check_int(outcome, OUTCOME_REFUSED);
}

static void test_init_wrongly(void)
{
	static const char *const rows[] = {
		"init", "init --site chiba-city", "init --code 121002", "init --site Chiba --code 121002",
		"init --site chiba-city --code 121003", "init --site chiba-city --code 12100", "init --site chiba-city --code 121002 --endpoint udp://x",
	};
	struct stat status;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		run(false, rows[i]);
		check_int(outcome, OUTCOME_USAGE);
		check(stat(home, &status) != 0);
	}
}

/* What init prints is what site key prints, and what the store's epoch says. */
static void test_site_key(void)
{
	const struct said *said;
	char key[200];
	json_t *json;

	run(true, "init --site chiba-city --code 121002");
	require(outcome == OUTCOME_DONE);
	said = run(false, "site key");
	check_int(outcome, OUTCOME_DONE);
	check(strncmp(said->out, "chiba-city/1+", 13) == 0);
	snprintf(key, sizeof key, "%.199s", said->out);
	check_text(run(false, "ledger site key --history")->out, key);
	json = json_loads(run(true, "site key")->out, 0, NULL);
	key[strcspn(key, "\n")] = '\0';
	check_text(json_string_value(json_object_get(json_array_get(json_object_get(json, "keys"), 0), "key")), key);
	json_decref(json);
}

static void test_no_home(void)
{
	static const char *const rows[] = { "site key", "ledger verify", "ledger checkpoint", "ledger prove 1", "agency list", "status" };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct said *said = run(false, rows[i]);

		check(outcome == OUTCOME_NOT_THERE || outcome == OUTCOME_REFUSED);
		check(strstr(said->err, home) != NULL);
	}
}

static void test_keys_that_others_may_read(void)
{
	char path[400];

	run(true, "init --site chiba-city --code 121002");
	snprintf(path, sizeof path, "%s/keys/checkpoint.key", home);
	require(chmod(path, 0644) == 0);
	check(strstr(run(true, "site key")->out, "PERMISSION") != NULL);
	check_int(outcome, OUTCOME_REFUSED);
}

static void test_options_that_are_wrong(void)
{
	const struct said *said;
	char path[400];

	run(true, "init --site chiba-city --code 121002");
	snprintf(path, sizeof path, "%s/tsunagid.yaml", home);
	require_ok(file_write(path, bytes_of_text("site: chiba-city\ncolour: blue\n"), 0640));
	said = run(false, "site key");
	check_int(outcome, OUTCOME_REFUSED);
	check(strstr(said->err, "tsunagid.yaml:2:") != NULL);
}

static void test_verify_without_a_ledger(void)
{
	char words[500];

	run(true, "init --site chiba-city --code 121002");
	check(strstr(run(true, "ledger verify")->out, "NO_STORE") != NULL);
	check_int(outcome, OUTCOME_NOT_THERE);
	run(false, "ledger verify --trust chiba-city/1+00000000+AAAA");
	check_int(outcome, OUTCOME_USAGE); /* --trust goes with --store */
	snprintf(words, sizeof words, "ledger verify --store %s --trust nonsense", unit_folder());
	run(false, words);
	check_int(outcome, OUTCOME_USAGE);
	snprintf(words, sizeof words, "ledger verify --store %s/none", unit_folder());
	run(false, words);
	check_int(outcome, OUTCOME_NOT_THERE);
}

UNIT_SUITE("tsunagi/cmd_site",
	{ "init", test_init },
	{ "init called wrongly", test_init_wrongly },
	{ "the verification key", test_site_key },
	{ "no home", test_no_home },
	{ "keys that others may read", test_keys_that_others_may_read },
	{ "options that are wrong", test_options_that_are_wrong },
	{ "verify without a ledger", test_verify_without_a_ledger });
