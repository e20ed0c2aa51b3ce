/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tsunagi/commands.h"
#include "unit.h"

static bool has_japanese(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0xe3)
			return true;
	return false;
}

static void check_options(const struct option_row *rows)
{
	size_t count = 0;

	for (; rows != NULL && rows->name != NULL; rows++, count++) {
		check(rows->text[0] != NULL && *rows->text[0] != '\0');
		check(rows->text[1] != NULL && has_japanese(rows->text[1]));
	}
	check(count < ARGS_OPTIONS - 8); /* the common ones come to them */
}

static void test_rows_are_whole(void)
{
	const struct command *row;

	for (size_t i = 0; (row = command_at(i)) != NULL; i++) {
		unit_context("%s", row->name);
		check(row->run != NULL);
		check(row->least <= row->most);
		check(*row->summary[0] != '\0' && has_japanese(row->summary[1]));
		check((row->detail[0] == NULL) == (row->detail[1] == NULL));
		check(row->detail[1] == NULL || has_japanese(row->detail[1]));
		check(strstr(row->example, "tsunagi ") != NULL && strstr(row->example, row->name) != NULL);
		check_options(row->options);
	}
	check_options(commands_common_options);
}

/* What the interface promises; a name that goes is a promise broken. */
static void test_promised(void)
{
	static const char *const promised[] = {
		"init", "directory check", "directory load", "directory diff", "directory show", "agency add", "agency hand-over", "agency list", "agency show",
		"agency rotate", "agency revoke", "status", "queue", "queue show", "queue freeze", "queue thaw", "queue requeue", "queue expire",
		"trace", "ledger verify", "ledger checkpoint", "ledger prove", "ledger site key", "site key", "enrol", "ping", "template", "schema",
		"codes", "check", "conference ics", "send", "inbox", "receive", "refuse", "outbox list", "outbox flush", "outbox discard", "receipt", "verify", "dev",
		"version",
	};

	for (size_t i = 0; i < sizeof promised / sizeof *promised; i++) {
		const struct command *row;
		bool found = false;

		for (size_t at = 0; (row = command_at(at)) != NULL; at++)
			found = found || strcmp(row->name, promised[i]) == 0;
		unit_context("%s", promised[i]);
		check(found);
	}
}

static void test_names_are_unique(void)
{
	const struct command *one;
	const struct command *other;

	for (size_t i = 0; (one = command_at(i)) != NULL; i++)
		for (size_t j = 0; j < i && (other = command_at(j)) != NULL; j++)
			check(strcmp(one->name, other->name) != 0);
}

static void test_find(void)
{
	char *status[] = { (char[]){ "status" } };
	char *queue[] = { (char[]){ "queue" }, (char[]){ "link" } };
	char *show[] = { (char[]){ "queue" }, (char[]){ "show" }, (char[]){ "x" } };
	char *key[] = { (char[]){ "ledger" }, (char[]){ "site" }, (char[]){ "key" } };
	char *none[] = { (char[]){ "ledger" }, (char[]){ "site" } };
	size_t words = 9;

	check_text(command_find(status, 1, &words)->name, "status");
	check_uint(words, 1);
	check_text(command_find(queue, 2, &words)->name, "queue");
	check_uint(words, 1);
	check_text(command_find(show, 3, &words)->name, "queue show");
	check_uint(words, 2);
	check_text(command_find(key, 3, &words)->name, "ledger site key");
	check_uint(words, 3);
	check(command_find(none, 2, &words) == NULL);
	check(command_find(none, 0, &words) == NULL);
}

static void test_groups(void)
{
	check(command_is_group("queue"));
	check(command_is_group("ledger"));
	check(!command_is_group("send"));
	check(!command_is_group("que"));
	check(!command_is_group(""));
}

UNIT_SUITE("tsunagi/commands",
	{ "every row has its texts in both languages, and an example", test_rows_are_whole },
	{ "every promised name is there", test_promised },
	{ "no name stands twice", test_names_are_unique },
	{ "the longest name wins", test_find },
	{ "groups are told from commands", test_groups });
