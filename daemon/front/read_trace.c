/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/lookup.h"
#include "front/reads.h"
#include "front/trace.h"
#include "front/trace_thread.h"

enum err read_trace(struct asking *asking, struct bytes message_id)
{
	Pb__Trace *trace = arena_alloc(asking->arena, sizeof *trace);
	struct reader reader;
	uint64_t seq;
	enum err err;

	if (trace == NULL)
		return ERR_NOMEM;
	if (message_id.len != 16)
		return ERR_NOT_FOUND;
	/* Its own message first: ids are the senders' own, and two may have the same. */
	err = message_seq(asking->txn, message_id.data, asking->peer->agency, &seq);
	if (err == ERR_NOT_FOUND)
		err = message_seq(asking->txn, message_id.data, 0, &seq);
	if (err == ERR_OK)
		err = trace_build(asking->txn, seq, asking->peer->agency, asking->arena, trace);
	if (err == ERR_OK)
		err = reader_agency(asking, &reader);
	if (err == ERR_OK)
		err = trace_thread(&reader, seq, trace);
	if (err != ERR_OK)
		return err;
	asking->result.result_case = PB__READ_RESULT__RESULT_TRACE;
	asking->result.trace = trace;
	return ERR_OK;
}
