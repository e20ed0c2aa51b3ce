/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/sheet_body.h - the municipal form's own part of the page: from 受付日 to 添付. */
#pragma once
#include <jansson.h>

#include "base/buf.h"

/* Appends every field that the sheet has; those of the paper form stand there empty when it has none.
 *   attach  what a sheet that is not sent yet will attach: [{"path"}]; NULL: none */
void sheet_body_put(const json_t *sheet, const json_t *attach, struct buf *out);
