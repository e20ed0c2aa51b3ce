/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/out.h - what the command says: results to stdout, problems to stderr, or both as JSON on stdout with --json.
 *
 * The streams belong to the process, and so does what stands here about them; one thread. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "tsunagi/outcome.h"

/* Before anything is said: whether --json was given, and what the terminals can do. */
void out_start(bool json);

/* What the results are called that do not say so themselves: the command's name, as "queue show"; borrowed.  "help" at first;
 * "" where an object's names are what is listed, and none may be added. */
void out_type(const char *name);

bool out_json_wanted(void);
bool out_is_terminal(void);   /* stdout */
bool out_errors_on_terminal(void);

/* One line, or what format makes, to stdout; nothing with --json.  Text of others must have gone through display_clean. */
void out_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One JSON value on stdout, indented on a terminal; takes the reference over.  NULL counts as out of memory.  An object without a "type" gets the
 * one of out_type ("queue_show"), unless it is an error alone. */
void out_json(json_t *json);

/* The same always on one line, at once: for streams. */
void out_json_line(json_t *json);

/* A word or two for the person at stderr, which are not the result; said with --json too. */
void out_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Tells why the command does not do what was asked, and gives outcome back.
 *   code    stable, such as "NO_DAEMON"
 *   hint    what to do; NULL or empty: nothing to add */
enum outcome out_problem(enum outcome outcome, const char *code, const char *hint, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same with a finished sentence. */
enum outcome out_problem_text(enum outcome outcome, const char *code, const char *message, const char *hint);

/* What stands under "error" in JSON; NULL: out of memory.  hint: as in out_problem. */
json_t *out_error(const char *code, const char *message, const char *hint);

/* True once something could not be written: a full disk, a closed pipe. */
bool out_is_broken(void);

/* Once, at the end: outcome, or OUTCOME_REFUSED when something could not be written, which is told unless a pipe was closed. */
enum outcome out_finish(enum outcome outcome);

/* Begin and end of emphasis; empty unless stdout is a terminal with colours. */
enum out_style { OUT_PLAIN, OUT_BOLD, OUT_GOOD, OUT_WARN, OUT_BAD, OUT_FAINT };
const char *out_style(enum out_style style);
