/* SPDX-License-Identifier: Apache-2.0 */
/* contract/replies.h - answers to the orders of a batch, said once where they are alike. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "frame.pb-c.h"

/* Turns a run of accepted entries into a Reply for each, as if they had been sent one by one; Replies without a run stay as they are.
 *   arena  keeps what is made; the hashes stay where they are
 * ERR_FORMAT when the run makes no sense or stands beside replies, ERR_NOMEM; replies is then as before. */
enum err replies_expand(Pb__Replies *replies, struct arena *arena);
