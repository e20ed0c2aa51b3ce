/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/confirm.h - what cannot be undone: its effect is shown first, and it is done with --yes and --reason TEXT only. */
#pragma once
#include <jansson.h>

#include "tsunagi/command.h"

/* For a command's list of options. */
#define CONFIRM_OPTIONS                                                                                                           \
	{ "yes", NULL, { "do it: without, only the effect is shown", "実行する(なければ結果を示すだけ)" } },                         \
	{                                                                                                                         \
		"reason", "TEXT", { "why; stands in the ledger, so name no person", "理由。台帳に残るので個人名は書かない" }        \
	}

/* True when --yes and a reason were given. */
bool confirm_given(const struct call *call);

/* Says that nothing was done and what is missing; OUTCOME_USAGE.  With --dry-run: OUTCOME_DONE and nothing said. */
enum outcome confirm_missing(const struct call *call);

/* The same where the effect can be told in JSON: with --json it is one object with the problem, and says that it is not "done".  Takes effect over;
 * NULL counts as out of memory. */
enum outcome confirm_missing_of(const struct call *call, json_t *effect);
