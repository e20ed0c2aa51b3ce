/* SPDX-License-Identifier: Apache-2.0 */
/* A conference as a calendar, read back with the library that others read it with. */
#include <libical/ical.h>

#include <stdlib.h>
#include <string.h>

#include <tsunagi/tsunagi.h>

#include "unit.h"

#define ID "01960000-0000-7000-8000-000000000001"
#define OTHER_ID "01960000-0000-7000-8000-000000000002"
#define HEAD "\"type\":\"delivery\",\"kind\":\"CONFERENCE\",\"message_id\":\"" ID "\",\"sender\":\"link@chiba-city\",\"recipient\":\"jiritsu-hanamigawa@chiba-city\"," \
	     "\"created_at\":\"2026-06-01T09:30:00+09:00\",\"seq\":42"
#define CONTENT "\"title\":\"ケース会議\",\"place\":\"会議室\",\"agenda\":\"秘密の議題\",\"starts_at\":\"2026-06-10T14:00:00+09:00\",\"ends_at\":\"2026-06-10T15:30:00+09:00\""

/* What the call gives; to be freed. */
static char *export(const char *message, int expected)
{
	char *text = NULL;

	unit_context("%s", message);
	check_int(tsg_conference_ics(message, strlen(message), &text), expected);
	require(text != NULL);
	return text;
}

static icalcomponent *calendar_of(const char *message)
{
	char *text = export(message, TSG_OK);
	icalcomponent *calendar = icalparser_parse_string(text);

	require(calendar != NULL);
	check_int(icalcomponent_count_errors(calendar), 0);
	tsg_free(text);
	return calendar;
}

static icalcomponent *event_of(icalcomponent *calendar)
{
	icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);

	require(event != NULL);
	return event;
}

static void check_time(struct icaltimetype time, const char *expected)
{
	check_text(icaltime_as_ical_string(time), expected);
}

static void test_once(void)
{
	icalcomponent *calendar = calendar_of("{" HEAD ",\"conference\":{" CONTENT "}}");
	icalcomponent *event = event_of(calendar);
	icalproperty *start = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
	icalproperty *organizer = icalcomponent_get_first_property(event, ICAL_ORGANIZER_PROPERTY);
	icalproperty *attendee = icalcomponent_get_first_property(event, ICAL_ATTENDEE_PROPERTY);

	check_text(icalcomponent_get_uid(event), ID);
	check_text(icalcomponent_get_summary(event), "ケース会議");
	check_text(icalcomponent_get_location(event), "会議室");
	check_time(icalproperty_get_dtstart(start), "20260610T140000");
	check_text(icalparameter_get_tzid(icalproperty_get_first_parameter(start, ICAL_TZID_PARAMETER)), "Asia/Tokyo");
	check_time(icalproperty_get_dtend(icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY)), "20260610T153000");
	check_time(icalproperty_get_dtstamp(icalcomponent_get_first_property(event, ICAL_DTSTAMP_PROPERTY)), "20260601T003000Z");
	check_text(icalproperty_get_organizer(organizer), "tsunagi:link@chiba-city");
	check_text(icalproperty_get_attendee(attendee), "tsunagi:jiritsu-hanamigawa@chiba-city");
	check_int(icalcomponent_get_status(event), ICAL_STATUS_TENTATIVE);
	check_int(icalcomponent_get_sequence(event), 0);
	check(icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY) == NULL);
	icalcomponent_free(calendar);
}

/* The zone stands in the same calendar, and its time is nine hours ahead. */
static void test_zone(void)
{
	icalcomponent *calendar = calendar_of("{" HEAD ",\"conference\":{" CONTENT "}}");
	icaltimezone *zone = icalcomponent_get_timezone(calendar, "Asia/Tokyo");
	struct icaltimetype start = icalproperty_get_dtstart(icalcomponent_get_first_property(event_of(calendar), ICAL_DTSTART_PROPERTY));

	require(zone != NULL);
	icaltimezone_convert_time(&start, zone, icaltimezone_get_utc_timezone());
	check_int(start.day, 10);
	check_int(start.hour, 5);
	icalcomponent_free(calendar);
}

