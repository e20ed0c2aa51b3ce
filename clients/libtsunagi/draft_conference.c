/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/draft_conference.c - the rules of what is done to a conference, and what opens one. */
#include <string.h>

#include "base/id.h"
#include "libtsunagi/draft.h"

/* A conference that is sent without an act proposes one about a case. */
static enum err propose(struct draft *draft, Pb__View *head)
{
	Pb__ConferenceAct *act = arena_alloc(&draft->arena, sizeof *act);

	if (act == NULL)
		return ERR_NOMEM;
	pb__conference_act__init(act);
	act->action = PB__CONFERENCE_ACTION__CONFERENCE_ACTION_PROPOSE;
	act->kind = PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE;
	head->conference_act = act;
	return ERR_OK;
}

const uint8_t draft_own_id[ID_BYTES];

/* A statutory meeting's proposal rests on the meeting itself, whose id is not known before it is sealed (compose.c). */
static void name_meeting(const Pb__View *head)
{
	Pb__BasisClaim *basis = head->basis;

	if (basis == NULL || basis->basis != PB__BASIS__BASIS_SUPPORT_MEETING || basis->meeting_id.len != 0 ||
	    head->conference_act->kind != PB__CONFERENCE_KIND__CONFERENCE_KIND_SUPPORT_MEETING)
		return;
	basis->meeting_id = pb_of_bytes(bytes_of(draft_own_id, ID_BYTES));
	if (basis->law == PB__LAW__LAW_UNSPECIFIED)
		basis->law = head->conference_act->law;
}

enum err draft_complete_conference(struct draft *draft)
{
	Pb__View *head = (Pb__View *)(uintptr_t)draft->head;
	enum err err = ERR_OK;

	if (head == NULL || head->kind != PB__KIND__KIND_CONFERENCE)
		return ERR_OK;
	if (head->conference_act == NULL && head->thread_id.len == 0 && draft->content != NULL &&
	    draft->content->body_case == PB__CONTENT__BODY_CONFERENCE)
		err = propose(draft, head);
	if (err == ERR_OK && head->conference_act != NULL)
		name_meeting(head);
	return err;
}

static bool opens(const Pb__View *head)
{
	return head->conference_act->action == PB__CONFERENCE_ACTION__CONFERENCE_ACTION_PROPOSE;
}

static void check_times(const Pb__ConferenceAct *act, struct problems *problems)
{
	bool begins = act->starts_at_us != 0, ends = act->ends_at_us != 0;

	if (begins != ends)
		problems_add(problems, begins ? "conference_act.ends_at" : "conference_act.starts_at", "a date has a beginning and an end",
			     "日時には開始と終了の両方が要ります", NULL);
	else if (begins && act->ends_at_us <= act->starts_at_us)
		problems_add(problems, "conference_act.ends_at", "the end does not come after the beginning", "終了が開始より後ではありません", NULL);
}

void draft_check_conference(const struct draft *draft, int64_t now_us, struct problems *problems)
{
	const Pb__View *head = draft->head;

	(void)now_us;
	if (head->conference_act == NULL)
		return;
	check_times(head->conference_act, problems);
	if (opens(head) != (head->thread_id.len == 0))
		problems_add(problems, "thread", "what opens a conference stands in no thread; every other act names the message that opened it",
			     "会議を始める連絡には thread を書きません。それ以外の操作では、始めた連絡の番号が必要です", NULL);
	if (opens(head) && draft->content == NULL)
		problems_add(problems, "conference", "what opens a conference says what it is about", "会議の内容を書いてください", NULL);
}
