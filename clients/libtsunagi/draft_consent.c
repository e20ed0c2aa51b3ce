/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/draft_consent.c - the rules of what is done to a consent, and what registers one. */
#include "libtsunagi/draft.h"

static bool opens(const Pb__View *head)
{
	return head->consent_act->action == PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER;
}

void draft_check_consent(const struct draft *draft, int64_t now_us, struct problems *problems)
{
	const Pb__View *head = draft->head;

	(void)now_us;
	if (head->consent_act == NULL)
		return;
	if (opens(head) != (head->thread_id.len == 0))
		problems_add(problems, "thread", "what opens a consent stands in no thread; every other act names the message that opened it",
			     "同意を始める連絡には thread を書きません。それ以外の操作では、始めた連絡の番号が必要です", NULL);
	if (opens(head) && draft->content == NULL)
		problems_add(problems, "consent", "what opens a consent says what it is about", "同意の内容を書いてください", NULL);
}
