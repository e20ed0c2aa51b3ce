/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_household.h - which cases are of one household, as far as this agency may know it. */
#pragma once
#include "libtsunagi/client.h"

/* Adds to a case's JSON, as the broker told it, "person" {name, kana} and "household" [{case_id, name, kana}]: from sheets that this agency sent and
 * received alone, since brokers know of no household.  Only cases that it is on itself: the broker says so, and whether one is protected; of a
 * protected case nothing is told, neither from its side nor from another's.  TSG_OK or the client's failure. */
int household_put(struct tsg_client *client, const json_t *received, json_t *shown);
