/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/api_ics.c - tsg_conference_ics: needs no client, no bundle and no connection. */
#include <stdlib.h>
#include <string.h>

#include "libtsunagi/api.h"
#include "libtsunagi/ics.h"

static int give_calendar(struct failure *failure, struct buf *calendar, char **ret_text)
{
	char *text = buf_text(calendar) == NULL ? NULL : strdup(buf_text(calendar));

	if (text == NULL)
		return failure_err(failure, ERR_NOMEM, "the calendar");
	*ret_text = text;
	return TSG_OK;
}

int tsg_conference_ics(const char *json, size_t length, char **ret_text)
{
	struct problems problems = { 0 };
	struct failure failure = { 0 };
	struct buf calendar;
	json_t *message = ret_text == NULL ? NULL : api_parse(&failure, json, length);
	enum err err = ERR_OK;
	int result = TSG_USAGE;

	if (ret_text == NULL)
		return TSG_USAGE;
	if (message == NULL) {
		*ret_text = failure_text(&failure);
		return failure.result;
	}
	buf_init(&calendar, ICS_BYTES);
	err = ics_of_message(message, &problems, &calendar);
	if (err == ERR_OK) {
		result = give_calendar(&failure, &calendar, ret_text);
	} else if (err == ERR_REFUSED) {
		result = api_give(&failure, json_pack("{s:s, s:b, s:o}", "type", "check", "ok", 0, "problems", problems_json(&problems)), ret_text);
		result = result == TSG_OK ? TSG_REFUSED : result;
	} else {
		result = failure_err(&failure, err, "the conference");
		*ret_text = failure_text(&failure);
	}
	buf_free(&calendar);
	problems_free(&problems);
	json_decref(message);
	return result;
}
