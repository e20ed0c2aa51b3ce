/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/driver_message.h - the messages of a driver: one View, and one part or none. */
#pragma once
#include "base/buf.h"
#include "base/id.h"
#include "driver.h"
#include "frame.pb-c.h"

/* Filled once with what all have; who makes a message changes the View as it needs.  Not moved after driver_message_init: it points into itself. */
struct driver_message {
	Pb__View view;
	struct id id, case_id, thread_id; /* the View's; thread_id is named when has_thread */
	bool has_thread, has_part;
	/* its own */
	struct driver *driver;
	Pb__Statement statement;
	Pb__BasisClaim basis;
	Pb__PartRef part;
	Pb__PartRef *parts[1];
	Pb__DisclosureClass classes[2];
	ProtobufCBinaryData sealed_to[2];
	uint64_t nonce[2];
	struct digest part_digest;
	struct buf part_bytes, packed;
};

/* A request to take over what its part tells. */
void driver_message_init(struct driver_message *message, struct driver *driver);
void driver_message_free(struct driver_message *message);

/* A new id, of now. */
struct id driver_message_id(struct driver *driver);

/* The message as it stands now, to that agency, as an order of that owner. */
struct order *driver_message_order(struct driver_message *message, const struct bundle *to, void *owner);
