/* SPDX-License-Identifier: Apache-2.0 */
#include "alone.h"

#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"
#include "front/fault.h"
#include "front/held.h"

#define LINE "inproc://alone"
#define DESCRIPTORS 4096u
#define AGENCIES 100u

const struct alone_bounds alone_roomy = { 256, 32, 64, 64u << 20, 8u << 20, 64u << 20, 16u << 20 };

static void open_store(struct alone *alone, const struct alone_bounds *bounds)
{
	struct house *house = alone->house;
	const struct store_options options = { .directory = house->home.store, .map_bytes = house->config.map_size,
					       .reserve_bytes = house->config.reserve_size, .readers_max = 64, .create = false };

	house->options.ring_slots = bounds->slots;
	house->options.ring_reserve = bounds->reserve;
	require_ok(store_open(&options, &alone->front.store));
	require_ok(broker_open(&house->options, alone->front.store, &alone->front.broker));
}

static void open_router(struct alone *alone)
{
	int one = 1, none = 0;

	alone->context = zmq_ctx_new();
	alone->front.endpoint.router = zmq_socket(alone->context, ZMQ_ROUTER);
	require(alone->front.endpoint.router != NULL);
	zmq_setsockopt(alone->front.endpoint.router, ZMQ_ROUTER_MANDATORY, &one, sizeof one);
	zmq_setsockopt(alone->front.endpoint.router, ZMQ_LINGER, &none, sizeof none);
	require(zmq_bind(alone->front.endpoint.router, LINE) == 0);
}

void alone_open(struct alone *alone, struct house *house, const struct alone_bounds *bounds)
{
	struct front *front = &alone->front;

	house_stop(house);
	*alone = (struct alone){ .house = house };
	open_store(alone, bounds);
	open_router(alone);
	front->config = house->config;
	front->keys = &house->keys;
	snprintf(front->site, sizeof front->site, "%s", house->config.site);
	snprintf(front->origin, sizeof front->origin, "%s/1", house->config.site);
	front->epoch = 1;
	front->mono_us = 1000000000;
	front->site_us = front->wall_us = clock_wall_us();
	front->wake_fd = -1;
	front->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&front->ended_mutex, NULL);
	faults_init(&front->faults);
	arena_init(&front->scratch, LIMIT_DECODE_BYTES);
	arena_init(&front->reading, 64u << 20);
	buf_init(&front->packing, 1u << 20);
	flow_init(&front->pending, bounds->pending, bounds->pending_reserve);
	flow_init(&front->sending, bounds->sending, bounds->sending_reserve);
	require_ok(peers_init(&front->peers, bounds->peers, 1));
	require_ok(guard_init(&front->guard, 1000, DESCRIPTORS));
	require_ok(pulses_init(&front->pulses, AGENCIES));
}

void alone_run_writer(struct alone *alone)
{
	require_ok(broker_start(alone->front.broker));
	alone->writer_runs = true;
}

static void drain(struct alone *alone)
{
	void *taken[32];
	size_t count;

	while ((count = ring_take(broker_outbound(alone->front.broker), taken, 32)) > 0)
		for (size_t i = 0; i < count; i++)
			outbound_free(taken[i]);
}

void alone_close(struct alone *alone)
{
	struct front *front = &alone->front;

	if (!alone->writer_runs)
		alone_run_writer(alone); /* what waits for it is its to free */
	broker_stop(front->broker);
	drain(alone);
	zmq_close(front->endpoint.router);
	zmq_ctx_term(alone->context);
	check_uint(flow_bytes(&front->pending), 0); /* all that was taken came back */
	peers_free(&front->peers);
	check_uint(flow_bytes(&front->sending), 0);
	guard_free(&front->guard);
	pulses_free(&front->pulses);
	keyring_free(&front->keyring);
	buf_free(&front->snapshot.signed_bytes);
	arena_free(&front->scratch);
	arena_free(&front->reading);
	buf_free(&front->packing);
	pthread_mutex_destroy(&front->ended_mutex);
	close(front->ended_fd);
	broker_close(front->broker);
	store_close(front->store);
}

struct peer *alone_peer(struct alone *alone, uint32_t routing, uint32_t agency, int fd)
{
	struct front *front = &alone->front;
	struct peer *peer = peer_add(&front->peers, routing, PEER_OPEN);
	uint64_t displaced;

	require(peer != NULL);
	peer->agency = agency;
	peer->device = 1;
	peer->receives = true;
	peer->heard_us = front->mono_us;
	snprintf(peer->address, sizeof peer->address, "n%u@%s", agency, front->site);
	atomic_fetch_add(&front->open_peers, 1);
	pulse_reader(&front->pulses, agency, 1);
	if (fd >= 0) {
		guard_accepted(&front->guard, fd, front->mono_us);
		require(guard_known(&front->guard, fd, routing, peer->number, &displaced));
		peer->fd = fd;
	}
	return peer;
}

void *alone_dealer(struct alone *alone, uint32_t *ret_routing)
{
	void *dealer = zmq_socket(alone->context, ZMQ_DEALER);
	struct frame frame;
	int none = 0, patience_ms = UNIT_PATIENCE_MS; /* a reply that never comes fails the test, and does not stop it */

	require(dealer != NULL);
	zmq_setsockopt(dealer, ZMQ_LINGER, &none, sizeof none);
	zmq_setsockopt(dealer, ZMQ_RCVTIMEO, &patience_ms, sizeof patience_ms);
	require(zmq_connect(dealer, LINE) == 0);
	require(zmq_send(dealer, "a", 1, ZMQ_SNDMORE) == 1 && zmq_send(dealer, "", 0, 0) == 0);
	require_ok(frame_receive(alone->front.endpoint.router, &frame));
	*ret_routing = frame.routing;
	frame_free(&frame);
	return dealer;
}

void alone_fill_ring(struct alone *alone)
{
	const struct peer nobody = { .number = 1 };
	enum err err = ERR_OK;

	while (err == ERR_OK) {
		struct held *held = held_new(&alone->front, INBOUND_SESSION_CLOSE, &nobody);

		require(held != NULL);
		err = held_offer(&alone->front, held, true);
	}
	check_err(err, ERR_BUSY);
}
