/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/form_date.h"

#include <stdio.h>
#include <string.h>

/* First days, by the decrees; a day on which an era began shows as the new one's. */
static const struct {
	const char *name;
	const char *from;
	int year;
} eras[] = {
	{ "令和", "2019-05-01", 2019 }, { "平成", "1989-01-08", 1989 }, { "昭和", "1926-12-25", 1926 },
	{ "大正", "1912-07-30", 1912 }, { "明治", "1873-01-01", 1868 },
};

void form_date(const char *day, char to[FORM_DATE])
{
	int year, month, date, end = 0;
	char of_era[16] = "元";

	if (strlen(day) != 10 || sscanf(day, "%4d-%2d-%2d%n", &year, &month, &date, &end) != 3 || end != 10) {
		snprintf(to, FORM_DATE, "%s", day);
		return;
	}
	for (size_t i = 0; i < sizeof eras / sizeof *eras; i++) {
		if (strcmp(day, eras[i].from) < 0)
			continue;
		if (year > eras[i].year)
			snprintf(of_era, sizeof of_era, "%d", year - eras[i].year + 1);
		snprintf(to, FORM_DATE, "%s%s年%d月%d日(%d年)", eras[i].name, of_era, month, date, year);
		return;
	}
	snprintf(to, FORM_DATE, "%d年%d月%d日", year, month, date);
}
