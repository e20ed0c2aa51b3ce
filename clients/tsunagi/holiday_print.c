/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/holiday_print.h"

#include "contract/civil_time.h"
#include "tsunagi/display.h"
#include "tsunagi/out.h"
#include "tsunagi/words.h"

#define NAME 128

void holiday_print_years(const struct holidays *holidays)
{
	char alarm[CIVIL_DATE];

	civil_day_format(holidays_alarm_day(holidays), alarm);
	out_text(words("%d to %d: %zu holidays\n", "%d年から%d年まで:祝日・休日 %zu 日\n"), (int)holidays->first_year, (int)holidays->last_year,
		 holidays->list.count);
	out_text(words("The file for %d is due by %s: from then on `status` warns.\n", "%d年分のファイルは %s までに読み込んでください(以後 status が警告します)。\n"),
		 (int)holidays->last_year + 1, alarm);
}

void holiday_print_days(const struct holidays *holidays)
{
	char date[CIVIL_DATE];
	char name[NAME];

	for (size_t i = 0; i < holidays->list.count; i++) {
		civil_day_format(holidays->list.days[i], date);
		display_clean(holidays->names[i], name, sizeof name);
		out_text("%s %s\n", date, name);
	}
}

json_t *holiday_json(const struct holidays *holidays, bool days)
{
	json_t *list = days ? json_array() : NULL;
	char date[CIVIL_DATE];

	for (size_t i = 0; list != NULL && i < holidays->list.count; i++) {
		civil_day_format(holidays->list.days[i], date);
		json_array_append_new(list, json_pack("{s:s,s:s}", "date", date, "name", holidays->names[i]));
	}
	civil_day_format(holidays_alarm_day(holidays), date);
	return json_pack("{s:I,s:i,s:i,s:s,s:o*}", "days", (json_int_t)holidays->list.count, "first_year", (int)holidays->first_year, "last_year",
			 (int)holidays->last_year, "warns_on", date, "holidays", list);
}