static void test_states(void)
{
	static const struct {
		const char *state;
		icalproperty_status status;
	} rows[] = {
		{ "PROPOSED", ICAL_STATUS_TENTATIVE }, { "CONVENED", ICAL_STATUS_CONFIRMED },	{ "HELD", ICAL_STATUS_CONFIRMED },
		{ "CLOSED", ICAL_STATUS_CONFIRMED },   { "CANCELLED", ICAL_STATUS_CANCELLED },
	};
	char message[2000];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		icalcomponent *calendar;

		snprintf(message, sizeof message, "{" HEAD ",\"state\":\"%s\",\"conference\":{" CONTENT "}}", rows[i].state);
		calendar = calendar_of(message);
		check_int(icalcomponent_get_status(event_of(calendar)), rows[i].status);
		icalcomponent_free(calendar);
	}
}

/* A later message of the thread replaces the earlier one in the calendar. */
static void test_sequence(void)
{
	icalcomponent *calendar = calendar_of("{" HEAD ",\"thread_id\":\"" OTHER_ID "\",\"conference\":{" CONTENT "}}");

	check_text(icalcomponent_get_uid(event_of(calendar)), OTHER_ID);
	check_int(icalcomponent_get_sequence(event_of(calendar)), 42);
	icalcomponent_free(calendar);
	calendar = calendar_of("{" HEAD ",\"thread_id\":\"" ID "\",\"sequence\":7,\"conference\":{" CONTENT "}}");
	check_int(icalcomponent_get_sequence(event_of(calendar)), 7);
	icalcomponent_free(calendar);
}

/* Of a protected case no place, and of no case what is said there. */
static void test_what_is_not_told(void)
{
	char *text = export("{" HEAD ",\"protected\":true,\"conference\":{" CONTENT "}}", TSG_OK);

	check(strstr(text, "会議室") == NULL && strstr(text, "LOCATION") == NULL);
	check(strstr(text, "DTSTART") != NULL);
	tsg_free(text);
	text = export("{" HEAD ",\"conference\":{" CONTENT ",\"decisions\":[{\"text\":\"決定の内容\"}]}}", TSG_OK);
	check(strstr(text, "秘密の議題") == NULL && strstr(text, "決定の内容") == NULL);
	check(strstr(text, "CLASS:CONFIDENTIAL") != NULL);
	tsg_free(text);
}

/* The dates of a series as conference_series gives them; a 31st where months are shorter. */
static void check_dates(const char *series, const char *const *expected, size_t count)
{
	char message[3000];
	icalcomponent *calendar;
	icalproperty *date;
	size_t found = 0;

	snprintf(message, sizeof message, "{" HEAD ",\"conference\":{" CONTENT ",\"series\":%s}}", series);
	calendar = calendar_of(message);
	date = icalcomponent_get_first_property(event_of(calendar), ICAL_RDATE_PROPERTY);
	for (; date != NULL; date = icalcomponent_get_next_property(event_of(calendar), ICAL_RDATE_PROPERTY), found++)
		if (found < count)
			check_time(icalproperty_get_rdate(date).time, expected[found]);
	check_uint(found, count);
	check(icalcomponent_get_first_property(event_of(calendar), ICAL_RRULE_PROPERTY) == NULL);
	icalcomponent_free(calendar);
}

static void test_series(void)
{
	static const char *const weekly[] = { "20260617T140000", "20260624T140000" };
	static const char *const monthly[] = { "20260630T140000", "20260731T140000", "20260831T140000", "20260930T140000" };
	static const char *const other[] = { "20260812T140000", "20261014T140000" };

	check_dates("{\"step\":\"WEEKLY\",\"weekday\":3,\"starts_on\":\"2026-06-10\",\"until_on\":\"2026-06-30\"}", weekly, 2);
	check_dates("{\"step\":\"MONTHLY\",\"day\":31,\"starts_on\":\"2026-06-10\",\"until_on\":\"2026-10-01\"}", monthly, 4);
	check_dates("{\"step\":\"EVERY_OTHER_MONTH\",\"weekday\":3,\"nth\":2,\"starts_on\":\"2026-06-10\",\"until_on\":\"2026-11-01\"}", other, 2);
}

