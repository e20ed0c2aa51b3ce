/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_apply.c - results of legs and requests as entries hold them become rows; every row has its one timer as long as it is open. */
#include "broker/failure.h"
#include "broker/requests.h"
#include "broker/rows_legs.h"

#define A(name) (UINT32_C(1) << PB__LEG_ACTION__LEG_ACTION_##name)

/* What who was asked says itself. */
#define WORDS (A(SEEN) | A(ASK) | A(ACCEPT) | A(DECLINE) | A(REDIRECT) | A(START) | A(REPORT) | A(HOLD) | A(RESUME) | A(COMPLETE))

static bool is_one(uint32_t set, Pb__LegAction action)
{
	return (unsigned)action < 32 && (set >> action & 1) != 0;
}

static void move_timer(struct txn *txn, Pb__TimerKind kind, uint64_t number, int64_t from_us, int64_t to_us)
{
	if (from_us == to_us)
		return;
	if (from_us != 0)
		timer_drop(txn, &(struct timer_row){ from_us, kind, number });
	if (to_us != 0)
		timer_put(txn, &(struct timer_row){ to_us, kind, number });
}

static void take_over(const struct leaf_header *header, const Pb__LegAfter *after, struct leg *leg)
{
	if (leg->state != after->state)
		leg->since_us = header->time_us;
	leg->state = after->state;
	leg->holder = after->holder;
	leg->clock = after->clock;
	leg->clock_from_us = after->clock_from_us;
	leg->respond_by_us = after->respond_by_us;
	leg->due_at_us = after->due_at_us;
	leg->timer_at_us = after->timer_at_us;
	leg->steps = after->steps;
	leg->provisional = after->provisional;
	leg->acting = after->acting;
	leg->reason = after->reason;
	leg->outcome = after->outcome;
	leg->next_agency = after->next_agency;
	if (is_one(WORDS, after->action))
		leg->last_word_us = header->time_us;
	if (after->action == PB__LEG_ACTION__LEG_ACTION_SEEN && leg->seen_at_us == 0)
		leg->seen_at_us = header->time_us;
}

static enum err end_items(struct txn *txn, uint64_t seq, const Pb__LegAfter *after)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < after->n_ends; i++)
		err = failure_end(txn, seq, after->ends[i]);
	return err;
}

enum err leg_apply(struct txn *txn, const struct leaf_header *header, const Pb__LegAfter *after, uint64_t told)
{
	struct leg_row row;
	struct leg *leg;
	int64_t timer_at_us;
	uint32_t acting;
	enum err err = leg_row_get(txn, after->leg, &row);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	leg = row.leg;
	timer_at_us = leg->timer_at_us;
	acting = leg->acting;
	take_over(header, after, leg);
	if (told != 0)
		leg->told = told;
	move_timer(txn, PB__TIMER_KIND__TIMER_KIND_LEG, leg->leg, timer_at_us, leg->timer_at_us);
	if (leg->acting != acting)
		agency_leg_put(txn, leg->acting, leg->leg);
	leg_row_put(txn, &row);
	return end_items(txn, header->seq, after);
}

enum err leg_apply_sealed(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry__Recipient *recipient, size_t index)
{
	uint64_t item = item_number(header->seq, index);
	struct leg_row row;
	enum err err = leg_apply(txn, header, recipient->leg, 0);

	if (err == ERR_OK)
		err = leg_row_get(txn, recipient->leg->leg, &row);
	if (err != ERR_OK)
		return err;
	row.leg->item = item;
	row.leg->held = recipient->n_held > 0;
	leg_row_put(txn, &row);
	leg_item_append(txn, item, row.leg);
	return ERR_OK;
}

void leg_apply_opened(struct txn *txn, const struct leaf_header *header, const Pb__LegAfter *after, struct leg *leg)
{
	leg->since_us = header->time_us;
	take_over(header, after, leg);
	move_timer(txn, PB__TIMER_KIND__TIMER_KIND_LEG, leg->leg, 0, leg->timer_at_us);
}

/* Its legs are among those of who acts for the sender, and no more among those of who did before. */
static enum err hand_on(struct txn *txn, struct request *request, uint32_t acting)
{
	struct leg legs[LIMIT_LEGS];
	enum err err = legs_of_request(txn, request, legs);

	for (size_t i = 0; err == ERR_OK && i < request->leg_count; i++) {
		uint32_t former = request->acting;

		if (former != 0 && former != legs[i].sender && former != legs[i].agency && former != legs[i].acting)
			agency_leg_forget(txn, former, legs[i].leg);
		agency_leg_put(txn, acting, legs[i].leg);
	}
	request->acting = acting;
	return err;
}

enum err request_apply(struct txn *txn, const struct leaf_header *header, const Pb__RequestAfter *after)
{
	struct request request;
	int64_t timer_at_us;
	enum err err;

	if (after == NULL)
		return ERR_OK;
	err = request_get(txn, after->request, &request);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	timer_at_us = request.timer_at_us;
	if (request.state != after->state)
		request.since_us = header->time_us;
	request.state = after->state;
	request.due_at_us = after->due_at_us;
	request.timer_at_us = after->timer_at_us;
	request.steps = after->steps;
	request.outcome = after->outcome;
	request.provisional = after->provisional;
	if (after->acting != 0)
		err = hand_on(txn, &request, after->acting);
	if (err != ERR_OK)
		return err;
	move_timer(txn, PB__TIMER_KIND__TIMER_KIND_REQUEST, request.request, timer_at_us, request.timer_at_us);
	request_put(txn, &request);
	return ERR_OK;
}

uint64_t told_item_of(const struct leaf_header *header, size_t first, Pb__Told *const *told, size_t count, Pb__ItemWhat what)
{
	for (size_t i = 0; i < count; i++)
		if (told[i]->what == what)
			return item_number(header->seq, first + i);
	return 0;
}
