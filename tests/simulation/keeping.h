/* SPDX-License-Identifier: Apache-2.0 */
/* keeping.h - how long things are kept: parts some days after everything in their thread ended, what the ledger says of a case or thread some
 * years; neither while anybody waits for something of it, or has to do with it. */
#pragma once
#include "sim.h"

#define KEPT_DAYS 7u
#define KEPT_YEARS 1u
#define KEPT_PIECE 5u /* entries that one entry destroys */

/* Whether this message's thread, as far as it matters for its parts, is at rest. */
bool keeping_rests(struct sim *sim, const struct letter *letter);

void follow_prune(struct sim *sim, const struct leaf_header *header, const Pb__PruneEntry *entry);

/* Days, then a year, pass at the end: whatever rests then is gone. */
void keeping_days_pass(struct sim *sim);
void keeping_years_pass(struct sim *sim);
