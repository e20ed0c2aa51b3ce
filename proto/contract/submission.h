/* SPDX-License-Identifier: Apache-2.0 */
/* contract/submission.h - a stored submission read in place: what handing out one of its Views needs, without unpacking all of it.
 *
 * For each item handed out the whole entry would be unpacked and its View as well, of which a few fields are wanted: most of the cost
 * of a hand-out.  Every read is checked against the end of the bytes; what does not fit the schema is refused, never guessed.
 * All that is returned is borrowed from the bytes given. */
#pragma once
#include "contract/limits.h"
#include "crypto/digest.h"

struct submission {
	struct bytes statement;   /* the View's, as the sender signed it */
	uint64_t thread;          /* the View's order key */
	size_t view_count;
	uint32_t order_index;     /* in its batch */
	uint32_t order_count;     /* of that batch */
	struct bytes order_path;  /* hashes, 32 bytes each */
	struct bytes certificate; /* digest of the signer's */
	struct bytes signature;
	size_t first_part;        /* number of the View's first part; parts count over all Views of the message */
	size_t part_count;        /* of the View */
	size_t held_count;
	struct digest view_hashes[LIMIT_RECIPIENTS]; /* view_count of them */
	uint32_t held[LIMIT_PARTS]; /* held_count of them: indexes of its ON_ACCEPT parts */
};

/* body: a serialised EntryBody.  ERR_FORMAT unless it is a submission that has a View of that index; ERR_TOO_LARGE beyond the limits;
 * ret_submission then holds nothing of use. */
enum err submission_read(struct bytes body, size_t view, struct submission *ret_submission);

struct submission_part {
	struct digest digest;
	uint32_t size;
};

/* The PartRefs of a serialised View statement.  ERR_FORMAT unless it is one; ERR_TOO_LARGE over LIMIT_PARTS. */
enum err submission_parts(struct bytes statement, struct submission_part parts[LIMIT_PARTS], size_t *ret_count);
