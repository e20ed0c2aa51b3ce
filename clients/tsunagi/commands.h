/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/commands.h - the table of all subcommands. */
#pragma once
#include "tsunagi/command.h"

/* Options that every command takes. */
extern const struct option_row commands_common_options[];

/* The rows of each side, ended by a row without name. */
extern const struct command commands_of_operators[];
extern const struct command commands_of_developers[];
extern const struct command commands_of_agencies[];
extern const struct command commands_of_cases[];
extern const struct command commands_of_records[]; /* of both sides */
extern const struct command commands_of_requests[]; /* of agencies too */
extern const struct command commands_of_conferences[]; /* likewise */

/* The row number index over all of them, operators first; NULL past the end. */
const struct command *command_at(size_t index);

/* Finds the command that words begin with; ret_words is how many name it.  NULL: there is none. */
const struct command *command_find(char *const *words, size_t count, size_t *ret_words);

/* True when word is the first of a command with several, such as "queue". */
bool command_is_group(const char *word);
