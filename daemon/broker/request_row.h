/* SPDX-License-Identifier: Apache-2.0 */
/* broker/request_row.h - a request with its legs as its row of REQUESTS has them; see rows_legs.h. */
#pragma once
#include "broker/lookup_legs.h"
#include "broker/row_sparse.h"
#include "broker/rows.h"

#define REQUEST_ROW_BYTES (SPARSE_BYTES_MAX + MESSAGE_ID_BYTES + CASE_ID_BYTES + LIMIT_LEGS * (8 + SPARSE_BYTES_MAX))

/* legs: leg_count of them, numbered as request->legs says. */
struct bytes request_encode(const struct request *request, const struct leg *legs, uint8_t to[REQUEST_ROW_BYTES]);

/* legs: room for LIMIT_LEGS; NULL when only their numbers are wanted.  ERR_CORRUPT. */
enum err request_decode(struct bytes key, struct bytes value, struct request *ret_request, struct leg *legs);
