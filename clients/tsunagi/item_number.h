/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/item_number.h - the number of an action item, as a person types it. */
#pragma once
#include <jansson.h>

#include "tsunagi/command.h"

/* The call's first operand into the action's "item"; told when it is no number. */
enum outcome item_number(const struct call *call, json_t *action);
