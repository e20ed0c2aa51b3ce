/* SPDX-License-Identifier: Apache-2.0 */
/* front/happenings.h - what entries did to a thread or a case, told to a reader: an ordinary party hears of what it sent, of what it was handed, and
 * of its own legs; the sender of a request of all of its legs; an operator, and a case's owner, of everything. */
#pragma once
#include "front/reader.h"
#include "ledger.pb-c.h"

#define HAPPENINGS_MOST 512u /* in one answer */

struct happenings {
	const struct reader *reader;
	const uint8_t *thread;      /* its id: others are left out; NULL: all of a case */
	Pb__Happening **rows;       /* room for HAPPENINGS_MOST */
	size_t count;
};

enum err happenings_begin(const struct reader *reader, const uint8_t *thread, struct happenings *ret_happenings);

/* Adds what that entry did: nothing where it is of another thread, or not the reader's to see; a line that it was erased, where the whole case
 * is told.  ERR_BUSY: there may be no room for all of it, and nothing was added. */
enum err happenings_add(struct happenings *happenings, uint64_t seq);

/* ---- by happenings.c, to its halves ---- */

/* A new row of that entry, or NULL when memory is short. */
Pb__Happening *happening_new(struct happenings *happenings, const struct leaf_header *header);

/* happenings_case.c: what is told of a whole case alone. */
enum err happenings_of_case(struct happenings *happenings, const struct leaf_header *header, const Pb__EntryBody *body);
enum err happenings_erased(struct happenings *happenings, uint64_t seq);

/* happenings_sent.c: a submission, a row for each recipient that may be told of. */
enum err happenings_sent(struct happenings *happenings, const struct leaf_header *header, const Pb__SubmitEntry *entry);
