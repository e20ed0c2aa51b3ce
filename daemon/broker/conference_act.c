/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_act.c - rule: acts of a conference, by the table of contract/conference_states.h; see conference_act.h. */
#include "broker/conference_act.h"

#include "broker/conference_after.h"
#include "broker/same_act.h"
#include "broker/submit_check.h"
#include "contract/conference_states.h"
#include "contract/state_refusal.h"

#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name
#define BY_CONVENER PB__PARTY__PARTY_CONVENER
#define BY_PARTICIPANT PB__PARTY__PARTY_PARTICIPANT
#define DATE_LAST_US INT64_C(4102444800000000000) /* far beyond any calendar: what is later is a mistake of units */

static const struct objection nothing;

/* ---- form ---- */

/* Both or none; a conference ends after it began. */
static bool is_date(const Pb__ConferenceAct *act)
{
	return act->starts_at_us > 0 && act->ends_at_us > act->starts_at_us && act->ends_at_us < DATE_LAST_US;
}

static struct objection check_act(const Pb__View *view)
{
	const Pb__ConferenceAct *act = view->conference_act;

	if (view->kind != PB__KIND__KIND_CONFERENCE)
		return act == NULL ? nothing : OBJECT(MALFORMED, .subject = "conference_act");
	if (act == NULL || (act->action == A(UNSPECIFIED) && act->n_items != 1) || (act->action == A(PROPOSE) && view->thread_id.len != 0) ||
	    (act->action != A(PROPOSE) && view->thread_id.len != ID_BYTES))
		return OBJECT(MALFORMED, .subject = "conference_act.action");
	if ((act->starts_at_us != 0 || act->ends_at_us != 0) && !is_date(act))
		return OBJECT(MALFORMED, .subject = "conference_act.starts_at");
	if (act->n_items > LIMIT_RECIPIENTS)
		return OBJECT(TOO_MANY, .subject = "conference_act.items", .value = (int64_t)act->n_items, .bound = LIMIT_RECIPIENTS);
	if (act->n_items != 0 && act->action != A(UNSPECIFIED) && act->action != A(MINUTES))
		return OBJECT(MALFORMED, .subject = "conference_act.items");
	return nothing;
}

struct objection conference_act_check(const struct signer *signer)
{
	const Pb__View *first = submit_view(signer, 0);
	struct objection objection = check_act(first);

	for (size_t i = 1; objection.code == 0 && i < signer->order->statement_count; i++)
		if (!same_act((const ProtobufCMessage *)first->conference_act, (const ProtobufCMessage *)submit_view(signer, i)->conference_act))
			objection = OBJECT(MALFORMED, .subject = "conference_act");
	return objection;
}

/* What a proposal says of the meeting: a statutory one names its law, and about whom it is. */
static struct objection check_proposal(const Pb__View *view)
{
	const Pb__ConferenceAct *act = view->conference_act;
	bool statutory = act->kind == PB__CONFERENCE_KIND__CONFERENCE_KIND_SUPPORT_MEETING;
	uint32_t laws = basis_rule_of(PB__BASIS__BASIS_SUPPORT_MEETING)->laws;

	if (act->kind == PB__CONFERENCE_KIND__CONFERENCE_KIND_UNSPECIFIED)
		return OBJECT(MALFORMED, .subject = "conference_act.kind");
	if (statutory && !transition_set_has(laws, (unsigned)act->law))
		return OBJECT(BASIS, .subject = act->law == PB__LAW__LAW_UNSPECIFIED ? "needs_law" : "law_of_another_basis");
	if (!statutory && act->law != PB__LAW__LAW_UNSPECIFIED)
		return OBJECT(MALFORMED, .subject = "conference_act.law");
	if (view->case_id.len == 0 && (statutory || act->kind == PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE))
		return OBJECT(MALFORMED, .subject = "case_id");
	return nothing;
}

/* ---- parts ---- */

