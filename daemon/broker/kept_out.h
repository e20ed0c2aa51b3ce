/* SPDX-License-Identifier: Apache-2.0 */
/* broker/kept_out.h - what waits for an agency that is kept out of its case by now is handed to it no more: a message, what is released
 * of one, a notice.  An agency that is kept out of no case, as nearly all are, costs one look. */
#pragma once
#include "broker/lookup.h"

/* Whether that item is of a protected case that this address is kept out of; what it is about is read with the arena.  One that was
 * erased is of none. */
enum err kept_out_item(struct txn *txn, struct bytes address, const struct delivery *delivery, struct arena *arena, bool *ret_kept_out);

/* The case that an item is of, borrowed; empty: of none.  ERR_NOT_FOUND: it was erased. */
enum err case_of_item(struct txn *txn, const struct delivery *delivery, struct arena *arena, struct bytes *ret_case);
