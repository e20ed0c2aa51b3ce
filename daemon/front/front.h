/* SPDX-License-Identifier: Apache-2.0 */
/* front/front.h - the broker's doors: the agencies' socket and the operators' socket.
 *
 * One thread owns the ZeroMQ sockets: it admits connections, keeps sessions, decodes frames under hard limits, verifies signatures, offers
 * commands to the writer, answers reads from read transactions, and sends what the writer hands back.  A few threads serve operators.
 * Nothing is decided here. */
#pragma once
#include "broker/broker.h"
#include "config/config.h"
#include "config/home.h"

struct front;

struct front_setup {
	const struct config *config;   /* copied */
	const struct site_keys *keys;  /* borrowed for the front's life, as the others below */
	const char *admin_socket;      /* path */
	struct store *store;
	struct broker *broker;         /* open; it may be running already */
	int64_t started_at_us;         /* wall clock, for `status` */
};

/* Binds all endpoints and starts the threads.  fault (of fault_size bytes) tells what failed.
 * ERR_BUSY (an address is in use), ERR_PERMISSION, ERR_IO, ERR_NOMEM; what reading the tables gave. */
enum err front_start(const struct front_setup *setup, struct front **ret_front, char *fault, size_t fault_size);

/* No further command is taken; agencies are told that the broker stops.  What the writer still says goes out.  Any thread. */
void front_close_doors(struct front *front);

/* Sends what is left, ends the threads, frees all.  The writer must have ended.  NULL does nothing. */
void front_stop(struct front *front);

/* Takes over what SIGHUP may change.  Any thread but the front's. */
void front_reload(struct front *front, const struct config *config);

/* Readable once the front cannot go on: the writer ended, a stored row is damaged, a socket failed. */
int front_ended_fd(const struct front *front);

/* Why; text tells where.  ERR_OK while it goes on. */
enum err front_ended(struct front *front, char *text, size_t text_size);

/* Bytes sent that no agency has taken yet; any thread. */
size_t front_unread(struct front *front);

/* Turns of the front's loop so far: whoever feeds a watchdog wants to see it grow. */
uint64_t front_turns(struct front *front);
