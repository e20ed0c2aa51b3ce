/* SPDX-License-Identifier: Apache-2.0 */
/* broker/outbox.h - what a batch will tell once it is durable, and not before (P1). */
#pragma once
#include "broker/outbound.h"

#define OUTBOUND_ARENA_BYTES (16u * 1024u * 1024u) /* of one message */

struct outbox {
	struct outbound **items;
	size_t count;
	size_t room;
};

/* A new message at the end, owned by the outbox; NULL: out of memory. */
struct outbound *outbox_add(struct outbox *outbox, enum outbound_type type, uint64_t session, uint32_t agency);

/* The same with a frame: initialised, its body not set. */
struct outbound *outbox_add_frame(struct outbox *outbox, enum outbound_type type, uint64_t session, uint32_t agency,
				  Pb__FromBroker **ret_frame);

/* All of from's messages behind those of to.  False: out of memory, and both are as they were. */
bool outbox_move(struct outbox *to, struct outbox *from);

void outbox_clear(struct outbox *outbox); /* frees the messages, keeps the room */
void outbox_free(struct outbox *outbox);
