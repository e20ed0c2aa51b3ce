/* SPDX-License-Identifier: Apache-2.0 */
/* broker/submit_request.c - rule: a request opens one leg for each agency that is asked, each with its turn, its holder and its clock from
 * the moment on at which it is durable; the request itself waits, and is its sender's, until a leg took it.  A desk that is closed when its
 * answer is due, though the clock on the wall decides, is told to the sender at once: there is time to telephone, or to ask another. */
#include "broker/leg_change.h"
#include "broker/leg_reckoning.h"
#include "broker/requests.h"
#include "broker/rows_legs.h"
#include "broker/submit_check.h"
#include "contract/ask_rules.h"

/* ---- decide ---- */

static struct objection check(const struct signer *signer)
{
	const struct ask_problem *problems[ASK_PROBLEMS_MAX];
	const Pb__View *view = submit_view(signer, 0);

	if (view->report_days > DEADLINES_REPORT_DAYS_MAX)
		return OBJECT(TOO_LARGE, .subject = "report_days", .value = view->report_days, .bound = DEADLINES_REPORT_DAYS_MAX);
	for (size_t i = 0; i < signer->order->statement_count; i++)
		if (strcmp(submit_view(signer, i)->recipient, view->sender) == 0)
			return OBJECT(MALFORMED, .subject = "recipient"); /* nobody asks oneself */
	if (ask_check(view, NULL, problems) > 0)
		return OBJECT(MALFORMED, .subject = problems[0]->field);
	return (struct objection){ 0 };
}

/* What the notices of a request that is only being opened say of it. */
static void describe(const Pb__View *view, uint32_t sender, struct request *ret_request)
{
	*ret_request = (struct request){
		.sender = sender,
		.urgency = view->urgency,
		.report_days = view->report_days,
		.has_case = view->case_id.len == CASE_ID_BYTES,
	};
	memcpy(ret_request->message_id, view->message_id.data, MESSAGE_ID_BYTES);
	if (ret_request->has_case)
		memcpy(ret_request->case_id, view->case_id.data, CASE_ID_BYTES);
}

/* An answer may be asked for sooner than the urgency has it, but not sooner than anybody there can give one.  Of several, the one of whom it is
 * asked too soon for longest is told of. */
static enum err check_respond_by(struct world *world, const Pb__View *view, const Pb__SubmitEntry *entry, struct objection *ret_objection)
{
	struct reckoning what = { .urgency = view->urgency, .from_us = world->now_us };
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && view->respond_by_us != 0 && i < entry->n_recipients; i++) {
		struct reckoned soonest;

		err = reckon(world, entry->recipients[i]->agency, reckon_soonest, &what, &soonest);
		if (err == ERR_OK && view->respond_by_us < soonest.us && soonest.us > ret_objection->bound)
			*ret_objection = OBJECT(TOO_SOON, .subject = "respond_by", .value = view->respond_by_us, .bound = soonest.us);
	}
	return err;
}

static enum err open_leg(struct world *world, const struct request *request, int64_t respond_by_us, Pb__SubmitEntry__Recipient *recipient,
			 struct telling *telling)
{
	struct leg leg = {
		.agency = recipient->agency,
		.sender = request->sender,
		.asker = request->sender,
		.urgency = request->urgency,
		.state = PB__LEG_STATE__LEG_STATE_SUBMITTED,
		.holder = PB__PARTY__PARTY_RECIPIENT,
		.respond_by_us = respond_by_us,
	};
	Pb__SiteNotice notice;
	struct answer_schedule schedule;
	enum err err = leg_clock_start(world, request->report_days, LEG_NO_DAY, &leg, &schedule);

	pb__site_notice__init(&notice);
	if (err == ERR_OK)
		err = leg_change_after(world, &leg, PB__LEG_ACTION__LEG_ACTION_SUBMIT, &recipient->leg);
	if (err != ERR_OK || !schedule.closed_at_due)
		return err;
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_CLOSED_AT_DUE;
	notice.opens_at_us = schedule.opens.us;
	return tell_each(telling, request->sender, &leg, &notice);
}

static enum err open_request(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry)
{
	const Pb__View *view = submit_view(signer, 0);
	Pb__RequestAfter *after = world_room(world, 1, sizeof(*after));
	struct telling telling;
	struct request request;
	enum err err = ERR_OK;

