/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/args.h"

#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/amount.h"
#include "tsunagi/words.h"

#define DURATION_MAX_US (3650 * INT64_C(86400) * 1000000)
#define FIRST_VALUE 256 /* what getopt gives for row 0: beyond every character */

void args_allow(struct args *args, const struct option_row *rows)
{
	for (; rows != NULL && rows->name != NULL; rows++) {
		size_t i = 0;

		while (i < args->row_count && strcmp(args->rows[i]->name, rows->name) != 0)
			i++;
		if (i < ARGS_OPTIONS)
			args->rows[i] = rows;
		if (i == args->row_count && i < ARGS_OPTIONS)
			args->row_count++;
	}
}

__attribute__((format(printf, 2, 3))) static enum err complain(struct args_fault *fault, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(fault->text, sizeof fault->text, format, list);
	va_end(list);
	return ERR_USAGE;
}

static enum err refuse(int answer, char **argv, struct args_fault *fault)
{
	const char *word = argv[optind - 1];
	char letter[3] = { '-', (char)optopt, '\0' };

	if (answer == ':')
		return complain(fault, words("%s needs a value", "%s には値が必要です"), word);
	if (optopt >= FIRST_VALUE)
		return complain(fault, words("%s takes no value", "%s は値を取りません"), word);
	if (optopt != 0)
		word = letter;
	return complain(fault, words("no option %s", "オプション %s はありません"), word);
}

static const struct option_row *row_named(const struct args *args, const char *name)
{
	for (size_t i = 0; i < args->row_count; i++)
		if (strcmp(args->rows[i]->name, name) == 0)
			return args->rows[i];
	return NULL;
}

static enum err parse(struct args *args, const char *order, int argc, char **argv, struct args_fault *fault)
{
	struct option options[ARGS_OPTIONS + 1] = { { NULL, 0, NULL, 0 } };
	int answer;

	for (size_t i = 0; i < args->row_count; i++)
		options[i] = (struct option){ args->rows[i]->name, args->rows[i]->value == NULL ? no_argument : required_argument, NULL,
					      FIRST_VALUE + (int)i };
	optind = 0; /* glibc: begin anew */
	opterr = 0;
	while ((answer = getopt_long(argc, argv, order, options, NULL)) != -1) {
		const struct option_row *row = answer == 'h' ? row_named(args, "help") : NULL;

		if (answer >= FIRST_VALUE)
			row = args->rows[answer - FIRST_VALUE];
		if (row == NULL)
			return refuse(answer, argv, fault);
		if (args->given_count == ARGS_GIVEN)
			return complain(fault, words("too many options, at --%s", "オプションが多すぎます(--%s)"), row->name);
		args->given[args->given_count++] = (struct option_given){ row, row->value == NULL ? NULL : optarg };
	}
	args->operands = argv + optind;
	args->operand_count = (size_t)(argc - optind);
	return ERR_OK;
}

enum err args_parse_before(struct args *args, int argc, char **argv, struct args_fault *fault)
{
	return parse(args, "+:h", argc, argv, fault);
}

enum err args_parse(struct args *args, int argc, char **argv, struct args_fault *fault)
{
	return parse(args, ":h", argc, argv, fault);
}

const char *args_nth(const struct args *args, const char *name, size_t index)
{
	for (size_t i = 0; i < args->given_count; i++)
		if (strcmp(args->given[i].row->name, name) == 0 && index-- == 0)
			return args->given[i].value;
	return NULL;
}

bool args_has(const struct args *args, const char *name)
{
	for (size_t i = 0; i < args->given_count; i++)
		if (strcmp(args->given[i].row->name, name) == 0)
			return true;
	return false;
}

const char *args_text(const struct args *args, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < args->given_count; i++)
		if (strcmp(args->given[i].row->name, name) == 0)
			value = args->given[i].value;
	return value;
}

enum err args_count(const struct args *args, const char *name, uint64_t least, uint64_t most, uint64_t standard, uint64_t *ret_count,
		    struct args_fault *fault)
{
	const char *text = args_text(args, name);
	uint64_t count = 0;

	if (text == NULL) {
		*ret_count = standard;
		return ERR_OK;
	}
	if (amount_parse(OPTION_COUNT, text, &count) != ERR_OK || count < least || count > most) {
		return complain(fault,
				words("--%s %.60s is no whole number from %" PRIu64 " to %" PRIu64,
				      "--%s %.60s は %" PRIu64 " から %" PRIu64 " までの整数ではありません"),
				name, text, least, most);
	}
	*ret_count = count;
	return ERR_OK;
}

/* "0.5" and the like; false for anything else. */
static bool parse_fraction(const char *text, int64_t *ret_us)
{
	char *end;
	double seconds;

	if (strspn(text, "0123456789.") != strlen(text) || *text == '\0')
		return false;
	seconds = strtod(text, &end);
	if (*end != '\0' || !isfinite(seconds) || seconds * 1e6 > (double)DURATION_MAX_US)
		return false;
	*ret_us = (int64_t)(seconds * 1e6);
	return true;
}

enum err args_duration(const struct args *args, const char *name, int64_t standard_us, int64_t *ret_us, struct args_fault *fault)
{
	const char *text = args_text(args, name);
	uint64_t amount;

	if (text == NULL) {
		*ret_us = standard_us;
		return ERR_OK;
	}
	if (parse_fraction(text, ret_us))
		return ERR_OK;
	if (amount_parse(OPTION_DURATION, text, &amount) == ERR_OK && amount <= (uint64_t)DURATION_MAX_US) {
		*ret_us = (int64_t)amount;
		return ERR_OK;
	}
	return complain(fault,
			words("--%s %.60s is no time such as 30, 0.5, 12h or 7d", "--%s %.60s は 30、0.5、12h、7d のような時間ではありません"),
			name, text);
}
