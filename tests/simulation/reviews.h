/* SPDX-License-Identifier: Apache-2.0 */
/* reviews.h - what is looked at afterwards, as the model knows it: what moved on another basis than CONSENT and ANONYMOUS, and every request in
 * danger to life; and what an operator handed over; each until an operator says that it was looked at, once. */
#pragma once
#include "sim.h"

void review_some(struct sim *sim, struct coming *coming); /* an operator looked at some of it; now and then at what is not on the list, or twice */

void follow_reviewable(struct sim *sim, const Pb__SubmitEntry *entry, struct letter *letter);
void follow_handed_over_for_review(struct sim *sim, uint64_t seq, const Pb__HandOverEntry *entry);
void follow_reviewed(struct sim *sim, const struct leaf_header *header, const Pb__ReviewedEntry *entry);
void judge_reviewed(struct sim *sim, const struct coming *coming); /* its answer, once its entry was followed */
void whole_reviews(struct sim *sim, struct txn *txn);
