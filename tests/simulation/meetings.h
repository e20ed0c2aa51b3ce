/* SPDX-License-Identifier: Apache-2.0 */
/* meetings.h - what rests on a statutory support meeting: those who take part in it may tell each other, by the law that it was called under. */
#pragma once
#include "sim.h"

#define M_MEETING_LAWS 3u

Pb__Law meeting_law(struct sim *sim); /* some law that such a meeting can rest on */

void walk_rest_on_meeting(struct sim *sim, struct letter *letter); /* a word on a meeting's case, to its members, rightly or not */

/* Whether the meeting that a letter rests on does not let this View go; false where it rests on none. */
bool meeting_keeps_back(struct sim *sim, const struct letter *letter, size_t index);

void follow_meeting(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, const struct letter *letter);
bool judge_meeting(struct sim *sim, const struct letter *letter, Pb__RefusalCode code);
