/* SPDX-License-Identifier: Apache-2.0 */
/* receipt and verify: evidence as a file, and what another finds who holds it against a key. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "desk.h"
#include "tsunagi/words.h"
#include "unit.h"

struct evidence {
	struct desk desk;
	char path[300];
	char key[300];
	char id[37];
};

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static struct evidence begin(void)
{
	struct evidence evidence = { .desk = desk_begin() };
	struct buf key;

	desk_send(&evidence.desk, evidence.id);
	snprintf(evidence.path, sizeof evidence.path, "%s/evidence.json", unit_folder());
	buf_init(&key, sizeof evidence.key);
	stage_trusted_key(evidence.desk.stage, &key);
	snprintf(evidence.key, sizeof evidence.key, "%s", buf_text(&key));
	buf_free(&key);
	desk_run(&evidence.desk, false, "receipt %s --out %s --as %s", evidence.id, evidence.path, evidence.desk.link->path);
	require(check_int(evidence.desk.outcome, OUTCOME_DONE));
	return evidence;
}

static void end(struct evidence *evidence)
{
	desk_end(&evidence->desk);
}

static json_t *file_of(const struct evidence *evidence)
{
	json_t *json = json_load_file(evidence->path, 0, NULL);

	require(json != NULL);
	return json;
}

static void write_file(const struct evidence *evidence, const json_t *json)
{
	require(json_dump_file(json, evidence->path, JSON_INDENT(2)) == 0);
}

static const struct said *verify(struct evidence *evidence, bool json)
{
	return desk_run(&evidence->desk, json, "verify %s --trust %s", evidence->path, evidence->key);
}

static void test_receipts(void)
{
	struct evidence evidence = begin();
	struct stat status;
	const struct said *said = NULL;
	json_t *json = file_of(&evidence);

	require(stat(evidence.path, &status) == 0);
	check_uint(status.st_mode & 0777, 0600);
	check_text(json_string_value(json_object_get(json, "type")), "tsunagi-receipt");
	json_decref(json);
	said = desk_run(&evidence.desk, true, "receipt %s --out %s --as %s", evidence.id, evidence.path, evidence.desk.link->path);
	check_int(evidence.desk.outcome, OUTCOME_REFUSED); /* evidence is not overwritten */
	check_text(desk_error(said->out, "code"), "FILE_EXISTS");
	said = desk_run(&evidence.desk, true, "receipt %s --as %s", evidence.id, evidence.desk.link->path);
	check_int(evidence.desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "type"), "tsunagi-receipt");
	said = desk_run(&evidence.desk, true, "receipt %s --out %s.2 --as %s", evidence.id, evidence.path, evidence.desk.link->path);
	check(has(desk_field(said->out, "file"), "evidence.json.2"));
	said = desk_run(&evidence.desk, true, "receipt 01960000-0000-7000-8000-000000000000 --as %s", evidence.desk.link->path);
	check_int(evidence.desk.outcome, OUTCOME_NOT_THERE);
	check_text(desk_error(said->out, "code"), "UNKNOWN_MESSAGE");
	said = desk_run(&evidence.desk, true, "receipt %s --out /no/such/folder/x --as %s", evidence.id, evidence.desk.link->path);
	check_int(evidence.desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "FILE");
	end(&evidence);
}

static void test_proved(void)
{
	struct evidence evidence = begin();
	const struct said *said = verify(&evidence, false);

	check_int(evidence.desk.outcome, OUTCOME_DONE);
	check(has(said->out, "PROVED") && has(said->out, evidence.id) && has(said->out, "desk@chiba-city"));
	check(has(said->out, "holds") && !has(said->out, "FALSE"));
	check(has(said->out, "nobody yet") && has(said->out, "does not show"));
	said = verify(&evidence, true);
	check_text(desk_field(said->out, "result"), "PROVED");
	check(!has(said->out, "\"test\""));
	words_start(LANGUAGE_JA);
	said = verify(&evidence, false);
	words_start(LANGUAGE_EN);
	check(has(said->out, "PROVED") && has(said->out, "正 ") && has(said->out, "示さないこと"));
	end(&evidence);
}

static void test_undecided(void)
{
	struct evidence evidence = begin();
	json_t *json = NULL;
	const struct said *said = desk_run(&evidence.desk, false, "verify %s", evidence.path);

	check_int(evidence.desk.outcome, OUTCOME_UNDECIDED);
	check(has(said->out, "UNDECIDED: no key that you trust"));
	said = desk_run(&evidence.desk, true, "verify %s", evidence.path);
	check_text(desk_field(said->out, "result"), "UNDECIDED");
	check_text(desk_field(said->out, "reason"), "no_trusted_key");
	json = file_of(&evidence); /* the content erased: the entry stands, and what it says is not shown */
	json_object_del(json_object_get(json, "proof"), "salt");
	json_object_del(json_object_get(json, "proof"), "body");
	write_file(&evidence, json);
	said = verify(&evidence, true);
	check_int(evidence.desk.outcome, OUTCOME_UNDECIDED);
	check_text(desk_field(said->out, "reason"), "content_erased");
	said = verify(&evidence, false);
	check(has(said->out, "the file does not hold its content"));
	json_object_set_new(json, "version", json_integer(99));
	write_file(&evidence, json);
	said = verify(&evidence, true);
	check_int(evidence.desk.outcome, OUTCOME_UNDECIDED);
	check_text(desk_field(said->out, "reason"), "not_a_receipt_file");
	json_decref(json);
	end(&evidence);
}

