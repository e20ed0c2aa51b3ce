/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/ics.c - see ics.h for the contract. */
#include "libtsunagi/ics.h"

#include <libical/ical.h>

#include "base/clock.h"
#include "contract/conference_series.h"
#include "contract/json.h"
#include "libtsunagi/fields.h"

#define TOKYO_MINUTES (9 * 60)
#define ZONE "Asia/Tokyo"
#define ADDRESS_BYTES 300u
#define CONTENT_BYTES (1024u * 1024u)

/* What is exported, read and checked. */
struct event {
	const char *uid;
	const char *convener;
	const json_t *attendees; /* list of addresses, or NULL */
	const char *recipient;   /* or NULL */
	const char *title;
	const char *place; /* NULL: not told */
	Pb__ConferenceState state;
	int sequence;
	int64_t stamp_us, start_us, end_us; /* end_us 0: none is said */
	const struct conference_series *series; /* NULL: held once */
};

static const struct {
	Pb__ConferenceState state;
	icalproperty_status status;
} statuses[] = {
	{ PB__CONFERENCE_STATE__CONFERENCE_STATE_PROPOSED, ICAL_STATUS_TENTATIVE },
	{ PB__CONFERENCE_STATE__CONFERENCE_STATE_CONVENED, ICAL_STATUS_CONFIRMED },
	{ PB__CONFERENCE_STATE__CONFERENCE_STATE_HELD, ICAL_STATUS_CONFIRMED },
	{ PB__CONFERENCE_STATE__CONFERENCE_STATE_CLOSED, ICAL_STATUS_CONFIRMED },
	{ PB__CONFERENCE_STATE__CONFERENCE_STATE_CANCELLED, ICAL_STATUS_CANCELLED },
};

/* ---- writing ---- */

static struct icaltimetype time_of(int64_t us, bool utc)
{
	struct civil_time civil = civil_time_of(us, utc ? 0 : TOKYO_MINUTES);
	struct civil_date date = civil_date_of(civil.day);
	struct icaltimetype time = icaltime_null_time();

	time.year = date.year;
	time.month = date.month;
	time.day = date.day;
	time.hour = civil.minute / 60;
	time.minute = civil.minute % 60;
	time.second = (int)(civil.us / 1000000);
	if (utc)
		time.zone = icaltimezone_get_utc_timezone();
	return time;
}

/* The property in Tokyo's time, as the VTIMEZONE of the same calendar has it. */
static icalproperty *in_zone(icalproperty *property)
{
	icalproperty_add_parameter(property, icalparameter_new_tzid(ZONE));
	return property;
}

/* Japan has had one offset and no summer time since 1952. */
static icalcomponent *make_zone(void)
{
	icalcomponent *standard = icalcomponent_vanew(ICAL_XSTANDARD_COMPONENT, icalproperty_new_dtstart(time_of(-TOKYO_MINUTES * CIVIL_MINUTE_US, false)),
						      icalproperty_new_tzoffsetfrom(TOKYO_MINUTES * 60), icalproperty_new_tzoffsetto(TOKYO_MINUTES * 60),
						      icalproperty_new_tzname("JST"), (void *)0);

	return icalcomponent_vanew(ICAL_VTIMEZONE_COMPONENT, icalproperty_new_tzid(ZONE), standard, (void *)0);
}

static icalproperty *with_name(icalproperty *property, const char *address)
{
	icalproperty_add_parameter(property, icalparameter_new_cn(address));
	return property;
}

static void add_agency(icalcomponent *component, const char *address, bool organizer)
{
	char uri[ADDRESS_BYTES];

	snprintf(uri, sizeof uri, "tsunagi:%s", address);
	icalcomponent_add_property(component, with_name(organizer ? icalproperty_new_organizer(uri) : icalproperty_new_attendee(uri), address));
}

static void add_agencies(icalcomponent *component, const struct event *event)
{
	const json_t *row = NULL;
	size_t index = 0;

	add_agency(component, event->convener, true);
	if (event->recipient != NULL)
		add_agency(component, event->recipient, false);
	json_array_foreach(event->attendees, index, row)
		if (json_is_string(row))
			add_agency(component, json_string_value(row), false);
}

/* Each further date of the series, at the same time of day. */
static void add_dates(icalcomponent *component, const struct event *event)
{
	struct civil_time civil = civil_time_of(event->start_us, TOKYO_MINUTES);
	int32_t last = civil.day + ICS_DAYS_AHEAD;

	for (unsigned i = 1; i < ICS_DATES_MAX && conference_series_next(event->series, civil.day, &civil.day) == ERR_OK; i++) {
		struct icaldatetimeperiodtype at = { .period = icalperiodtype_null_period() };

		if (event->series->until == INT32_MAX && civil.day > last)
			return;
		at.time = time_of(civil_time_us(civil, TOKYO_MINUTES), false);
		icalcomponent_add_property(component, in_zone(icalproperty_new_rdate(at)));
	}
}

static icalproperty_status status_of(Pb__ConferenceState state)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].state == state)
			return statuses[i].status;
	return ICAL_STATUS_TENTATIVE;
}

static icalcomponent *make_event(const struct event *event)
{
	icalcomponent *component = icalcomponent_vanew(
		ICAL_VEVENT_COMPONENT, icalproperty_new_uid(event->uid), icalproperty_new_dtstamp(time_of(event->stamp_us, true)),
		in_zone(icalproperty_new_dtstart(time_of(event->start_us, false))), icalproperty_new_summary(event->title),
		icalproperty_new_status(status_of(event->state)), icalproperty_new_sequence(event->sequence),
		icalproperty_new_class(ICAL_CLASS_CONFIDENTIAL), (void *)0);

	if (event->end_us != 0)
		icalcomponent_add_property(component, in_zone(icalproperty_new_dtend(time_of(event->end_us, false))));
	if (event->place != NULL && event->place[0] != '\0')
		icalcomponent_add_property(component, icalproperty_new_location(event->place));
	add_agencies(component, event);
	if (event->series != NULL)
		add_dates(component, event);
	return component;
}

