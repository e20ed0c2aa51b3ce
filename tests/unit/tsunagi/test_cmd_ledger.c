/* SPDX-License-Identifier: Apache-2.0 */
/* ledger verify, checkpoint and prove: over a real store, and against a daemon that gives what it is told to. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "../ledger/site.h"
#include "contract/checkpoint.h"
#include "crypto/note.h"
#include "fake_daemon.h"
#include "desk.h"
#include "tsunagi/words.h"

static enum outcome outcome;

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

/* A store with 12 entries under 4 checkpoints, closed; its verification key. */
static void fill(struct site *site, char key[300])
{
	struct buf text;

	site_open(site);
	for (unsigned i = 0; i < 12; i++) {
		site_append_access(site, "trace");
		if (i % 3 == 2)
			site_commit(site);
	}
	buf_init(&text, 300);
	require_ok(note_key_format(SITE_NAME "/1", site->public_key, &text));
	snprintf(key, 300, "%s", buf_text(&text));
	buf_free(&text);
}

static const struct said *verify(const struct site *site, const char *key, bool json)
{
	return fake_run(NULL, json, &outcome, "ledger verify --store %s --trust %s", site->folder, key);
}

static void test_everything_holds(void)
{
	struct site site;
	char key[300];
	const struct said *said;
	json_t *json;

	fill(&site, key);
	said = verify(&site, key, false);
	check_int(outcome, OUTCOME_DONE);
	check(has(said->out, "Everything holds.") && has(said->out, "12") && !has(said->out, "fault"));
	json = json_loads(verify(&site, key, true)->out, 0, NULL);
	check(json_is_true(json_object_get(json, "ok")));
	check_int(json_integer_value(json_object_get(json, "entries")), 12);
	check_int(json_integer_value(json_object_get(json, "checkpoints")), 4);
	check_int(json_integer_value(json_object_get(json, "fault_count")), 0);
	check_uint(json_array_size(json_object_get(json, "faults")), 0);
	check_uint(strlen(json_string_value(json_object_get(json, "root_hash"))), 64);
	json_decref(json);
	words_start(LANGUAGE_JA);
	said = verify(&site, key, false);
	words_start(LANGUAGE_EN);
	check(has(said->out, "すべて正しく検証されました。"));
	site_close(&site);
}

/* Every fault is named, and what to do with the store. */
static void test_a_changed_entry(void)
{
	struct site site;
	char key[300];
	const struct said *said;
	json_t *json, *fault;

	fill(&site, key);
	site_flip(&site, TABLE_ENTRIES, key_u64(7), 55);
	said = verify(&site, key, false);
	check_int(outcome, OUTCOME_REFUSED);
	check(has(said->out, "entry 7") && has(said->out, "keep this store as it is") && !has(said->out, "Everything holds."));
	json = json_loads(verify(&site, key, true)->out, 0, NULL);
	check(json_is_false(json_object_get(json, "ok")));
	check(json_integer_value(json_object_get(json, "fault_count")) > 0);
	fault = json_array_get(json_object_get(json, "faults"), 0);
	check_text(json_string_value(json_object_get(fault, "what")), "entry");
	check_int(json_integer_value(json_object_get(fault, "number")), 7);
	check(json_string_value(json_object_get(fault, "message")) != NULL);
	check(json_object_get(fault, "part") == NULL);
	json_decref(json);
	site_close(&site);
}

/* Another's key, or another site's name: the same ledger proves nothing. */
static void test_another_key(void)
{
	struct site site;
	char key[300], other[300];
	struct private_key *private = NULL;
	uint8_t public[ED25519_BYTES];
	struct buf text;

	fill(&site, key);
	require_ok(private_key_new(KEY_ED25519, &private));
	require_ok(ed25519_public(private, public));
	buf_init(&text, 300);
	require_ok(note_key_format(SITE_NAME "/1", public, &text));
	snprintf(other, sizeof other, "%s", buf_text(&text));
	verify(&site, other, true);
	check_int(outcome, OUTCOME_REFUSED);
	buf_clear(&text);
	require_ok(note_key_format("other-city/1", site.public_key, &text));
	snprintf(other, sizeof other, "%s", buf_text(&text));
	verify(&site, other, true);
	check_int(outcome, OUTCOME_REFUSED);
	verify(&site, key, true);
	check_int(outcome, OUTCOME_DONE);
	buf_free(&text);
	private_key_free(private);
	site_close(&site);
}

/* ---- against a daemon ---- */

