/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erase_survey.h - what the site holds of a case: what erasing it would destroy, who took part, and what of it is open. */
#pragma once
#include "base/buf.h"
#include "store/txn.h"

#define ERASE_OPEN_KINDS 48u

/* An agency that took part. */
struct erase_party {
	uint32_t agency;
	uint32_t holds; /* 1: it sent something, or was handed something that somebody sent, and so has copies of its own */
};

struct erase_survey {
	uint64_t entries, messages, parts, segments;
	struct buf seqs;    /* of uint64_t, ascending */
	struct buf items;   /* of uint64_t: that still stand in mailboxes */
	struct buf parties; /* of struct erase_party */
	struct buf marks;   /* erased.h's, one behind the other */
	uint64_t open;
	struct { char word[48]; uint64_t count; } kinds[ERASE_OPEN_KINDS]; /* of what is open, as leg.ACTIVE */
	size_t kind_count;
};

/* In any transaction.  ret_survey is to be freed also on failure.
 * ERR_NOT_FOUND   there is no such case
 * ERR_TOO_LARGE   more than LIMIT_ERASED_ENTRIES entries are of it */
enum err erase_survey(struct txn *txn, struct bytes case_id, struct erase_survey *ret_survey);
void erase_survey_free(struct erase_survey *survey);

uint32_t erase_survey_holders(const struct erase_survey *survey); /* how many parties have copies */
void erase_survey_open(const struct erase_survey *survey, struct buf *out); /* in words: leg.ACTIVE=2 request.DECISION_DUE=1 */
