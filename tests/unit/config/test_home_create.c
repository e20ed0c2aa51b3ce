/* SPDX-License-Identifier: Apache-2.0 */
#include "config/home_fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "collected.h"
#include "config/config.h"
#include "unit.h"

#define NOW_US INT64_C(1795000000000000)

static const struct home_plan plan = { .site = "chiba-city", .local_government_code = "121002", .now_us = NOW_US };
static struct home home;

static void place(const char *name)
{
	char root[4200];

	snprintf(root, sizeof root, "%s/%s", unit_folder(), name);
	require_ok(home_at(root, &home));
}

static unsigned mode_of(const char *path)
{
	struct stat status;

	require(lstat(path, &status) == 0);
	return status.st_mode & 0777;
}

static void test_modes_whatever_the_umask(void)
{
	static const mode_t masks[] = { 0, 022, 077, 0777 };
	mode_t before = umask(0);

	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		struct home_fault fault = { 0 };
		char name[20];

		unit_context("umask %o", (unsigned)masks[i]);
		snprintf(name, sizeof name, "home-%zu", i);
		place(name);
		umask(masks[i]);
		check_ok(home_create(&home, &plan, &fault));
		umask(before);
		check_uint(mode_of(home.root), 0750);
		check_uint(mode_of(home.keys), 0700);
		check_uint(mode_of(home.store), 0700);
		check_uint(mode_of(home.run), 0750);
		check_uint(mode_of(home.curve_key), 0600);
		check_uint(mode_of(home.checkpoint_key), 0600);
		check_uint(mode_of(home.site_key), 0600);
		check_uint(mode_of(home.site_certificate), 0644);
		check_uint(mode_of(home.options), 0640);
	}
}

static void check_refused(const struct home_plan *bad, enum err err, const char *path, const char *piece)
{
	struct home_fault fault = { 0 };

	check_err(home_create(&home, bad, &fault), err);
	check_text(fault.path, path);
	check(strstr(fault.text, piece) != NULL);
}

static void test_endpoints(void)
{
	const char *nine[CONFIG_ENDPOINTS + 1];
	struct collected collected = { 0 };
	struct home_plan many = plan;
	struct home_fault fault;
	struct config config;

	for (size_t i = 0; i <= CONFIG_ENDPOINTS; i++)
		nine[i] = "tcp://127.0.0.1:7411";
	many.endpoints = nine;
	many.endpoint_count = CONFIG_ENDPOINTS + 1;
	place("home");
	check_refused(&many, ERR_RANGE, home.root, "too many endpoints");
	check(access(home.root, F_OK) != 0);
	many.endpoint_count = CONFIG_ENDPOINTS;
	nine[7] = "ipc://relative"; /* the last is looked at as well */
	check_refused(&many, ERR_RANGE, home.root, "slash");
	nine[7] = "ipc:///run/a";
	require_ok(home_create(&home, &many, &fault));
	require_ok(config_load(home.options, collect, &collected, &config)); /* what it wrote, it reads */
	check_uint(config.endpoint_count, CONFIG_ENDPOINTS);
	check_text(config.endpoints[7], "ipc:///run/a");
}

static void test_names(void)
{
	static const char *const bad[] = { "", "-a", "a-", "A", "a.b", "a_b", "千葉", "a b" };
	struct home_plan longest = plan;
	struct home_fault fault;
	char name[65];

	place("home");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		unit_context("%s", bad[i]);
		longest.site = bad[i];
		check_refused(&longest, ERR_RANGE, home.root, "label");
	}
	memset(name, 'a', 64);
	name[64] = '\0';
	longest.site = name;
	check_refused(&longest, ERR_RANGE, home.root, "label");
	name[63] = '\0';
	check_ok(home_create(&home, &longest, &fault));
}

static void test_codes(void)
{
	static const char *const bad[] = { "", "12100", "1210020", "121003", "12100a", " 21002", "１２１００２" };
	struct home_plan spoilt = plan;

	place("home");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		unit_context("%s", bad[i]);
		spoilt.local_government_code = bad[i];
		check_refused(&spoilt, ERR_RANGE, home.root, "check digit");
	}
	check(access(home.root, F_OK) != 0);
}