static struct {
	const char *checkpoint;
	uint64_t proved;
	bool nonsense;
} told;

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	(void)context;
	if (request->body_case == PB__ADMIN_REQUEST__BODY_CHECKPOINT && !told.nonsense) {
		reply->body_case = PB__ADMIN_REPLY__BODY_CHECKPOINT;
		reply->checkpoint = arena_text(arena, bytes_of_text(told.checkpoint));
	} else if (request->body_case == PB__ADMIN_REQUEST__BODY_PROVE && !told.nonsense) {
		told.proved = request->prove;
		reply->proof = arena_alloc(arena, sizeof *reply->proof);
		pb__receipt_proof__init(reply->proof);
		reply->proof->checkpoint = arena_text(arena, bytes_of_text("note"));
		reply->body_case = PB__ADMIN_REPLY__BODY_PROOF;
	} else {
		reply->done = arena_alloc(arena, sizeof *reply->done);
		pb__admin_nothing__init(reply->done);
		reply->body_case = PB__ADMIN_REPLY__BODY_DONE;
	}
}

static void test_checkpoints(void)
{
	struct fake_daemon *daemon = fake_daemon_start(answer, NULL);
	struct private_key *key = NULL;
	struct checkpoint checkpoint = { .size = 42 };
	struct buf note;
	const struct said *said;
	json_t *json;

	told.nonsense = false;
	require_ok(private_key_new(KEY_ED25519, &key));
	checkpoint_origin("test-site", 1, checkpoint.origin);
	buf_init(&note, 16384);
	require_ok(checkpoint_sign(&checkpoint, key, &note));
	told.checkpoint = buf_text(&note);
	said = fake_run(daemon, false, &outcome, "ledger checkpoint");
	check_int(outcome, OUTCOME_DONE);
	check_text(said->out, told.checkpoint); /* as it was signed, byte for byte */
	json = json_loads(fake_run(daemon, true, &outcome, "ledger checkpoint")->out, 0, NULL);
	check_text(json_string_value(json_object_get(json, "checkpoint")), told.checkpoint);
	check_text(json_string_value(json_object_get(json, "origin")), "test-site/1");
	check_int(json_integer_value(json_object_get(json, "size")), 42);
	check_uint(strlen(json_string_value(json_object_get(json, "root_hash"))), 64);
	json_decref(json);
	told.checkpoint = "no note";
	json = json_loads(fake_run(daemon, true, &outcome, "ledger checkpoint")->out, 0, NULL);
	check_text(json_string_value(json_object_get(json, "checkpoint")), "no note");
	check(json_object_get(json, "size") == NULL);
	json_decref(json);
	told.nonsense = true;
	check_text(desk_error(fake_run(daemon, true, &outcome, "ledger checkpoint")->out, "code"), "UNEXPECTED_ANSWER");
	buf_free(&note);
	private_key_free(key);
	fake_daemon_stop(daemon);
}

static void test_proofs(void)
{
	struct fake_daemon *daemon = fake_daemon_start(answer, NULL);
	char path[300];
	json_t *json;

	told.nonsense = false;
	json = json_loads(fake_run(daemon, false, &outcome, "ledger prove 1042")->out, 0, NULL);
	check_int(outcome, OUTCOME_DONE);
	check_uint(told.proved, 1042);
	check_text(json_string_value(json_object_get(json, "type")), "tsunagi-receipt");
	check_text(json_string_value(json_object_get(json, "site")), "test-site");
	check_int(json_integer_value(json_object_get(json, "seq")), 1042);
	check_text(json_string_value(json_object_get(json_object_get(json, "proof"), "checkpoint")), "note");
	json_decref(json);
	snprintf(path, sizeof path, "%s/proof.json", unit_folder());
	check(has(fake_run(daemon, false, &outcome, "ledger prove 7 --out %s", path)->out, "The proof is in "));
	json = json_load_file(path, 0, NULL);
	check_int(json_integer_value(json_object_get(json, "seq")), 7);
	json_decref(json);
	fake_run(daemon, true, &outcome, "ledger prove 8 --out %s", path);
	check_int(outcome, OUTCOME_REFUSED); /* a proof is not overwritten */
	fake_run(daemon, true, &outcome, "ledger prove x8");
	check_int(outcome, OUTCOME_USAGE);
	told.nonsense = true;
	fake_run(daemon, true, &outcome, "ledger prove 9");
	check(outcome != OUTCOME_DONE);
	fake_daemon_stop(daemon);
}

UNIT_SUITE("tsunagi/cmd_ledger",
	{ "everything holds", test_everything_holds },
	{ "a changed entry", test_a_changed_entry },
	{ "another key", test_another_key },
	{ "checkpoints", test_checkpoints },
	{ "proofs", test_proofs });
