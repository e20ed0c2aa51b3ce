/* SPDX-License-Identifier: Apache-2.0 */
/* front/part_in.h - what an agency is to an entry: nobody hears by asking for numbers that something was meant for it and never reached it. */
#pragma once
#include "base/arena.h"
#include "ledger.pb-c.h"
#include "store/txn.h"

/* An addressee is one whose item of it was handed out, or waits where it may see it; what was withdrawn or blocked before, what is said to
 * nobody, and what waits for one who is kept out of its case, has none.  arena: for what is read on the way. */
enum part_in { PART_NONE, PART_ADDRESSEE, PART_AUTHOR };

/* Who asks. */
struct part_reader {
	struct txn *txn;
	struct arena *arena;
	const char *site;
	uint32_t agency;
};

enum err part_in_submission(const struct part_reader *reader, uint64_t seq, const Pb__SubmitEntry *submit, enum part_in *ret_part);
enum err part_in_entry(const struct part_reader *reader, uint64_t seq, const Pb__EntryBody *body, enum part_in *ret_part);

/* Whether that case is one of which the reader is kept out; case_id may be empty. */
enum err reader_is_kept_out(const struct part_reader *reader, struct bytes case_id, bool *ret_kept_out);
