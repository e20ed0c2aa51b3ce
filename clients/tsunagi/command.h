/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/command.h - one subcommand: its row in the table, which is also its help, and a call of it. */
#pragma once
#include "tsunagi/args.h"
#include "tsunagi/out.h"

struct call;

struct command {
	const char *name;                 /* its words: "send", "queue show" */
	const char *operands;             /* as usage shows them: "FILE", "[AGENCY]"; empty: none */
	unsigned least, most;             /* operands */
	const struct option_row *options; /* its own; NULL: none */
	enum outcome (*run)(const struct call *call);
	const char *summary[2];           /* English, Japanese; a line */
	const char *detail[2];            /* NULL: the summary says it all */
	const char *example;              /* one or more lines */
};

struct call {
	const struct command *command;
	struct args args;
};

/* How a command was called wrongly: OUTCOME_USAGE, with where to read on. */
enum outcome call_usage(const struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for what an args_ call complained about. */
enum outcome call_fault(const struct call *call, const struct args_fault *fault);

/* Operand number index, or NULL. */
const char *call_operand(const struct call *call, size_t index);

/* The directory that --home names; NULL: $TSUNAGI_HOME or the default, as home_at has it. */
const char *call_home(const struct call *call);

/* The bundle that --as names, else $TSUNAGI_BUNDLE, else NULL. */
const char *call_bundle(const struct call *call);

/* For what both sides may ask: whether this call asks as an agency.  --as says so, or there is a bundle and nothing speaks of a home. */
bool call_as_agency(const struct call *call);
