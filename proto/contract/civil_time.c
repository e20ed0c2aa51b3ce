/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/civil_time.h"

#include <stdio.h>

#define MINUTES_US(minutes) ((int64_t)(minutes) * CIVIL_MINUTE_US)
#define DAY_US MINUTES_US(CIVIL_DAY_MINUTES)
#define ERA_DAYS 146097 /* 400 years */
#define ERA_TO_1970 719468 /* days from 0000-03-01 to 1970-01-01 */

static int64_t floor_divide(int64_t number, int64_t by)
{
	return number / by - (number % by < 0 ? 1 : 0);
}

enum err civil_zone(const char *name, int *ret_offset_minutes)
{
	static const struct {
		const char *name;
		int offset_minutes;
	} zones[] = {
		{ "Asia/Tokyo", 540 }, { "Japan", 540 }, { "Asia/Seoul", 540 }, { "Asia/Taipei", 480 }, { "Asia/Singapore", 480 },
		{ "UTC", 0 }, { "Etc/UTC", 0 },
	};

	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		if (strcmp(zones[i].name, name) == 0) {
			*ret_offset_minutes = zones[i].offset_minutes;
			return ERR_OK;
		}
	return ERR_NOT_FOUND;
}

struct civil_time civil_time_of(int64_t at_us, int offset_minutes)
{
	int64_t day = floor_divide(at_us, DAY_US); /* of UTC: adding the offset first could overflow */
	int64_t into_day = at_us % DAY_US + (at_us % DAY_US < 0 ? DAY_US : 0); /* day * DAY_US could lie below INT64_MIN */
	int64_t rest = into_day + MINUTES_US(offset_minutes);
	int64_t shift = floor_divide(rest, DAY_US);

	rest -= shift * DAY_US;
	return (struct civil_time){ (int32_t)(day + shift), (int32_t)(rest / CIVIL_MINUTE_US), rest % CIVIL_MINUTE_US };
}

int64_t civil_time_us(struct civil_time time, int offset_minutes)
{
	return (int64_t)time.day * DAY_US + MINUTES_US(time.minute - offset_minutes) + time.us;
}

unsigned civil_weekday(int32_t day)
{
	int64_t since_monday = (int64_t)day + 3; /* 1970-01-01 was a Thursday */

	return (unsigned)(since_monday - floor_divide(since_monday, 7) * 7) + 1;
}

/* Years begin in March here, so that the leap day is the last of its year: 153 days to five months from March on. */
int32_t civil_day_of(struct civil_date date)
{
	int64_t year = date.year - (date.month <= 2 ? 1 : 0);
	int64_t era = floor_divide(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t month = date.month + (date.month > 2 ? -3 : 9);
	int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return (int32_t)(era * ERA_DAYS + day_of_era - ERA_TO_1970);
}

struct civil_date civil_date_of(int32_t day)
{
	int64_t since = (int64_t)day + ERA_TO_1970;
	int64_t era = floor_divide(since, ERA_DAYS);
	int64_t day_of_era = since - era * ERA_DAYS;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	int64_t civil_month = month + (month < 10 ? 3 : -9);

	return (struct civil_date){ (int32_t)(year_of_era + era * 400 + (civil_month <= 2 ? 1 : 0)), (int32_t)civil_month,
				    (int32_t)(day_of_year - (153 * month + 2) / 5 + 1) };
}

static bool take_digits(const uint8_t *at, size_t count, int32_t *ret_number)
{
	int32_t number = 0;

	for (size_t i = 0; i < count; i++) {
		if (at[i] < '0' || at[i] > '9')
			return false;
		number = number * 10 + (at[i] - '0');
	}
	*ret_number = number;
	return true;
}

enum err civil_day_parse(struct bytes text, int32_t *ret_day)
{
	struct civil_date date;
	struct civil_date back;
	int32_t day;

	if (text.len != 10 || text.data[4] != '-' || text.data[7] != '-' || !take_digits(text.data, 4, &date.year) ||
	    !take_digits(text.data + 5, 2, &date.month) || !take_digits(text.data + 8, 2, &date.day))
		return ERR_FORMAT;
	if (date.month < 1 || date.month > 12)
		return ERR_RANGE;
	day = civil_day_of(date);
	back = civil_date_of(day);
	if (back.day != date.day || back.month != date.month)
		return ERR_RANGE;
	*ret_day = day;
	return ERR_OK;
}

void civil_day_format(int32_t day, char text[CIVIL_DATE])
{
	struct civil_date date = civil_date_of(day);
	char whole[40]; /* room for three ints of any size */

	snprintf(whole, sizeof whole, "%04d-%02d-%02d", date.year, date.month, date.day);
	memcpy(text, whole, CIVIL_DATE);
	text[CIVIL_DATE - 1] = '\0';
}
