/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/conference_calendar.c - conference.ics: a conference as a calendar, as the site says that it stands.
 *
 * When, who, whether it is on and whether its case is protected the site knows; what it is called, where one meets and how often it is held
 * stand in sealed messages, and come from the program where it kept one. */
#include <string.h>

#include "base/clock.h"
#include "contract/json.h"
#include "libtsunagi/conferences.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/ics.h"

/* Who has a seat and has not said that it stays away, but for whoever convened it. */
static json_t *attendees(const Pb__ConferenceShown *conference)
{
	json_t *list = json_array();

	for (size_t i = 0; i < conference->n_seats; i++) {
		const Pb__SeatShown *seat = conference->seats[i];

		if (seat->answer != PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DECLINED && seat->answer != PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED &&
		    strcmp(seat->agency, conference->convener) != 0)
			json_array_append_new(list, json_string(seat->agency));
	}
	return list;
}

static void put_time(json_t *content, const char *name, int64_t at_us)
{
	if (at_us != 0)
		json_object_set_new(content, name, json_time(at_us));
}

/* The message that ics_of_message reads: what the site knows, over what was kept of the conference's words. */
static json_t *message_of(const struct conference_found *found, const json_t *kept)
{
	const Pb__ConferenceShown *conference = found->conference;
	json_t *content = json_object();

	if (json_object_get(kept, "title") != NULL)
		json_object_set(content, "title", json_object_get(kept, "title"));
	if (json_object_get(kept, "place") != NULL)
		json_object_set(content, "place", json_object_get(kept, "place"));
	if (json_object_get(kept, "series") != NULL)
		json_object_set(content, "series", json_object_get(kept, "series"));
	put_time(content, "starts_at", conference->starts_at_us);
	put_time(content, "ends_at", conference->ends_at_us);
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:s*, s:I, s:b, s:o}", "kind", "CONFERENCE", "message_id", found->text, "thread_id", found->text, "sender",
			 conference->convener, "to", attendees(conference), "created_at", json_time(clock_wall_us()), "state",
			 json_word(&pb__conference_state__descriptor, (int)conference->state), "sequence", (json_int_t)conference->sequence, "protected",
			 conference->protected_ ? 1 : 0, "conference", content);
}

static int give(struct tsg_client *client, json_t *message, const struct conference_found *found, json_t **ret_json)
{
	struct problems problems = { 0 };
	struct buf calendar;
	enum err err;

	buf_init(&calendar, ICS_BYTES);
	err = message == NULL ? ERR_NOMEM : ics_of_message(message, &problems, &calendar);
	if (err == ERR_OK)
		*ret_json = json_pack("{s:s, s:s, s:b, s:s}", "type", "calendar", "conference_id", found->text, "protected", found->conference->protected_ ? 1 : 0,
				      "text", buf_text(&calendar));
	if (err == ERR_REFUSED)
		failure_tell(&client->failure, PROBLEM_NO_DATE, found->text, NULL);
	else if (err != ERR_OK || *ret_json == NULL)
		failure_err(&client->failure, err == ERR_OK ? ERR_NOMEM : err, "the calendar");
	buf_free(&calendar);
	problems_free(&problems);
	return err == ERR_OK && *ret_json != NULL ? TSG_OK : client->failure.result;
}

int conference_calendar(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	struct conference_found found;
	int result = conference_find(client, field_text(action, "id"), &found);
	json_t *message = NULL;

	if (result != TSG_OK)
		return result;
	message = message_of(&found, json_object_get(action, "conference"));
	result = give(client, message, &found, ret_json);
	json_decref(message);
	conference_free(&found);
	return result;
}
