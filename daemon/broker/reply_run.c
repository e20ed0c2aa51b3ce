/* SPDX-License-Identifier: Apache-2.0 */
/* broker/reply_run.c - see reply_run.h for the contract. */
#include "broker/reply_run.h"

#define SEQ_AT 4 /* in a header; the number takes eight bytes */

static bool headers_alike(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, SEQ_AT) == 0 && memcmp(a + SEQ_AT + 8, b + SEQ_AT + 8, LEAF_HEADER_BYTES - SEQ_AT - 8) == 0;
}

static size_t lanes_of(const struct outcome *outcome)
{
	const Pb__EntryBody *body = outcome->decision.body;

	return body->body_case == PB__ENTRY_BODY__BODY_SUBMIT ? body->submit->n_recipients : 0;
}

bool reply_run_fits(const struct outcome *outcomes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (outcomes[i].decision.kind != DECISION_ENTRY || outcomes[i].seq != outcomes[0].seq + i ||
		    !headers_alike(outcomes[i].header, outcomes[0].header) || lanes_of(&outcomes[i]) != lanes_of(&outcomes[0]))
			return false;
	return count > 0;
}

enum err reply_run(const struct outcome *outcomes, size_t count, struct arena *arena, Pb__Replies *replies)
{
	size_t lanes = lanes_of(&outcomes[0]);
	Pb__AcceptedRun *run = arena_alloc(arena, sizeof(*run));
	uint8_t *hashes = arena_alloc(arena, count * DIGEST_BYTES);
	Pb__Urgency *lane = arena_alloc(arena, count * lanes * sizeof(*lane));

	if (run == NULL || hashes == NULL || lane == NULL)
		return ERR_NOMEM;
	pb__accepted_run__init(run);
	run->lanes = lane;
	for (size_t i = 0; i < count; i++) {
		memcpy(hashes + i * DIGEST_BYTES, outcomes[i].body_hash.bytes, DIGEST_BYTES);
		for (size_t k = 0; k < lanes; k++)
			run->lanes[run->n_lanes++] = outcomes[i].decision.body->submit->recipients[k]->lane;
	}
	run->body_hashes = pb_of_bytes(bytes_of(hashes, count * DIGEST_BYTES));
	replies->run = run;
	return pb_keep(arena, bytes_of(outcomes[0].header, LEAF_HEADER_BYTES), &run->header);
}
