/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/knowledge.c - see knowledge.h for the contract. */
#include "libtsunagi/knowledge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "contract/merkle.h"
#include "libtsunagi/fields.h"

#define WRITE_EVERY_US 2000000LL /* an older checkpoint is still true: it need not be written each time */
#define KNOWLEDGE_TYPE "tsunagi-knowledge"

static enum err lock_folder(struct knowledge *knowledge, long *ret_holder)
{
	char *path = path_join(knowledge->folder, "lock");
	char text[32] = "";
	enum err err = ERR_OK;

	*ret_holder = 0;
	if (path == NULL)
		return ERR_NOMEM;
	knowledge->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(path);
	if (knowledge->lock < 0)
		return err_from_errno(errno);
	if (flock(knowledge->lock, LOCK_EX | LOCK_NB) != 0) {
		err = errno == EWOULDBLOCK ? ERR_BUSY : err_from_errno(errno);
		if (pread(knowledge->lock, text, sizeof text - 1, 0) > 0)
			*ret_holder = strtol(text, NULL, 10);
		return err;
	}
	snprintf(text, sizeof text, "%ld\n", (long)getpid());
	/* The number only helps a person to find the holder. */
	if (ftruncate(knowledge->lock, 0) != 0 || pwrite(knowledge->lock, text, strlen(text), 0) < 0)
		return err_from_errno(errno);
	return ERR_OK;
}

/* A file that cannot be read as what it is makes way, so that it is neither trusted nor lost. */
static void set_aside(const char *path)
{
	char *aside = NULL;

	if (asprintf(&aside, "%s.damaged", path) < 0)
		return;
	if (rename(path, aside) != 0)
		unlink(path);
	free(aside);
}

static enum err read_checkpoint(struct knowledge *knowledge)
{
	char *path = path_join(knowledge->folder, "checkpoint");
	char origin[CHECKPOINT_ORIGIN_MAX];
	enum err err = ERR_NOMEM;

	if (path == NULL)
		return err;
	err = file_read(path, &knowledge->note);
	if (err == ERR_NOT_FOUND) {
		free(path);
		return ERR_OK;
	}
	if (err == ERR_OK && (checkpoint_parse(buf_bytes(&knowledge->note), &knowledge->checkpoint) != ERR_OK ||
			      (checkpoint_origin(knowledge->site, checkpoint_epoch(&knowledge->checkpoint), origin),
			       checkpoint_open(buf_bytes(&knowledge->note), origin, knowledge->key, &knowledge->checkpoint)) != ERR_OK)) {
		set_aside(path);
		buf_clear(&knowledge->note);
	} else if (err == ERR_OK) {
		knowledge->has_checkpoint = true;
		knowledge->epoch = checkpoint_epoch(&knowledge->checkpoint);
	}
	free(path);
	return err;
}

static enum err read_warnings(struct knowledge *knowledge)
{
	char *path = path_join(knowledge->folder, "knowledge.json");
	json_t *json = NULL;
	enum err err = path == NULL ? ERR_NOMEM : json_file_read(path, KNOWLEDGE_TYPE, &json);

	if (err == ERR_FORMAT || err == ERR_TOO_LARGE)
		set_aside(path);
	if (err == ERR_OK)
		warnings_of_json(json_object_get(json, "warnings"), &knowledge->warnings);
	json_decref(json);
	free(path);
	return err == ERR_NOT_FOUND || err == ERR_FORMAT || err == ERR_TOO_LARGE ? ERR_OK : err;
}

enum err knowledge_open(const char *folder, const char *site, const uint8_t key[ED25519_BYTES], struct knowledge **ret_knowledge, long *ret_holder)
{
	struct knowledge *knowledge = calloc(1, sizeof *knowledge);
	enum err err = ERR_NOMEM;

	*ret_holder = 0;
	if (knowledge == NULL)
		return err;
	knowledge->lock = -1;
	buf_init(&knowledge->note, NOTE_MAX);
	snprintf(knowledge->site, sizeof knowledge->site, "%s", site);
	memcpy(knowledge->key, key, ED25519_BYTES);
	knowledge->folder = strdup(folder);
	if (knowledge->folder != NULL)
		err = folder_make(folder, 0700);
	if (err == ERR_OK)
		err = lock_folder(knowledge, ret_holder);
	if (err == ERR_OK)
		err = read_checkpoint(knowledge);
	if (err == ERR_OK)
		err = read_warnings(knowledge);
	if (err != ERR_OK) {
		knowledge_close(knowledge);
		return err;
	}
	*ret_knowledge = knowledge;
	return ERR_OK;
}

/* Failing here costs freshness alone: the next session then proves consistency from an older checkpoint. */
static void write_checkpoint(struct knowledge *knowledge)
{
	char *path = path_join(knowledge->folder, "checkpoint");

	if (path != NULL && file_write_soon(path, buf_bytes(&knowledge->note), 0600) == ERR_OK)
		knowledge->unwritten = false;
	knowledge->written_mono_us = clock_mono_us();
	free(path);
}

