/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/send_need.h - send --need: recipients found by a need, and sent to only when a person or --yes says so. */
#pragma once
#include "tsunagi/need.h"

/* What cannot be meant, before anything is read: --need with --to, both files stdin, a count out of bounds.  OUTCOME_USAGE, told. */
enum outcome send_need_check(const struct call *call);

/* With --need: routes it, puts the best agencies (--choices of them, 1 unless given) into the message as its recipients, with the first's
 * rule, shows them, and asks at a terminal.  Without a terminal it needs --yes, which --dry-run does not.  Without --need: nothing.
 *   ret_report  what was found, a new reference; NULL without --need
 * OUTCOME_DONE: send it; OUTCOME_USAGE: nobody agreed. */
enum outcome send_need_apply(const struct call *call, json_t *message, json_t **ret_report);
