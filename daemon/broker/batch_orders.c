/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_orders.c - the orders of one frame, in turn.  Each makes one entry at most and nothing else is recorded between them, so
 * that one proof serves all of the frame's new entries. */
#include "broker/batch.h"
#include "broker/purge.h"
#include "broker/verbs.h"
#include "store/parts.h"

static enum err decide_single(struct batch *batch, const struct signer *signer, struct decision *ret_decision)
{
	const Pb__Statement *statement = signer->order->decoded[0];

	if (signer->order->statement_count != 1)
		return decide_refusal(&batch->world, REFUSE(MALFORMED), "statements", (int64_t)signer->order->statement_count, 1,
				      ret_decision);
	switch (statement->body_case) {
	case PB__STATEMENT__BODY_ACKNOWLEDGE:
		return acknowledge_decide(&batch->world, signer, statement->acknowledge, ret_decision);
	case PB__STATEMENT__BODY_REFUSE:
		return refuse_decide(&batch->world, signer, statement->refuse, ret_decision);
	case PB__STATEMENT__BODY_BIND_DEVICE:
		return bind_order_decide(&batch->world, signer, statement->bind_device, ret_decision);
	case PB__STATEMENT__BODY_UNBIND_DEVICE:
		return unbind_order_decide(&batch->world, signer, statement->unbind_device, ret_decision);
	case PB__STATEMENT__BODY_MARK_CASE:
		return case_mark_decide(&batch->world, signer, statement->mark_case, ret_decision);
	case PB__STATEMENT__BODY_PURGED:
		return purged_decide(&batch->world, signer, statement->purged, ret_decision);
	case PB__STATEMENT__BODY_SAY_STANDING:
		return standing_decide(&batch->world, signer, statement->say_standing, ret_decision);
	case PB__STATEMENT__BODY_VIEW:
	case PB__STATEMENT__BODY__NOT_SET:
	default:
		return decide_refusal(&batch->world, REFUSE(MALFORMED), "statements", 0, 0, ret_decision);
	}
}

static enum err decide_order(struct batch *batch, const struct signer *signer, struct decision *ret_decision)
{
	const struct inbound_order *order = signer->order;

	if (order->refusal != NULL) {
		*ret_decision = (struct decision){ .kind = DECISION_REFUSED, .refusal = order->refusal };
		return ERR_OK;
	}
	if (signer->agency == NULL || signer->device == NULL)
		return decide_refusal(&batch->world, REFUSE(REVOKED), signer->agency == NULL ? NULL : signer->agency->address, 0, 0,
				      ret_decision);
	if (order->statement_count > 0 && order->decoded[0]->body_case == PB__STATEMENT__BODY_VIEW)
		return submit_decide(&batch->world, signer, ret_decision);
	return decide_single(batch, signer, ret_decision);
}

/* Parts are primary data: they stand beside the entry, numbered over all of its Views. */
static enum err keep_parts(struct batch *batch, const struct inbound_order *order, uint64_t seq)
{
	for (size_t i = 0; i < order->part_count; i++)
		part_append(batch->world.txn, seq, (uint16_t)i, order->parts[i]);
	return txn_error(batch->world.txn);
}

enum err batch_orders(struct batch *batch, const struct inbound *inbound, struct outcome *outcomes)
{
	for (size_t i = 0; i < inbound->batch.count; i++) {
		const struct registry_agency *agency = registry_agency(batch->broker->registry, inbound->agency);
		struct signer signer = {
			.agency = agency,
			/* looked up for each: an order before may have unbound the signer */
			.device = agency == NULL ? NULL : registry_signer(agency, &inbound->batch.certificate),
			.batch = &inbound->batch,
			.index = i,
			.order = &inbound->batch.orders[i],
		};
		struct decision decision;
		enum err err = decide_order(batch, &signer, &decision);

		if (err == ERR_OK)
			err = batch_settle(batch, &decision, &outcomes[i]);
		if (err == ERR_OK && decision.kind == DECISION_ENTRY && decision.body->body_case == PB__ENTRY_BODY__BODY_SUBMIT)
			err = keep_parts(batch, signer.order, outcomes[i].seq);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}