static void write_warnings(struct knowledge *knowledge)
{
	char *path = path_join(knowledge->folder, "knowledge.json");
	json_t *json = json_pack("{s:s, s:o}", "type", KNOWLEDGE_TYPE, "warnings", warnings_json(&knowledge->warnings, false));

	/* A disk that takes no more is told of by the calls that need it; the warning still stands in memory. */
	if (path != NULL && json != NULL && json_file_write(path, json) != ERR_OK)
		knowledge->unwritten = true;
	json_decref(json);
	free(path);
}

void knowledge_close(struct knowledge *knowledge)
{
	if (knowledge == NULL)
		return;
	if (knowledge->unwritten && knowledge->has_checkpoint)
		write_checkpoint(knowledge);
	if (knowledge->lock >= 0)
		close(knowledge->lock);
	buf_free(&knowledge->note);
	free(knowledge->folder);
	free(knowledge);
}

static void adopt(struct knowledge *knowledge, uint32_t epoch, const struct checkpoint *checkpoint, struct bytes note)
{
	buf_clear(&knowledge->note);
	buf_put(&knowledge->note, note);
	knowledge->checkpoint = *checkpoint;
	knowledge->epoch = epoch;
	knowledge->has_checkpoint = knowledge->note.err == ERR_OK;
	knowledge->unwritten = true;
	if (clock_mono_us() - knowledge->written_mono_us > WRITE_EVERY_US)
		write_checkpoint(knowledge);
}

static void warn_fork(struct knowledge *knowledge, const char *detail)
{
	knowledge_warn(knowledge, WARNING_LEDGER_FORK, knowledge->site, detail);
}

enum err knowledge_heard(struct knowledge *knowledge, struct bytes note, struct checkpoint *ret_checkpoint)
{
	struct checkpoint heard;
	char origin[CHECKPOINT_ORIGIN_MAX];
	enum err err = ERR_OK;

	checkpoint_origin(knowledge->site, knowledge->epoch, origin);
	err = checkpoint_open(note, origin, knowledge->key, &heard);
	if (err != ERR_OK)
		return err == ERR_NOMEM ? err : ERR_AUTH;
	if (knowledge->has_checkpoint && heard.size == knowledge->checkpoint.size &&
	    !digest_equal(&heard.root, &knowledge->checkpoint.root)) {
		warn_fork(knowledge, "two checkpoints of one size have different roots");
		return ERR_AUTH;
	}
	if (!knowledge->has_checkpoint || heard.size > knowledge->checkpoint.size)
		adopt(knowledge, knowledge->epoch, &heard, note);
	*ret_checkpoint = heard;
	return ERR_OK;
}

static enum err continues(const struct knowledge *knowledge, const struct checkpoint *heard, struct bytes consistency, const char **ret_detail)
{
	if (heard->size < knowledge->checkpoint.size) {
		*ret_detail = "the ledger is shorter than it was";
		return ERR_AUTH;
	}
	if (merkle_check_consistency(knowledge->checkpoint.size, &knowledge->checkpoint.root, heard->size, &heard->root, consistency) != ERR_OK) {
		*ret_detail = "the consistency proof is broken or missing";
		return ERR_AUTH;
	}
	return ERR_OK;
}

enum err knowledge_welcome(struct knowledge *knowledge, uint32_t epoch, struct bytes note, struct bytes consistency)
{
	struct checkpoint heard;
	char origin[CHECKPOINT_ORIGIN_MAX];
	const char *detail = "its checkpoint is not signed by the site's key";

	checkpoint_origin(knowledge->site, epoch, origin);
	if (checkpoint_open(note, origin, knowledge->key, &heard) != ERR_OK ||
	    (knowledge->has_checkpoint && epoch == knowledge->epoch && continues(knowledge, &heard, consistency, &detail) != ERR_OK)) {
		warn_fork(knowledge, detail);
		return ERR_AUTH;
	}
	if (knowledge->has_checkpoint && epoch < knowledge->epoch) {
		warn_fork(knowledge, "its epoch went back");
		return ERR_AUTH;
	}
	if (knowledge->has_checkpoint && epoch > knowledge->epoch)
		knowledge_warn(knowledge, WARNING_LEDGER_RESTORED, origin, knowledge->checkpoint.origin);
	adopt(knowledge, epoch, &heard, note);
	return ERR_OK;
}

bool knowledge_forked(const struct knowledge *knowledge)
{
	return warnings_has(&knowledge->warnings, WARNING_LEDGER_FORK);
}

void knowledge_warn(struct knowledge *knowledge, enum warning warning, const char *subject, const char *detail)
{
	if (warnings_add(&knowledge->warnings, warning, subject, detail, clock_wall_us()))
		write_warnings(knowledge);
}

size_t knowledge_acknowledge(struct knowledge *knowledge, enum warning warning, const char *subject)
{
	size_t removed = warnings_remove(&knowledge->warnings, warning, subject);

	if (removed == 0)
		return 0;
	if (warning == WARNING_LEDGER_FORK) {
		char *path = path_join(knowledge->folder, "checkpoint");

		knowledge->has_checkpoint = false;
		knowledge->unwritten = false;
		if (path != NULL && file_remove(path) != ERR_OK)
			set_aside(path);
		free(path);
	}
	write_warnings(knowledge);
	return removed;
}
