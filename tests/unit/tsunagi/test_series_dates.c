/* SPDX-License-Identifier: Apache-2.0 */
/* When what is held again and again is held next: by the series in the message that opened it, and by nothing else. */
#include "tsunagi/series_dates.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "contract/civil_time.h"
#include "contract/json.h"
#include "unit.h"

#define ID "01960000-0000-7000-8000-00000000c0f1"

static int32_t today(void)
{
	return civil_time_of(clock_wall_us(), JSON_OFFSET_MINUTES).day;
}

static const char *day_text(int32_t day)
{
	static char text[CIVIL_DATE];

	civil_day_format(day, text);
	return text;
}

/* ISO: 1 Monday to 7 Sunday; day 0 is Thursday, 1 January 1970. */
static int weekday_of(int32_t day)
{
	return (day + 3) % 7 + 1;
}

/* Weekly on that day's weekday from then on; until may be NULL. */
static json_t *weekly_from(int32_t day, const char *until)
{
	return json_pack("{s:s, s:i, s:s, s:s*}", "step", "WEEKLY", "weekday", weekday_of(day), "starts_on", day_text(day), "until_on", until);
}

static const char *next_on(const json_t *shown, size_t at)
{
	return json_string_value(json_array_get(json_object_get(shown, "next_on"), at));
}

static void keep(const char *json)
{
	char path[400];

	snprintf(path, sizeof path, "%s/" ID, unit_folder());
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/" ID "/message.json", unit_folder());
	remove(path);
	require_ok(file_write_new(path, bytes_of_text(json), 0600));
}

/* From today on, today included, however long ago it began. */
static void test_from_today_on(void)
{
	int32_t day = today();
	json_t *shown = json_object(), *series = weekly_from(day - 70, NULL);

	series_dates_put_of(series, shown);
	require(json_array_size(json_object_get(shown, "next_on")) == SERIES_DATES);
	for (size_t i = 0; i < SERIES_DATES; i++)
		check_text(next_on(shown, i), day_text(day + 7 * (int32_t)i));
	json_decref(series);
	json_decref(shown);
}

static void test_until_its_end(void)
{
	char until[CIVIL_DATE];
	int32_t day = today() + 1;
	json_t *shown = json_object(), *series = NULL;

	civil_day_format(day + 8, until);
	series = weekly_from(day, until);
	series_dates_put_of(series, shown);
	check_uint(json_array_size(json_object_get(shown, "next_on")), 2);
	check_text(next_on(shown, 0), day_text(day));
	check_text(next_on(shown, 1), day_text(day + 7));
	json_decref(series);
	json_decref(shown);
}

static void check_of(const char *kept, const char *shown_as, bool expected)
{
	json_t *shown = json_pack("{s:s}", shown_as, ID);

	unit_context("%s as %s", kept, shown_as);
	keep(kept);
	series_dates_put(unit_folder(), shown);
	check((json_array_size(json_object_get(shown, "next_on")) == SERIES_DATES) == expected);
	check((json_object_get(shown, "next_on") != NULL) == expected);
	json_decref(shown);
}

/* A conference's stands in its content, an announcement's in its own. */
static void test_where_it_stands(void)
{
	static const char weekly[] = "{\"step\":\"WEEKLY\",\"weekday\":3,\"starts_on\":\"2026-06-03\"}";
	char conference[300], announcement[300];

	snprintf(conference, sizeof conference, "{\"conference\":{\"title\":\"会議\",\"series\":%s}}", weekly);
	snprintf(announcement, sizeof announcement, "{\"announcement\":{\"title\":\"ふらっと\",\"series\":%s}}", weekly);
	check_of(conference, "conference_id", true);
	check_of(announcement, "announcement_id", true);
	check_of(conference, "announcement_id", false);
	check_of(announcement, "conference_id", false);
}

static void test_nothing_to_tell(void)
{
	static const char *const kept[] = { "{\"conference\":{\"title\":\"once\"}}", "{\"conference\":{\"series\":{\"step\":\"WEEKLY\"}}}",
					    "{\"conference\":{\"series\":{\"step\":\"YEARLY\",\"starts_on\":\"2026-06-03\"}}}",
					    "{\"conference\":{\"series\":{\"step\":\"WEEKLY\",\"weekday\":3,\"starts_on\":\"soon\"}}}",
					    "{\"conference\":{\"series\":7}}", "no json", "" };
	json_t *shown = json_pack("{s:s}", "conference_id", ID);

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		check_of(kept[i], "conference_id", false);
	series_dates_put("/no/such/folder", shown);
	series_dates_put_of(NULL, shown);
	check_uint(json_object_size(shown), 1);
	json_decref(shown);
}

UNIT_SUITE("tsunagi/series_dates",
	{ "from today on", test_from_today_on },
	{ "until its end", test_until_its_end },
	{ "where it stands", test_where_it_stands },
	{ "nothing to tell", test_nothing_to_tell });
