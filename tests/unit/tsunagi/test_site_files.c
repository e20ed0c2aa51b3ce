/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "tsunagi/site_files.h"
#include "unit.h"

static void make_home(struct home *home, struct config *config, struct site_keys *keys)
{
	static char root[200];
	const struct home_plan plan = { "test-site", "121002", NULL, 0, clock_wall_us() };
	struct home_fault fault;

	snprintf(root, sizeof root, "%s/home", unit_folder());
	require_ok(home_at(root, home));
	require_ok(home_create(home, &plan, &fault));
	require_ok(config_load(home->options, NULL, NULL, config));
	require_ok(site_keys_load(home, keys, &fault));
}

static void test_what_all_say(void)
{
	const char *own[] = { "tcp://broker.example.jp:7411", "ipc:///run/x" };
	struct site_keys keys;
	struct config config;
	struct home home;
	uint8_t bytes[CURVE_BYTES];
	size_t length = 0;
	const char *text;
	json_t *file;

	make_home(&home, &config, &keys);
	file = site_file_new("tsunagi-invitation", &config, &keys, 3, own, 2);
	require(file != NULL);
	check_text(json_string_value(json_object_get(file, "type")), "tsunagi-invitation");
	check_text(json_string_value(json_object_get(file, "site")), "test-site");
	check_int(json_integer_value(json_object_get(file, "epoch")), 3);
	check_uint(json_array_size(json_object_get(file, "endpoints")), 2);
	text = json_string_value(json_object_get(file, "broker_key"));
	require(text != NULL);
	require_ok(text_unbase64(bytes_of_text(text), bytes, sizeof bytes, &length));
	check_bytes(bytes_of(bytes, length), bytes_of(keys.curve_public, CURVE_BYTES));
	check(strncmp(json_string_value(json_object_get(file, "site_certificate")), "-----BEGIN", 10) == 0);
	json_decref(file);
	file = site_file_new("tsunagi-invitation", &config, &keys, 1, NULL, 0);
	check_text(json_string_value(json_array_get(json_object_get(file, "endpoints"), 0)), CONFIG_ENDPOINT_DEFAULT);
	json_decref(file);
	site_keys_free(&keys);
}

static void test_written_once(void)
{
	char path[200];
	struct stat status;
	json_t *file = json_pack("{s:s}", "type", "x");

	snprintf(path, sizeof path, "%s/file", unit_folder());
	require_ok(site_file_write(file, path));
	require(stat(path, &status) == 0);
	check_uint(status.st_mode & 0777, 0600);
	check_err(site_file_write(file, path), ERR_EXISTS);
	check_err(site_file_write(NULL, path), ERR_NOMEM);
	json_decref(file);
}

static enum err read_text(const char *text, struct arena *arena, const char **ret_address, Pb__Enrol **ret_enrol, const char **ret_reason)
{
	char path[200];

	snprintf(path, sizeof path, "%s/request", unit_folder());
	require_ok(file_write(path, bytes_of_text(text), 0600));
	return site_file_request(path, arena, ret_address, ret_enrol, ret_reason);
}

#define KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static void test_request(void)
{
	const char *address = NULL;
	const char *reason = NULL;
	Pb__Enrol *enrol = NULL;
	struct arena arena;

	arena_init(&arena, 1u << 20);
	require_ok(read_text("{\"type\":\"tsunagi-request\",\"version\":1,\"agency\":\"link@chiba-city\",\"device_name\":\"desk 1\",\"curve_key\":\"" KEY
			     "\",\"signing_request\":\"AQID\",\"sealing_request\":\"BAUG\"}",
			     &arena, &address, &enrol, &reason));
	check_text(address, "link@chiba-city");
	check_text(enrol->device_name, "desk 1");
	check_uint(enrol->curve_key.len, 32);
	check_bytes(bytes_of(enrol->signing_request.data, enrol->signing_request.len), bytes_of("\1\2\3", 3));
	check_bytes(bytes_of(enrol->sealing_request.data, enrol->sealing_request.len), bytes_of("\4\5\6", 3));
	arena_free(&arena);
}

static void test_bad_requests(void)
{
	static const struct {
		const char *text;
		const char *reason;
	} rows[] = {
		{ "", "it is no JSON" },
		{ "[]", "its type is not tsunagi-request" },
		{ "{\"type\":\"tsunagi-invitation\"}", "its type is not tsunagi-request" },
		{ "{\"type\":\"tsunagi-request\",\"version\":2}", "its version is not 1" },
		{ "{\"type\":\"tsunagi-request\",\"version\":1,\"agency\":\"link\"}", "agency is no agency@site" },
		{ "{\"type\":\"tsunagi-request\",\"version\":1,\"agency\":\"a@b\"}", "device_name is missing" },
		{ "{\"type\":\"tsunagi-request\",\"version\":1,\"agency\":\"a@b\",\"device_name\":\"d\",\"curve_key\":\"AQID\"}",
		  "curve_key is not 32 bytes in base64" },
		{ "{\"type\":\"tsunagi-request\",\"version\":1,\"agency\":\"a@b\",\"device_name\":\"d\",\"curve_key\":\"" KEY "\",\"signing_request\":\"\"}",
		  "signing_request or sealing_request is no base64, or too long" },
		{ "{\"type\":\"tsunagi-request\",\"type\":\"x\"}", "it is no JSON" },
	};
	const char *address = NULL;
	const char *reason = NULL;
	Pb__Enrol *enrol = NULL;
	struct arena arena;

	arena_init(&arena, 1u << 20);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("%s", rows[i].text);
		check_err(read_text(rows[i].text, &arena, &address, &enrol, &reason), ERR_FORMAT);
		check_text(reason, rows[i].reason);
	}
	check(enrol == NULL);
	check_err(site_file_request("/nonexistent/request", &arena, &address, &enrol, &reason), ERR_NOT_FOUND);
	arena_free(&arena);
}

UNIT_SUITE("tsunagi/site_files",
	{ "what every file says of its site", test_what_all_say },
	{ "files are private and never replaced", test_written_once },
	{ "a request is read", test_request },
	{ "what is no request is named", test_bad_requests });
