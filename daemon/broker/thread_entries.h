/* SPDX-License-Identifier: Apache-2.0 */
/* broker/thread_entries.h - what the ledger holds of a thread: its acts, and what the site did to it.
 *
 * Where the thread is of a case its entries are the case's (CASE_ENTRIES); one without a case has rows of its own (THREAD_ENTRIES) for whatever
 * comes after the message that opened it.  Both are walked in the order of the ledger and may name entries of other threads: who walks looks. */
#pragma once
#include "base/bytes.h"
#include "base/err.h"
#include "ledger.pb-c.h"
#include "contract/leaf.h"
#include "store/txn.h"

/* case_id: empty where there is none; thread: told_thread's. */
void thread_note(struct txn *txn, struct bytes case_id, uint64_t thread, uint64_t seq);

/* For what an entry did, as it is applied. */
void thread_note_submit(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry);
enum err thread_note_leg(struct txn *txn, const struct leaf_header *header, const Pb__LegEventEntry *entry);
void thread_note_conference(struct txn *txn, const struct leaf_header *header, const Pb__ConferenceEventEntry *entry);
void thread_note_items(struct txn *txn, const struct leaf_header *header, Pb__ActionItemAfter *const *items, size_t count);

void thread_entries_forget(struct txn *txn, uint64_t thread); /* all of a thread without a case */

/* Calls each with the number of every entry from *from* on, until it gives another result than ERR_OK, which is given back. */
enum err thread_entries_each(struct txn *txn, struct bytes case_id, uint64_t thread, uint64_t from, enum err (*each)(void *context, uint64_t seq),
			     void *context);
