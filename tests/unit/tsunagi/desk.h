/* SPDX-License-Identifier: Apache-2.0 */
/* desk.h - agencies' commands, tried with real bundles against the library's stage (libtsunagi/stage.h); for tests of this room.
 *
 *	struct desk desk = desk_begin();
 *	said = desk_run(&desk, false, "send %s --as %s", path, desk.link->path);
 *	check_int(desk.outcome, OUTCOME_DONE); */
#pragma once
#include "../libtsunagi/stage.h"
#include "said.h"
#include "tsunagi/outcome.h"

struct desk {
	struct stage *stage;
	struct stage_agency *link, *desk;
	enum outcome outcome; /* of the last command */
};

/* A site with agencies link and desk; its broker runs. */
struct desk desk_begin(void);
void desk_end(struct desk *desk);

/* Runs a command (its words split at spaces; printf's format) and gives what it said. */
const struct said *desk_run(struct desk *desk, bool json, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same with these bytes on its standard input, which then ends; or stays open while the command runs. */
const struct said *desk_run_fed(struct desk *desk, bool json, const char *input, const char *format, ...) __attribute__((format(printf, 4, 5)));
const struct said *desk_run_held(struct desk *desk, bool json, const char *input, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Writes a message from link to desk as a file; other is put behind its fields, such as ",\"key\":\"k\"".  Borrowed until the next call. */
const char *desk_message(const char *other);

/* Sends one from link to desk and gives its id; the test ends when it cannot. */
void desk_send(struct desk *desk, char message_id[37]);

/* The text under a name of a JSON line that was said; NULL when it is no JSON or has none.  Borrowed until the next call. */
const char *desk_field(const char *line, const char *name);

/* The same of its "error". */
const char *desk_error(const char *line, const char *name);
