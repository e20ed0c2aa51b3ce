/* SPDX-License-Identifier: Apache-2.0 */
/* front/hand_out.h - items that the writer handed out go to a peer (handing.c). */
#pragma once
#include "front/state.h"

/* Reads the items of a hand-out in one read transaction and sends them, in as many frames as they need. */
void hand_out(struct front *front, struct peer *peer, const struct handout_item *items, size_t count);
