/* SPDX-License-Identifier: Apache-2.0 */
/* broker/case_check.h - whose case it is: who may name it, and whom a message brings into it (wire 8; rules/safety.h).
 *
 * The first to submit with a case id owns the case.  On it are the agencies with a leg or a seat; who was only written to may answer in
 * that thread.  To everybody else a case that is there and one that is not look the same. */
#pragma once
#include "broker/rows_cases.h"
#include "broker/world.h"
#include "rules/safety.h"

/* A case as the rules of safety look at it; borrowed from the transaction and the world's arena until the next write. */
struct known_case {
	struct case_row row;
	struct safety_case safety;
};

/* ERR_NOT_FOUND: nobody has named it yet. */
enum err case_look(struct world *world, struct bytes case_id, struct known_case *ret_case);

/* Whether that agency is on it and may know of it. */
bool case_knows(const struct known_case *known, const struct registry_agency *agency);

/* What stands against a message, and against those that it names; fills the entry's case_id, opens_case and joins.  Its form and its
 * recipients have been looked at.  ret_objection: code 0 when there is nothing. */
enum err case_check(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection);

enum err case_apply(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry);
