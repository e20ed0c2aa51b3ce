/* SPDX-License-Identifier: Apache-2.0 */
#include "config/amount.h"

#include <string.h>

#define SECOND 1000000u /* microseconds */

struct unit {
	const char *name;
	uint64_t factor;
};

/* Each list from small to large; the first one is also what no unit means. */
static const struct unit count_units[] = { { "", 1 } };
static const struct unit size_units[] = {
	{ "B", 1 }, { "KiB", KIB(1) }, { "MiB", MIB(1) }, { "GiB", GIB(1) }, { "TiB", GIB(1024) },
};
static const struct unit duration_units[] = {
	{ "s", SECOND }, { "min", 60ull * SECOND }, { "h", 3600ull * SECOND }, { "d", 86400ull * SECOND },
};

static const struct unit *units_of(enum option_kind kind, size_t *ret_count)
{
	switch (kind) {
	case OPTION_SIZE:
		*ret_count = sizeof size_units / sizeof *size_units;
		return size_units;
	case OPTION_DURATION:
		*ret_count = sizeof duration_units / sizeof *duration_units;
		return duration_units;
	case OPTION_COUNT:
		break;
	}
	*ret_count = 1;
	return count_units;
}

static const struct unit *unit_named(enum option_kind kind, const char *name)
{
	size_t count;
	const struct unit *units = units_of(kind, &count);

	if (*name == '\0')
		return &units[0];
	if (kind == OPTION_COUNT)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

enum err amount_parse(enum option_kind kind, const char *text, uint64_t *ret_amount)
{
	const struct unit *unit;
	uint64_t number = 0;
	uint64_t amount;

	if (*text < '0' || *text > '9')
		return ERR_FORMAT;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(number, 10u, &number) || __builtin_add_overflow(number, (unsigned)(*text - '0'), &number))
			return ERR_RANGE;
	if (text[0] == ' ' && text[1] != '\0')
		text++;
	unit = unit_named(kind, text);
	if (unit == NULL)
		return ERR_FORMAT;
	if (__builtin_mul_overflow(number, unit->factor, &amount) || amount > INT64_MAX)
		return ERR_RANGE;
	*ret_amount = amount;
	return ERR_OK;
}

void amount_format(enum option_kind kind, uint64_t amount, struct buf *out)
{
	size_t count;
	const struct unit *units = units_of(kind, &count);
	size_t best = 0;

	for (size_t i = 1; i < count && amount > 0; i++)
		if (amount % units[i].factor == 0)
			best = i;
	buf_printf(out, "%llu", (unsigned long long)(amount / units[best].factor));
	if (*units[best].name != '\0')
		buf_printf(out, " %s", units[best].name);
}

uint64_t amount_of_row(enum option_kind kind, uint64_t row_value)
{
	return kind == OPTION_DURATION ? row_value * SECOND : row_value;
}
