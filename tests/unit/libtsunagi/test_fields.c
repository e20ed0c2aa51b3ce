/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/fields.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "unit.h"

static void test_reading(void)
{
	json_t *json = json_pack("{s:s, s:i, s:i, s:s, s:s, s:s, s:b}", "text", "word", "number", 7, "negative", -1, "bytes", "AAEC", "bad", "A", "hex",
				 "00000000000000000000000000000000000000000000000000000000000000ff", "flag", 1);
	uint8_t to[3];
	struct digest digest;
	struct buf run;

	check_text(field_text(json, "text"), "word");
	check(field_text(json, "number") == NULL && field_text(json, "none") == NULL && field_text(NULL, "x") == NULL);
	check_uint(field_number(json, "number", 7, 99), 7);
	check_uint(field_number(json, "number", 6, 99), 99);
	check_uint(field_number(json, "negative", 100, 99), 99);
	check_uint(field_number(json, "text", 100, 99), 99);
	check_ok(field_bytes(json, "bytes", to, 3));
	check_bytes(bytes_of(to, 3), bytes_of("\0\1\2", 3));
	check_err(field_bytes(json, "bytes", to, 2), ERR_FORMAT);
	check_err(field_bytes(json, "bad", to, 3), ERR_FORMAT);
	check_ok(field_digest(json, "hex", &digest));
	check_uint(digest.bytes[31], 255);
	check_err(field_digest(json, "text", &digest), ERR_FORMAT);
	buf_init(&run, 100);
	check_ok(field_run(json, "bytes", &run));
	check_ok(field_run(json, "bytes", &run));
	check_uint(run.len, 6);
	check_err(field_run(json, "bad", &run), ERR_FORMAT);
	check_uint(run.len, 6);
	buf_free(&run);
	buf_init(&run, 2);
	check_err(field_run(json, "bytes", &run), ERR_TOO_LARGE);
	buf_free(&run);
	json_decref(json);
}

static void test_keys(void)
{
	struct private_key *key = NULL, *back = NULL;
	json_t *json = NULL;

	require_ok(private_key_new(KEY_P256, &key));
	json = json_pack("{s:o, s:s}", "key", json_key(key), "bad", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
	check_ok(field_key(json, "key", &back));
	check_err(field_key(json, "bad", &key), ERR_FORMAT);
	check_err(field_key(json, "none", &key), ERR_FORMAT);
	private_key_free(key);
	private_key_free(back);
	json_decref(json);
}

static void test_files(void)
{
	char path[600];
	json_t *json = json_pack("{s:s, s:i}", "type", "tsunagi-thing", "version", 1);
	json_t *back = NULL;

	snprintf(path, sizeof path, "%s/thing", unit_folder());
	check_ok(json_file_write(path, json));
	check_ok(json_file_read(path, "tsunagi-thing", &back));
	check(json_equal(json, back));
	json_decref(back);
	back = NULL;
	check_err(json_file_read(path, "tsunagi-other", &back), ERR_FORMAT);
	check_err(json_file_read("/no/such", "tsunagi-thing", &back), ERR_NOT_FOUND);
	check_ok(file_write(path, bytes_of_text("{\"type\":\"tsunagi-thing\",\"type\":\"tsunagi-thing\"}"), 0600));
	check_err(json_file_read(path, "tsunagi-thing", &back), ERR_FORMAT);
	check_ok(file_write(path, bytes_of_text("["), 0600));
	check_err(json_file_read(path, "tsunagi-thing", &back), ERR_FORMAT);
	json_decref(json);
}

static void test_writing(void)
{
	static const uint8_t id[16] = { 1, 2, 3 };
	json_t *json = json_pack("[o, o, o, o]", json_base64(bytes_of("\0\1\2", 3)), json_hex(bytes_of("\xab", 1)), json_time(0), json_id(id));

	check_text(json_string_value(json_array_get(json, 0)), "AAEC");
	check_text(json_string_value(json_array_get(json, 1)), "ab");
	check_text(json_string_value(json_array_get(json, 2)), "1970-01-01T09:00:00.000+09:00");
	check_text(json_string_value(json_array_get(json, 3)), "01020300-0000-0000-0000-000000000000");
	json_decref(json);
}

UNIT_SUITE("libtsunagi/fields", { "reading", test_reading }, { "keys", test_keys }, { "files", test_files }, { "writing", test_writing });
