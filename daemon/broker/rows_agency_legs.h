/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_agency_legs.h - the rows that say which legs an agency sent, has or holds; see rows.h for their common contract.
 *
 * AGENCY_LEGS keeps the legs of one agency in blocks of their numbers, so that a submission need not touch a row of every agency it
 * concerns: the legs that submissions open are entered when their block is full.  Until then REQUESTS, where the newest rows lie side by
 * side, tells them; agency_legs_each (lookup_legs.h) looks at both. */
#pragma once
#include "store/txn.h"

/* Among those of that agency from now on, or no more.  agency 0 is nobody's: nothing is done. */
void agency_leg_put(struct txn *txn, uint32_t agency, uint64_t leg);
void agency_leg_forget(struct txn *txn, uint32_t agency, uint64_t leg);

/* Before the entry with that number is applied, or passed over as an erased one: the block that it ends is entered.  Once for every
 * entry, in order, so that a rebuild enters the same blocks at the same places (P2). */
void agency_legs_close(struct txn *txn, uint64_t seq);

/* Of one agency: every number above `after`, ascending, until visit gives another result than ERR_OK, which is returned. */
enum err agency_leg_numbers(struct txn *txn, uint32_t agency, uint64_t after, enum err (*visit)(void *context, uint64_t leg), void *context);
