/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erase_survey.h - what the site holds of a case, or of a thread without one: what erasing it would destroy, who took part, and what
 * of it is open.
 *
 * Staff accesses are not of what they looked at: they outlive it (access.c).  Nor is a word that confirms what several threads asked for. */
#pragma once
#include <stdbool.h>

#include "base/buf.h"
#include "ledger.pb-c.h"
#include "store/txn.h"

#define ERASE_OPEN_KINDS 48u

/* Of a case; or, where case_id is empty, of the thread that this message opened. */
struct erase_scope {
	struct bytes case_id;
	struct bytes thread_id;
	uint64_t opener; /* entry that opened the thread */
};

/* An agency that took part. */
struct erase_party {
	uint32_t agency;
	uint32_t holds; /* 1: it sent something, or was handed something that somebody sent, and so has copies of its own */
};

struct erase_survey {
	struct erase_scope scope;
	uint64_t entries, messages, parts, segments;
	struct buf parties; /* of struct erase_party */
	uint64_t open;      /* what somebody has a turn at */
	struct { char word[48]; uint64_t count; } kinds[ERASE_OPEN_KINDS]; /* of what is open, as leg.ACTIVE */
	size_t kind_count;
	uint64_t waiting;   /* items that somebody is still to take */
	uint64_t in_force;  /* consents with an end that is still to come */
	int64_t ended_us;   /* when the last of it happened, or is to */
	size_t most;        /* of a piece: so many entries at most, and what follows is filled; 0: it is none */
	struct buf seqs;    /* of uint64_t, ascending */
	struct buf items;   /* of uint64_t: that still stand in mailboxes */
	struct buf marks;   /* erased.h's, one behind the other */
	uint64_t next;      /* entry to go on from; 0: that was the last */
};

/* In any transaction: all of it is counted, nothing is listed.  ret_survey is to be freed also on failure; the scope is borrowed.
 * ERR_NOT_FOUND   there is no such case */
enum err erase_survey(struct txn *txn, const struct erase_scope *scope, struct erase_survey *ret_survey);

/* What one entry is to destroy of it, so many entries at most, listed and counted: from that entry on. */
enum err erase_survey_piece(struct txn *txn, const struct erase_scope *scope, uint64_t from, size_t most, struct erase_survey *ret_survey);
void erase_survey_free(struct erase_survey *survey);

uint32_t erase_survey_holders(const struct erase_survey *survey); /* how many parties have copies */
void erase_survey_open(const struct erase_survey *survey, struct buf *out); /* in words: leg.ACTIVE=2 request.DECISION_DUE=1 */

/* erase_open.c: what of one entry is open, waits or is in force. */
enum err erase_note_open(struct txn *txn, struct erase_survey *survey, uint64_t seq, const Pb__EntryBody *body);
