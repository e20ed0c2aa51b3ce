/* SPDX-License-Identifier: Apache-2.0 */
/* front/hello.h - how a session begins. */
#pragma once
#include "front/state.h"

/* A Hello on a connection without a session: opens one and welcomes it, or says why not. */
void hello(struct front *front, const struct frame *frame, const Pb__Hello *hello);

/* A session for a connection whose key may come in; NULL (told to the client, and cut) when there is no room.
 * agency: the directory's record. */
struct peer *peer_admit(struct front *front, const struct frame *frame, const struct key_entry *key, const Pb__Agency *agency,
			      enum peer_state state);
