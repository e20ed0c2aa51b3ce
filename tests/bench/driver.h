/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/driver.h - one agency system of the benchmark: real sessions with CURVE, real signed batches; parts are sealed
 * beforehand (random bytes of a sealed part's size), since the broker is what is measured. */
#pragma once
#include "base/buf.h"
#include "libtsunagi/batcher.h"
#include "libtsunagi/bundle.h"
#include "sample.h"

#define DRIVER_TARGETS 64

struct driver_plan {
	int64_t until_us;     /* monotonic: no new messages after it; 0: by count */
	uint64_t count;       /* messages to send; 0: by time */
	size_t in_flight;
	size_t part_bytes;
};

struct driver {
	const struct bundle *bundle;
	const struct bundle *targets[DRIVER_TARGETS]; /* whom it sends to, in turn */
	size_t target_count;
	struct driver_plan plan;
	struct session *session;
	struct batcher *batcher;
	uint64_t random;
	int64_t mono_us, wall_us; /* when driver_look_at_clocks was called: what is made until the next time is made then */
	/* Told what became of an order that has an owner; NULL: its owner is the moment at which it was made, for latency. */
	void (*answered)(struct driver *driver, void *owner, bool accepted);
	struct buf named;   /* struct driver_item of each that is still to be acknowledged */
	bool acknowledging; /* an acknowledgement is unanswered */
	struct order_queue later; /* orders that the broker asked to pause with, until later_us on the monotonic clock */
	int64_t later_us;
	/* what came of it */
	uint64_t sent, accepted, refused, delivered, acknowledged;
	uint64_t pushed_back; /* times that an order was asked to come later */
	uint64_t notices; /* of what was delivered: the site's own word */
	uint64_t granted; /* items that we gave credit for, in all */
	struct samples latency;    /* senders: to the durable receipt; receivers: from creation to arrival */
	int64_t first_delivery_us; /* monotonic */
};

/* Exits the process when it cannot be read; never freed. */
const struct bundle *driver_bundle(const char *path);

/* Connects and greets; exits the process when the broker does not welcome within 20 s. */
void driver_open(struct driver *driver, const struct bundle *bundle, bool receives);
void driver_close(struct driver *driver);

/* Whether anything that was put to its batcher waits for its answer yet. */
bool driver_busy(const struct driver *driver);

/* Sends until the plan is fulfilled and everything is answered. */
void driver_send(struct driver *driver);

/* Credit as the library gives it, when half of it is used up: everything handed out is acknowledged by driver_turn. */
void driver_give_credit(struct driver *driver);

/* Receives and acknowledges until *stop is set and nothing is unanswered. */
void driver_receive(struct driver *driver, const volatile int *stop);

/* Gives credit and takes what comes until the first hand-out, which is not acknowledged. */
void driver_receive_first(struct driver *driver);
