/* SPDX-License-Identifier: Apache-2.0 */
#include "front/frame.h"

#include <string.h>

#include "unit.h"

static void test_parcels_are_counted(void)
{
	struct peer_flow *flow = peer_flow_new();
	struct flow all;
	struct parcel *one, *two;

	require(flow != NULL);
	flow_init(&all, 1000, 200);
	one = parcel_new(600, &all, flow, false);
	require(one != NULL);
	memset(parcel_bytes(one), 0xa5, 600);
	check(parcel_new(300, &all, flow, false) == NULL);
	two = parcel_new(300, &all, flow, true);
	require(two != NULL);
	check_uint(flow_bytes(&all), 900);
	check_uint(atomic_load(&flow->bytes), 900);
	parcel_free(one);
	check_uint(atomic_load(&flow->bytes), 300);
	peer_flow_drop(flow); /* the session ends first */
	parcel_free(two);
	parcel_free(NULL);
	check_uint(flow_bytes(&all), 0);
}

/* A ROUTER and a DEALER in one process, without CURVE. */
struct line {
	void *context, *router, *dealer;
};

static void line_open(struct line *line)
{
	int one = 1, none = 0;

	line->context = zmq_ctx_new();
	line->router = zmq_socket(line->context, ZMQ_ROUTER);
	line->dealer = zmq_socket(line->context, ZMQ_DEALER);
	zmq_setsockopt(line->router, ZMQ_ROUTER_MANDATORY, &one, sizeof one);
	zmq_setsockopt(line->dealer, ZMQ_LINGER, &none, sizeof none);
	zmq_setsockopt(line->router, ZMQ_LINGER, &none, sizeof none);
	require(zmq_bind(line->router, "inproc://line") == 0 && zmq_connect(line->dealer, "inproc://line") == 0);
}

static void line_close(struct line *line)
{
	zmq_close(line->dealer);
	zmq_close(line->router);
	zmq_ctx_term(line->context);
}

static void test_two_frames(void)
{
	struct frame frame;
	struct line line;

	line_open(&line);
	check_err(frame_receive(line.router, &frame), ERR_NOT_FOUND);
	zmq_send(line.dealer, "control", 7, ZMQ_SNDMORE);
	zmq_send(line.dealer, "", 0, 0);
	require_ok(frame_receive(line.router, &frame));
	check_bytes(frame_bytes(&frame.control), bytes_of_text("control"));
	check_uint(frame_bytes(&frame.data).len, 0);
	check(frame.identity == NULL); /* nobody vouched for it */
	frame_free(&frame);
	line_close(&line);
}

static void test_other_numbers_of_frames(void)
{
	struct frame frame;
	struct line line;

	line_open(&line);
	zmq_send(line.dealer, "one", 3, 0);
	check_err(frame_receive(line.router, &frame), ERR_FORMAT);
	for (unsigned i = 0; i < 20; i++)
		zmq_send(line.dealer, "many", 4, i < 19 ? ZMQ_SNDMORE : 0);
	check_err(frame_receive(line.router, &frame), ERR_FORMAT);
	zmq_send(line.dealer, "a", 1, ZMQ_SNDMORE); /* and the next message is read from its beginning */
	zmq_send(line.dealer, "b", 1, 0);
	require_ok(frame_receive(line.router, &frame));
	check_bytes(frame_bytes(&frame.data), bytes_of_text("b"));
	frame_free(&frame);
	check_err(frame_receive(line.router, &frame), ERR_NOT_FOUND);
	line_close(&line);
}

static void test_send(void)
{
	struct peer_flow *flow = peer_flow_new();
	struct parcel *control;
	struct frame frame;
	struct flow all;
	struct line line;
	char text[20];

	line_open(&line);
	flow_init(&all, 1000, 0);
	zmq_send(line.dealer, "a", 1, ZMQ_SNDMORE);
	zmq_send(line.dealer, "", 0, 0);
	require_ok(frame_receive(line.router, &frame));
	control = parcel_new(6, &all, flow, false);
	require(control != NULL);
	memcpy(parcel_bytes(control), "answer", 6);
	check_ok(frame_send(line.router, frame.routing, control, NULL));
	check_int(zmq_recv(line.dealer, text, sizeof text, 0), 6);
	check_int(zmq_recv(line.dealer, text, sizeof text, 0), 0);
	control = parcel_new(6, &all, flow, false);
	check_err(frame_send(line.router, frame.routing + 1, control, parcel_new(9, &all, flow, false)), ERR_UNREACHABLE);
	frame_free(&frame);
	line_close(&line);
	check_uint(flow_bytes(&all), 0); /* whatever became of them */
	peer_flow_drop(flow);
}

UNIT_SUITE("front/frame",
	{ "parcels are counted", test_parcels_are_counted },
	{ "two frames", test_two_frames },
	{ "one frame, or twenty", test_other_numbers_of_frames },
	{ "sent, or not", test_send });