static enum err put_calendar(const struct event *event, struct buf *out)
{
	icalcomponent *calendar = icalcomponent_vanew(ICAL_VCALENDAR_COMPONENT, icalproperty_new_version("2.0"), icalproperty_new_prodid("-//Tsunagi//ja"),
						      make_zone(), make_event(event), (void *)0);
	char *text = icalcomponent_as_ical_string_r(calendar); /* folds by octets, and never within a character */

	if (text != NULL)
		buf_put_text(out, text);
	icalmemory_free_buffer(text);
	icalcomponent_free(calendar);
	return text == NULL ? ERR_NOMEM : out->err;
}

/* ---- reading ---- */

static int64_t time_field(const char *text)
{
	int64_t us = 0;

	return text != NULL && clock_parse(text, &us) == ERR_OK ? us : 0;
}

static int sequence_of(const json_t *message, bool opens)
{
	return (int)field_number(message, "sequence", INT32_MAX, opens ? 0 : field_number(message, "seq", INT32_MAX, INT32_MAX));
}

static void read_head(const json_t *message, struct event *event, struct problems *problems)
{
	const char *id = field_text(message, "message_id");
	const char *thread = field_text(message, "thread_id");
	const char *state = field_text(message, "state");
	const char *stamp = field_text(message, "created_at");
	int value = PB__CONFERENCE_STATE__CONFERENCE_STATE_PROPOSED;

	event->uid = thread != NULL ? thread : id;
	event->convener = field_text(message, "sender");
	event->recipient = field_text(message, "recipient");
	event->attendees = json_object_get(message, "to");
	event->stamp_us = time_field(stamp != NULL ? stamp : field_text(message, "accepted_at"));
	event->sequence = sequence_of(message, thread == NULL || id == NULL || strcmp(thread, id) == 0);
	if (event->uid == NULL || event->convener == NULL)
		problems_add(problems, "message_id", "export a conference as it was received: a draft has neither an id nor a sender yet",
			     "届いた会議の連絡を指定してください。下書きにはまだ番号と送信元がありません", NULL);
	if (state != NULL && !json_word_value(&pb__conference_state__descriptor, state, &value))
		problems_add(problems, "state", "one of PROPOSED, CONVENED, HELD, CLOSED, CANCELLED",
			     "PROPOSED, CONVENED, HELD, CLOSED, CANCELLED のいずれかです", state);
	event->state = (Pb__ConferenceState)value;
}

static void read_content(const Pb__ConferenceContent *content, bool hides_place, struct event *event, struct problems *problems)
{
	event->title = content->title[0] != '\0' ? content->title : "会議";
	event->place = hides_place ? NULL : content->place;
	event->start_us = time_field(content->starts_at);
	event->end_us = time_field(content->ends_at);
	if (event->start_us == 0)
		problems_add(problems, "conference.starts_at", "a calendar needs the day and time: 2026-06-10T14:00:00+09:00",
			     "カレンダーには日時が必要です(例:2026-06-10T14:00:00+09:00)", content->starts_at[0] != '\0' ? content->starts_at : NULL);
	if (content->ends_at[0] != '\0' && event->end_us <= event->start_us)
		problems_add(problems, "conference.ends_at", "it ends after it starts", "終了は開始より後の日時にしてください", content->ends_at);
}

static void read_series(const Pb__Series *from, struct conference_series *series, struct event *event, struct problems *problems)
{
	const char *at = NULL;
	char field[80];

	if (from == NULL)
		return;
	if (conference_series_read(from, series, &at) == ERR_OK) {
		event->series = series;
		return;
	}
	snprintf(field, sizeof field, "conference.series.%s", at);
	problems_add(problems, field, "this does not say when it is held again", "この内容では次回の日が決まりません", NULL);
}

static enum err read_conference(const json_t *message, struct arena *arena, struct problems *problems, const Pb__ConferenceContent **ret_content)
{
	const json_t *json = json_object_get(message, "conference");
	const ProtobufCMessage *content = NULL;
	enum err err = ERR_OK;

	if (!json_is_object(json)) {
		problems_add(problems, "conference", "this is no conference", "会議の連絡ではありません", NULL);
		return ERR_REFUSED;
	}
	err = json_to_message(json, &pb__conference_content__descriptor, arena, &content, problems_on_fault, problems);
	if (err == ERR_OK)
		*ret_content = (const Pb__ConferenceContent *)content;
	return err == ERR_FORMAT ? ERR_REFUSED : err;
}

enum err ics_of_message(const json_t *message, struct problems *problems, struct buf *out)
{
	struct conference_series series;
	struct event event = { 0 };
	struct arena arena;
	const Pb__ConferenceContent *content = NULL;
	enum err err = ERR_OK;

	arena_init(&arena, CONTENT_BYTES);
	err = read_conference(message, &arena, problems, &content);
	if (err == ERR_OK) {
		read_head(message, &event, problems);
		read_content(content, json_is_true(json_object_get(message, "protected")), &event, problems);
		read_series(content->series, &series, &event, problems);
		err = problems_count(problems) > 0 ? ERR_REFUSED : put_calendar(&event, out);
	}
	arena_free(&arena);
	return err;
}
