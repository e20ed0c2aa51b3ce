/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/queue_selection.h - the items that a queue act means: by item number, id or code, from stdin, or by filters. */
#pragma once
#include <jansson.h>

#include "tsunagi/queue_listing.h"

struct selected {
	uint64_t item;
	struct id message;
	char to[128];
	char state[16];
};

struct selection {
	struct selected *items; /* freed with queue_selection_free */
	size_t count;
};

/* Operands are items (digits), ids or codes; "-" reads them from stdin, the first word of each line, or the "item" of a line of JSON.
 * With ids, --to, --state and --older choose among their items; without, they choose among all, and one of them is needed.
 * Told when it fails; OUTCOME_NOT_THERE when an id names nothing. */
enum outcome queue_select(const struct call *call, struct selection *ret_selection);
void queue_selection_free(struct selection *selection);
