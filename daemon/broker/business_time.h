/* SPDX-License-Identifier: Apache-2.0 */
/* broker/business_time.h - whose business days: an agency's opening hours, the site's zone and the site's holidays, as one calendar.
 *
 * All three stand in memory and follow the entries that change them within the batch, so that each decision reckons with what the open
 * transaction says and looks at no row for it. */
#pragma once
#include "broker/world.h"
#include "rules/calendar.h"

/* The calendar of the agency with that number, a closed one's too.
 *
 * ret  its pointers are good until the world's registry or holidays change: for the decision at hand, no longer
 *
 * ERR_NOT_FOUND  there is no such agency; *ret is not written */
enum err calendar_of(struct world *world, uint32_t agency, struct calendar *ret);

/* Reads the holidays that the tables hold; frees what *holidays held before, and writes it on success only: NULL while no file was loaded.
 * ERR_CORRUPT when what is stored is no holiday file. */
enum err business_time_load(struct txn *txn, struct holidays **holidays);
