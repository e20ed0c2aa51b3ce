/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_frame.c - control frames as a hostile client or broker may send them.  The first byte chooses which. */
#include "contract/codec.h"
#include "contract/limits.h"
#include "contract/merkle.h"
#include "frame.pb-c.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode_statements(const Pb__Batch *batch, struct arena *arena)
{
	for (size_t i = 0; i < batch->n_orders; i++) {
		const Pb__Order *order = batch->orders[i];

		for (size_t k = 0; k < order->n_statements; k++) {
			const Pb__Statement *statement;
			struct digest leaf = merkle_leaf(bytes_of_pb(order->statements[k]));

			(void)leaf;
			(void)CODEC_DECODE(statement, bytes_of_pb(order->statements[k]), arena, &statement, NULL);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const Pb__FromClient *from_client;
	const Pb__FromBroker *from_broker;
	struct codec_fault fault;
	struct arena arena;

	if (size == 0)
		return 0;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (data[0] % 2 == 0) {
		if (CODEC_DECODE(from_client, bytes_of(data + 1, size - 1), &arena, &from_client, &fault) == ERR_OK &&
		    from_client->body_case == PB__FROM_CLIENT__BODY_BATCH)
			decode_statements(from_client->batch, &arena);
	} else {
		(void)CODEC_DECODE(from_broker, bytes_of(data + 1, size - 1), &arena, &from_broker, &fault);
	}
	if (arena.used > LIMIT_DECODE_BYTES)
		__builtin_trap();
	arena_free(&arena);
	return 0;
}
