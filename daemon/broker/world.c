/* SPDX-License-Identifier: Apache-2.0 */
/* broker/world.c - see world.h for the contract. */
#include "broker/world.h"

enum err decide_entry(struct world *world, Pb__EntryBody__BodyCase type, void *entry, struct decision *ret_decision)
{
	Pb__EntryBody *body = world_room(world, 1, sizeof(*body));

	if (body == NULL)
		return ERR_NOMEM;
	pb__entry_body__init(body);
	body->body_case = type;
	body->submit = entry; /* every member of the union is a pointer */
	*ret_decision = (struct decision){ .kind = DECISION_ENTRY, .body = body };
	return ERR_OK;
}

enum err decide_refusal(struct world *world, Pb__RefusalCode code, const char *subject, int64_t value, int64_t bound,
			struct decision *ret_decision)
{
	Pb__Refusal *refusal = world_alloc(world, 1, sizeof(*refusal));

	if (refusal == NULL)
		return ERR_NOMEM;
	pb__refusal__init(refusal);
	refusal->code = code;
	refusal->value = value;
	refusal->bound = bound;
	if (subject != NULL) {
		refusal->subject = arena_text(world->arena, bytes_of_text(subject));
		if (refusal->subject == NULL)
			return ERR_NOMEM;
	}
	*ret_decision = (struct decision){ .kind = DECISION_REFUSED, .refusal = refusal };
	return ERR_OK;
}

enum err decide_objection(struct world *world, const struct objection *objection, struct decision *ret_decision)
{
	return decide_refusal(world, objection->code, objection->subject, objection->value, objection->bound, ret_decision);
}

void decide_duplicate(uint64_t seq, struct decision *ret_decision)
{
	*ret_decision = (struct decision){ .kind = DECISION_DUPLICATE, .seq = seq };
}

void decide_nothing(struct decision *ret_decision)
{
	*ret_decision = (struct decision){ .kind = DECISION_NOTHING };
}

Pb__SignedOrder *world_signed_order(struct world *world, const struct signer *signer)
{
	const struct inbound_order *order = signer->order;
	Pb__SignedOrder *signed_order = world_room(world, 1, sizeof(*signed_order));
	ProtobufCBinaryData *statements = world_room(world, order->statement_count, sizeof(*statements));

	if (signed_order == NULL || statements == NULL)
		return NULL;
	for (size_t i = 0; i < order->statement_count; i++)
		statements[i] = pb_of_bytes(order->statements[i]);
	pb__signed_order__init(signed_order);
	signed_order->n_statements = order->statement_count;
	signed_order->statements = statements;
	signed_order->index = (uint32_t)signer->index;
	signed_order->count = (uint32_t)signer->batch->count;
	signed_order->path = pb_of_bytes(order->path);
	signed_order->certificate_sha256 = pb_of_bytes(digest_bytes(&signer->batch->certificate));
	signed_order->signature = pb_of_bytes(signer->batch->signature);
	signed_order->agency = signer->agency->number;
	signed_order->device = signer->device->device;
	return signed_order;
}

void *world_alloc(struct world *world, size_t count, size_t size)
{
	return arena_calloc(world->arena, count, size);
}

void *world_room(struct world *world, size_t count, size_t size)
{
	return size != 0 && count > SIZE_MAX / size ? NULL : arena_alloc(world->arena, count * size);
}