/* A series without an end is not written without one. */
static void test_endless_series(void)
{
	icalcomponent *calendar = calendar_of("{" HEAD ",\"conference\":{" CONTENT ",\"series\":{\"step\":\"WEEKLY\",\"weekday\":3,\"starts_on\":\"2026-06-10\"}}}");

	check_int(icalcomponent_count_properties(event_of(calendar), ICAL_RDATE_PROPERTY), 52);
	icalcomponent_free(calendar);
}

static bool is_utf8_start(const char *at)
{
	return ((uint8_t)*at & 0xc0) != 0x80;
}

/* No line is longer than 75 octets without its end, and none begins within a character; unfolded, the title is what it was. */
static void check_folded(const char *title)
{
	char message[4000];
	icalcomponent *calendar;
	char *text = NULL;

	snprintf(message, sizeof message, "{" HEAD ",\"conference\":{\"title\":\"%s\",\"starts_at\":\"2026-06-10T14:00:00+09:00\"}}", title);
	text = export(message, TSG_OK);
	for (const char *line = text, *end = NULL; (end = strstr(line, "\r\n")) != NULL; line = end + 2) {
		check(end - line <= 75);
		check(is_utf8_start(line) && (*line != ' ' || is_utf8_start(line + 1)));
	}
	check(strlen(text) > 2 && strcmp(text + strlen(text) - 2, "\r\n") == 0);
	calendar = icalparser_parse_string(text);
	require(calendar != NULL);
	check_text(icalcomponent_get_summary(event_of(calendar)), title);
	icalcomponent_free(calendar);
	tsg_free(text);
}

static void test_folding(void)
{
	static const char *const letters[] = { "a", "é", "会", "𠮷", ",", ";", " " };
	char title[1000];

	for (unsigned round = 0; round < 300; round++) {
		size_t used = 0;

		title[0] = '\0';
		for (uint64_t i = 0, length = 1 + unit_random_below(200); i < length; i++)
			used += (size_t)snprintf(title + used, sizeof title - used, "%s", letters[unit_random_below(i == 0 || i + 1 == length ? 4 : 7)]);
		check_folded(title);
	}
}

static void test_refused(void)
{
	static const struct {
		const char *message, *field;
	} rows[] = {
		{ "{" HEAD "}", "\"conference\"" },
		{ "{" HEAD ",\"conference\":{\"title\":\"x\"}}", "conference.starts_at" },
		{ "{" HEAD ",\"conference\":{\"title\":\"x\",\"starts_at\":\"tomorrow\"}}", "starts_at" },
		{ "{" HEAD ",\"conference\":{\"starts_at\":\"2026-06-10T14:00:00+09:00\",\"ends_at\":\"2026-06-10T14:00:00+09:00\"}}", "conference.ends_at" },
		{ "{" HEAD ",\"conference\":{" CONTENT ",\"series\":{\"step\":\"WEEKLY\",\"starts_on\":\"2026-06-10\"}}}", "conference.series.weekday" },
		{ "{" HEAD ",\"state\":\"SOON\",\"conference\":{" CONTENT "}}", "\"state\"" },
		{ "{\"kind\":\"CONFERENCE\",\"conference\":{" CONTENT "}}", "message_id" },
		{ "{" HEAD ",\"conference\":{\"ttile\":\"x\"}}", "ttile" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = export(rows[i].message, TSG_REFUSED);

		check(strstr(text, rows[i].field) != NULL && strstr(text, "\"problems\"") != NULL);
		tsg_free(text);
	}
}

static void test_no_json(void)
{
	char *text = NULL;

	check_int(tsg_conference_ics("{", 1, &text), TSG_USAGE);
	tsg_free(text);
	check_int(tsg_conference_ics("{}", 2, NULL), TSG_USAGE);
}

UNIT_SUITE("libtsunagi/ics",
	{ "held once", test_once },
	{ "its zone", test_zone },
	{ "states", test_states },
	{ "a later message replaces an earlier one", test_sequence },
	{ "what is not told", test_what_is_not_told },
	{ "series", test_series },
	{ "a series without an end", test_endless_series },
	{ "lines are folded between characters", test_folding },
	{ "what has no place in a calendar", test_refused },
	{ "no JSON", test_no_json });