enum err conference_object(struct conference_work *work, const struct transition_refusal *refusal)
{
	Pb__Refusal told = PB__REFUSAL__INIT;
	char subject[STATE_SUBJECT];
	const char *kept;

	state_refusal_put(refusal, subject, &told);
	kept = arena_text(work->world->arena, bytes_of_text(subject));
	if (kept == NULL)
		return ERR_NOMEM;
	work->objection = (struct objection){ told.code, kept, told.value, told.bound };
	return ERR_OK;
}

uint32_t conference_address(const struct conference_work *work, const char *address)
{
	const struct registry_agency *agency = registry_by_address(work->world->registry, bytes_of_text(address));

	if (agency == NULL || agency->closed ||
	    (agency != work->signer->agency && !registry_may_correspond(work->signer->agency, agency)))
		return 0;
	return agency->number;
}

bool conference_told_by_view(const struct conference_work *work, uint32_t agency)
{
	if (agency == work->signer->agency->number)
		return true;
	for (size_t i = 0; i < work->entry->n_recipients; i++)
		if (work->entry->recipients[i]->agency == agency)
			return true;
	return false;
}

/* ---- proposing ---- */

static enum err propose(struct conference_work *work)
{
	struct conference *now = &work->now;
	struct conference other;
	enum err err;

	work->objection = check_proposal(work->view);
	if (work->objection.code != 0)
		return ERR_OK;
	err = conference_by_id(work->world->txn, work->view->message_id.data, &other);
	if (err == ERR_OK)
		work->objection = OBJECT(CONFLICT, .subject = "message_id");
	if (err != ERR_NOT_FOUND)
		return err;
	*now = (struct conference){
		.kind = work->act->kind,
		.law = work->act->law,
		.convener = work->signer->agency->number,
		.lane = work->view->urgency,
		.has_case = work->view->case_id.len != 0,
		.starts_at_us = work->act->starts_at_us,
		.ends_at_us = work->act->ends_at_us,
	};
	memcpy(now->id, work->view->message_id.data, ID_BYTES);
	if (now->has_case)
		memcpy(now->case_id, work->view->case_id.data, ID_BYTES);
	conference_seat_all(work);
	return ERR_OK;
}

/* ---- acting ---- */

static enum err find(struct conference_work *work)
{
	const struct seat *seat;
	enum err err = conference_by_id(work->world->txn, work->view->thread_id.data, &work->now);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	seat = err == ERR_OK ? conference_seat(&work->now, work->signer->agency->number) : NULL;
	if (seat == NULL || (!seat_is_held(seat) && work->now.convener != seat->agency))
		work->objection = OBJECT(UNKNOWN_MESSAGE, .subject = "thread_id");
	else if (!bytes_equal(bytes_of_pb(work->view->case_id), bytes_of(work->now.case_id, work->now.has_case ? ID_BYTES : 0)))
		work->objection = OBJECT(MALFORMED, .subject = "case_id");
	return ERR_OK;
}

/* The convener takes part in its own conference: it answers and dissents as a participant. */
static Pb__Party acts_as(const struct conference_work *work)
{
	if (work->signer->agency->number != work->now.convener)
		return BY_PARTICIPANT;
	return work->act->action == A(ANSWER) || work->act->action == A(DISSENT) ? BY_PARTICIPANT : BY_CONVENER;
}

static uint32_t given_by(const struct conference_work *work, bool settled)
{
	uint32_t given = NEED_BASIS; /* every View's basis was found to hold */

	if (is_date(work->act))
		given |= NEED_DATE;
	if (work->view->n_parts > 0)
		given |= NEED_MATERIALS | NEED_MINUTES | NEED_DISSENT;
	if (work->act->next_agency[0] != '\0')
		given |= NEED_NEXT_AGENCY;
	if (settled)
		given |= NEED_ITEMS_SETTLED;
	return given;
}

