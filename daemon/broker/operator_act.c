/* SPDX-License-Identifier: Apache-2.0 */
/* broker/operator_act.c - acts on the operators' socket, each to its verb.  Reading envelopes is an act: its entry comes first. */
#include "broker/batch.h"
#include "broker/review.h"
#include "broker/verbs.h"

/* Many envelopes at once: what is shown is not named one by one. */
static enum err read_list(struct batch *batch, const struct inbound *inbound, const char *command, struct decision *ret_decision)
{
	return access_decide(&batch->world, inbound->act.operator, command, NULL, 0, ret_decision);
}

static enum err read_message(struct batch *batch, const struct inbound *inbound, const char *command, ProtobufCBinaryData id,
			     struct decision *ret_decision)
{
	struct bytes message_id = bytes_of_pb(id);

	return access_decide(&batch->world, inbound->act.operator, command, &message_id, 1, ret_decision);
}

enum err operator_act(struct batch *batch, const struct inbound *inbound, struct decision *ret_decision)
{
	const Pb__AdminRequest *request = inbound->act.request;
	const Pb__Operator *operator = inbound->act.operator;
	struct world *world = &batch->world;

	switch (request->body_case) {
	case PB__ADMIN_REQUEST__BODY_DIRECTORY_LOAD:
		return directory_decide(world, operator, bytes_of_pb(request->directory_load), ret_decision);
	case PB__ADMIN_REQUEST__BODY_AGENCY_ADD:
		return invite_decide(world, operator, request->agency_add, ret_decision);
	case PB__ADMIN_REQUEST__BODY_AGENCY_REVOKE:
		return revoke_decide(world, operator, request->agency_revoke, ret_decision);
	case PB__ADMIN_REQUEST__BODY_HAND_OVER:
		return hand_over_decide(world, operator, request->hand_over, ret_decision);
	case PB__ADMIN_REQUEST__BODY_QUEUE_ACT:
		return queue_act_decide(world, operator, request->queue_act, ret_decision);
	case PB__ADMIN_REQUEST__BODY_CALENDAR_LOAD:
		return calendar_load_decide(world, operator, bytes_of_pb(request->calendar_load), ret_decision);
	case PB__ADMIN_REQUEST__BODY_CLOCK_CONFIRM:
		return clock_confirm_decide(world, operator, request->clock_confirm, ret_decision);
	case PB__ADMIN_REQUEST__BODY_CLOCK_MOVE:
		return clock_move_decide(world, operator, request->clock_move, ret_decision);
	case PB__ADMIN_REQUEST__BODY_DEV_FAULT:
		return dev_fault_decide(world, operator, request->dev_fault, ret_decision);
	case PB__ADMIN_REQUEST__BODY_ERASE:
		return batch_erase(batch, inbound, ret_decision);
	case PB__ADMIN_REQUEST__BODY_QUEUE_LIST:
		return read_list(batch, inbound, "queue", ret_decision);
	case PB__ADMIN_REQUEST__BODY_OVERDUE:
		return read_list(batch, inbound, "overdue", ret_decision);
	case PB__ADMIN_REQUEST__BODY_REVIEWED:
		return reviewed_decide(world, operator, request->reviewed, ret_decision);
	case PB__ADMIN_REQUEST__BODY_REVIEW_LIST:
		return read_list(batch, inbound, "review", ret_decision);
	case PB__ADMIN_REQUEST__BODY_PROVISIONS:
		return read_list(batch, inbound, "provisions", ret_decision);
	case PB__ADMIN_REQUEST__BODY_DISCLOSURE:
		return access_case_decide(world, operator, "disclosure", bytes_of_pb(request->disclosure->case_id), ret_decision);
	case PB__ADMIN_REQUEST__BODY_QUEUE_SHOW:
		return read_message(batch, inbound, "queue show", request->queue_show, ret_decision);
	case PB__ADMIN_REQUEST__BODY_TRACE:
		return read_message(batch, inbound, "trace", request->trace, ret_decision);
	default: /* enrol_request comes as INBOUND_BIND; the others change nothing and are answered by whoever listens there */
		return decide_refusal(world, REFUSE(MALFORMED), "request", request->body_case, 0, ret_decision);
	}
}
