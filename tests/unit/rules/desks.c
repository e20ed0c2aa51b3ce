/* SPDX-License-Identifier: Apache-2.0 */
#include "desks.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "contract/civil_time.h"
#include "unit.h"

#define DAYS(...) (sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t)), (uint32_t[]){ __VA_ARGS__ }
#define SPANS_MAX 2

struct stated {
	size_t n_days;
	uint32_t *days;
	char *opens;
	char *closes;
};

static const struct {
	bool always;
	bool open_on_holidays;
	struct stated spans[SPANS_MAX];
} stated[DESKS] = {
	[WEEKDAYS] = { .spans = { { DAYS(1, 2, 3, 4, 5), "09:00", "17:00" } } },
	[SATURDAY] = { .spans = { { DAYS(1, 2, 3, 4, 5), "10:00", "18:00" }, { DAYS(6), "10:00", "17:00" } } },
	[TUESDAY] = { .spans = { { DAYS(2, 3, 4, 5, 6), "09:00", "17:00" } } },
	[LUNCH] = { .spans = { { DAYS(1, 2, 3, 4, 5), "09:00", "12:00" }, { DAYS(1, 2, 3, 4, 5), "13:00", "17:00" } } },
	[NIGHT] = { .spans = { { DAYS(1, 2, 3, 4, 5), "18:00", "24:00" }, { DAYS(2, 3, 4, 5, 6), "00:00", "06:00" } } },
	[NURSES] = { .open_on_holidays = true, .spans = { { DAYS(1, 2, 3, 4, 5, 6), "08:30", "17:30" } } },
	[ALWAYS] = { .always = true },
};

static void compile(enum desk desk, struct opening_hours *hours)
{
	Pb__OpenSpan spans[SPANS_MAX];
	Pb__OpenSpan *pointers[SPANS_MAX];
	Pb__Hours entry = PB__HOURS__INIT;

	entry.always = stated[desk].always;
	entry.open_on_holidays = stated[desk].open_on_holidays;
	entry.spans = pointers;
	for (size_t i = 0; i < SPANS_MAX && stated[desk].spans[i].n_days > 0; i++) {
		pb__open_span__init(&spans[i]);
		spans[i].n_days = stated[desk].spans[i].n_days;
		spans[i].days = stated[desk].spans[i].days;
		spans[i].opens = stated[desk].spans[i].opens;
		spans[i].closes = stated[desk].spans[i].closes;
		pointers[entry.n_spans++] = &spans[i];
	}
	require_ok(opening_hours_compile(&entry, hours));
}

const struct opening_hours *desk_hours(enum desk desk)
{
	static struct opening_hours hours[DESKS];

	if (desk != SHUT && !opening_hours_ever(&hours[desk]))
		compile(desk, &hours[desk]);
	return &hours[desk];
}

const struct holidays *sample_holidays(void)
{
	static struct holidays *holidays;

	if (holidays == NULL) {
		struct buf file;

		buf_init(&file, HOLIDAYS_FILE_MAX);
		require_ok(file_read(HOLIDAYS_FILE, &file));
		require_ok(holidays_parse(buf_bytes(&file), NULL, NULL, &holidays));
		buf_free(&file);
	}
	return holidays;
}

struct calendar desk_calendar(enum desk desk)
{
	return (struct calendar){ desk_hours(desk), sample_holidays(), TOKYO };
}

int64_t at(const char *text)
{
	char stamp[INSTANT_TEXT];
	int64_t us = 0;

	snprintf(stamp, sizeof stamp, "%.10sT%s%s+09:00", text, text + 11, strlen(text) == 16 ? ":00" : "");
	unit_context("%s", text);
	require_ok(clock_parse(stamp, &us));
	return us;
}

const char *said(int64_t at_us, char text[INSTANT_TEXT])
{
	struct civil_time time = civil_time_of(at_us, TOKYO);
	char date[CIVIL_DATE];

	civil_day_format(time.day, date);
	if (time.us == 0)
		snprintf(text, INSTANT_TEXT, "%s %02d:%02d", date, time.minute / 60, time.minute % 60);
	else
		snprintf(text, INSTANT_TEXT, "%s %02d:%02d:%09.6f", date, time.minute / 60, time.minute % 60, (double)time.us / 1e6);
	return text;
}

int32_t day(const char *text)
{
	int32_t number = 0;

	require_ok(civil_day_parse(bytes_of_text(text), &number));
	return number;
}
