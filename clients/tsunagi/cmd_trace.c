/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/json.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/agency_client.h"
#include "tsunagi/queue_listing.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/trace_print.h"

static enum outcome tell(json_t *trace)
{
	if (out_json_wanted()) {
		out_json(trace);
		return OUTCOME_DONE;
	}
	trace_print(trace);
	json_decref(trace);
	return OUTCOME_DONE;
}

static enum outcome trace_as_operator(const struct call *call)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;
	struct id message;
	struct arena arena;
	enum outcome outcome = queue_message(call, call_operand(call, 0), &message);

	if (outcome != OUTCOME_DONE)
		return outcome;
	request.body_case = PB__ADMIN_REQUEST__BODY_TRACE;
	request.trace = pb_of_bytes(bytes_of(message.bytes, ID_BYTES));
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		outcome = reply->body_case == PB__ADMIN_REPLY__BODY_TRACE ? tell(json_of_message(&reply->trace->base)) : admin_unexpected();
	arena_free(&arena);
	return outcome;
}

static enum outcome trace_as_agency(const struct call *call)
{
	struct agency_client client;
	char message[ID_TEXT];
	json_t *trace = NULL;
	enum outcome outcome = agency_client_open_for(call, &client, message);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_act(&client, json_pack("{s:s,s:s}", "action", "trace", "message_id", message), &trace);
	if (outcome == OUTCOME_DONE)
		outcome = tell(trace);
	agency_client_close(&client);
	return outcome;
}

enum outcome cmd_trace(const struct call *call)
{
	return call_as_agency(call) ? trace_as_agency(call) : trace_as_operator(call);
}
