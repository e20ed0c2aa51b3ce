/* SPDX-License-Identifier: Apache-2.0 */
/* trio.h - a house with three enrolled agencies, and what they do there all the time.  What is required holds, or the test ends. */
#pragma once
#include "broker/lookup.h"
#include "house.h"

struct trio {
	struct house house;
	struct visitor alpha, beta, gamma;
	struct arena arena; /* of the operators' replies */
};

void trio_open(struct trio *trio, void (*change)(struct config *config));
void trio_close(struct trio *trio);

/* A note of 500 bytes to each of them, accepted; gives its entry's number.  change may be NULL. */
uint64_t trio_note(struct visitor *from, const struct visitor *const *to, size_t count, uint8_t ret_id[16], void (*change)(Pb__View *view));

/* One item handed out, which the agency holds from now on. */
struct taken {
	uint64_t item, seq;
	struct digest view_hash;
	uint32_t attempts;
	bool redelivered;
};
struct taken trio_take(struct visitor *visitor);

void trio_refuse(struct visitor *visitor, const struct taken *taken, Pb__RefuseReason reason);
void trio_acknowledge(struct visitor *visitor, const struct taken *taken);

/* The agency's connection is lost, and it comes back. */
void trio_lose(struct trio *trio, struct visitor *visitor);

/* Until gauges show what was done so far: the writer tells the world first and its gauges then. */
void trio_settle(struct trio *trio);

/* From now on beta is a confidential agency whose proxy is gamma. */
void trio_hide_beta(struct trio *trio);

/* Operators. */
const Pb__AdminReply *trio_ask(struct trio *trio, const Pb__AdminRequest *request);
const Pb__AdminReply *trio_list(struct trio *trio, const Pb__AdminQueueList *list);
void trio_act(struct trio *trio, Pb__QueueAct act, uint64_t item);
