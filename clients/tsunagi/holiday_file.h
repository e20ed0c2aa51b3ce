/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/holiday_file.h - the Cabinet Office's file of holidays, with every problem told. */
#pragma once
#include "base/buf.h"
#include "rules/holidays.h"
#include "tsunagi/outcome.h"

/* Reads and checks the file ("-": stdin).  Problems go to stderr line by line, or with --json as
 * {"ok":false,"problems":[{"file","line","message"}]} to stdout.
 *   out           initialised here, gets the file as it is; free it whatever comes back
 *   ret_holidays  on OUTCOME_DONE only; the caller's */
enum outcome holiday_file_read(const char *path, struct buf *out, struct holidays **ret_holidays);
