/* SPDX-License-Identifier: Apache-2.0 */
/* front/read_code.c - see reads.h: the message that a short code is of, among those that the reader may see. */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "front/reads.h"

static enum err accept(void *context, uint64_t seq)
{
	return read_may_see(context, seq);
}

enum err read_code(struct asking *asking, uint64_t tail)
{
	uint8_t message_id[16];
	enum err err = message_by_code(asking->txn, tail, accept, asking, message_id);

	if (err == ERR_OK)
		err = pb_keep(asking->arena, bytes_of(message_id, sizeof message_id), &asking->result.found_id);
	if (err == ERR_OK)
		asking->result.result_case = PB__READ_RESULT__RESULT_FOUND_ID;
	return err;
}
