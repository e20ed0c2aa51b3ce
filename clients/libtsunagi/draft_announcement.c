/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/draft_announcement.c - the rules of sign-up to an announcement, and what publishes one. */
#include "libtsunagi/draft.h"

static bool opens(const Pb__View *head)
{
	return head->announcement_act->sign_up == 0 && !head->announcement_act->cancel;
}

void draft_check_announcement(const struct draft *draft, int64_t now_us, struct problems *problems)
{
	const Pb__View *head = draft->head;

	(void)now_us;
	if (head->announcement_act == NULL)
		return;
	if (!opens(head) && head->thread_id.len == 0) /* what brings it to more agencies stands in its thread too */
		problems_add(problems, "thread", "a sign-up names the message that opened the announcement",
			     "申し込みには、お知らせの番号(thread)が必要です", NULL);
	if (opens(head) && draft->content == NULL)
		problems_add(problems, "announcement", "what opens an announcement says what it is about", "お知らせの内容を書いてください", NULL);
}
