/* SPDX-License-Identifier: Apache-2.0 */
/* front/trace.h - one message through its stations, in ledger order. */
#pragma once
#include "base/arena.h"
#include "frame.pb-c.h"
#include "ledger/entry.h"

/* The stations of the message that entry seq submitted.
 *   viewer  0: an operator, who sees all; the sender sees all as well; a recipient sees its own and when it was sent
 * ERR_NOT_FOUND when the viewer has no part in it. */
enum err trace_build(struct txn *txn, uint64_t seq, uint32_t viewer, struct arena *arena, Pb__Trace *ret_trace);
