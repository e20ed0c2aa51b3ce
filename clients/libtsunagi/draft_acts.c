/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/draft_acts.c - messages that are acts: what all kinds of them have in common; each kind's own rules are in draft_KIND.c. */
#include "libtsunagi/draft.h"

static bool is_close(const Pb__View *head)
{
	return head->close != PB__OUTCOME__OUTCOME_UNSPECIFIED;
}

static int acts_of(const Pb__View *head)
{
	return (head->leg_act != NULL) + is_close(head) + (head->conference_act != NULL) + (head->consent_act != NULL) +
	       (head->announcement_act != NULL);
}

bool draft_is_act(const Pb__View *head)
{
	return acts_of(head) > 0;
}

/* An act is of the kind of the thread that it stands in. */
static void check_belongs(const Pb__View *head, bool there, const char *field, Pb__Kind kind, struct problems *problems)
{
	if (there && head->kind != kind)
		problems_add(problems, field, "this act belongs to another kind of message", "この操作は別の種類の連絡のものです", NULL);
}

void draft_check_acts(const struct draft *draft, int64_t now_us, struct problems *problems)
{
	const Pb__View *head = draft->head;

	check_belongs(head, head->leg_act != NULL, "leg_act", PB__KIND__KIND_REQUEST, problems);
	check_belongs(head, is_close(head), "close", PB__KIND__KIND_REQUEST, problems);
	check_belongs(head, head->report_days != 0, "report_days", PB__KIND__KIND_REQUEST, problems);
	check_belongs(head, head->co_support, "co_support", PB__KIND__KIND_REQUEST, problems);
	check_belongs(head, head->conference_act != NULL, "conference_act", PB__KIND__KIND_CONFERENCE, problems);
	check_belongs(head, head->consent_act != NULL, "consent_act", PB__KIND__KIND_CONSENT, problems);
	check_belongs(head, head->announcement_act != NULL, "announcement_act", PB__KIND__KIND_ANNOUNCEMENT, problems);
	if (acts_of(head) > 1)
		problems_add(problems, "kind", "a message does one thing: name one act", "一つの連絡でできる操作は一つです", NULL);
	draft_check_leg(draft, now_us, problems);
	draft_check_conference(draft, now_us, problems);
	draft_check_consent(draft, now_us, problems);
	draft_check_announcement(draft, now_us, problems);
	draft_check_series(draft, now_us, problems);
}
