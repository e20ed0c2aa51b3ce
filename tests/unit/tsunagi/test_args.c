/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tsunagi/args.h"
#include "unit.h"

static const struct option_row rows[] = {
	{ "home", "DIR", { "", "" } }, { "json", NULL, { "", "" } }, { "wait", "S", { "", "" } },
	{ "to", "A", { "", "" } },     { "help", NULL, { "", "" } }, { "max", "N", { "", "" } },
	{ "warn", NULL, { "", "" } },  { NULL },
};

static struct args_fault fault;

/* words are split at spaces; the text must stay while args is used. */
static enum err parse(char *words, struct args *args, bool before)
{
	static char *argv[32];
	int argc = 0;

	for (char *word = strtok(words, " "); word != NULL && argc < 31; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	memset(args, 0, sizeof *args);
	args_allow(args, rows);
	return before ? args_parse_before(args, argc, argv, &fault) : args_parse(args, argc, argv, &fault);
}

static void test_anywhere(void)
{
	char words[] = "send one.json --json --to a two.json --to=b --home /srv";
	struct args args;

	require_ok(parse(words, &args, false));
	check(args_has(&args, "json"));
	check(!args_has(&args, "wait"));
	check_text(args_text(&args, "home"), "/srv");
	check_text(args_nth(&args, "to", 0), "a");
	check_text(args_nth(&args, "to", 1), "b");
	check_text(args_nth(&args, "to", 2), NULL);
	check_text(args_text(&args, "to"), "b");
	require(args.operand_count == 2);
	check_text(args.operands[0], "one.json");
	check_text(args.operands[1], "two.json");
}

static void test_before(void)
{
	char words[] = "tsunagi --home /srv status --wait 3";
	struct args args;

	require_ok(parse(words, &args, true));
	check_text(args_text(&args, "home"), "/srv");
	check(!args_has(&args, "wait"));
	require(args.operand_count == 3);
	check_text(args.operands[0], "status");
}

static void test_end_of_options(void)
{
	char words[] = "dev --to a -- sh -c --nope";
	struct args args;

	require_ok(parse(words, &args, false));
	require(args.operand_count == 3);
	check_text(args.operands[0], "sh");
	check_text(args.operands[2], "--nope");
}

static void test_short_forms(void)
{
	char unique[] = "x --hom /srv -h -";
	char twofold[] = "x --wa 3";
	struct args args;

	require_ok(parse(unique, &args, false));
	check_text(args_text(&args, "home"), "/srv");
	check(args_has(&args, "help"));
	require(args.operand_count == 1);
	check_text(args.operands[0], "-");
	check_err(parse(twofold, &args, false), ERR_USAGE);
}

static void test_faults(void)
{
	static const struct {
		const char *words;
		const char *text;
	} wrong[] = {
		{ "x --nope", "no option --nope" }, { "x -q", "no option -q" },		  { "x --home", "--home needs a value" },
		{ "x --json=yes", "--json=yes takes no value" }, { "x --to a -z", "no option -z" },
	};
	struct args args;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char words[64];

		unit_context("%s", wrong[i].words);
		strcpy(words, wrong[i].words);
		check_err(parse(words, &args, false), ERR_USAGE);
		check_text(fault.text, wrong[i].text);
	}
}

static void test_later_list_wins(void)
{
	static const struct option_row own[] = { { "to", NULL, { "", "" } }, { NULL } };
	char words[] = "x --to a";
	char *argv[] = { words, words + 2, words + 7, NULL };
	struct args args = { .row_count = 0 };

	words[1] = words[6] = '\0';
	args_allow(&args, rows);
	args_allow(&args, own);
	require_ok(args_parse(&args, 3, argv, &fault));
	check(args_has(&args, "to"));
	check_text(args_text(&args, "to"), NULL);
	check_uint(args.operand_count, 1);
}

static void test_counts(void)
{
	static const struct {
		const char *words;
		enum err err;
		uint64_t value;
	} rows_[] = {
		{ "x", ERR_OK, 7 },		  { "x --max 1", ERR_OK, 1 },	    { "x --max 100", ERR_OK, 100 },
		{ "x --max 0", ERR_USAGE, 0 },	  { "x --max 101", ERR_USAGE, 0 }, { "x --max -1", ERR_USAGE, 0 },
		{ "x --max 1.5", ERR_USAGE, 0 }, { "x --max 1k", ERR_USAGE, 0 },  { "x --max 99999999999999999999", ERR_USAGE, 0 },
	};
	struct args args;

	for (size_t i = 0; i < sizeof rows_ / sizeof *rows_; i++) {
		char words[64];
		uint64_t value = 12345;

		unit_context("%s", rows_[i].words);
		strcpy(words, rows_[i].words);
		require_ok(parse(words, &args, false));
		check_err(args_count(&args, "max", 1, 100, 7, &value, &fault), rows_[i].err);
		check_uint(value, rows_[i].err == ERR_OK ? rows_[i].value : 12345);
	}
}

static void test_durations(void)
{
	static const struct {
		const char *words;
		enum err err;
		int64_t us;
	} rows_[] = {
		{ "x", ERR_OK, -1 },
		{ "x --wait 2", ERR_OK, 2000000 },
		{ "x --wait 0.5", ERR_OK, 500000 },
		{ "x --wait 0", ERR_OK, 0 },
		{ "x --wait 2min", ERR_OK, 120000000 },
		{ "x --wait 7d", ERR_OK, 604800000000 },
		{ "x --wait 12h", ERR_OK, 43200000000 },
		{ "x --wait 1.2.3", ERR_USAGE, 0 },
		{ "x --wait -3", ERR_USAGE, 0 },
		{ "x --wait soon", ERR_USAGE, 0 },
		{ "x --wait 4000d", ERR_USAGE, 0 },
		{ "x --wait 99999999999999999999", ERR_USAGE, 0 },
		{ "x --wait .", ERR_USAGE, 0 },
		{ "x --wait nan", ERR_USAGE, 0 },
	};
	struct args args;

	for (size_t i = 0; i < sizeof rows_ / sizeof *rows_; i++) {
		char words[64];
		int64_t us = -12345;

		unit_context("%s", rows_[i].words);
		strcpy(words, rows_[i].words);
		require_ok(parse(words, &args, false));
		check_err(args_duration(&args, "wait", -1, &us, &fault), rows_[i].err);
		if (rows_[i].err == ERR_OK)
			check_int(us, rows_[i].us);
	}
}

static void test_too_many(void)
{
	char *argv[ARGS_GIVEN + 3];
	char word[] = "--json";
	struct args args = { .row_count = 0 };

	argv[0] = word;
	for (size_t i = 1; i < ARGS_GIVEN + 2; i++)
		argv[i] = word;
	argv[ARGS_GIVEN + 2] = NULL;
	args_allow(&args, rows);
	check_err(args_parse(&args, ARGS_GIVEN + 1, argv, &fault), ERR_OK);
	args.given_count = 0;
	check_err(args_parse(&args, ARGS_GIVEN + 2, argv, &fault), ERR_USAGE);
}

UNIT_SUITE("tsunagi/args",
	{ "options stand before and after operands", test_anywhere },
	{ "only what stands before the first operand", test_before },
	{ "two hyphens end the options", test_end_of_options },
	{ "names may be cut where they stay unique", test_short_forms },
	{ "what is wrong is named", test_faults },
	{ "a command's own option replaces a common one", test_later_list_wins },
	{ "whole numbers within bounds", test_counts },
	{ "times with and without units", test_durations },
	{ "too many options are refused", test_too_many });
