/* SPDX-License-Identifier: Apache-2.0 */
/* consents.h - what may be shared, with whom, until when, as the model knows it; and what rests on it.
 *
 * A consent only shrinks.  What it does not cover at the moment of a hand-out does not leave, then and ever after. */
#pragma once
#include "sim.h"

struct m_consent {
	const struct letter *registered;
	Pb__ConsentState state;
	uint32_t classes;        /* bit n for DisclosureClass n */
	uint64_t agencies;       /* bits by the desks' places in sim->desks */
	int64_t from_us, until_us; /* until 0: no end */
	bool gone;               /* erased with its case */
};

struct consents {
	struct m_consent *all[4096];
	size_t count;
	struct map by_letter;    /* the number of the letter that registered it */
	uint64_t registered, narrowed, withdrawn, ran_out, kept_back;
};

struct m_consent *consent_of(struct sim *sim, const struct letter *letter); /* NULL: it registered none */

/* Parts of this View, bit n for part n, that its consent does not cover now; 0 where it rests on none. */
uint8_t consent_uncovers(struct sim *sim, const struct letter *letter, size_t index);

/* Whether the request may be passed on to that desk: what it shares would be covered there, too. */
bool consent_allows_next(struct sim *sim, const struct letter *told, const struct desk *next);

bool walk_consent(struct sim *sim, struct place *by, struct letter *letter); /* an act on one; false: there is none */
void walk_rest_on(struct sim *sim, struct letter *letter); /* a request shares by a consent, rightly or not */

void follow_consent(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, struct letter *letter);
void follow_consent_event(struct sim *sim, const struct leaf_header *header, const Pb__ConsentEventEntry *entry);
void follow_conditions(struct sim *sim, uint64_t seq, const Pb__HandoutEntry *entry); /* what is kept back of what is handed out */
bool judge_consent(struct sim *sim, const struct letter *letter, Pb__RefusalCode code);
void whole_consents(struct sim *sim, struct txn *txn);
void consents_free(struct sim *sim);
