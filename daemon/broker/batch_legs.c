/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_legs.c - legs follow what happens elsewhere: an acceptance, a redirect, a delivery that fails, an agency that is no more.
 *
 * What an entry leads to is put on a list as memory follows it, and worked off in the same transaction, after all that came in: within one
 * frame of an agency nothing but its own entries is recorded. */
#include "broker/batch.h"
#include "broker/conference_event.h"
#include "broker/leg_event.h"
#include "broker/lookup_legs.h"

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

struct gathering {
	struct batch *batch;
	uint32_t agency;
	enum leg_work_kind kind;
};

/* Its own open legs alone, and where it ends those that it holds for another: what it sent is not its end's business. */
static enum err gather(void *context, const struct leg *leg)
{
	struct gathering *gathering = context;
	bool acts = gathering->kind == LEG_WORK_CLOSE && leg->acting == gathering->agency;

	if ((leg->agency != gathering->agency && !acts) || leg->timer_at_us == 0)
		return ERR_OK;
	return batch_leg_work(gathering->batch, gathering->kind, leg->leg);
}

static enum err each_of(struct batch *batch, uint32_t agency, enum leg_work_kind kind)
{
	struct gathering gathering = { batch, agency, kind };

	return agency_legs_each(batch->world.txn, agency, 0, gather, &gathering);
}

static enum err reckon_leg(void *context, const struct leg *leg)
{
	return leg->provisional ? batch_leg_work(context, LEG_WORK_RECKON, leg->leg) : ERR_OK;
}

static enum err reckon_request(void *context, const struct request *request)
{
	return request->provisional ? batch_leg_work(context, LEG_WORK_RECKON_REQUEST, request->request) : ERR_OK;
}

/* What has a timer of that kind; each decision looks whether it was provisional. */
static enum err reckon_timers(struct batch *batch, Pb__TimerKind kind, enum leg_work_kind work)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(batch->world.txn, TABLE_TIMERS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct timer_row timer;

		err = timer_decode(key, &timer);
		if (err == ERR_OK && timer.kind == kind)
			err = batch_leg_work(batch, work, timer.number);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Once a year: every due time that counted days nobody knew of.  A conference waits for its items: they come first. */
static enum err each_provisional(struct batch *batch)
{
	enum err err = legs_each(batch->world.txn, reckon_leg, batch);

	if (err == ERR_OK)
		err = requests_each(batch->world.txn, 0, reckon_request, batch);
	if (err == ERR_OK)
		err = reckon_timers(batch, PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM, LEG_WORK_RECKON_ITEM);
	return err == ERR_OK ? reckon_timers(batch, PB__TIMER_KIND__TIMER_KIND_CONFERENCE, LEG_WORK_RECKON_CONFERENCE) : err;
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
	case LEG_WORK_EXPIRED:
		return leg_expire_decide(world, work->number, ret_decision);
	case LEG_WORK_CLOSE:
		return leg_close_agency_decide(world, work->number, ret_decision);
	case LEG_WORK_RECKON:
		return leg_reckon_decide(world, work->number, ret_decision);
	case LEG_WORK_RECKON_REQUEST:
		return request_reckon_decide(world, work->number, ret_decision);
	case LEG_WORK_RECKON_ITEM:
		return action_item_reckon_decide(world, work->number, ret_decision);
	case LEG_WORK_RECKON_CONFERENCE:
		return conference_reckon_decide(world, work->number, ret_decision);
	case LEG_WORK_RESEAL:
		return leg_reseal_decide(world, work->number, ret_decision);
	default:
		decide_nothing(ret_decision);
		return ERR_OK;
	}
}

static enum err work_off(struct batch *batch, const struct leg_work *work)
{
	struct decision decision;

	switch (work->kind) {
	case LEG_WORK_TAKEN:
		return end_others(batch, work->number);
	case LEG_WORK_AGENCY_CLOSED:
		return each_of(batch, (uint32_t)work->number, LEG_WORK_CLOSE);
	case LEG_WORK_AGENCY_COMPROMISED:
		return each_of(batch, (uint32_t)work->number, LEG_WORK_RESEAL);
	case LEG_WORK_CALENDAR:
		return each_provisional(batch);
	default:
		return settle(batch, decide(batch, work, &decision), &decision);
	}
}

enum err batch_legs(struct batch *batch)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && batch->leg_work != NULL) {
		const struct leg_work *work = batch->leg_work;

		batch->leg_work = work->next;
		if (batch->leg_work == NULL)
			batch->leg_work_last = NULL;
		err = work_off(batch, work);
	}
	return err;
}
