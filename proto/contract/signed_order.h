/* SPDX-License-Identifier: Apache-2.0 */
/* contract/signed_order.h - the order that an agency signed, as a ledger entry keeps it. */
#pragma once
#include "base/arena.h"
#include "crypto/digest.h"
#include "envelope.pb-c.h"
#include "ledger.pb-c.h"

/* The order in an entry's body; NULL when no agency ordered it, or body is NULL.  Borrowed. */
Pb__SignedOrder *signed_order_of(const Pb__EntryBody *body);

/* The View that a statement is, in the arena; NULL when it is another, or none that holds. */
const Pb__View *statement_view(struct bytes statement, struct arena *arena);

/* The root of the batch that it was in, from its statements along its path: what the device signed (batch_verify).  ERR_FORMAT when
 * it has no statement, or when the path is not that of its index in a batch of its count. */
enum err signed_order_root(const Pb__SignedOrder *order, struct digest *ret_root);