	if (after == NULL)
		return ERR_NOMEM;
	describe(view, signer->agency->number, &request);
	telling_begin(world, &request, entry->n_recipients, &telling);
	for (size_t i = 0; err == ERR_OK && i < entry->n_recipients; i++)
		err = open_leg(world, &request, view->respond_by_us, entry->recipients[i], &telling);
	if (err != ERR_OK)
		return err;
	pb__request_after__init(after);
	after->state = PB__REQUEST_STATE__REQUEST_STATE_WAITING;
	entry->request = after;
	entry->ask = view->ask;
	entry->take = view->take;
	entry->report_days = view->report_days;
	entry->co_support = view->co_support;
	return telling_list(&telling, &entry->told, &entry->n_told);
}

enum err submit_request_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection)
{
	const Pb__View *view = submit_view(signer, 0);
	enum err err = ERR_OK;

	if (view->kind != PB__KIND__KIND_REQUEST)
		return ERR_OK;
	if (view->leg_act != NULL)
		return leg_act_decide(world, signer, entry, ret_objection);
	if (view->close != PB__OUTCOME__OUTCOME_UNSPECIFIED)
		return request_close_decide(world, signer, entry, ret_objection);
	*ret_objection = check(signer);
	if (ret_objection->code == 0)
		err = check_respond_by(world, view, entry, ret_objection);
	return err != ERR_OK || ret_objection->code != 0 ? err : open_request(world, signer, entry);
}

/* ---- apply ---- */

static enum err apply_leg(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry, size_t index, struct leg *ret_leg)
{
	const Pb__SubmitEntry__Recipient *recipient = entry->recipients[index];
	uint64_t item = item_number(header->seq, index);

	if (recipient->leg == NULL)
		return ERR_CORRUPT;
	*ret_leg = (struct leg){
		.leg = item,
		.request = header->seq,
		.item = item,
		.agency = recipient->agency,
		.sender = entry->order->agency,
		.urgency = recipient->lane,
		.held = recipient->n_held > 0,
	};
	leg_apply_opened(txn, header, recipient->leg, ret_leg);
	return ERR_OK;
}

static enum err apply_opening(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	struct request request = {
		.request = header->seq,
		.sender = entry->order->agency,
		.ask = entry->ask,
		.take = entry->take,
		.urgency = entry->recipients[0]->lane,
		.state = entry->request->state,
		.report_days = entry->report_days,
		.co_support = entry->co_support,
		.since_us = header->time_us,
		.has_case = entry->case_id.len == CASE_ID_BYTES,
	};
	struct leg legs[LIMIT_RECIPIENTS];

	memcpy(request.message_id, entry->message_id.data, MESSAGE_ID_BYTES);
	if (request.has_case)
		memcpy(request.case_id, entry->case_id.data, CASE_ID_BYTES);
	for (size_t i = 0; i < entry->n_recipients; i++) {
		enum err err = apply_leg(txn, header, entry, i, &legs[i]);

		if (err != ERR_OK)
			return err;
		request.legs[request.leg_count++] = legs[i].leg;
	}
	request_append(txn, &request, legs);
	return ERR_OK;
}

static enum err apply_act(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry, size_t index)
{
	const Pb__LegAfter *after = entry->recipients[index]->leg;
	uint64_t released = 0;

	if (after->action == PB__LEG_ACTION__LEG_ACTION_SEAL)
		return leg_apply_sealed(txn, header, entry->recipients[index], index);
	if (after->action == PB__LEG_ACTION__LEG_ACTION_ACCEPT)
		released = told_item_of(header, entry->n_recipients, entry->told, entry->n_told, PB__ITEM_WHAT__ITEM_WHAT_RELEASE);
	return leg_apply(txn, header, after, released);
}

enum err submit_request_apply(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	enum err err = ERR_OK;

	if (entry->request != NULL && entry->request->request == 0)
		return apply_opening(txn, header, entry);
	for (size_t i = 0; err == ERR_OK && i < entry->n_recipients; i++)
		if (entry->recipients[i]->leg != NULL)
			err = apply_act(txn, header, entry, i);
	return err == ERR_OK ? request_apply(txn, header, entry->request) : err;
}
