/* SPDX-License-Identifier: Apache-2.0 */
/* conferences.c - what may be said in a conference's thread and what comes of it: worked out on a copy, by the contract's tables, for the judge
 * and for the entry alike.  See conferences.h. */
#include "conferences.h"

#include "contract/conference_states.h"

#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name
#define I(name) PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_##name
#define S(name) PB__CONFERENCE_STATE__CONFERENCE_STATE_##name
#define W(name) PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_##name
#define BY(name) PB__PARTY__PARTY_##name

struct m_conference *conference_of(struct sim *sim, const struct letter *letter)
{
	return letter == NULL || letter->erased ? NULL : map_get(&sim->conferences->by_letter, letter->number);
}

const struct m_seat *conference_seat_of(const struct m_conference *conference, const struct desk *desk)
{
	for (size_t i = 0; i < conference->seat_count; i++)
		if (conference->seats[i].desk == desk)
			return &conference->seats[i];
	return NULL;
}

bool seat_held(const struct m_seat *seat)
{
	return seat->answer != W(DELEGATED);
}

bool seat_counts(const struct m_conference *conference, const struct m_seat *seat)
{
	return seat->desk == conference->convener || (seat_held(seat) && seat->answer != W(DECLINED));
}

/* ---- what would be refused, and what comes of it ---- */

static void object(struct conferring_work *work, const struct transition_refusal *refusal)
{
	work->code = refusal->missing == 0 ? REFUSE(NOT_NOW) : REFUSE(INCOMPLETE);
}

static bool hears(const struct letter *letter, const struct desk *desk)
{
	for (size_t i = 0; i < letter->to_count; i++)
		if (letter->to[i] == desk)
			return true;
	return letter->from->desk == desk;
}

bool conference_settled(const struct conferring_work *work)
{
	for (size_t i = 0; i < work->now.item_count; i++)
		if (action_item_is_open(action_item_of(work->sim, work->now.items[i])->state))
			return false;
	return true;
}

static void propose(struct conferring_work *work)
{
	const struct letter *letter = work->letter;

	work->now = (struct m_conference){ .opening = letter, .convener = letter->from->desk, .state = S(PROPOSED) };
	work->now.starts_at_us = work->said->starts_at_us;
	work->now.seats[work->now.seat_count++] = (struct m_seat){ letter->from->desk, W(ACCEPTED) };
	for (size_t i = 0; i < letter->to_count; i++)
		if (letter->to[i] != letter->from->desk)
			work->now.seats[work->now.seat_count++] = (struct m_seat){ letter->to[i], W(UNSPECIFIED) };
}

/* ---- action items ---- */

static bool may_own(const struct conferring_work *work, const struct desk *owner)
{
	const struct m_seat *seat = owner == NULL || owner->closed ? NULL : conference_seat_of(&work->now, owner);

	return seat != NULL && seat_counts(&work->now, seat);
}

static Pb__Party item_party(const struct conferring_work *work, const struct m_action_item *item, Pb__ActionItemAction action)
{
	uint32_t number = work->letter->from->desk->number;
	bool owners = action == I(REPORT) || action == I(FINISH) || action == I(HAND_BACK);

	if (number == item->owner && (owners || number != item->convener))
		return BY(OWNER);
	return number == item->convener ? BY(CONVENER) : BY(PARTICIPANT);
}

static void move_item(struct conferring_work *work, struct m_action_item *item, const struct conferred_item *said)
{
	struct action_item_act act = { item->state, said->action, item_party(work, item, said->action), 0, said->reason };
	struct transition_refusal refusal;
	struct action_item_step step;
	const struct desk *owner;

	act.given = (work->letter->parts > 0 ? NEED_WORD : 0) | (may_own(work, said->owner) ? NEED_OWNER : 0) |
		    (said->due_on[0] != '\0' ? NEED_DUE_DATE : 0);
	if (action_item_decide(&act, &step, &refusal) != ERR_OK) {
		object(work, &refusal);
		return;
	}
	item->state = step.state;
	item->holder = step.holder;
	if (said->action == I(ASSIGN))
		item->owner = said->owner->number;
	owner = desk_by_number(work->sim, item->owner);
	if ((said->action == I(ASSIGN) || said->action == I(DROP)) && !hears(work->letter, owner))
		work->code = REFUSE(MALFORMED);
	work->items[work->count++] = *item;
}

static void assign(struct conferring_work *work)
{
	for (size_t i = 0; i < work->said->item_count && work->code == 0; i++) {
		struct m_action_item item = { .convener = work->now.convener->number };

		move_item(work, &item, &work->said->items[i]);
	}
}

static void act_on_item(struct conferring_work *work)
{
	const struct conferred_item *said = &work->said->items[0];
	struct m_action_item item = { .convener = work->now.convener->number };
	bool listed = said->number == 0;

	for (size_t i = 0; i < work->now.item_count; i++)
		listed = listed || work->now.items[i] == said->number;
	if (!listed) {
		work->code = REFUSE(UNKNOWN_ITEM);
		return;
	}
	if (said->number == 0 && work->now.state != S(HELD)) {
		work->code = REFUSE(NOT_NOW);
		return;
	}
	if (said->number != 0)
		item = *action_item_of(work->sim, said->number);
	move_item(work, &item, said);
}

/* ---- acts ---- */

