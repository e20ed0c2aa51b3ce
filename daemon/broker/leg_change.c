/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_change.c - see leg_change.h for the contract. */
#include "broker/leg_change.h"

#include "contract/request_standing.h"

#define A(name) PB__LEG_ACTION__LEG_ACTION_##name
#define IN(name) (UINT32_C(1) << A(name))

/* After these the clock begins anew: the turn, or what is waited for, is another. */
#define RESTARTS                                                                                                                    \
	(IN(SUBMIT) | IN(OPEN) | IN(SEAL) | IN(RESEAL) | IN(ASK) | IN(ANSWER) | IN(ACCEPT) | IN(CONFIRM) | IN(START) | IN(REPORT) | \
	 IN(HOLD) | IN(RESUME))

/* These take back what has not been delivered, whoever has to have it; the others leave it to who was asked. */
#define TAKES_BACK                                                                                                                  \
	(IN(WITHDRAW) | IN(LAPSE) | IN(BLOCK) | IN(EXPIRE) | IN(CLOSE_AGENCY) | IN(TAKE_ELSEWHERE) | IN(RESEAL))

enum err leg_change_read(struct world *world, uint64_t request, struct leg_change *ret_change)
{
	enum err err = request_get(world->txn, request, &ret_change->request);

	if (err != ERR_OK)
		return err;
	ret_change->count = ret_change->request.leg_count;
	return legs_of_request(world->txn, &ret_change->request, ret_change->legs);
}

enum err leg_change_find(const struct leg_change *change, uint64_t leg, size_t *ret_at)
{
	for (size_t i = 0; i < change->count; i++) {
		if (change->legs[i].leg == leg) {
			*ret_at = i;
			return ERR_OK;
		}
	}
	return ERR_CORRUPT;
}

/* ---- standing ---- */

size_t leg_change_pending(const struct leg_change *change)
{
	size_t redirected = 0;

	for (size_t i = 0; i < change->count; i++)
		redirected += change->legs[i].state == PB__LEG_STATE__LEG_STATE_REDIRECTED;
	return redirected - request_redirects(change->legs, change->count);
}

size_t leg_change_states(const struct leg_change *change, Pb__LegState states[LEG_CHANGE_STATES])
{
	size_t count = 0;

	for (; count < change->count; count++)
		states[count] = change->legs[count].state;
	for (size_t pending = leg_change_pending(change); pending > 0; pending--)
		states[count++] = PB__LEG_STATE__LEG_STATE_AWAITING_SEAL;
	return count;
}

static struct request_standing standing_of(const struct leg_change *change)
{
	Pb__LegState states[LEG_CHANGE_STATES];
	size_t count = leg_change_states(change, states);

	return request_standing_of(change->request.take, states, count, change->request.outcome);
}

static bool is_undecided(Pb__LegState state)
{
	return state >= PB__LEG_STATE__LEG_STATE_AWAITING_SEAL && state <= PB__LEG_STATE__LEG_STATE_ACCEPTING;
}

bool leg_change_lost(const struct leg_change *change, size_t at)
{
	return change->request.take == PB__TAKE__TAKE_ANY_ONE && is_undecided(change->legs[at].state) && standing_of(change).taken;
}

static enum err decision_due(struct world *world, struct leg_change *change, struct telling *telling)
{
	struct request *request = &change->request;
	Pb__SiteNotice notice;
	struct reckoned due;
	enum err err = request_clock_decision(world, request_asker(request), world->now_us, &due);

	pb__site_notice__init(&notice);
	if (err != ERR_OK)
		return err;
	request->due_at_us = due.us;
	request->timer_at_us = due.us;
	request->provisional = due.provisional;
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_DECISION_DUE;
	notice.due_at_us = due.us;
	return tell(telling, request_asker(request), NULL, &notice);
}

enum err leg_change_settle(struct world *world, struct leg_change *change, struct telling *telling,
			   Pb__RequestAfter **ret_after)
{
	struct request_standing standing = standing_of(change);
	struct request *request = &change->request;
	Pb__RequestAfter *after;

	*ret_after = NULL;
	if (standing.state == request->state)
		return ERR_OK;
	after = world_alloc(world, 1, sizeof(*after));
	if (after == NULL)
		return ERR_NOMEM;
	request->state = standing.state;
	request->steps = 0;
	request->due_at_us = 0;
	request->timer_at_us = 0;
	request->provisional = false;
	if (standing.state == PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE) {
		enum err err = decision_due(world, change, telling);

		if (err != ERR_OK)
			return err;
	}
	pb__request_after__init(after);
	after->request = request->request;
	after->state = request->state;
	after->due_at_us = request->due_at_us;
	after->timer_at_us = request->timer_at_us;
	after->outcome = request->outcome;
	after->provisional = request->provisional;
	*ret_after = after;
	return ERR_OK;
}

