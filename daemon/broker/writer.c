/* SPDX-License-Identifier: Apache-2.0 */
/* broker/writer.c - the thread: takes what waits, runs batches, sleeps until something comes or is due.  Clocks are read here. */
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "broker/batch.h"

#define BATCH_FRAMES_MAX 1024u
#define SLEEP_MAX_US 1000000   /* the wall clock may jump: timers are looked at this often */
#define PRIORITY (-2)          /* as nice counts it */
#define FULL_RING_NS 200000    /* between two looks at a full ring */
#define FULL_RING_TRIES 10000u /* of them while stopping: two seconds */

static struct clocks read_clocks(void)
{
	return (struct clocks){ .wall_us = clock_wall_us(), .mono_us = clock_mono_us() };
}

void writer_tell(struct broker *broker, struct outbound *outbound)
{
	const struct timespec pause = { .tv_nsec = FULL_RING_NS };
	unsigned tries = 0;

	while (!broker->deaf && ring_push(broker->outbound, outbound, true) != ERR_OK) {
		if (atomic_load(&broker->stopping) && ++tries == FULL_RING_TRIES)
			broker->deaf = true; /* it is durable; whom it was for asks again */
		nanosleep(&pause, NULL);
	}
	if (broker->deaf)
		outbound_free(outbound);
}

static size_t bytes_of_frame(const struct inbound *inbound)
{
	size_t bytes = 0;

	for (size_t i = 0; i < inbound->batch.count; i++) {
		const struct inbound_order *order = &inbound->batch.orders[i];

		for (size_t k = 0; k < order->statement_count; k++)
			bytes += order->statements[k].len;
		for (size_t k = 0; k < order->part_count; k++)
			bytes += order->parts[k].len;
	}
	return bytes;
}

/* Takes what waits, up to a batch's limits; the frame that passes them still belongs to it. */
static size_t collect(struct broker *broker, struct inbound *inbound[BATCH_FRAMES_MAX])
{
	size_t count = 0;
	size_t orders = 0;
	size_t bytes = 0;
	void *item;

	while (count < BATCH_FRAMES_MAX && orders < broker->options.batch_orders && bytes < broker->options.batch_bytes &&
	       ring_take(broker->inbound, &item, 1) == 1) {
		struct inbound *next = item;

		if (item == broker)
			continue; /* broker_stop's knock */
		inbound[count++] = next;
		orders += next->type == INBOUND_BATCH ? next->batch.count : 1;
		bytes += next->type == INBOUND_BATCH ? bytes_of_frame(next) : next->type == INBOUND_BLOB ? next->blob.bytes.len : 0;
	}
	return count;
}

static void refuse_rest(struct broker *broker)
{
	struct inbound *inbound[BATCH_FRAMES_MAX];
	size_t count;

	while ((count = collect(broker, inbound)) > 0)
		batch_refuse(broker, read_clocks(), inbound, count);
}

/* Runs until it is stopped and nothing waits, or until a batch fails for good. */
static enum err run(struct broker *broker)
{
	struct inbound *inbound[BATCH_FRAMES_MAX];

	for (;;) {
		bool stopping = atomic_load(&broker->stopping); /* before looking: what was offered before the stop is taken */
		size_t count = collect(broker, inbound);
		struct clocks clocks = read_clocks();
		int64_t due_in = batch_due_in(broker, clocks);
		enum err err;

		if (count == 0 && batch_is_untold(broker)) {
			err = batch_tell(broker);
			if (err != ERR_OK)
				return err;
			continue;
		}
		if (count == 0 && stopping)
			return ERR_OK;
		if (count == 0 && due_in > 0) {
			ring_wait(broker->inbound, due_in < SLEEP_MAX_US ? due_in : SLEEP_MAX_US);
			continue;
		}
		err = batch_run(broker, clocks, inbound, count);
		if (err != ERR_OK)
			return err;
	}
}

static void tell_stopped(struct broker *broker, enum err err)
{
	struct outbox outbox = { 0 };
	struct outbound *outbound = outbox_add(&outbox, OUTBOUND_STOPPED, 0, 0);

	if (outbound != NULL) {
		outbound->err = err;
		outbox.count = 0;
		writer_tell(broker, outbound);
	}
	outbox_free(&outbox);
}

/* All wait for what it does, one after another: where it may, it goes before those who have more to ask of it.  A little: who floods it with
 * work must not keep the front from others (P8). */
static void go_first(void)
{
	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), PRIORITY); /* of this thread alone, on Linux */
}

static void *writer(void *context)
{
	struct broker *broker = context;
	enum err err;

	pthread_setname_np(pthread_self(), "writer"); /* for top, perf and core dumps */
	go_first();
	err = run(broker);
	atomic_store(&broker->ended, true);
	refuse_rest(broker);
	tell_stopped(broker, err);
	return NULL;
}

enum err broker_start(struct broker *broker)
{
	int error = pthread_create(&broker->thread, NULL, writer, broker);

	if (error != 0)
		return err_from_errno(error);
	broker->started = true;
	return ERR_OK;
}

void broker_stop(struct broker *broker)
{
	atomic_store(&broker->stopping, true);
	if (!broker->started)
		return;
	(void)ring_push(broker->inbound, broker, true); /* wakes it; a full ring keeps it awake anyway */
	pthread_join(broker->thread, NULL);
	broker->started = false;
	refuse_rest(broker); /* offers that crossed the stop */
}

enum err broker_offer(struct broker *broker, struct inbound *inbound, bool privileged)
{
	if (atomic_load(&broker->stopping) || atomic_load(&broker->ended))
		return ERR_STOPPED;
	return ring_push(broker->inbound, inbound, privileged);
}

struct ring *broker_outbound(struct broker *broker)
{
	return broker->outbound;
}
