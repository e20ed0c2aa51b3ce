/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_legs.h - the rows of requests and legs; see rows.h for their common contract, lookup_legs.h for what they hold.
 *
 * A request and its legs are one row of REQUESTS: they are opened together, and whoever looks at one looks at the others.  A leg that its
 * submission opened is found by its number alone, which says which entry that was.  LEGS leads to the others: from a leg that a redirect
 * opened, and from an item by which a leg's message was sealed later. */
#pragma once
#include "broker/lookup_legs.h"
#include "broker/request_row.h"
#include "broker/rows.h"
#include "broker/rows_agency_legs.h"

/* A new request, the greatest, with its legs: leg_count of them, numbered as request->legs says. */
void request_append(struct txn *txn, const struct request *request, const struct leg *legs);

/* What is said of the request itself; its legs stay as they are.  ERR_CORRUPT sticks when there is none. */
void request_put(struct txn *txn, const struct request *request);

/* One more leg of a request that is there; its number is above that of all others.  Also its AGENCY_LEGS. */
void leg_append(struct txn *txn, const struct leg *leg);

/* A leg that is to be changed, in the row that it shares with its request and the others of that. */
struct leg_row {
	struct request request;
	struct leg legs[LIMIT_LEGS];
	struct leg *leg; /* one of legs */
};
enum err leg_row_get(struct txn *txn, uint64_t leg, struct leg_row *ret_row); /* not to be copied: it points into itself */
void leg_row_put(struct txn *txn, const struct leg_row *row);

void leg_item_append(struct txn *txn, uint64_t item, const struct leg *leg);

/* For an erasure: a request with its legs, their timers and AGENCY_LEGS; what leads to a leg.  Nothing where there is none. */
enum err request_row_drop(struct txn *txn, uint64_t number);
enum err leg_path_drop(struct txn *txn, uint64_t item);