/* ---- one act ---- */

static bool is_open_delivery(const struct delivery *delivery)
{
	return delivery->state != DELIVERY_ACKNOWLEDGED && delivery->state != DELIVERY_UNDELIVERABLE;
}

static enum err add_end(struct world *world, uint64_t item, Pb__LegAfter *after)
{
	struct delivery delivery;
	enum err err = item == 0 ? ERR_NOT_FOUND : delivery_get(world->txn, item, &delivery);

	if (err == ERR_OK && is_open_delivery(&delivery))
		after->ends[after->n_ends++] = item;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* What is not delivered any more: the message's item when the act takes it back, and in any case what the site put beside it. */
static enum err add_ends(struct world *world, const struct leg *leg, Pb__LegAction action, Pb__LegAfter *after)
{
	bool takes_back = transition_set_has(TAKES_BACK, (unsigned)action);
	enum err err = ERR_OK;

	after->ends = world_alloc(world, 2, sizeof(*after->ends));
	if (after->ends == NULL)
		return ERR_NOMEM;
	if (takes_back)
		err = add_end(world, leg->item, after);
	if (err == ERR_OK && action != A(COMPLETE))
		err = add_end(world, leg->told, after);
	return err;
}

enum err leg_change_after(struct world *world, const struct leg *leg, Pb__LegAction action, Pb__LegAfter **ret_after)
{
	Pb__LegAfter *after = world_room(world, 1, sizeof(*after));

	if (after == NULL)
		return ERR_NOMEM;
	pb__leg_after__init(after);
	after->leg = leg->leg;
	after->state = leg->state;
	after->holder = leg->holder;
	after->clock = leg->clock;
	after->clock_from_us = leg->clock_from_us;
	after->respond_by_us = leg->respond_by_us;
	after->due_at_us = leg->due_at_us;
	after->timer_at_us = leg->timer_at_us;
	after->steps = leg->steps;
	after->provisional = leg->provisional;
	after->acting = leg->acting;
	after->reason = leg->reason;
	after->outcome = leg->outcome;
	after->next_agency = leg->next_agency;
	after->action = action;
	*ret_after = after;
	return ERR_OK;
}

static enum err set_clock(struct world *world, const struct leg_change *change, Pb__LegAction action, int32_t day, struct leg *leg)
{
	if (!leg_is_open(leg->state)) {
		leg_clock_stop(leg);
		return ERR_OK;
	}
	if (!transition_set_has(RESTARTS, (unsigned)action))
		return ERR_OK;
	return leg_clock_start(world, change->request.report_days, day, leg, NULL);
}

static void refuse_lost(const struct leg_act *act, struct transition_refusal *ret_refusal)
{
	*ret_refusal = (struct transition_refusal){
		.table = &leg_table,
		.state = PB__LEG_STATE__LEG_STATE_TAKEN_ELSEWHERE,
		.action = act->action,
		.by = act->by,
	};
}

enum err leg_change_act(struct world *world, struct leg_change *change, size_t at, struct leg_act *act, int32_t day, Pb__LegAfter **ret_after,
			struct transition_refusal *ret_refusal)
{
	struct leg *leg = &change->legs[at];
	struct leg was = *leg;
	struct leg_step step;
	enum err err;

	if (act->by != PB__PARTY__PARTY_BROKER && leg_change_lost(change, at)) {
		refuse_lost(act, ret_refusal);
		return ERR_REFUSED;
	}
	act->state = leg->state;
	act->holder = leg->holder;
	err = leg_decide(act, &step, ret_refusal);
	if (err != ERR_OK)
		return err;
	leg->state = step.state;
	leg->holder = step.holder;
	if (step.state != was.state) {
		leg->since_us = world->now_us;
		leg->reason = act->reason;
		leg->outcome = act->outcome;
	}
	err = set_clock(world, change, act->action, day, leg);
	if (err == ERR_OK)
		err = leg_change_after(world, leg, act->action, ret_after);
	if (err == ERR_OK && (step.ended || act->action == A(RESEAL)))
		err = add_ends(world, &was, act->action, *ret_after);
	return err;
}
