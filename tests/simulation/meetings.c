/* SPDX-License-Identifier: Apache-2.0 */
/* meetings.c - see meetings.h. */
#include "meetings.h"

#include "conferences.h"

Pb__Law meeting_law(struct sim *sim)
{
	static const Pb__Law laws[M_MEETING_LAWS] = { PB__LAW__LAW_SELF_RELIANCE_9, PB__LAW__LAW_SOCIAL_WELFARE_106_6, PB__LAW__LAW_CHILD_WELFARE_25_2 };

	return laws[chance_below(&sim->chance, M_MEETING_LAWS)];
}

static bool takes_part(const struct m_conference *meeting, const struct desk *desk)
{
	const struct m_seat *seat = conference_seat_of(meeting, desk);

	return seat != NULL && seat_held(seat) && seat->answer != PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DECLINED;
}

/* ---- the walk ---- */

static const struct m_conference *some_meeting(struct sim *sim, const struct desk *desk)
{
	const struct conferences *conferences = sim->conferences;

	for (size_t tries = 0; tries < 40 && conferences->count > 0; tries++) {
		const struct m_conference *meeting = conferences->all[conferences->count - 1 - chance_below(&sim->chance, conferences->count)];

		if (!meeting->gone && meeting->opening->conferring.law != 0 && conference_seat_of(meeting, desk) != NULL)
			return meeting;
	}
	return NULL;
}

static struct desk *another_seat(struct sim *sim, const struct m_conference *meeting, const struct letter *letter)
{
	struct desk *desk = meeting->seats[chance_below(&sim->chance, meeting->seat_count)].desk;

	for (size_t i = 0; i < letter->to_count; i++)
		if (letter->to[i] == desk)
			return NULL;
	return desk;
}

void walk_rest_on_meeting(struct sim *sim, struct letter *letter)
{
	const struct m_conference *meeting = some_meeting(sim, letter->from->desk);

	if (meeting == NULL)
		return;
	letter->meeting = meeting->opening;
	letter->law = chance_in(&sim->chance, 15, 1) ? meeting_law(sim) : meeting->opening->conferring.law;
	letter->case_number = meeting->opening->case_number;
	for (size_t i = 0; i < letter->to_count; i++) {
		struct desk *desk = chance_in(&sim->chance, 15, 1) ? NULL : another_seat(sim, meeting, letter);

		if (desk == NULL)
			continue;
		letter->to[i] = desk;
		letter->sealed_to[i] = desk->bound;
	}
}

/* ---- the rule ---- */

bool meeting_keeps_back(struct sim *sim, const struct letter *letter, size_t index)
{
	const struct desk *from = letter->from->desk, *to = letter->to[index];
	const struct m_conference *meeting;

	if (letter->meeting == NULL || letter->parts == 0 || to == from)
		return false;
	if (letter->law != letter->meeting->conferring.law)
		return true;
	if (letter->meeting == letter) /* its proposal: all whom it names are its members */
		return false;
	meeting = letter->meeting->accepted ? conference_of(sim, letter->meeting) : NULL;
	if (meeting == NULL || meeting->state == PB__CONFERENCE_STATE__CONFERENCE_STATE_CANCELLED)
		return true;
	return letter->law == 0 || !takes_part(meeting, from) || !takes_part(meeting, to);
}

void follow_meeting(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, const struct letter *letter)
{
	HOLDS((entry->basis == PB__BASIS__BASIS_SUPPORT_MEETING) == (letter->meeting != NULL), "entry %llu rests on %d", (ull)header->seq, entry->basis);
	if (letter->meeting == NULL)
		return;
	HOLDS(letter_has_id(letter->meeting, bytes_of_pb(entry->basis_id)), "entry %llu rests on another meeting", (ull)header->seq);
	for (size_t i = 0; i < letter->to_count; i++)
		HOLDS(!meeting_keeps_back(sim, letter, i), "entry %llu: View %zu rests on a meeting that does not reach it", (ull)header->seq, i);
	sim->met++;
}

bool judge_meeting(struct sim *sim, const struct letter *letter, Pb__RefusalCode code)
{
	if (code != REFUSE(BASIS))
		return false;
	for (size_t i = 0; i < letter->to_count; i++)
		if (meeting_keeps_back(sim, letter, i))
			return true;
	return false;
}
