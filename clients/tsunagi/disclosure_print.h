/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/disclosure_print.h - a case's report for the terminal. */
#pragma once
#include <jansson.h>

/* {"case","person","provisions","happenings"}; to stdout, in the reader's language. */
void disclosure_print(const json_t *disclosure);

/* What happened, in the order of the ledger: the number of each entry stands behind it. */
void happenings_print(const json_t *happenings);
