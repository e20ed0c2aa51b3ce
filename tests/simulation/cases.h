/* SPDX-License-Identifier: Apache-2.0 */
/* cases.h - whose case it is, as the model knows it: the first to name it owns it, requests and their seals bring others in. */
#pragma once
#include "sim.h"

struct m_case {
	uint64_t number;
	const struct desk *owner;
	const struct desk *members[SIM_DESKS]; /* the owner among them */
	size_t count;
	bool protected;
	bool gone;               /* erased; somebody who never knew it may name it anew */
	const struct desk *erased_owner; /* of the last that was erased */
	uint64_t kept_out;       /* bits by the desks' places in sim->desks */
};

struct m_case *case_of(struct sim *sim, uint64_t number); /* NULL: nobody has named it */

/* Whether the letter's sender may name its case. */
bool case_may_name(struct sim *sim, const struct letter *letter);

struct m_case *case_by_id(struct sim *sim, struct bytes id); /* NULL: nobody has named it */
const struct m_case *cases_some(struct sim *sim, const struct desk *owner); /* a recent one, of that owner or, NULL, of anybody */
bool case_is_known_to(const struct sim *sim, const struct m_case *known, const struct desk *desk); /* a member that is not kept out */
bool case_was_erased(struct sim *sim, uint64_t number);
bool case_keeps_out(struct sim *sim, uint64_t number, const struct desk *desk);
bool case_keeps_out_named(struct sim *sim, const struct letter *letter); /* somebody whom the letter names */

void follow_case(struct sim *sim, uint64_t seq, const Pb__SubmitEntry *entry, const struct letter *letter);
void follow_cases_owned(struct sim *sim, uint64_t seq, const Pb__PieceEntry *entry);
void follow_case_joined(struct sim *sim, uint64_t number, const struct desk *desk); /* a further leg is opened for it */
void whole_cases(struct sim *sim, struct txn *txn);
void cases_free(struct sim *sim);
