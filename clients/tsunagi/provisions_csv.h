/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/provisions_csv.h - the record that the law asks for (個人情報保護法29条・30条) as a table for office tools, in Japanese. */
#pragma once
#include <jansson.h>

#include "tsunagi/csv.h"

/* Appends the whole table: a heading, a row a record.  A row with a character that the encoding lacks is left out, with its number in *ret_left_out (a list
 * of texts to tell, a new reference).  ERR_NOMEM, ERR_TOO_LARGE. */
enum err provisions_csv_put(const json_t *provisions, enum csv_encoding encoding, struct buf *out, json_t **ret_left_out);
