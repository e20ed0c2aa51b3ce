/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/help.h - the table of subcommands as a person reads it; results, so on stdout. */
#pragma once
#include "tsunagi/command.h"

/* All subcommands, a line each; group not NULL: those of that group, such as "queue". */
void help_all(const char *group);

void help_command(const struct command *command);
