/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/reply_slip.h - 返信票: what comes back on paper, with the request's number and no name of a person. */
#pragma once
#include <jansson.h>

#include "base/buf.h"

/* Appends the slip: number and short code with its check character, and the answers to tick, which are the actions and reasons that the
 * broker knows. */
void reply_slip_put(const json_t *request, struct buf *out);
