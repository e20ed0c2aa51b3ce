/* SPDX-License-Identifier: Apache-2.0 */
#include "asking_legs.h"

#include <string.h>

static struct {
	Pb__Urgency urgency;
	Pb__Take take;
	uint8_t thread[16];
	Pb__LegAct act;
} wanted;

static void as_request(Pb__View *view)
{
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_ADVISE;
	view->take = wanted.take;
	view->urgency = wanted.urgency;
	view->case_id = view->message_id;
}

static void as_act(Pb__View *view)
{
	view->kind = PB__KIND__KIND_REQUEST;
	view->thread_id = pb_of_bytes(bytes_of(wanted.thread, 16));
	view->case_id = view->thread_id;
	view->leg_act = &wanted.act;
}

void legs_request(struct visitor *from, const struct visitor *const *to, size_t count, Pb__Urgency urgency, uint8_t ret_id[16])
{
	wanted.urgency = urgency;
	wanted.take = count > 1 ? PB__TAKE__TAKE_ANY_ONE : PB__TAKE__TAKE_ALL;
	trio_note(from, to, count, ret_id, as_request);
}

Pb__RefusalCode legs_act(struct visitor *from, const struct visitor *to, const uint8_t request[16], Pb__LegAction action, Pb__Reason reason)
{
	const struct visitor *list[] = { to };
	const Pb__Replies *replies;
	struct parcels parcels;
	uint8_t id[16];

	pb__leg_act__init(&wanted.act);
	wanted.act.action = action;
	wanted.act.reason = reason;
	wanted.act.none_known = action == PB__LEG_ACTION__LEG_ACTION_DECLINE;
	wanted.act.outcome = action == PB__LEG_ACTION__LEG_ACTION_COMPLETE ? PB__OUTCOME__OUTCOME_ADVISED : PB__OUTCOME__OUTCOME_UNSPECIFIED;
	memcpy(wanted.thread, request, 16);
	parcels_begin(&parcels);
	parcels_note(&parcels, from, list, 1, 100, id, as_act);
	visitor_send_batch(from, &parcels, NULL);
	replies = visitor_replies(from);
	parcels_free(&parcels);
	require(replies->n_replies == 1);
	return replies->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED ? 0 : replies->replies[0]->refusal->code;
}

const Pb__ReadResult *legs_read(struct visitor *reader, const Pb__LegQuery *query)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	read.what_case = PB__READ__WHAT_LEGS;
	read.legs = (Pb__LegQuery *)(uintptr_t)query;
	do
		result = visitor_read(reader, &read);
	while (result->result_case == PB__READ_RESULT__RESULT_REFUSAL && result->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED);
	return result;
}

const Pb__LegShown *legs_of(struct visitor *reader, const uint8_t request[16])
{
	Pb__LegQuery query = PB__LEG_QUERY__INIT;
	const Pb__ReadResult *result;

	query.request_id = pb_of_bytes(bytes_of(request, 16));
	query.ended = true;
	result = legs_read(reader, &query);
	return result->result_case == PB__READ_RESULT__RESULT_LEGS && result->legs->n_legs > 0 ? result->legs->legs[0] : NULL;
}
