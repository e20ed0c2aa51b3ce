/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

static void test_names(void)
{
	for (unsigned a = 0; a < TABLE_COUNT; a++) {
		require(table_name((enum table)a) != NULL);
		check(strlen(table_name((enum table)a)) > 0);
		for (unsigned b = 0; b < a; b++)
			check(strcmp(table_name((enum table)a), table_name((enum table)b)) != 0);
	}
	check_text(table_name(TABLE_ENTRIES), "entries");
	check_text(table_name(TABLE_TIMERS), "timers");
}

static void test_kinds(void)
{
	check_int(table_kind(TABLE_ENTRIES), TABLE_PRIMARY);
	check_int(table_kind(TABLE_CHECKPOINTS), TABLE_PRIMARY);
	check_int(table_kind(TABLE_PARTS), TABLE_PRIMARY);
	check_int(table_kind(TABLE_BLOBS), TABLE_PRIMARY);
	check_int(table_kind(TABLE_META), TABLE_PRIMARY);
	check_int(table_kind(TABLE_TREE), TABLE_DERIVED);
	check_int(table_kind(TABLE_QUEUE), TABLE_DERIVED);
	check_int(table_kind(TABLE_BLOB_INDEX), TABLE_DERIVED);
}

UNIT_SUITE("store/tables",
	{ "every table has a name of its own", test_names },
	{ "primary are those that nothing else gives", test_kinds });