/* Who declined may still change its mind, and nothing else. */
static bool may_speak(const struct conference_work *work, const struct seat *seat)
{
	return seat_takes_part(seat) || work->act->action == A(ANSWER) || seat->agency == work->now.convener;
}

static enum err step(struct conference_work *work, struct conference_step *ret_step)
{
	const struct seat *seat = conference_seat(&work->now, work->signer->agency->number);
	struct conference_act act = {
		.state = work->now.state,
		.action = work->act->action,
		.by = acts_as(work),
		.reason = work->act->reason,
		.answer = work->act->answer,
		.answered = seat->answer,
	};
	struct transition_refusal refusal;
	bool settled = false;
	int64_t last_due_us = 0;
	enum err err = conference_items_settled(work, &settled, &last_due_us);

	if (err != ERR_OK)
		return err;
	act.given = given_by(work, settled);
	if (!may_speak(work, seat)) {
		refusal = (struct transition_refusal){ &conference_table, (unsigned)act.state, (unsigned)act.action, act.by,
						       conference_actions_allowed(act.state, act.by) & UINT32_C(1) << A(ANSWER), 0 };
		return conference_object(work, &refusal);
	}
	return conference_decide(&act, ret_step, &refusal) == ERR_OK ? ERR_OK : conference_object(work, &refusal);
}

/* What the act itself changes, beside the state. */
static enum err take_effect(struct conference_work *work, const struct conference_step *step)
{
	struct conference *now = &work->now;

	now->state = step->state;
	switch (work->act->action) {
	case A(CONVENE):
		if (step->asks_again) {
			conference_seats_forget(now);
			now->sequence++;
		}
		now->starts_at_us = work->act->starts_at_us;
		now->ends_at_us = work->act->ends_at_us;
		return conference_clock(work);
	case A(ANSWER):
		return conference_answer(work);
	case A(MINUTES): {
		enum err err = action_items_assign(work);

		return err == ERR_OK && work->objection.code == 0 ? conference_clock(work) : err;
	}
	case A(PROPOSE):
	case A(CLOSE):
	case A(CANCEL):
		return conference_clock(work);
	default:
		return ERR_OK;
	}
}

static enum err act(struct conference_work *work)
{
	struct conference_step next = { 0 };
	enum err err = step(work, &next);

	if (err == ERR_OK && work->objection.code == 0)
		err = take_effect(work, &next);
	if (err == ERR_OK && work->objection.code == 0)
		conference_check_recipients(work);
	return err;
}

/* What is said to oneself, for want of anybody else, is recorded and handed to nobody. */
static void silence(struct conference_work *work)
{
	for (size_t i = 0; i < work->entry->n_recipients; i++)
		work->entry->recipients[i]->silent = work->entry->recipients[i]->agency == work->signer->agency->number;
}

static enum err decide(struct conference_work *work)
{
	enum err err = work->act->action == A(PROPOSE) ? propose(work) : find(work);

	if (err != ERR_OK || work->objection.code != 0)
		return err;
	return work->act->action == A(UNSPECIFIED) ? action_item_act(work) : act(work);
}

enum err conference_act_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection)
{
	struct conference_work *work = world_alloc(world, 1, sizeof(*work));
	Pb__ActionItemAfter **items;
	enum err err;

	if (work == NULL)
		return ERR_NOMEM;
	work->world = world;
	work->signer = signer;
	work->view = submit_view(signer, 0);
	work->act = work->view->conference_act;
	work->entry = entry;
	err = decide(work);
	*ret_objection = work->objection;
	if (err != ERR_OK || work->objection.code != 0)
		return err;
	silence(work);
	items = arena_copy(world->arena, bytes_of(work->items, work->item_count * sizeof(*work->items)));
	entry->conference = items == NULL ? NULL : conference_after(world, &work->now, items, work->item_count);
	return entry->conference == NULL ? ERR_NOMEM : ERR_OK;
}
