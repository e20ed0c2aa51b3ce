/* SPDX-License-Identifier: Apache-2.0 */
/* What an agency left that closed, or has no device any more, and nobody could be found for: counted, no envelope. */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "front/admin_serve.h"
#include "front/open_legs.h"

struct left {
	uint32_t agency;
	Pb__TurnsLeft *turns;
};

static enum err count(void *context, const struct open_turn *turn)
{
	const struct left *left = context;

	if (turn->holder != left->agency)
		return ERR_OK;
	if (turn->kind == PB__TIMER_KIND__TIMER_KIND_LEG)
		left->turns->legs++;
	else if (turn->kind == PB__TIMER_KIND__TIMER_KIND_REQUEST)
		left->turns->requests++;
	else
		left->turns->others++;
	return ERR_OK;
}

static enum err found_one(void *context, const struct device *device)
{
	(void)context;
	(void)device;
	return ERR_EXISTS;
}

enum err admin_hand_over_look(struct admin_call *call, const char *id)
{
	Pb__TurnsLeft *turns = arena_alloc(&call->arena, sizeof *turns);
	struct left left = { .turns = turns };
	struct agency agency;
	enum err err = turns == NULL ? ERR_NOMEM : admin_reading(call);

	if (err == ERR_OK)
		err = agency_by_id(call->txn, bytes_of_text(id), &call->arena, &agency);
	if (err == ERR_NOT_FOUND) {
		admin_refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY, id, 0, 0);
		return ERR_OK;
	}
	if (err == ERR_OK && !agency.closed)
		err = device_each(call->txn, agency.number, found_one, NULL);
	if (err == ERR_EXISTS) {
		admin_refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_AGENCY_OPEN, id, 0, 0);
		return ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	pb__turns_left__init(turns);
	left.agency = agency.number;
	err = open_turns_each(call->txn, count, &left);
	if (err != ERR_OK)
		return err;
	call->reply.body_case = PB__ADMIN_REPLY__BODY_TURNS_LEFT;
	call->reply.turns_left = turns;
	return ERR_OK;
}
