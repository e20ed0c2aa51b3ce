/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/draft_series.c - what is held again and again must say when: of a conference as of what an announcement tells of. */
#include <stdio.h>

#include "contract/conference_series.h"
#include "libtsunagi/draft.h"

static void check(const Pb__Series *series, const char *content, struct problems *problems)
{
	struct conference_series read;
	const char *at = NULL;
	char field[80];

	if (series == NULL || conference_series_read(series, &read, &at) == ERR_OK)
		return;
	snprintf(field, sizeof field, "%s.series.%s", content, at);
	problems_add(problems, field,
		     "this does not say when it is held again: WEEKLY on a weekday (1 Monday to 7 Sunday); MONTHLY or EVERY_OTHER_MONTH by day, or on the nth weekday",
		     "この内容では次回の日が決まりません。WEEKLY は曜日(1月曜〜7日曜)、MONTHLY と EVERY_OTHER_MONTH は日、または第何週の曜日を書いてください", NULL);
}

void draft_check_series(const struct draft *draft, int64_t now_us, struct problems *problems)
{
	(void)now_us;
	if (draft->content == NULL)
		return;
	if (draft->content->body_case == PB__CONTENT__BODY_CONFERENCE)
		check(draft->content->conference->series, "conference", problems);
	if (draft->content->body_case == PB__CONTENT__BODY_ANNOUNCEMENT)
		check(draft->content->announcement->series, "announcement", problems);
}
