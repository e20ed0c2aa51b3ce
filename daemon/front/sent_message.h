/* SPDX-License-Identifier: Apache-2.0 */
/* front/sent_message.h - a submission out of the ledger, taken apart for who is shown something of it. */
#pragma once
#include "envelope.pb-c.h"
#include "front/reader.h"
#include "ledger.pb-c.h"

struct sent_message {
	uint64_t seq;
	int64_t at_us;
	const Pb__SubmitEntry *entry;
	const Pb__View *views[LIMIT_RECIPIENTS]; /* as ordered; entry->n_recipients of them */
};

/* Into the reader's arena.  ERR_NOT_FOUND: erased; ERR_CORRUPT: the entry is no submission, or does not hold together. */
enum err sent_read(const struct reader *reader, uint64_t seq, struct sent_message *ret_submission);

/* The same of an entry that is decoded already. */
enum err sent_of(const struct reader *reader, const struct leaf_header *header, const Pb__SubmitEntry *entry,
		       struct sent_message *ret_submission);

/* What a View's parts tell; parts: bit n for part n. */
uint32_t view_classes(const Pb__View *view, uint32_t parts);

/* Whether View number index is the reader's to see: it sent the message, it is an operator, or it is the recipient and was handed it. */
enum err sent_is_seen(const struct reader *reader, const struct sent_message *submission, size_t index, bool *ret_seen);
