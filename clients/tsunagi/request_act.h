/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/request_act.h - what all acts on a request have in common: the action from the options, the receipt as it is told. */
#pragma once
#include "tsunagi/command.h"

/* word: the action's, such as "accept"; the call's operand is the request. */
enum outcome request_act(const struct call *call, const char *word);
