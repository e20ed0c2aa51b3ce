/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/draft_announcement.c - the rules of sign-up to an announcement, and what publishes one. */
#include "libtsunagi/draft.h"

static bool opens(const Pb__View *head)
{
	return head->announcement_act->n_categories > 0;
}

void draft_check_announcement(const struct draft *draft, int64_t now_us, struct problems *problems)
{
	const Pb__View *head = draft->head;

	(void)now_us;
	if (head->announcement_act == NULL)
		return;
	if (opens(head) != (head->thread_id.len == 0))
		problems_add(problems, "thread", "what opens an announcement stands in no thread; every other act names the message that opened it",
			     "お知らせを始める連絡には thread を書きません。それ以外の操作では、始めた連絡の番号が必要です", NULL);
	if (opens(head) && draft->content == NULL)
		problems_add(problems, "announcement", "what opens an announcement says what it is about", "お知らせの内容を書いてください", NULL);
}
