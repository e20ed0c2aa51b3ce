/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/knowledge.h - what this device knows of its site and keeps beside its outbox: the last checkpoint, warnings.
 *
 * Files: `checkpoint` (the signed note), `knowledge.json`.  One process has the directory at a time: `lock`. */
#pragma once
#include "base/buf.h"
#include "contract/checkpoint.h"
#include "libtsunagi/warnings.h"

struct knowledge {
	char *folder;
	int lock;
	char site[64];
	uint8_t key[ED25519_BYTES];
	bool has_checkpoint;
	uint32_t epoch;
	struct checkpoint checkpoint;
	struct buf note;         /* of that checkpoint */
	int64_t written_mono_us; /* when the note was last written */
	bool unwritten;
	struct warnings warnings;
};

/* Makes the folder (0700) if need be, locks it and reads it.  A damaged file counts as nothing known and is kept as FILE.damaged.
 * ERR_BUSY: another process has it, ret_holder says which (0: unknown). */
enum err knowledge_open(const char *folder, const char *site, const uint8_t key[ED25519_BYTES], struct knowledge **ret_knowledge, long *ret_holder);
void knowledge_close(struct knowledge *knowledge); /* writes what is unwritten; NULL does nothing */

/* A checkpoint heard: ERR_OK when it is the site's and fits what is known (a larger one is not proved to continue it: that is
 * knowledge_welcome's), and is then remembered if it is newer.  ERR_AUTH: not signed by the site, or the same size with another root. */
enum err knowledge_heard(struct knowledge *knowledge, struct bytes note, struct checkpoint *ret_checkpoint);

/* A session's first checkpoint with the proof that it continues what is known; ERR_AUTH when it does not: the warning
 * LEDGER_FORK stands then, and what was known is kept.  A new epoch is taken with the warning LEDGER_RESTORED. */
enum err knowledge_welcome(struct knowledge *knowledge, uint32_t epoch, struct bytes note, struct bytes consistency);

bool knowledge_forked(const struct knowledge *knowledge);

/* Adds a warning and writes it durably if it is new. */
void knowledge_warn(struct knowledge *knowledge, enum warning warning, const char *subject, const char *detail);

/* Removes warnings as warnings_remove does; acknowledging LEDGER_FORK also forgets the checkpoint known so far. */
size_t knowledge_acknowledge(struct knowledge *knowledge, enum warning warning, const char *subject);
