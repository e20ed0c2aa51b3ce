/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_legs.h - the rows of requests and legs; see rows.h for their common contract, lookup_legs.h for what they hold.
 *
 * A leg whose message was sealed later has a second row, by the number of the item that brings it: it says which leg that is. */
#pragma once
#include "broker/lookup_legs.h"
#include "broker/rows.h"

/* A new leg: its number is above that of all others, so that rows grow at their end.  Also its AGENCY_LEGS. */
void leg_append(struct txn *txn, const struct leg *leg);
void leg_put(struct txn *txn, const struct leg *leg);
void leg_item_append(struct txn *txn, uint64_t item, uint64_t leg);
void agency_leg_put(struct txn *txn, uint32_t agency, uint64_t leg);

/* Whether the row is a leg's, not one that names a leg by another item. */
bool leg_row_is_leg(struct bytes value);
enum err leg_decode(struct bytes key, struct bytes value, struct leg *ret_leg);

void request_append(struct txn *txn, const struct request *request);
void request_put(struct txn *txn, const struct request *request);
enum err request_decode(struct bytes key, struct bytes value, struct request *ret_request);
