/* SPDX-License-Identifier: Apache-2.0 */
/* Whose turn it is for too long, and what nobody has looked at.  It shows envelopes: its entry is made before. */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "front/admin_serve.h"
#include "front/open_legs.h"

#define OVERDUE_DEFAULT 1000u
#define OVERDUE_MOST 10000u

struct listing {
	struct admin_call *call;
	uint32_t holder; /* 0: any */
	int64_t now_us;
	size_t limit;
	Pb__OverdueLeg **legs;
	Pb__OverdueThread **threads;
	size_t count, thread_count; /* within the limit together */
	uint64_t more;
};

static bool is_unseen(const struct leg *leg)
{
	return leg->seen_at_us == 0 && leg->state == PB__LEG_STATE__LEG_STATE_RECEIVED;
}

static enum err put_name(struct listing *listing, uint32_t number, char **to)
{
	struct admin_call *call = listing->call;
	const char *name = NULL;
	enum err err = number == 0 ? ERR_OK : agency_shown_as(call->txn, call->front->site, number, "", &call->arena, &name);

	if (err == ERR_OK)
		*to = pb_of_text(name != NULL ? name : number == 0 ? "" : "*");
	return err;
}

static enum err fill(struct listing *listing, const struct leg *leg, Pb__OverdueLeg *row)
{
	struct request request;
	uint8_t *id;
	enum err err = request_get(listing->call->txn, leg->request, &request);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	id = arena_copy(&listing->call->arena, bytes_of(request.message_id, MESSAGE_ID_BYTES));
	if (id == NULL)
		return ERR_NOMEM;
	pb__overdue_leg__init(row);
	row->leg = leg->leg;
	row->request_id = pb_of_bytes(bytes_of(id, MESSAGE_ID_BYTES));
	row->ask = request.ask;
	row->urgency = leg->urgency;
	row->state = leg->state;
	row->holder = leg->holder;
	row->due_at_us = leg->due_at_us;
	row->since_us = leg->since_us;
	row->next_at_us = leg->timer_at_us;
	row->next = leg_next(leg);
	row->unseen = is_unseen(leg);
	row->provisional = leg->provisional;
	err = put_name(listing, leg->sender, &row->from);
	if (err == ERR_OK)
		err = put_name(listing, leg->agency, &row->to);
	return err == ERR_OK ? put_name(listing, leg_holder_agency(leg), &row->holder_agency) : err;
}

static enum err add_leg(struct listing *listing, const struct leg *leg)
{
	Pb__OverdueLeg *row = arena_alloc(&listing->call->arena, sizeof *row);
	enum err err = row == NULL ? ERR_NOMEM : fill(listing, leg, row);

	if (err == ERR_OK)
		listing->legs[listing->count++] = row;
	return err;
}

static enum err add_thread(struct listing *listing, const struct open_turn *turn)
{
	Pb__OverdueThread *row = arena_alloc(&listing->call->arena, sizeof *row);
	uint8_t *id = arena_copy(&listing->call->arena, bytes_of(turn->thread_id, sizeof turn->thread_id));
	enum err err;

	if (row == NULL || id == NULL)
		return ERR_NOMEM;
	pb__overdue_thread__init(row);
	row->kind = turn->kind;
	row->thread_id = pb_of_bytes(bytes_of(id, sizeof turn->thread_id));
	row->item = turn->item;
	row->due_at_us = turn->due_at_us;
	row->next_at_us = turn->next_at_us;
	row->provisional = turn->provisional;
	err = put_name(listing, turn->holder, &row->holder_agency);
	if (err == ERR_OK)
		err = put_name(listing, turn->asked_by, &row->asked_by);
	if (err == ERR_OK)
		listing->threads[listing->thread_count++] = row;
	return err;
}

static enum err add(void *context, const struct open_turn *turn)
{
	struct listing *listing = context;

	if (listing->holder != 0 && turn->holder != listing->holder)
		return ERR_OK;
	if (!turn_is_late(turn, listing->now_us) && (turn->leg == NULL || !is_unseen(turn->leg)))
		return ERR_OK;
	if (listing->count + listing->thread_count == listing->limit) {
		listing->more++;
		return ERR_OK;
	}
	return turn->leg != NULL ? add_leg(listing, turn->leg) : add_thread(listing, turn);
}

static enum err reply(struct listing *listing)
{
	Pb__OverdueListing *reply = arena_alloc(&listing->call->arena, sizeof *reply);

	if (reply == NULL)
		return ERR_NOMEM;
	pb__overdue_listing__init(reply);
	reply->legs = listing->legs;
	reply->n_legs = listing->count;
	reply->threads = listing->threads;
	reply->n_threads = listing->thread_count;
	reply->more = listing->more;
	reply->now_us = listing->now_us;
	listing->call->reply.body_case = PB__ADMIN_REPLY__BODY_OVERDUE;
	listing->call->reply.overdue = reply;
	return ERR_OK;
}

enum err admin_overdue(struct admin_call *call, const Pb__AdminOverdue *asked)
{
	struct listing listing = { .call = call, .now_us = broker_wall_us(call->front->broker) };
	struct agency agency = { 0 };
	enum err err = admin_reading(call);

	listing.limit = asked->limit == 0 ? OVERDUE_DEFAULT : asked->limit < OVERDUE_MOST ? asked->limit : OVERDUE_MOST;
	listing.legs = arena_calloc(&call->arena, listing.limit, sizeof *listing.legs);
	listing.threads = arena_calloc(&call->arena, listing.limit, sizeof *listing.threads);
	if (err == ERR_OK && (listing.legs == NULL || listing.threads == NULL))
		err = ERR_NOMEM;
	if (err == ERR_OK && *asked->agency != '\0')
		err = agency_by_id(call->txn, bytes_of_text(asked->agency), &call->arena, &agency);
	if (err == ERR_NOT_FOUND) {
		admin_refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY, asked->agency, 0, 0);
		return ERR_OK;
	}
	listing.holder = agency.number;
	if (err == ERR_OK)
		err = open_turns_each(call->txn, add, &listing);
	return err == ERR_OK ? reply(&listing) : err;
}
