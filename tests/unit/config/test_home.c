/* SPDX-License-Identifier: Apache-2.0 */
#include "config/home.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "config/config.h"
#include "unit.h"

#define NOW_US INT64_C(1795000000000000)

static const struct home_plan plan = { .site = "chiba-city", .local_government_code = "121002", .now_us = NOW_US };

static void home_in_folder(const char *name, struct home *home)
{
	char root[4200];

	snprintf(root, sizeof root, "%s/%s", unit_folder(), name);
	require_ok(home_at(root, home));
}

static unsigned mode_of(const char *path)
{
	struct stat status;

	require(stat(path, &status) == 0);
	return status.st_mode & 0777;
}

static void test_paths(void)
{
	struct home home;
	char longer[5000];

	check_ok(home_at("/srv/home//", &home));
	check_text(home.root, "/srv/home");
	check_text(home.options, "/srv/home/tsunagid.yaml");
	check_text(home.admin_socket, "/srv/home/run/admin.sock");
	require(setenv("TSUNAGI_HOME", "/elsewhere", 1) == 0);
	check_ok(home_at(NULL, &home));
	check_text(home.store, "/elsewhere/store");
	unsetenv("TSUNAGI_HOME");
	check_ok(home_at(NULL, &home));
	check_text(home.root, HOME_DEFAULT);
	memset(longer, 'a', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	check_err(home_at(longer, &home), ERR_TOO_LARGE);
}

static void test_create_and_load(void)
{
	struct home_fault fault = { 0 };
	struct site_keys keys;
	struct config config;
	struct home home;
	int64_t from_us, until_us;

	home_in_folder("home", &home);
	require_ok(home_create(&home, &plan, &fault));
	check_uint(mode_of(home.keys), 0700);
	check_uint(mode_of(home.store), 0700);
	check_uint(mode_of(home.run), 0750);
	check_uint(mode_of(home.curve_key), 0600);
	check_uint(mode_of(home.checkpoint_key), 0600);
	check_uint(mode_of(home.site_key), 0600);
	check_ok(config_load(home.options, NULL, NULL, &config));
	check_text(config.site, "chiba-city");
	require_ok(site_keys_load(&home, &keys, &fault));
	check_text(certificate_subject(keys.certificate), "chiba-city");
	certificate_validity(keys.certificate, &from_us, &until_us);
	check_int(from_us, NOW_US);
	check(until_us > NOW_US + INT64_C(9) * 365 * 86400 * 1000000);
	site_keys_free(&keys);
	site_keys_free(NULL);
}

static void test_never_twice(void)
{
	struct home_fault fault = { 0 };
	struct buf before, after;
	struct home home;

	home_in_folder("home", &home);
	require_ok(home_create(&home, &plan, &fault));
	buf_init(&before, 10000);
	buf_init(&after, 10000);
	check_ok(file_read(home.site_key, &before));
	check_err(home_create(&home, &plan, &fault), ERR_EXISTS);
	check_text(fault.path, home.options);
	require(unlink(home.options) == 0); /* as after an interrupted start */
	check_err(home_create(&home, &plan, &fault), ERR_EXISTS);
	check_text(fault.path, home.curve_key);
	check_ok(file_read(home.site_key, &after));
	check_bytes(buf_bytes(&after), buf_bytes(&before));
	buf_free(&before);
	buf_free(&after);
}

static void test_plan_refused(void)
{
	static const char *const bad_endpoint = "tcp://nowhere";
	struct home_plan bad[] = { plan, plan, plan };
	struct home_fault fault;
	struct home home;

	bad[0].site = "Not A Label";
	bad[1].local_government_code = "123456";
	bad[2].endpoints = &bad_endpoint;
	bad[2].endpoint_count = 1;
	home_in_folder("home", &home);
	for (size_t i = 0; i < 3; i++) {
		check_err(home_create(&home, &bad[i], &fault), ERR_RANGE);
		check(access(home.root, F_OK) != 0); /* nothing was made */
	}
}

static void check_load_fails(const struct home *home, enum err err, const char *path)
{
	struct home_fault fault = { 0 };
	struct site_keys keys;

	check_err(site_keys_load(home, &keys, &fault), err);
	check_text(fault.path, path);
	check(fault.text[0] != '\0');
}

static void test_keys_that_others_read(void)
{
	struct home_fault fault;
	struct home home;

	home_in_folder("home", &home);
	require_ok(home_create(&home, &plan, &fault));
	require(chmod(home.keys, 0750) == 0);
	check_load_fails(&home, ERR_PERMISSION, home.keys);
	require(chmod(home.keys, 0700) == 0 && chmod(home.site_key, 0644) == 0);
	check_load_fails(&home, ERR_PERMISSION, home.site_key);
	require(chmod(home.site_key, 0600) == 0 && chmod(home.curve_key, 0640) == 0);
	check_load_fails(&home, ERR_PERMISSION, home.curve_key);
}

static void test_keys_that_are_none(void)
{
	struct home_fault fault;
	struct home home, other;

	home_in_folder("home", &home);
	home_in_folder("other", &other);
	require_ok(home_create(&home, &plan, &fault));
	require_ok(home_create(&other, &plan, &fault));
	require_ok(file_write(home.curve_key, bytes_of_text("abcd\n"), 0600));
	check_load_fails(&home, ERR_FORMAT, home.curve_key);
	require(rename(other.curve_key, home.curve_key) == 0);
	require(rename(other.site_certificate, home.site_certificate) == 0); /* another key's */
	check_load_fails(&home, ERR_AUTH, home.site_certificate);
	require_ok(file_write(home.checkpoint_key, bytes_of_text("no key"), 0600));
	check_load_fails(&home, ERR_FORMAT, home.checkpoint_key);
	require(unlink(home.checkpoint_key) == 0);
	check_load_fails(&home, ERR_NOT_FOUND, home.checkpoint_key);
}

UNIT_SUITE("config/home",
	{ "where things are", test_paths },
	{ "a new home is whole and loads", test_create_and_load },
	{ "nothing is ever replaced", test_never_twice },
	{ "a bad plan makes nothing", test_plan_refused },
	{ "keys that others could read", test_keys_that_others_read },
	{ "keys that are none", test_keys_that_are_none });
