/* SPDX-License-Identifier: Apache-2.0 */
/* front/part_in.h - what an agency is to an entry: nobody hears by asking for numbers that something was meant for it and never reached it. */
#pragma once
#include "front/reader.h"
#include "ledger.pb-c.h"

/* An addressee is one whose item of it was handed out, or waits where it may see it; what was withdrawn or blocked before, what is said to
 * nobody, and what waits for one who is kept out of its case, has none. */
enum part_in { PART_NONE, PART_ADDRESSEE, PART_AUTHOR };

enum err part_in_submission(const struct reader *reader, uint64_t seq, const Pb__SubmitEntry *submit, enum part_in *ret_part);
enum err part_in_entry(const struct reader *reader, uint64_t seq, const Pb__EntryBody *body, enum part_in *ret_part);
