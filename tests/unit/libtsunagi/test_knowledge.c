/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/knowledge.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "stage.h"
#include "unit.h"

static struct knowledge *open_it(const struct stage *stage)
{
	struct knowledge *knowledge = NULL;
	char folder[600];
	long holder = 0;

	snprintf(folder, sizeof folder, "%s/known", unit_folder());
	require_ok(knowledge_open(folder, STAGE_SITE, stage->checkpoint_public, &knowledge, &holder));
	return knowledge;
}

static void grow(struct stage *stage, unsigned entries)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;

	while (entries-- > 0)
		stage_append(stage, PB__ENTRY_TYPE__ENTRY_TYPE_ACCESS, &body);
}

static struct buf note_of(const struct stage *stage, const struct private_key *key)
{
	struct buf note;

	buf_init(&note, NOTE_MAX);
	stage_checkpoint(stage, key, &note);
	return note;
}

static void test_first_and_next(void)
{
	struct stage *stage = stage_new();
	struct knowledge *knowledge = open_it(stage);
	struct buf note = note_of(stage, stage->checkpoint_key), proof;
	uint64_t before = stage->entry_count;

	buf_init(&proof, 10000);
	check(!knowledge->has_checkpoint);
	check_ok(knowledge_welcome(knowledge, 1, buf_bytes(&note), bytes_of(NULL, 0)));
	check(knowledge->has_checkpoint);
	check_uint(knowledge->checkpoint.size, before);
	buf_free(&note);
	grow(stage, 5);
	note = note_of(stage, stage->checkpoint_key);
	require_ok(merkle_prove_consistency(stage_read_tree, stage, before, stage->entry_count, &proof));
	check_ok(knowledge_welcome(knowledge, 1, buf_bytes(&note), buf_bytes(&proof)));
	knowledge_close(knowledge);
	knowledge = open_it(stage);
	check_uint(knowledge->checkpoint.size, before + 5);
	check_uint(knowledge->epoch, 1);
	check(!knowledge_forked(knowledge));
	knowledge_close(knowledge);
	buf_free(&note);
	buf_free(&proof);
	stage_free(stage);
}

static void test_broken_proofs(void)
{
	struct stage *stage = stage_new();
	struct knowledge *knowledge = NULL;
	struct buf note, proof;
	uint64_t before = 0;

	grow(stage, 4);
	before = stage->entry_count;
	knowledge = open_it(stage);
	note = note_of(stage, stage->checkpoint_key);
	require_ok(knowledge_welcome(knowledge, 1, buf_bytes(&note), bytes_of(NULL, 0)));
	buf_free(&note);
	grow(stage, 3);
	note = note_of(stage, stage->checkpoint_key);
	buf_init(&proof, 10000);
	require_ok(merkle_prove_consistency(stage_read_tree, stage, before, stage->entry_count, &proof));
	for (size_t at = 0; at < proof.len; at += 13) {
		proof.data[at] ^= 4;
		check_err(knowledge_welcome(knowledge, 1, buf_bytes(&note), buf_bytes(&proof)), ERR_AUTH);
		check(knowledge_forked(knowledge));
		check_uint(knowledge_acknowledge(knowledge, WARNING_LEDGER_FORK, NULL), 1);
		check(!knowledge->has_checkpoint);
		proof.data[at] ^= 4;
		check_ok(knowledge_welcome(knowledge, 1, buf_bytes(&note), bytes_of(NULL, 0)));
		knowledge->checkpoint.size = before;
		knowledge->checkpoint.root = merkle_root(stage->leaves, before);
	}
	check_err(knowledge_welcome(knowledge, 1, buf_bytes(&note), bytes_of(proof.data, proof.len - 1)), ERR_AUTH);
	knowledge_close(knowledge);
	buf_free(&note);
	buf_free(&proof);
	stage_free(stage);
}

