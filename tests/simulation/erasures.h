/* SPDX-License-Identifier: Apache-2.0 */
/* erasures.h - what is left of a case that was erased: nothing, all of it and nothing else.
 *
 * Erased things stay in the model's lists, marked gone; whoever looks for one finds none. */
#pragma once
#include "sim.h"

bool erase_some(struct sim *sim, struct coming *coming); /* an operator erases a case, in a batch of its own; false: there is none */
void follow_erasure(struct sim *sim, struct txn *txn, const struct leaf_header *header, const Pb__EraseEntry *entry);
bool erased_code(Pb__RefusalCode code); /* it was erased, or the years of its keeping are over */
bool judge_erased(struct sim *sim, const struct letter *letter, Pb__RefusalCode code);
