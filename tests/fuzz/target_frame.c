/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_frame.c - pairs of frames as a hostile client, or a hostile broker, may send them.
 *
 * The first byte chooses the side; four bytes give the control frame's length, which then comes, and the data frame is the rest. */
#include "broker/submit_check.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "front/intake.h"
#include "seed_keys.h"
#include "target_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The front's way of a batch, and what the writer looks at before any table. */
static void read_batch(const Pb__Batch *batch, struct bytes data, struct arena *arena)
{
	const struct rules rules = { .site = SEED_SITE };
	const struct registry_agency agency = { .number = 1, .address = SEED_ADDRESS, .id_len = sizeof(SEED_AGENCY) - 1 };
	const struct world world = { .rules = &rules, .arena = arena, .now_us = SEED_NOW_US };
	struct orders orders;
	Pb__Refusal refusal;

	if (orders_read(batch, data, arena, &orders, &refusal) != ERR_OK)
		return;
	for (size_t i = 0; i < orders.count; i++) {
		const struct signer signer = { .agency = &agency, .order = &orders.orders[i], .index = i };

		if (signer.order->refusal == NULL && signer.order->decoded[0]->body_case == PB__STATEMENT__BODY_VIEW)
			(void)submit_check_form(&world, &signer);
	}
}

static void from_client(struct bytes control, struct bytes data, struct arena *arena)
{
	const Pb__FromClient *message;
	struct codec_fault fault;

	if (CODEC_DECODE(from_client, control, arena, &message, &fault) == ERR_OK && message->body_case == PB__FROM_CLIENT__BODY_BATCH)
		read_batch(message->batch, data, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	size_t control;

	if (size < 5)
		return 0;
	control = be32_get(data + 1);
	if (control > size - 5)
		control = size - 5;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	(data[0] % 2 == 0 ? from_client : from_broker)(bytes_of(data + 5, control), bytes_of(data + 5 + control, size - 5 - control), &arena);
	if (arena.used > LIMIT_DECODE_BYTES)
		__builtin_trap();
	arena_free(&arena);
	return 0;
}
