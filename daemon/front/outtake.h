/* SPDX-License-Identifier: Apache-2.0 */
/* front/outtake.h - what the writer hands out leaves. */
#pragma once
#include "front/state.h"

/* Sends up to max of what the writer's ring holds. */
void outtake(struct front *front, size_t max);

/* handing.c: reads the items of a hand-out in one read transaction and sends them, in as many frames as they need. */
void hand_out(struct front *front, struct peer *peer, const struct handout_item *items, size_t count);
