/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/request_print.h - requests and legs as a caseworker reads them: whose turn it is, until when, and what may be done. */
#pragma once
#include <jansson.h>

void request_print_list(const json_t *listing);
void request_print_whole(const json_t *request);

/* The receipt of an act, with the legs as they stand now. */
void request_print_receipt(const json_t *receipt);
