/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/desk_results.h - result.csv: what became of each row and file, for people who have no terminal.
 *
 * While somebody has the file open, what is to be said waits in memory; so does what a full disk does not take. */
#pragma once
#include <jansson.h>

#include "tsunagi/desk_folder.h"

struct desk_results {
	const struct desk_folder *folder;
	json_t *waiting; /* rows of texts that are not written yet */
};

/* False when memory is short. */
bool desk_results_start(struct desk_results *results, const struct desk_folder *folder);
void desk_results_end(struct desk_results *results); /* writes what it can */

/* One line: about what (a file, reply.csv, an arrival), its row (0: none), the number of its message, what was asked, what became of it, and
 * why.  Texts are copied; "" for what there is none of. */
void desk_results_say(struct desk_results *results, const char *about, size_t row, const char *code, const char *asked, const char *became,
		      const char *why);

/* Appends what waits to the file, unless somebody has it open. */
void desk_results_write(struct desk_results *results);
