/* SPDX-License-Identifier: Apache-2.0 */
/* desks.h - desks whose hours the tests of this room reckon with, and instants as a person writes them. */
#pragma once
#include "rules/calendar.h"

#define TOKYO 540 /* minutes */
#define INSTANT_TEXT 40

enum desk {
	WEEKDAYS,   /* the usual hours: Monday to Friday 9-17 */
	SATURDAY,   /* Monday to Friday 10-18, Saturday 10-17 */
	TUESDAY,    /* Tuesday to Saturday 9-17 */
	LUNCH,      /* Monday to Friday 9-12 and 13-17 */
	NIGHT,      /* Monday to Friday from 18 over midnight to 6 */
	NURSES,     /* Monday to Saturday 8:30-17:30, on holidays and at the year's end too */
	ALWAYS,     /* 24/365 */
	SHUT,       /* opens never */
	DESKS
};

const struct opening_hours *desk_hours(enum desk desk);

/* The desk in Tokyo under the sample's holidays of 2026 and 2027. */
struct calendar desk_calendar(enum desk desk);

/* deploy/chiba/holidays.csv; lives as long as the program. */
const struct holidays *sample_holidays(void);

/* "2026-05-01 10:30", seconds optional, Tokyo time. */
int64_t at(const char *text);

/* The same back; seconds are shown when there are any, and then to the microsecond. */
const char *said(int64_t at_us, char text[INSTANT_TEXT]);

/* "2026-05-01". */
int32_t day(const char *text);
