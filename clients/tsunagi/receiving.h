/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/receiving.h - one run of `receive`: what it takes, how long it waits, what became of what it took. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "tsunagi/agency_client.h"

struct receiving {
	struct agency_client client;
	uint64_t max;          /* deliveries in all; UINT64_MAX: no bound */
	int64_t wait_us;       /* for the next one, while none comes */
	const char *directory; /* --out; NULL: none */
	const char *program;   /* --exec; NULL: none */
	uint64_t taken;
	uint64_t acknowledged;
	uint64_t put_off;      /* left with the broker, to come again */
	uint64_t refused;
	uint64_t undecided;    /* acknowledged, but the broker's word did not come in time */
};

/* From now on SIGINT and SIGTERM ask for a clean end instead of ending the process. */
void receiving_watch_signals(void);
bool receiving_stopped(void);

/* Acknowledges and counts; false when the broker's word did not come (told). */
bool receiving_acknowledge(struct receiving *receiving, tsg_delivery *delivery);

/* Refuses and counts; told when the broker does not take it. */
void receiving_refuse(struct receiving *receiving, tsg_delivery *delivery, const char *code, const char *text);

/* Where tsg_delivery_save puts it under a directory: DIRECTORY/MESSAGE_ID, or the file of a notice. */
void receiving_place(tsg_delivery *delivery, const char *directory, char *place, size_t size);

/* The delivery's envelope without its content, and what became of it: {"type":"delivery","message_id","code","sender","kind","urgency",
 * "redelivered","released","state"}; of a notice all of it, the leg's state as "leg_state"; a new reference. */
json_t *receiving_summary(tsg_delivery *delivery, const char *state);

/* Says it: a JSON line, or a line of text; directory may be NULL. */
void receiving_tell(tsg_delivery *delivery, const char *state, const char *directory);
