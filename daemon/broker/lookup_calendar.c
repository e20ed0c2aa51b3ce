/* SPDX-License-Identifier: Apache-2.0 */
/* broker/lookup_calendar.c - the holidays as the snapshot tells them; see lookup.h for the contract. */
#include "broker/lookup.h"
#include "broker/rows.h"
#include "contract/civil_time.h"
#include "rules/holidays.h"

enum err holiday_dates(struct txn *txn, struct arena *arena, char ***ret_dates, size_t *ret_count)
{
	struct holidays *holidays = NULL;
	struct holiday_list list;
	struct bytes file;
	char (*texts)[CIVIL_DATE];
	char **dates;
	enum err err = holiday_file_get(txn, &file);

	if (err == ERR_OK)
		err = holidays_parse(file, NULL, NULL, &holidays);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err == ERR_FORMAT || err == ERR_TOO_LARGE ? ERR_CORRUPT : err;
	list = holidays_list(holidays);
	dates = arena_calloc(arena, list.count + 1, sizeof(*dates));
	texts = arena_calloc(arena, list.count + 1, sizeof(*texts));
	err = dates != NULL && texts != NULL ? ERR_OK : ERR_NOMEM;
	for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
		civil_day_format(list.days[i], texts[i]);
		dates[i] = texts[i];
	}
	holidays_free(holidays);
	if (err != ERR_OK)
		return err;
	*ret_dates = dates;
	*ret_count = list.count;
	return ERR_OK;
}
