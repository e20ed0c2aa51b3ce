/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/sheet_source.h - the request that a person names for printing: a sheet to be sent, or a delivery as `receive --out` stored it. */
#pragma once
#include <jansson.h>

#include "tsunagi/outcome.h"

/* Reads name: a file; "-" for stdin; or, with a directory of stored deliveries (from; NULL: none), the id or short code of one.  The sheet
 * is held against its schema, so that nothing in it is passed over in print: dates are YYYY-MM-DD then.
 *   ret_request  a new reference, on OUTCOME_DONE only; "sheet" may be missing when the broker withholds the part
 * Every problem is told. */
enum outcome sheet_source_read(const char *name, const char *from, json_t **ret_request);

/* The same of a message that is in memory; name stands in what is told.  Takes no reference over. */
enum outcome sheet_source_take(const char *name, const json_t *message, json_t **ret_request);
