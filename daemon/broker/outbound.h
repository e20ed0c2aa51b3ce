/* SPDX-License-Identifier: Apache-2.0 */
/* broker/outbound.h - what the writer hands to the front once it is durable: to be packed and sent, nothing to be decided. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "frame.pb-c.h"

enum outbound_type {
	OUTBOUND_FRAME,   /* send this control frame with an empty data frame */
	OUTBOUND_HANDOUT, /* read these items and send them */
	OUTBOUND_KEYS,    /* bindings, invitations or the directory changed: read them again */
	OUTBOUND_CLOSE,   /* send the frame, if any, and end the session; its INBOUND_SESSION_CLOSE is still wanted */
	OUTBOUND_STOPPED  /* the writer has ended; code says why */
};

struct handout_item {
	uint64_t item;
	uint64_t about;     /* as in struct delivery, like the next two */
	uint64_t seq;
	uint16_t recipient;
	uint8_t what;       /* ItemWhat */
	uint8_t blocked;    /* bit n: part n of the message is not to leave */
	uint32_t part_bytes; /* that leave, as credit counts them */
	uint32_t attempts;
	bool redelivered;
	bool after_dead_letter;
};

struct outbound {
	enum outbound_type type;
	uint64_t session;             /* 0: every session of agency */
	uint32_t agency;              /* 0 with session 0: every session that said Hello */
	struct arena arena;           /* owns what is below */
	const Pb__FromBroker *frame;  /* FRAME, CLOSE */
	const struct handout_item *items;
	size_t item_count;
	uint64_t part_bytes;          /* of all items */
	enum err err;                 /* STOPPED */
};

/* Frees it; NULL does nothing.  Any thread. */
void outbound_free(struct outbound *outbound);
