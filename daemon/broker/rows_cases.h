/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_cases.h - the rows of cases: who owns one, who is on it, whether it is protected, and what the ledger holds of it.
 *
 * A case is one row, since whoever names it asks for all of that at once.  Reading and writing fail as rows.h says. */
#pragma once
#include "base/bytes.h"
#include "base/err.h"
#include "base/id.h"
#include "store/txn.h"

#define CASE_KEPT_OUT_BYTES (1u + 127u) /* of one address in a row */

/* Borrowed from the transaction until its next write. */
struct case_row {
	uint64_t seq;         /* entry that opened it */
	bool protected;
	size_t member_count;  /* the owner first; at least one */
	const uint8_t *members;
	size_t kept_out_count;
	struct bytes kept_out; /* one after another: length u8, address */
};

/* ERR_NOT_FOUND: nobody has named it yet. */
enum err case_get(struct txn *txn, struct bytes case_id, struct case_row *ret_row);
enum err case_row_decode(struct bytes value, struct case_row *ret_row);

uint32_t case_member(const struct case_row *row, size_t index);
static inline uint32_t case_owner(const struct case_row *row)
{
	return case_member(row, 0);
}
bool case_has_member(const struct case_row *row, uint32_t agency);

/* Address number index of those kept out, as NUL-terminated text. */
void case_kept_out(const struct case_row *row, size_t index, char to[CASE_KEPT_OUT_BYTES]);

/* Opens it with its owner and further members: at most one for each View of a message, or ERR_CORRUPT sticks. */
void case_open(struct txn *txn, struct bytes case_id, uint64_t seq, uint32_t owner, const uint32_t *joins, size_t join_count);

/* Agencies that are on it already join no second time.  ERR_CORRUPT when there is no such case. */
enum err case_join(struct txn *txn, struct bytes case_id, const uint32_t *joins, size_t join_count);

/* Addresses of up to 127 bytes.  ERR_CORRUPT when there is no such case. */
enum err case_mark(struct txn *txn, struct bytes case_id, bool protected, char *const *kept_out, size_t kept_out_count);

/* Gives it another owner, who joins; the former one stays on it.  ERR_NOT_FOUND when there is no such case. */
enum err case_own(struct txn *txn, struct bytes case_id, uint32_t owner);

/* Calls each with every case, in the order of their ids, from behind *after* (empty: from the first), until it gives another result than ERR_OK,
 * which is given back.  It may write no rows. */
enum err cases_each(struct txn *txn, struct bytes after, enum err (*each)(void *context, struct bytes case_id, const struct case_row *row),
		    void *context);

enum err case_drop(struct txn *txn, struct bytes case_id);

/* KEPT_OUT: the same lists by who stands on them, of the cases that are protected.  case_mark and case_drop keep them by kept_out_put: a
 * row's list comes in, or goes out; not to be used after it, since it was borrowed. */
void kept_out_put(struct txn *txn, struct bytes case_id, const struct case_row *row, bool in);

/* Whether an address is kept out of that case; of any. */
enum err kept_out_of(struct txn *txn, struct bytes address, struct bytes case_id, bool *ret_kept_out);
enum err kept_out_of_any(struct txn *txn, struct bytes address, bool *ret_kept_out);

/* CASE_ENTRIES: what the ledger holds of a case, beside the entry that opened it, which the case's own row names.  An entry may be noted
 * twice. */
void case_entry_put(struct txn *txn, struct bytes case_id, uint64_t seq);

void case_entries_forget(struct txn *txn, struct bytes case_id); /* all of a case's */

/* An event of a case, noted; joins: an agency that it brings in, 0: none.  case_id: empty where it is of no case. */
enum err case_note(struct txn *txn, struct bytes case_id, uint64_t seq, uint32_t joins);

/* Calls each with every entry of the case from *from* on, the opening one too, in order, until it gives another result than ERR_OK.  It may write no rows. */
enum err case_entries_each(struct txn *txn, struct bytes case_id, uint64_t from, enum err (*each)(void *context, uint64_t seq), void *context);
