/* SPDX-License-Identifier: Apache-2.0 */
#include "config/option_row.h"

#include "config/amount.h"

const struct option_row option_rows[] = {
#define X(name, kind, least, most, standard, when, text) \
	{ #name, kind, least, most, standard, when, text, offsetof(struct config, name) },
	OPTION_LIST(X)
#undef X
};
const size_t option_rows_count = sizeof option_rows / sizeof *option_rows;

const struct option_row *option_named(struct bytes name)
{
	for (size_t i = 0; i < option_rows_count; i++)
		if (bytes_equal(name, bytes_of_text(option_rows[i].name)))
			return &option_rows[i];
	return NULL;
}

void option_bounds(const struct option_row *row, struct buf *out)
{
	static const char *const what[] = {
		[OPTION_COUNT] = "a whole number from ", [OPTION_SIZE] = "a size from ", [OPTION_DURATION] = "a time from ",
	};

	buf_put_text(out, what[row->kind]);
	amount_format(row->kind, amount_of_row(row->kind, row->least), out);
	buf_put_text(out, " to ");
	amount_format(row->kind, amount_of_row(row->kind, row->most), out);
}

bool config_differs(const struct config *a, const struct config *b)
{
	if (strcmp(a->site, b->site) != 0 || strcmp(a->local_government_code, b->local_government_code) != 0 ||
	    a->endpoint_count != b->endpoint_count || a->log_level != b->log_level)
		return true;
	for (size_t i = 0; i < a->endpoint_count; i++)
		if (strcmp(a->endpoints[i], b->endpoints[i]) != 0)
			return true;
	for (size_t i = 0; i < option_rows_count; i++)
		if (*option_value(a, &option_rows[i]) != *option_value(b, &option_rows[i]))
			return true;
	return false;
}
