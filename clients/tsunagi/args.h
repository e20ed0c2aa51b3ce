/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/args.h - the words of a command line, sorted into options and operands.
 *
 * Options may stand before or after operands, long names may be cut where they stay unique, and "--" ends them.  A command asks for
 * what was given by the option's long name. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define ARGS_GIVEN 256    /* options in one command line */
#define ARGS_OPTIONS 32   /* that one command knows, those that every command knows included */

struct option_row {
	const char *name;     /* long name without "--"; NULL ends a list */
	const char *value;    /* what stands after it, such as "FILE"; NULL: a switch */
	const char *text[2];  /* English, Japanese */
};

struct option_given {
	const struct option_row *row;
	const char *value;    /* NULL for a switch */
};

struct args {
	const struct option_row *rows[ARGS_OPTIONS];
	size_t row_count;
	struct option_given given[ARGS_GIVEN];
	size_t given_count;
	char **operands;      /* borrowed from argv */
	size_t operand_count;
};

/* What was wrong, in the reader's language. */
struct args_fault {
	char text[300];
};

/* Adds a list of options that may be given from now on; a later list wins where names are equal. */
void args_allow(struct args *args, const struct option_row *rows);

/* Takes options up to the first operand; operands are then the rest.  argv is borrowed.  ERR_USAGE with the fault. */
enum err args_parse_before(struct args *args, int argc, char **argv, struct args_fault *fault);

/* Takes options wherever they stand, up to "--"; argv is reordered. */
enum err args_parse(struct args *args, int argc, char **argv, struct args_fault *fault);

bool args_has(const struct args *args, const char *name);

/* The last value given, or NULL. */
const char *args_text(const struct args *args, const char *name);

/* The value given as number index from 0, or NULL when there are fewer. */
const char *args_nth(const struct args *args, const char *name, size_t index);

/* A whole number within bounds; standard when the option was not given.  ERR_USAGE with the fault. */
enum err args_count(const struct args *args, const char *name, uint64_t least, uint64_t most, uint64_t standard, uint64_t *ret_count,
		    struct args_fault *fault);

/* Seconds, with a fraction if wanted ("0.5"), or an amount with a unit ("2 min", "7d", "12h"), in microseconds.  At most 10 years. */
enum err args_duration(const struct args *args, const char *name, int64_t standard_us, int64_t *ret_us, struct args_fault *fault);
