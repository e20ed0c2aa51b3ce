/* SPDX-License-Identifier: Apache-2.0 */
/* front/reads.h - questions that change nothing, answered from a read transaction on the front's thread.
 *
 * A reader sees what is theirs: receipts of entries of which they are author or addressee, the trace of what they sent or were sent,
 * their own mailbox, the segments of what they were handed or sent.  The directory and its certificates are for every agency of the site; of
 * the confidential ones each agency learns those that are reached through it. */
#pragma once
#include "front/state.h"
#include "ledger/entry.h"

/* Answers with a ReadResult. */
void read_answer(struct front *front, struct peer *peer, const Pb__Read *read);

/* One read under way. */
struct asking {
	struct front *front;
	struct peer *peer;
	struct txn *txn;
	struct arena *arena;   /* what result points to */
	Pb__ReadResult result;
	struct bytes data;     /* the data frame */
	struct buf kept;       /* memory for data, where it has no other home; freed by read_answer */
};

/* Each fills in the result.  ERR_NOT_FOUND where the thing is not there or not the reader's: nobody learns which. */
enum err read_directory(struct asking *asking, uint64_t offset);
enum err read_confidential(struct asking *asking, uint64_t offset);
enum err read_receipt_of_message(struct asking *asking, struct bytes message_id);
enum err read_receipt_of_entry(struct asking *asking, uint64_t seq);
enum err read_certificate(struct asking *asking, struct bytes digest);
enum err read_inbox(struct asking *asking, uint64_t after);
enum err read_blob(struct asking *asking, const Pb__Read *read);
enum err read_consistency(struct asking *asking, uint64_t from);
enum err read_trace(struct asking *asking, struct bytes message_id);
enum err read_code(struct asking *asking, uint64_t tail); /* which message that is */
enum err read_case(struct asking *asking, struct bytes case_id);
enum err read_legs(struct asking *asking, const Pb__LegQuery *query);
enum err read_consent(struct asking *asking, struct bytes consent_id);
enum err read_provisions(struct asking *asking, const Pb__ProvisionQuery *query);
enum err read_disclosure(struct asking *asking, const Pb__DisclosureQuery *query); /* of a case that the reader owns */
enum err read_reviews(struct asking *asking, const Pb__ReviewQuery *query);

/* The case, when the reader, whose address that is, is on it and may know of it; ERR_NOT_FOUND. */
struct case_row;
enum err case_known_to(struct asking *asking, struct bytes case_id, const char *address, struct case_row *ret_row);


/* read_conferences.c: what the reader holds a seat in (id empty: all of it, the newest first), and what it has to do or waits for; a page at
 * a time.  read_announcement.c: who signed up, all to who announced it, else the reader's own. */
enum err read_conferences(struct asking *asking, struct bytes id, uint64_t after);
enum err read_action_items(struct asking *asking, uint64_t after);
enum err read_announcement(struct asking *asking, struct bytes id);

/* ERR_OK when the reader sent the message of that entry, or was handed it, and may know of its case still; ERR_NOT_FOUND. */
enum err read_may_see(struct asking *asking, uint64_t seq);

/* The newest checkpoint's note into the result, its size into ret_size. */
enum err asking_checkpoint(struct asking *asking, uint64_t *ret_size);
