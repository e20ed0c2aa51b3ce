/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_legs.c - legs follow what happens elsewhere: an acceptance, a redirect, a delivery that fails.
 *
 * What an entry leads to is put on a list as memory follows it, and worked off in the same transaction, after all that came in: within one
 * frame of an agency nothing but its own entries is recorded.  What it had to tell and had no room for follows in the same way. */
#include "broker/batch.h"
#include "broker/leg_event.h"
#include "broker/lookup_legs.h"
#include "broker/notices.h"
#include "broker/rows_cases.h"
#include "contract/codec.h"
#include "ledger/entry.h"

enum err batch_leg_work(struct batch *batch, enum leg_work_kind kind, uint64_t number)
{
	struct leg_work *work = world_alloc(&batch->world, 1, sizeof(*work));

	if (work == NULL)
		return ERR_NOMEM;
	*work = (struct leg_work){ .kind = kind, .number = number };
	if (batch->leg_work_last != NULL)
		batch->leg_work_last->next = work;
	else
		batch->leg_work = work;
	batch->leg_work_last = work;
	return ERR_OK;
}

static enum err settle(struct batch *batch, enum err err, const struct decision *decision)
{
	struct outcome outcome;

	return err == ERR_OK ? batch_settle(batch, decision, &outcome) : err;
}

/* The other legs of a request to any one that was taken. */
static enum err end_others(struct batch *batch, uint64_t taken)
{
	struct request request;
	struct leg leg;
	enum err err = leg_get(batch->world.txn, taken, &leg);

	if (err == ERR_OK)
		err = request_get(batch->world.txn, leg.request, &request);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	for (size_t i = 0; err == ERR_OK && request.take == PB__TAKE__TAKE_ANY_ONE && i < request.leg_count; i++) {
		struct decision decision;

		if (request.legs[i] != taken)
			err = settle(batch, leg_take_elsewhere_decide(&batch->world, request.legs[i], &decision), &decision);
	}
	return err;
}

/* Every open leg of what that entry opened, if it opened a request. */
static enum err keep_out_of(void *context, uint64_t seq)
{
	struct batch *batch = context;
	struct request request;
	struct leg legs[LIMIT_LEGS];
	enum err err = request_get(batch->world.txn, seq, &request);

	if (err == ERR_OK)
		err = legs_of_request(batch->world.txn, &request, legs);
	for (size_t i = 0; err == ERR_OK && i < request.leg_count; i++)
		if (legs[i].timer_at_us != 0)
			err = batch_leg_work(batch, LEG_WORK_KEEP_OUT, legs[i].leg);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err each_of_case(struct batch *batch, uint64_t marked)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(batch->world.txn, marked, &batch->arena, &entry, &body);

	if (err != ERR_OK || body->body_case != PB__ENTRY_BODY__BODY_MARK_CASE)
		return err == ERR_OK || err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	return case_entries_each(batch->world.txn, bytes_of_pb(body->mark_case->case_id), 0, keep_out_of, batch);
}

static enum err decide(struct batch *batch, const struct leg_work *work, struct decision *ret_decision)
{
	struct world *world = &batch->world;

	switch (work->kind) {
	case LEG_WORK_REDIRECTED:
		return leg_open_decide(world, work->number, ret_decision);
	case LEG_WORK_DEAD:
		return leg_dead_letter_decide(world, work->number, ret_decision);
	case LEG_WORK_REQUEUED:
		return leg_requeue_decide(world, work->number, ret_decision);
	case LEG_WORK_KEEP_OUT:
		return leg_keep_out_decide(world, work->number, ret_decision);
	case LEG_WORK_EXPIRED:
		return leg_expire_decide(world, work->number, ret_decision);
	default:
		decide_nothing(ret_decision);
		return ERR_OK;
	}
}

static enum err work_off(struct batch *batch, const struct leg_work *work)
{
	struct decision decision;

	if (work->kind == LEG_WORK_TAKEN)
		return end_others(batch, work->number);
	if (work->kind == LEG_WORK_CASE_MARKED)
		return each_of_case(batch, work->number);
	return settle(batch, decide(batch, work, &decision), &decision);
}

static const struct leg_work *next_work(struct batch *batch)
{
	const struct leg_work *work = batch->leg_work;

	batch->leg_work = work->next;
	if (batch->leg_work == NULL)
		batch->leg_work_last = NULL;
	return work;
}

enum err batch_legs(struct batch *batch)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && (batch->leg_work != NULL || batch->untold != NULL)) {
		struct decision decision;

		if (batch->leg_work != NULL)
			err = work_off(batch, next_work(batch));
		else
			err = settle(batch, notices_decide(&batch->world, &batch->untold, &decision), &decision);
	}
	return err;
}
