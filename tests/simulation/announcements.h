/* SPDX-License-Identifier: Apache-2.0 */
/* announcements.h - announcements with places, as the model knows them: who was told may take some, never more than there are, and give them back. */
#pragma once
#include "sim.h"

struct m_announcement {
	const struct letter *opening;
	uint64_t told;               /* bits by the desks' places in sim->desks: who may sign up */
	uint32_t places, taken;      /* places 0: no limit */
	uint32_t signed_up[SIM_DESKS];
	bool gone;                   /* erased */
};

struct announcements {
	struct m_announcement **all;
	size_t count, room;
	struct map by_letter;        /* the number of the letter that opened it */
	uint64_t sign_ups, cancelled;
};

void announcement_open(struct sim *sim, struct letter *letter); /* with places, mostly */
bool walk_sign_up(struct sim *sim, struct place *by, struct letter *letter); /* or it is brought to more agencies; false: there is none */
void announcement_write(Pb__View *view, const struct letter *letter);

void follow_announcement(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, const struct letter *letter);
bool judge_announcement(struct sim *sim, const struct letter *letter, Pb__RefusalCode code);
void whole_announcements(struct sim *sim, struct txn *txn);
void announcements_free(struct sim *sim);
