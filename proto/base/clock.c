/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND_US INT64_C(1000000)
#define DAY_S 86400
#define OFFSET_MAX (23 * 60 + 59) /* minutes */

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now); /* cannot fail for these clocks and a valid pointer */
	return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

int64_t clock_wall_us(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_mono_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void clock_format(int64_t us, int offset_minutes, char text[CLOCK_TEXT])
{
	int64_t micros = us % SECOND_US;
	int64_t seconds = us / SECOND_US;
	char zone[8] = "Z";
	char whole[96] = ""; /* room for seven ints of any size, which the compiler cannot rule out */
	time_t shifted;
	struct tm at;

	if (micros < 0) {
		micros += SECOND_US;
		seconds--;
	}
	if (offset_minutes > OFFSET_MAX || offset_minutes < -OFFSET_MAX)
		offset_minutes = 0;
	shifted = (time_t)(seconds + (int64_t)offset_minutes * 60);
	gmtime_r(&shifted, &at); /* the year of an int64_t of microseconds always fits */
	if (offset_minutes != 0)
		snprintf(zone, sizeof zone, "%c%02u:%02u", offset_minutes < 0 ? '-' : '+',
			(unsigned)abs(offset_minutes) / 60 % 24, (unsigned)abs(offset_minutes) % 60);
	snprintf(whole, sizeof whole, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%s", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday,
		at.tm_hour, at.tm_min, at.tm_sec, (int)(micros / 1000), zone);
	memcpy(text, whole, CLOCK_TEXT);
	text[CLOCK_TEXT - 1] = '\0';
}

/* Exactly digits decimal digits at *at, within least and most; *at moves behind them. */
static bool take_number(const char **at, int digits, int least, int most, int *ret_number)
{
	int number = 0;

	for (int i = 0; i < digits; i++) {
		char c = (*at)[i];

		if (c < '0' || c > '9')
			return false;
		number = number * 10 + (c - '0');
	}
	if (number < least || number > most)
		return false;
	*at += digits;
	*ret_number = number;
	return true;
}

static bool take_char(const char **at, const char *either)
{
	if (**at == '\0' || (**at != either[0] && **at != either[1]))
		return false;
	(*at)++;
	return true;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool take_date(const char **at, struct tm *date)
{
	int year, month;

	if (!take_number(at, 4, 0, 9999, &year) || !take_char(at, "--") || !take_number(at, 2, 1, 12, &month) ||
		!take_char(at, "--") || !take_number(at, 2, 1, days_in_month(year, month), &date->tm_mday))
		return false;
	date->tm_year = year - 1900;
	date->tm_mon = month - 1;
	return true;
}

/* RFC 3339 writes a leap second as :60; whether there is one at that moment is looked at when the offset is known. */
static bool take_time(const char **at, struct tm *time)
{
	return take_number(at, 2, 0, 23, &time->tm_hour) && take_char(at, "::") && take_number(at, 2, 0, 59, &time->tm_min) &&
		take_char(at, "::") && take_number(at, 2, 0, 60, &time->tm_sec);
}

/* ".5" to ".123456"; nothing at all is zero. */
static bool take_fraction(const char **at, int64_t *ret_us)
{
	int64_t us = 0;
	int64_t unit = SECOND_US;

	if (take_char(at, "..")) {
		for (; **at >= '0' && **at <= '9'; (*at)++) {
			unit /= 10;
			if (unit == 0)
				return false;
			us += (**at - '0') * unit;
		}
		if (unit == SECOND_US)
			return false;
	}
	*ret_us = us;
	return true;
}

static bool take_offset(const char **at, int *ret_seconds)
{
	bool west = **at == '-';
	int hours, minutes;

	if (take_char(at, "Zz")) {
		*ret_seconds = 0;
		return true;
	}
	if (!take_char(at, "+-") || !take_number(at, 2, 0, 23, &hours) || !take_char(at, "::") ||
		!take_number(at, 2, 0, 59, &minutes))
		return false;
	*ret_seconds = (hours * 60 + minutes) * (west ? -60 : 60);
	return true;
}

enum err clock_parse(const char *text, int64_t *ret_us)
{
	struct tm at = { 0 };
	int64_t micros, seconds;
	int offset;

	if (!take_date(&text, &at) || !take_char(&text, "Tt") || !take_time(&text, &at) || !take_fraction(&text, &micros) ||
		!take_offset(&text, &offset) || *text != '\0')
		return ERR_FORMAT;
	seconds = (int64_t)timegm(&(struct tm){ .tm_year = at.tm_year, .tm_mon = at.tm_mon, .tm_mday = at.tm_mday,
			  .tm_hour = at.tm_hour, .tm_min = at.tm_min, .tm_sec = at.tm_sec }) - offset;
	/* A leap second ends a day of UTC; it counts as the first second of the next, as POSIX has it. */
	if (at.tm_sec == 60 && seconds % DAY_S != 0)
		return ERR_FORMAT;
	*ret_us = seconds * SECOND_US + micros;
	return ERR_OK;
}