/* One character of one field of the proof changed: nothing is proved any more. */
static void test_false(void)
{
	static const char *const fields[] = { "header", "body_hash", "salt", "body", "inclusion", "certificate", "binding_header", "binding_body_hash",
					      "binding_salt", "binding_body", "binding_inclusion", "checkpoint" };
	struct evidence evidence = begin();
	json_t *good = file_of(&evidence);

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		json_t *bad = json_deep_copy(good);
		json_t *proof = json_object_get(bad, "proof");
		const char *text = json_string_value(json_object_get(proof, fields[i]));
		char *changed = NULL;
		const struct said *said = NULL;

		unit_context("%s", fields[i]);
		if (!check(text != NULL && strlen(text) > 8)) {
			json_decref(bad);
			continue;
		}
		changed = strdup(text);
		require(changed != NULL);
		changed[strlen(changed) / 2] = changed[strlen(changed) / 2] == 'A' ? 'B' : 'A';
		json_object_set_new(proof, fields[i], json_string(changed));
		free(changed);
		write_file(&evidence, bad);
		said = verify(&evidence, true);
		unit_context("%s", fields[i]);
		check(evidence.desk.outcome == OUTCOME_REFUSED || evidence.desk.outcome == OUTCOME_UNDECIDED);
		check(!has(said->out, "PROVED"));
		json_decref(bad);
	}
	json_decref(good);
	end(&evidence);
}

static void test_told_as_false(void)
{
	struct evidence evidence = begin();
	json_t *json = file_of(&evidence);
	const struct said *said = NULL;
	char *body = strdup(json_string_value(json_object_get(json_object_get(json, "proof"), "body")));

	require(body != NULL);
	body[30] = body[30] == 'A' ? 'B' : 'A';
	json_object_set_new(json_object_get(json, "proof"), "body", json_string(body));
	write_file(&evidence, json);
	said = verify(&evidence, false);
	check_int(evidence.desk.outcome, OUTCOME_REFUSED);
	check(has(said->out, "FALSE") && !has(said->out, "PROVED"));
	check(has(said->out, "content is not what its hash says"));
	free(body);
	json_decref(json);
	end(&evidence);
}

static void test_files_that_are_none(void)
{
	static const char *const texts[] = { "", "[", "{}", "[]", "{\"type\":\"tsunagi-invitation\"}", "{\"type\":\"tsunagi-receipt\"}",
					     "{\"type\":\"tsunagi-receipt\",\"version\":1,\"proof\":5}" };
	struct evidence evidence = begin();

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const struct said *said = NULL;

		require_ok(file_write(evidence.path, bytes_of_text(texts[i]), 0600));
		said = verify(&evidence, true);
		unit_context("%s", texts[i]);
		check(evidence.desk.outcome == OUTCOME_UNDECIDED || evidence.desk.outcome == OUTCOME_REFUSED);
		check(*said->out == '{' && !has(said->out, "PROVED"));
	}
	desk_run(&evidence.desk, true, "verify /no/such/file --trust %s", evidence.key);
	check_int(evidence.desk.outcome, OUTCOME_NOT_THERE);
	end(&evidence);
}

static void test_trust(void)
{
	struct evidence evidence = begin();
	char words[8000];
	size_t used = 0;
	const struct said *said = desk_run(&evidence.desk, true, "verify %s --trust nonsense", evidence.path);

	check(evidence.desk.outcome != OUTCOME_DONE); /* a key that is none is told, not passed over */
	check(*said->out == '{');
	used = (size_t)snprintf(words, sizeof words, "verify %s", evidence.path);
	for (unsigned i = 0; i < 64; i++)
		used += (size_t)snprintf(words + used, sizeof words - used, " --trust k%u", i);
	said = desk_run(&evidence.desk, true, "%s", words);
	check_int(evidence.desk.outcome, OUTCOME_USAGE);
	check(has(desk_error(said->out, "message"), "at most 63 keys"));
	end(&evidence);
}

UNIT_SUITE("tsunagi/cmd_verify",
	{ "receipts", test_receipts },
	{ "proved", test_proved },
	{ "undecided", test_undecided },
	{ "false, whatever was changed", test_false },
	{ "told as false", test_told_as_false },
	{ "files that are none", test_files_that_are_none },
	{ "whom to trust", test_trust });
