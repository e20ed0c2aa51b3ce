/* SPDX-License-Identifier: Apache-2.0 */
/* statements.h - what an agency says that is no message: that what was recalled is destroyed, who is kept out of its case, what places
 * it has. */
#pragma once
#include "sim.h"

bool walk_statement(struct sim *sim, const struct place *by, struct deed *deed); /* false: there is nothing to say */
void statement_write(struct sim *sim, struct inbound *inbound, const struct deed *deed);
bool judge_statement(struct sim *sim, const struct frame *frame, const struct deed *deed, Pb__RefusalCode code);
bool statement_is_repeat(const struct frame *frame, const struct deed *deed, uint64_t seq); /* whether it may be answered with that entry again */

/* by: who ordered it */
void follow_purged(struct sim *sim, const struct leaf_header *header, const struct desk *by, const Pb__PurgedEntry *entry);
void follow_mark(struct sim *sim, uint64_t seq, const struct desk *by, const Pb__MarkCaseEntry *entry);
void follow_standing(struct sim *sim, uint64_t seq, struct desk *by, const Pb__StandingEntry *entry);
