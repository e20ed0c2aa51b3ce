/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "front/part_in.h"
#include "front/reads.h"
#include "front/trace.h"
#include "front/trace_thread.h"

/* Who is kept out of its case learns nothing of what goes on. */
enum err read_may_see(struct asking *asking, uint64_t seq)
{
	struct reader reader;
	const Pb__EntryBody *body;
	enum part_in part = PART_NONE;
	struct entry entry;
	bool kept_out = false;
	enum err err = entry_decode(asking->txn, seq, asking->arena, &entry, &body);

	if (err == ERR_OK)
		err = reader_agency(asking, &reader);
	if (err == ERR_OK)
		err = body->body_case == PB__ENTRY_BODY__BODY_SUBMIT ? ERR_OK : ERR_CORRUPT;
	if (err == ERR_OK)
		err = part_in_submission(&reader, seq, body->submit, &part);
	if (err == ERR_OK)
		err = reader_is_kept_out(&reader, bytes_of_pb(body->submit->case_id), &kept_out);
	return err == ERR_OK && (part == PART_NONE || kept_out) ? ERR_NOT_FOUND : err;
}

/* Whoever came into a thread later, by a redirect or a delegation, knows it by the id of a message that was not its own: it is shown its part. */
static enum err build(struct asking *asking, uint64_t seq, struct bytes message_id, Pb__Trace *trace)
{
	enum err own = read_may_see(asking, seq);
	struct reader reader;
	enum err err = own == ERR_OK || own == ERR_NOT_FOUND ? reader_agency(asking, &reader) : own;

	if (err == ERR_OK && own == ERR_OK) {
		err = trace_build(asking->txn, seq, asking->peer->agency, asking->arena, trace);
	} else if (err == ERR_OK) {
		pb__trace__init(trace);
		err = pb_keep(asking->arena, message_id, &trace->message_id);
	}
	if (err == ERR_OK)
		err = trace_thread(&reader, seq, trace);
	return err == ERR_OK && own == ERR_NOT_FOUND && trace->n_thread == 0 ? ERR_NOT_FOUND : err;
}

enum err read_trace(struct asking *asking, struct bytes message_id)
{
	Pb__Trace *trace = arena_alloc(asking->arena, sizeof *trace);
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
		err = build(asking, seq, message_id, trace);
	if (err != ERR_OK)
		return err;
	asking->result.result_case = PB__READ_RESULT__RESULT_TRACE;
	asking->result.trace = trace;
	return ERR_OK;
}