static void test_heard(void)
{
	struct stage *stage = stage_new();
	struct knowledge *knowledge = open_it(stage);
	struct buf note = note_of(stage, stage->checkpoint_key), other;
	struct checkpoint heard;

	check_ok(knowledge_welcome(knowledge, 1, buf_bytes(&note), bytes_of(NULL, 0)));
	check_ok(knowledge_heard(knowledge, buf_bytes(&note), &heard));
	other = note_of(stage, stage->other_key);
	check_err(knowledge_heard(knowledge, buf_bytes(&other), &heard), ERR_AUTH);
	check_err(knowledge_heard(knowledge, bytes_of_text("nonsense"), &heard), ERR_AUTH);
	check(!knowledge_forked(knowledge));
	buf_free(&other);
	/* The same size with another root: two histories. */
	stage->leaves[0].bytes[0] ^= 1;
	other = note_of(stage, stage->checkpoint_key);
	check_err(knowledge_heard(knowledge, buf_bytes(&other), &heard), ERR_AUTH);
	check(knowledge_forked(knowledge));
	buf_free(&note);
	buf_free(&other);
	knowledge_close(knowledge);
	stage_free(stage);
}

static void test_epochs(void)
{
	struct stage *stage = stage_new();
	struct knowledge *knowledge = open_it(stage);
	struct checkpoint second = { .origin = STAGE_SITE "/2", .size = 3 };
	struct buf note = note_of(stage, stage->checkpoint_key), later;

	buf_init(&later, NOTE_MAX);
	require_ok(checkpoint_sign(&second, stage->checkpoint_key, &later));
	check_ok(knowledge_welcome(knowledge, 1, buf_bytes(&note), bytes_of(NULL, 0)));
	check_ok(knowledge_welcome(knowledge, 2, buf_bytes(&later), bytes_of(NULL, 0)));
	check(warnings_has(&knowledge->warnings, WARNING_LEDGER_RESTORED));
	check_uint(knowledge->epoch, 2);
	check_err(knowledge_welcome(knowledge, 1, buf_bytes(&note), bytes_of(NULL, 0)), ERR_AUTH);
	check(knowledge_forked(knowledge));
	buf_free(&note);
	buf_free(&later);
	knowledge_close(knowledge);
	stage_free(stage);
}

static void test_one_at_a_time(void)
{
	struct stage *stage = stage_new();
	struct knowledge *first = open_it(stage), *second = NULL;
	char folder[600];
	long holder = 0;

	snprintf(folder, sizeof folder, "%s/known", unit_folder());
	check_err(knowledge_open(folder, STAGE_SITE, stage->checkpoint_public, &second, &holder), ERR_BUSY);
	check_int(holder, getpid());
	knowledge_close(first);
	first = open_it(stage);
	knowledge_close(first);
	stage_free(stage);
}

/* Damaged files are neither trusted nor lost. */
static void test_damaged(void)
{
	struct stage *stage = stage_new();
	struct knowledge *knowledge = open_it(stage);
	struct buf note = note_of(stage, stage->checkpoint_key);
	char path[700];

	knowledge_warn(knowledge, WARNING_DEAD_LETTER, "someone", "why");
	check_ok(knowledge_welcome(knowledge, 1, buf_bytes(&note), bytes_of(NULL, 0)));
	knowledge_close(knowledge);
	snprintf(path, sizeof path, "%s/known/checkpoint", unit_folder());
	note.data[20] ^= 1;
	check_ok(file_write(path, buf_bytes(&note), 0600));
	snprintf(path, sizeof path, "%s/known/knowledge.json", unit_folder());
	check_ok(file_write(path, bytes_of_text("{\"type\":"), 0600));
	knowledge = open_it(stage);
	check(!knowledge->has_checkpoint);
	check_uint(knowledge->warnings.count, 0);
	knowledge_close(knowledge);
	snprintf(path, sizeof path, "%s/known/checkpoint.damaged", unit_folder());
	check(access(path, F_OK) == 0);
	snprintf(path, sizeof path, "%s/known/knowledge.json.damaged", unit_folder());
	check(access(path, F_OK) == 0);
	buf_free(&note);
	stage_free(stage);
}

UNIT_SUITE("libtsunagi/knowledge", { "first and next", test_first_and_next }, { "broken proofs", test_broken_proofs }, { "checkpoints heard", test_heard },
	   { "epochs", test_epochs }, { "one process at a time", test_one_at_a_time }, { "damaged files", test_damaged });
