/* SPDX-License-Identifier: Apache-2.0 */
/* broker/review.h - what is looked at afterwards, and that it was. */
#pragma once
#include "admin.pb-c.h"
#include "broker/world.h"
#include "store/txn.h"

/* Submissions named in one act. */
#define REVIEWED_MAX 1000u

/* Whether that submission belongs on the list. */
bool review_is_due(const Pb__SubmitEntry *entry);

/* Of a submission, as it is recorded: its row, where it belongs on the list. */
void review_note(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry);

enum err reviewed_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminReviewed *act, struct decision *ret_decision);
enum err reviewed_apply(struct txn *txn, const struct leaf_header *header, const Pb__ReviewedEntry *entry);
