/* SPDX-License-Identifier: Apache-2.0 */
/* front/held.h - an inbound as the front makes it: with the frame that it borrows from, and its share of the bound on pending bytes. */
#pragma once
#include "front/state.h"

struct held {
	struct inbound inbound; /* first: release gets a pointer to it */
	zmq_msg_t data;         /* the data frame, where it is kept */
	bool has_data;
	struct flow *pending;
	struct pulses *pulses;
	size_t charged;
};

/* A new one for a session, with an empty arena; NULL when memory is short. */
struct held *held_new(struct front *front, enum inbound_type type, const struct peer *peer);

/* The front's scratch arena, with what was decoded into it, becomes the inbound's; the scratch is empty again. */
void held_take_scratch(struct front *front, struct held *held);

/* The frame's data becomes the inbound's; the frame keeps an empty one. */
void held_take_data(struct held *held, struct frame *frame);

/* What it takes of memory is counted as pending, against the bound of all and the share of its agency: whoever sends more than the writer
 * takes fills its own share and not the others' time.  False when there is no room for it. */
bool held_charge(struct front *front, struct held *held, bool privileged);

/* Offers it to the writer.  On any other result than ERR_OK it is freed. */
enum err held_offer(struct front *front, struct held *held, bool privileged);

/* Frees all; NULL does nothing.  Any thread. */
void held_free(struct held *held);
