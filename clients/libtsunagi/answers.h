/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/answers.h - a batch's replies held against the ledger: every "accepted" must stand in the checkpoint's tree. */
#pragma once
#include "contract/leaf.h"
#include "frame.pb-c.h"
#include "libtsunagi/knowledge.h"

struct answer {
	const Pb__Reply *reply; /* borrowed from the frame */
	struct leaf_header header; /* accepted only */
	struct digest leaf;
};

struct answers {
	struct answer *rows;
	size_t count;
	uint64_t from, to;        /* the run of entries that this batch made; equal: none */
	struct digest *leaves;    /* of the run */
	struct bytes range_path;  /* borrowed from the frame */
	struct checkpoint checkpoint;
	bool has_checkpoint;
	const char *note;         /* of the checkpoint, borrowed from the frame */
};

/* Verifies all replies.  ERR_AUTH when one does not hold, ret_reason then says what (a constant); ERR_NOMEM. */
enum err answers_verify(const Pb__Replies *replies, struct knowledge *knowledge, struct answers *ret_answers, const char **ret_reason);
void answers_free(struct answers *answers);

/* The inclusion path of one accepted answer's entry, appended to out. */
enum err answers_inclusion(const struct answers *answers, size_t index, struct buf *out);

/* As interface.md says of a receipt; head is the outbox's ("to", "case_id", …).  A new reference, NULL when memory is short. */
json_t *receipt_json(const struct answers *answers, size_t index, const char *message_id, const json_t *head, const struct knowledge *knowledge);

/* The receipt of what is in the outbox only. */
json_t *receipt_waiting(const char *message_id, const json_t *head, const char *site);
