/* SPDX-License-Identifier: Apache-2.0 */
/* alone.h - a front without its thread, its CURVE and its endpoints: what its functions work on, over a real store and a writer that
 * takes nothing until it is started, so that a test decides when a ring is full, what time it is, and who is connected. */
#pragma once
#include "front/state.h"
#include "house.h"

struct alone {
	struct house *house;
	struct front front;
	bool writer_runs;
	void *context; /* ZeroMQ, of the router and its dealers */
};

struct alone_bounds {
	size_t slots, reserve; /* of the writer's ring */
	size_t peers;
	size_t pending, pending_reserve, sending, sending_reserve; /* bytes */
};

extern const struct alone_bounds alone_roomy; /* nothing is full */

/* Takes the house's store over, whose own front and writer end; agencies and devices in it stay. */
void alone_open(struct alone *alone, struct house *house, const struct alone_bounds *bounds);
void alone_close(struct alone *alone); /* the house is left stopped: house_close it */

/* The writer begins to take what waits. */
void alone_run_writer(struct alone *alone);

/* A session of that agency, open, on a descriptor that the guard knows (-1: none). */
struct peer *alone_peer(struct alone *alone, uint32_t routing, uint32_t agency, int fd);

/* A DEALER that the front's router can answer; its routing number into ret_routing. */
void *alone_dealer(struct alone *alone, uint32_t *ret_routing);

/* Fills the writer's ring, reserve included. */
void alone_fill_ring(struct alone *alone);