static void answer(struct conferring_work *work)
{
	struct m_conference *now = &work->now;
	struct m_seat *seat = (struct m_seat *)(uintptr_t)conference_seat_of(now, work->letter->from->desk);
	struct desk *next = work->said->next;

	if (work->said->answer != W(DELEGATED)) {
		seat->answer = work->said->answer;
		return;
	}
	if (next->closed)
		work->code = REFUSE(UNKNOWN_AGENCY);
	else if (conference_seat_of(now, next) != NULL || seat->desk == now->convener || !hears(work->letter, next))
		work->code = REFUSE(MALFORMED);
	if (work->code != 0)
		return;
	seat->answer = W(DELEGATED);
	now->seats[now->seat_count++] = (struct m_seat){ next, W(UNSPECIFIED) };
}

static void convene(struct conferring_work *work, bool asks_again)
{
	struct m_conference *now = &work->now;

	for (size_t i = 0; asks_again && i < now->seat_count; i++)
		if (seat_held(&now->seats[i]) && now->seats[i].desk != now->convener)
			now->seats[i].answer = W(UNSPECIFIED);
	now->sequence += asks_again;
	now->starts_at_us = work->said->starts_at_us;
}

static uint32_t given(const struct conferring_work *work)
{
	uint32_t given = NEED_BASIS;

	if (work->said->starts_at_us != 0)
		given |= NEED_DATE;
	if (work->letter->parts > 0)
		given |= NEED_MATERIALS | NEED_MINUTES | NEED_DISSENT;
	if (work->said->next != NULL)
		given |= NEED_NEXT_AGENCY;
	return conference_settled(work) ? given | NEED_ITEMS_SETTLED : given;
}

static void act(struct conferring_work *work)
{
	const struct m_seat *seat = conference_seat_of(&work->now, work->letter->from->desk);
	bool convenes = seat->desk == work->now.convener && work->said->action != A(ANSWER) && work->said->action != A(DISSENT);
	struct conference_act asked = {
		.state = work->now.state,
		.action = work->said->action,
		.by = convenes ? BY(CONVENER) : BY(PARTICIPANT),
		.given = given(work),
		.reason = work->said->reason,
		.answer = work->said->answer,
		.answered = seat->answer,
	};
	struct transition_refusal refusal;
	struct conference_step step;

	if (!seat_counts(&work->now, seat) && work->said->action != A(ANSWER)) {
		work->code = REFUSE(NOT_NOW);
		return;
	}
	if (conference_decide(&asked, &step, &refusal) != ERR_OK) {
		object(work, &refusal);
		return;
	}
	work->now.state = step.state;
	if (work->said->action == A(CONVENE))
		convene(work, step.asks_again);
	else if (work->said->action == A(ANSWER))
		answer(work);
	else if (work->said->action == A(MINUTES))
		assign(work);
}

/* Nothing goes to who has no seat, and the convener hears of all. */
static void check_recipients(struct conferring_work *work)
{
	bool inner = work->said->action == A(MATERIALS) || work->said->action == A(MINUTES) || work->said->action == A(DISSENT);

	for (size_t i = 0; i < work->letter->to_count; i++) {
		const struct m_seat *seat = conference_seat_of(&work->now, work->letter->to[i]);

		if (seat == NULL || !(inner ? seat_counts(&work->now, seat) : seat_held(seat))) {
			work->code = REFUSE(BASIS);
			return;
		}
	}
	if (!hears(work->letter, work->now.convener))
		work->code = REFUSE(MALFORMED);
}

void conference_work_out(struct sim *sim, const struct letter *letter, struct conferring_work *work)
{
	const struct m_conference *conference = letter->thread == NULL || !letter->thread->accepted ? NULL : conference_of(sim, letter->thread);
	const struct m_seat *seat = conference == NULL ? NULL : conference_seat_of(conference, letter->from->desk);

	*work = (struct conferring_work){ .sim = sim, .letter = letter, .said = &letter->conferring };
	if (work->said->action == A(PROPOSE)) {
		propose(work);
		return;
	}
	if (seat == NULL || (!seat_held(seat) && seat->desk != conference->convener)) {
		work->code = REFUSE(UNKNOWN_MESSAGE);
		return;
	}
	work->now = *conference;
	if (work->said->action == 0)
		act_on_item(work);
	else
		act(work);
	if (work->code == 0)
		check_recipients(work);
}

/* ---- the judge ---- */

/* Who may not be named to all that would hear of it. */
static bool names_hidden(const struct letter *letter)
{
	const struct conferring *said = &letter->conferring;
	bool hidden = letter->from->desk->confidential || (said->next != NULL && said->next->confidential);

	for (size_t i = 0; i < letter->to_count; i++)
		hidden = hidden || letter->to[i]->confidential;
	for (size_t i = 0; i < said->item_count; i++)
		hidden = hidden || (said->items[i].owner != NULL && said->items[i].owner->confidential);
	return hidden;
}

bool judge_conference(struct sim *sim, const struct letter *letter, Pb__RefusalCode code)
{
	struct conferring_work work;

	if (!letter->conferring.is_one)
		return false;
	if (code == REFUSE(UNKNOWN_AGENCY) && names_hidden(letter))
		return true;
	conference_work_out(sim, letter, &work);
	return work.code != 0 && code == work.code;
}
