/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/answers.c - see answers.h for the contract. */
#include "libtsunagi/answers.h"

#include <stdlib.h>

#include "contract/codec.h"
#include "contract/merkle.h"

static bool is_fresh(const Pb__Reply *reply)
{
	return reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED && !reply->accepted->duplicate;
}

/* Reads header and leaf of each accepted entry, and finds the run's ends. */
static bool read_rows(const Pb__Replies *replies, struct answers *answers)
{
	answers->from = UINT64_MAX;
	for (size_t i = 0; i < answers->count; i++) {
		struct answer *row = &answers->rows[i];
		struct digest body_hash;

		row->reply = replies->replies[i];
		if (row->reply->outcome_case != PB__REPLY__OUTCOME_ACCEPTED)
			continue;
		if (row->reply->accepted->body_hash.len != DIGEST_BYTES ||
		    leaf_header_decode(bytes_of_pb(row->reply->accepted->header), &row->header) != ERR_OK)
			return false;
		memcpy(body_hash.bytes, row->reply->accepted->body_hash.data, DIGEST_BYTES);
		row->leaf = leaf_hash(row->reply->accepted->header.data, &body_hash);
		if (!is_fresh(row->reply))
			continue;
		if (row->header.seq == UINT64_MAX) /* no run could end behind it */
			return false;
		if (row->header.seq < answers->from)
			answers->from = row->header.seq;
		if (row->header.seq >= answers->to)
			answers->to = row->header.seq + 1;
	}
	if (answers->from == UINT64_MAX)
		answers->from = answers->to = 0;
	return answers->to - answers->from <= answers->count;
}

/* The run's leaves in the ledger's order: each place taken once. */
static bool place_leaves(struct answers *answers, bool *taken)
{
	uint64_t placed = 0;

	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *row = &answers->rows[i];

		if (!is_fresh(row->reply))
			continue;
		if (taken[row->header.seq - answers->from])
			return false;
		taken[row->header.seq - answers->from] = true;
		answers->leaves[row->header.seq - answers->from] = row->leaf;
		placed++;
	}
	return placed == answers->to - answers->from;
}

static bool run_holds(const struct answers *answers)
{
	struct digest root;

	if (answers->from == answers->to)
		return true;
	return answers->has_checkpoint &&
	       merkle_range_root(answers->leaves, answers->from, answers->to, answers->checkpoint.size, answers->range_path, &root) == ERR_OK &&
	       digest_equal(&root, &answers->checkpoint.root);
}

static bool duplicates_hold(const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *row = &answers->rows[i];
		struct digest root;

		if (row->reply->outcome_case != PB__REPLY__OUTCOME_ACCEPTED || !row->reply->accepted->duplicate)
			continue;
		if (!answers->has_checkpoint ||
		    merkle_path_root(&row->leaf, row->header.seq, answers->checkpoint.size, bytes_of_pb(row->reply->accepted->inclusion),
				     &root) != ERR_OK ||
		    !digest_equal(&root, &answers->checkpoint.root))
			return false;
	}
	return true;
}

static const char *fault_of(const Pb__Replies *replies, struct knowledge *knowledge, struct answers *answers, bool *taken)
{
	if (replies->checkpoint[0] != '\0') {
		if (knowledge_heard(knowledge, bytes_of_text(replies->checkpoint), &answers->checkpoint) != ERR_OK)
			return "the checkpoint is not the site's";
		answers->has_checkpoint = true;
	}
	if (!read_rows(replies, answers))
		return "an entry's header makes no sense";
	if (!place_leaves(answers, taken))
		return "the entries do not stand side by side";
	if (!run_holds(answers))
		return "the entries are not in the checkpoint's tree";
	if (!duplicates_hold(answers))
		return "an earlier entry is not in the checkpoint's tree";
	return NULL;
}

enum err answers_verify(const Pb__Replies *replies, struct knowledge *knowledge, struct answers *ret_answers, const char **ret_reason)
{
	struct answers answers = { .count = replies->n_replies, .range_path = bytes_of_pb(replies->range_path), .note = replies->checkpoint };
	bool *taken = calloc(answers.count + 1, sizeof *taken);

	answers.rows = calloc(answers.count + 1, sizeof *answers.rows);
	answers.leaves = calloc(answers.count + 1, sizeof *answers.leaves);
	if (taken == NULL || answers.rows == NULL || answers.leaves == NULL) {
		free(taken);
		answers_free(&answers);
		return ERR_NOMEM;
	}
	*ret_reason = fault_of(replies, knowledge, &answers, taken);
	free(taken);
	if (*ret_reason != NULL) {
		answers_free(&answers);
		return ERR_AUTH;
	}
	*ret_answers = answers;
	return ERR_OK;
}

void answers_free(struct answers *answers)
{
	free(answers->rows);
	free(answers->leaves);
	answers->rows = NULL;
	answers->leaves = NULL;
}

enum err answers_inclusion(const struct answers *answers, size_t index, struct buf *out)
{
	const struct answer *row = &answers->rows[index];

	if (!is_fresh(row->reply)) {
		buf_put(out, bytes_of_pb(row->reply->accepted->inclusion));
		return out->err;
	}
	return merkle_range_path(answers->leaves, answers->from, answers->to, answers->checkpoint.size, answers->range_path, row->header.seq, out);
}
