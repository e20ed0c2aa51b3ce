/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/forwarding.h - a request that was received, sent on by this agency as a request of its own: so a proxy hands a person on to the
 * confidential agency behind it, whose name nobody else may learn.  What it rests on is held against the new recipient as always. */
#pragma once
#include <jansson.h>

#include "tsunagi/command.h"

/* Whether this is a delivery as `receive` stores it. */
bool forwarding_is_delivery(const json_t *message);

/* Makes the new message of it, without recipients; path: where it was read from: its attachments stand beside it.  *message is replaced on
 * OUTCOME_DONE.  Every problem is told. */
enum outcome forwarding_make(const char *path, json_t **message);
