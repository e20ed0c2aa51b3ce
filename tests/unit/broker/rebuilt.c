/* SPDX-License-Identifier: Apache-2.0 */
#include "rebuilt.h"

#include "unit.h"

void rebuilt_check(struct site *site)
{
	struct digest before[TABLE_COUNT];
	uint64_t rows[TABLE_COUNT];

	for (enum table table = 0; table < TABLE_COUNT; table++)
		before[table] = site_table_digest(site, table, &rows[table]);
	broker_close(site->broker);
	site->broker = NULL;
	require_ok(broker_rebuild(&site->options, site->store, NULL, NULL));
	require_ok(broker_open(&site->options, site->store, &site->broker));
	for (enum table table = 0; table < TABLE_COUNT; table++) {
		uint64_t rows_after;
		struct digest after = site_table_digest(site, table, &rows_after);

		unit_context("table %s", table_name(table));
		check_uint(rows_after, rows[table]);
		check(digest_equal(&after, &before[table]));
	}
	unit_context(" ");
}
