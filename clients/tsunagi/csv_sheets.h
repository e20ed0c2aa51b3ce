/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/csv_sheets.h - a CSV of sheets, row by row: what each row says, what is wrong with it, what became of it. */
#pragma once
#include "tsunagi/agency_client.h"
#include "tsunagi/csv_columns.h"

/* True for a name that ends in .csv, in any case. */
bool csv_sheets_named(const char *path);

/* The encoding of --encoding; told when it is none. */
enum outcome csv_sheets_encoding(const struct call *call, int *ret_encoding);

/* One row below the heading.
 *   message  NULL: the row is none, and fault tells why; else a new reference, the function's to keep or drop */
typedef void csv_sheets_row(void *context, size_t number, json_t *message, const char *fault);

/* Calls row for each; told when the file cannot be read or has no heading.  encoding: an enum csv_encoding. */
enum outcome csv_sheets_each(const char *path, int encoding, csv_sheets_row *row, void *context);

/* Sends a row's message (taken over; NULL: fault says why not), and gives {"type":"row","row","key","state","message_id","code","duplicate",
 * "error"}: state is accepted, outbox or refused; a new reference. */
json_t *csv_sheets_send(const struct agency_client *client, size_t number, json_t *message, const char *fault);

/* send FILE.csv and check FILE.csv: every row is told by itself.  OUTCOME_REFUSED when one was refused, else OUTCOME_UNDECIDED when one is in
 * the outbox only. */
enum outcome csv_sheets_send_all(const struct call *call, const char *path);
enum outcome csv_sheets_check_all(const struct call *call, const char *path);

/* The requests in these files (as `request print` reads them) as a CSV on stdout or in --out, with its heading; a request that the encoding or the columns cannot
 * hold is told and left out. */
enum outcome csv_sheets_export(const struct call *call);
