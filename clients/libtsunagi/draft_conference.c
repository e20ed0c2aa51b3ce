/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/draft_conference.c - the rules of what is done to a conference, and what opens one. */
#include "libtsunagi/draft.h"

static bool opens(const Pb__View *head)
{
	return head->conference_act->action == PB__CONFERENCE_ACTION__CONFERENCE_ACTION_PROPOSE;
}

void draft_check_conference(const struct draft *draft, int64_t now_us, struct problems *problems)
{
	const Pb__View *head = draft->head;

	(void)now_us;
	if (head->conference_act == NULL)
		return;
	if (opens(head) != (head->thread_id.len == 0))
		problems_add(problems, "thread", "what opens a conference stands in no thread; every other act names the message that opened it",
			     "会議を始める連絡には thread を書きません。それ以外の操作では、始めた連絡の番号が必要です", NULL);
	if (opens(head) && draft->content == NULL)
		problems_add(problems, "conference", "what opens a conference says what it is about", "会議の内容を書いてください", NULL);
}
