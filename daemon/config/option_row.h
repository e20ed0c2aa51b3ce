/* SPDX-License-Identifier: Apache-2.0 */
/* config/option_row.h - the rows of config/options.h as data.  For this room only. */
#pragma once
#include "base/buf.h"
#include "config/options.h"

struct option_row {
	const char *name;
	enum option_kind kind;
	uint64_t least, most, standard; /* as written in the list: durations in seconds */
	enum option_when when;
	const char *text;
	size_t offset; /* of its uint64_t in struct config */
};

extern const struct option_row option_rows[];
extern const size_t option_rows_count;

/* NULL when there is none. */
const struct option_row *option_named(struct bytes name);

static inline uint64_t *option_field(struct config *config, const struct option_row *row)
{
	return (uint64_t *)(void *)((char *)config + row->offset);
}

static inline const uint64_t *option_value(const struct config *config, const struct option_row *row)
{
	return (const uint64_t *)(const void *)((const char *)config + row->offset);
}

/* Appends its bounds for a person: "a size of 1 MiB to 16 GiB". */
void option_bounds(const struct option_row *row, struct buf *out);

/* True when any option has another value. */
bool config_differs(const struct config *a, const struct config *b);
