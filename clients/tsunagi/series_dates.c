/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/series_dates.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "contract/conference_series.h"
#include "contract/json.h"
#include "tsunagi/json_row.h"

#define ARENA_BYTES (64u * 1024u)

/* Content and id of either, by the names under which it was shown. */
static json_t *stored_series(const char *from, const json_t *shown)
{
	bool announced = json_object_get(shown, "announcement_id") != NULL;
	char *path = NULL;
	json_t *message = NULL, *series = NULL;

	if (asprintf(&path, "%s/%s/message.json", from, json_row_text(shown, announced ? "announcement_id" : "conference_id")) < 0)
		return NULL;
	message = json_load_file(path, 0, NULL);
	series = json_incref(json_object_get(json_object_get(message, announced ? "announcement" : "conference"), "series"));
	json_decref(message);
	free(path);
	return series;
}

static void put_days(const struct conference_series *series, json_t *shown)
{
	int32_t day = civil_time_of(clock_wall_us(), JSON_OFFSET_MINUTES).day - 1;
	json_t *days = json_array();
	char text[CIVIL_DATE];

	for (size_t i = 0; i < SERIES_DATES && conference_series_next(series, day, &day) == ERR_OK; i++) {
		civil_day_format(day, text);
		json_array_append_new(days, json_string(text));
	}
	json_object_set_new(shown, "next_on", days);
}

void series_dates_put_of(const json_t *series, json_t *shown)
{
	const ProtobufCMessage *message = NULL;
	struct conference_series read;
	const char *field = NULL;
	struct arena arena;

	if (series == NULL)
		return;
	arena_init(&arena, ARENA_BYTES);
	if (json_to_message(series, &pb__series__descriptor, &arena, &message, NULL, NULL) == ERR_OK &&
	    conference_series_read((const Pb__Series *)message, &read, &field) == ERR_OK)
		put_days(&read, shown);
	arena_free(&arena);
}

void series_dates_put(const char *from, json_t *shown)
{
	json_t *stored = stored_series(from, shown);

	series_dates_put_of(stored, shown);
	json_decref(stored);
}
