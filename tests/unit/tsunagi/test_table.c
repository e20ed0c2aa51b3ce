/* SPDX-License-Identifier: Apache-2.0 */
#include "said.h"
#include "tsunagi/table.h"
#include "unit.h"

static void mixed(void)
{
	const char *titles[] = { "NAME", ">COUNT", "NOTE" };
	struct table *table = table_new(titles, 3);

	table_cell(table, "花見川");
	table_cell_format(table, "%d", 7);
	table_cell(table, "x\n\x1b[31my");
	table_cell(table, "link");
	table_cell(table, "1234567");
	table_cell(table, "");
	table_print(table);
	table_free(table);
}

static void empty(void)
{
	const char *titles[] = { "NAME" };
	struct table *table = table_new(titles, 1);

	table_print(table);
	table_free(table);
	table_free(NULL);
}

static void twice(void)
{
	const char *titles[] = { "A", "B" };
	struct table *table = table_new(titles, 2);

	table_cell(table, "1");
	table_cell(table, "2");
	table_print(table);
	table_cell(table, "3");
	table_cell(table, "4");
	table_print(table);
	table_free(table);
}

static void test_aligned(void)
{
	check_text(said_by(false, mixed)->out, "NAME      COUNT  NOTE\n"
				"花見川        7  x  [31my\n"
				"link    1234567\n");
}

static void test_no_rows(void)
{
	check_text(said_by(false, empty)->out, "");
}

static void test_again(void)
{
	check_text(said_by(false, twice)->out, "A  B\n1  2\nA  B\n3  4\n");
}

static void fields(void)
{
	table_field("name", "%s", "花見川");
	table_field("宛先", "%d\n%s", 7, "\x1b[2J");
	table_field("a name that is longer than its column", "%s", "x");
}

static void test_fields(void)
{
	check_text(said_by(false, fields)->out, "  name                  花見川\n"
				 "  宛先                  7  [2J\n"
				 "  a name that is longer than its column x\n");
}

UNIT_SUITE("tsunagi/table",
	{ "columns line up, with Japanese in them too", test_aligned },
	{ "no rows, no table", test_no_rows },
	{ "a table is used again", test_again },
	{ "fields stand in one column", test_fields });
