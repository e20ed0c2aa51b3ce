/* SPDX-License-Identifier: Apache-2.0 */
/* front/intake.h - from frames to what the writer takes: decoded, bounded, hashed, the signature verified.
 *
 * Each takes what it needs out of the frame, which stays the caller's; the message was decoded into the front's scratch arena.  All
 * answers that need no writer are sent from here. */
#pragma once
#include "front/held.h"

void intake_batch(struct front *front, struct frame *frame, struct peer *peer, const Pb__Batch *batch);
void intake_blob(struct front *front, struct frame *frame, struct peer *peer, const Pb__BlobPut *put);
void intake_enrol(struct front *front, const struct frame *frame, const Pb__Enrol *enrol);

/* Answers every order of a batch with the same refusal; for batches that never reach the writer. */
void intake_refuse_batch(struct front *front, struct peer *peer, uint64_t number, size_t orders, const Pb__Refusal *refusal);

/* ---- orders.c: the orders of one batch, without any table ---- */

struct orders {
	struct inbound_order *orders;
	size_t count;
	struct digest root;      /* of the batch */
	bool privileged;         /* acknowledgements, refusals, device endings, danger to life, and nothing else */
};

/* Decodes all statements, splits the data frame, checks limits and digests and hashes everything, into the arena.  What is wrong with
 * one order alone stands in its refusal; what makes the frame senseless refuses the whole:
 * ERR_FORMAT, ERR_TOO_LARGE   ret_refusal is set, its subject in the arena */
enum err orders_read(const Pb__Batch *batch, struct bytes data, struct arena *arena, struct orders *ret_orders, Pb__Refusal *ret_refusal);

/* ---- statement_limits.c ---- */

/* What of one statement exceeds the wire's limits or has a wrong size; false, with the refusal set (constant subject), when something. */
bool statement_within_limits(const Pb__Statement *statement, Pb__Refusal *ret_refusal);

/* ---- issue.c ---- */

/* The site's certificates for a device's requests; arena owns the result.  false, with the refusal set, when a request is none. */
bool issue_certificates(const struct site_keys *keys, const char *address, const char *device_name, struct bytes signing_request,
			struct bytes sealing_request, int64_t from_us, int64_t valid_us, struct arena *arena,
			Pb__BindEntry *entry, Pb__Refusal *ret_refusal);
