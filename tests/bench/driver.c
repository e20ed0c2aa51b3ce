/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/driver.c - see driver.h: the session, and the answers to its batches. */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "driver_internal.h"

#define NAMED_BYTES (64u << 20) /* far more than the broker hands out unacknowledged */

void driver_must(enum err err, const char *what)
{
	if (err == ERR_OK)
		return;
	fprintf(stderr, "load: %s: %s\n", what, err_text(err));
	exit(1);
}

const struct bundle *driver_bundle(const char *path)
{
	const char *reason = "";
	struct bundle *bundle;
	enum err err = bundle_read(path, &bundle, &reason);

	if (err != ERR_OK) {
		fprintf(stderr, "load: %s: %s %s\n", path, err_text(err), reason);
		exit(1);
	}
	return bundle;
}

static struct session_options options_of(const struct bundle *bundle)
{
	struct session_options options = {
		.endpoints = bundle->endpoints,
		.endpoint_count = bundle->endpoint_count,
		.address = bundle->address,
		.site = bundle->site,
		.software = "tsunagi-bench",
	};

	memcpy(options.keys.broker, bundle->broker_key, CURVE_BYTES);
	memcpy(options.keys.own_public, bundle->curve_public, CURVE_BYTES);
	memcpy(options.keys.own_secret, bundle->curve_secret, CURVE_BYTES);
	return options;
}

/* Not refused for good: the broker asks for a pause, since more of this agency's waits already than it keeps. */
static bool is_pushed_back(const Pb__Reply *reply)
{
	return reply->outcome_case == PB__REPLY__OUTCOME_REFUSAL && reply->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED;
}

/* As the library does: it waits as long as it was told to, and goes again.  Its latency counts from when it was made. */
static void keep_for_later(struct driver *driver, const Pb__Reply *reply, struct order *order)
{
	driver->pushed_back++;
	driver->later_us = clock_mono_us() + (int64_t)reply->refusal->retry_after_ms * 1000;
	order_queue_put(&driver->later, order);
}

static void send_later(struct driver *driver)
{
	struct order *order;

	if (driver->later.count == 0 || clock_mono_us() < driver->later_us)
		return;
	while ((order = order_queue_take(&driver->later)) != NULL)
		batcher_put(driver->batcher, order, order->owner == NULL);
}

static void take_reply(struct driver *driver, const Pb__Reply *reply, const struct order *order, int64_t now_us)
{
	bool accepted = reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED;

	if (!accepted && driver->refused++ == 0)
		fprintf(stderr, "load: refused: code %d %s\n", (int)reply->refusal->code, reply->refusal->subject);
	if (order->owner == NULL) {
		driver->acknowledging = false;
		driver->acknowledged += accepted ? order->statement_count : 0; /* the receiver counts items itself */
		return;
	}
	driver->accepted += accepted;
	if (driver->answered != NULL)
		driver->answered(driver, order->owner, accepted);
	else if (accepted)
		samples_add(&driver->latency, now_us - (int64_t)(intptr_t)order->owner);
}

static void take_replies(struct driver *driver, const Pb__Replies *replies)
{
	int64_t now_us = clock_mono_us();
	struct order_queue orders = { 0 };
	struct order *order;

	driver_must(batcher_answered(driver->batcher, replies->batch, replies->n_replies, &orders), "an answer to no batch");
	for (size_t i = 0; (order = order_queue_take(&orders)) != NULL; i++) {
		if (is_pushed_back(replies->replies[i])) {
			keep_for_later(driver, replies->replies[i], order);
			continue;
		}
		take_reply(driver, replies->replies[i], order, now_us);
		order_free(order);
	}
}

bool driver_busy(const struct driver *driver)
{
	return batcher_unanswered(driver->batcher) > 0 || batcher_waiting(driver->batcher) > 0 || driver->later.count > 0 || driver->named.len > 0;
}

void driver_look_at_clocks(struct driver *driver)
{
	driver->mono_us = clock_mono_us();
	driver->wall_us = clock_wall_us();
}

bool driver_turn(struct driver *driver, int64_t wait_until_us)
{
	const Pb__FromBroker *message;
	bool happened = false;
	struct bytes data;

	send_later(driver);
	driver_acknowledge(driver);
	driver_must(batcher_send(driver->batcher, driver->session), "send");
	for (;;) {
		enum session_event event = session_next(driver->session, &message, &data);

		if (event == SESSION_NOTHING)
			break;
		if (event == SESSION_LOST)
			driver_must(ERR_UNREACHABLE, "the session was lost");
		happened = true;
		if (event == SESSION_FRAME && message->body_case == PB__FROM_BROKER__BODY_REPLIES)
			take_replies(driver, message->replies);
		else if (event == SESSION_FRAME && message->body_case == PB__FROM_BROKER__BODY_HANDOUT)
			driver_take_handout(driver, message->handout);
	}
	if (driver->later.count > 0 && driver->later_us < wait_until_us)
		wait_until_us = driver->later_us;
	if (!happened && wait_until_us > 0)
		session_wait(driver->session, wait_until_us);
	return happened;
}

void driver_open(struct driver *driver, const struct bundle *bundle, bool receives)
{
	struct session_options options = options_of(bundle);
	int64_t deadline = clock_mono_us() + 20000000;

	driver->bundle = bundle;
	buf_init(&driver->named, NAMED_BYTES);
	driver_must(session_new(&options, &driver->session), "session");
	driver_must(batcher_new(bundle->site, bundle->signing_certificate, bundle->signing_key, &driver->batcher), "batcher");
	session_set_receives(driver->session, receives);
	session_connect(driver->session);
	while (!session_is_open(driver->session)) {
		const Pb__FromBroker *message;
		struct bytes data;

		if (session_next(driver->session, &message, &data) == SESSION_NOTHING)
			session_wait(driver->session, clock_mono_us() + 50000);
		if (clock_mono_us() > deadline)
			driver_must(ERR_TIMEOUT, "no welcome");
	}
	random_bytes(&driver->random, sizeof(driver->random));
}

void driver_close(struct driver *driver)
{
	session_free(driver->session, 1000);
	batcher_free(driver->batcher);
	buf_free(&driver->named);
}

uint64_t driver_random(struct driver *driver)
{
	/* xorshift64: ids of a benchmark have to differ, no more. */
	driver->random ^= driver->random << 13;
	driver->random ^= driver->random >> 7;
	driver->random ^= driver->random << 17;
	return driver->random;
}