static void test_no_place(void)
{
	place("absent/home");
	check_refused(&plan, ERR_NOT_FOUND, home.root, err_text(ERR_NOT_FOUND));
	place("file");
	require_ok(file_write(home.root, bytes_of_text("x"), 0600));
	check_refused(&plan, ERR_EXISTS, home.root, err_text(ERR_EXISTS));
	place("home");
	require(mkdir(home.root, 0700) == 0);
	require_ok(file_write(home.store, bytes_of_text("x"), 0600)); /* where a directory belongs */
	check_refused(&plan, ERR_EXISTS, home.store, err_text(ERR_EXISTS));
}

/* Wherever a start was interrupted, the next one names the file that it left, replaces none, and no tsunagid.yaml says the home is whole. */
static void test_interrupted_anywhere(void)
{
	const char *const left[] = { home.curve_key, home.checkpoint_key, home.site_key, home.site_certificate };

	for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
		struct home_fault fault;
		struct buf content;
		char name[20];

		unit_context("%zu", i);
		snprintf(name, sizeof name, "home-%zu", i);
		place(name);
		require(mkdir(home.root, 0750) == 0 && mkdir(home.keys, 0700) == 0);
		require_ok(file_write(left[i], bytes_of_text("left"), 0600));
		check_err(home_create(&home, &plan, &fault), ERR_EXISTS);
		check_text(fault.path, left[i]);
		check(strstr(fault.text, "remove keys/ and start again") != NULL);
		check(access(home.options, F_OK) != 0);
		buf_init(&content, 100);
		check_ok(file_read(left[i], &content));
		check_bytes(buf_bytes(&content), bytes_of_text("left"));
		buf_free(&content);
	}
}

/* Directories of a package are there already, with nothing in them; their modes are the package's. */
static void test_prepared_directories(void)
{
	struct home_fault fault;
	struct site_keys keys;

	place("home");
	require(mkdir(home.root, 0755) == 0 && mkdir(home.keys, 0700) == 0 && mkdir(home.run, 0770) == 0);
	require(chmod(home.root, 0755) == 0 && chmod(home.run, 0770) == 0); /* whatever the umask */
	require_ok(home_create(&home, &plan, &fault));
	check_uint(mode_of(home.root), 0755);
	check_uint(mode_of(home.run), 0770);
	require_ok(site_keys_load(&home, &keys, &fault));
	site_keys_free(&keys);
}

static void test_root_certificate(void)
{
	const int64_t day_us = INT64_C(86400000000);
	int64_t from_us, until_us;
	struct home_fault fault;
	struct site_keys keys;

	place("home");
	require_ok(home_create(&home, &plan, &fault));
	require_ok(site_keys_load(&home, &keys, &fault));
	certificate_validity(keys.certificate, &from_us, &until_us);
	check_int(until_us - from_us, 3650 * day_us);
	check_text(certificate_subject(keys.certificate), "chiba-city");
	site_keys_free(&keys);
}

static void test_fault_texts(void)
{
	struct home_fault fault;
	char longer[PATH_MAX + 100];

	check_err(home_fault_set(&fault, "/a", ERR_IO, NULL), ERR_IO);
	check_text(fault.path, "/a");
	check_text(fault.text, err_text(ERR_IO));
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	check_err(home_fault_set(&fault, longer, ERR_NOSPC, longer), ERR_NOSPC);
	check_uint(strlen(fault.path), sizeof fault.path - 1);
	check_uint(strlen(fault.text), sizeof fault.text - 1);
}

UNIT_SUITE("config/home_create",
	{ "modes hold whatever the umask", test_modes_whatever_the_umask },
	{ "endpoints: each checked, not too many", test_endpoints },
	{ "names of sites", test_names },
	{ "codes", test_codes },
	{ "no place to make it", test_no_place },
	{ "a start interrupted anywhere", test_interrupted_anywhere },
	{ "directories that are there", test_prepared_directories },
	{ "ten years of a root", test_root_certificate },
	{ "what a fault can hold", test_fault_texts });
