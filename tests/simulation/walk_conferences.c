/* SPDX-License-Identifier: Apache-2.0 */
/* walk_conferences.c - what agencies say in conferences: mostly what the state admits, to whom it concerns; now and then anything. */
#include <stdio.h>

#include "contract/civil_time.h"
#include "contract/conference_states.h"
#include "conferences.h"
#include "legs.h"
#include "meetings.h"

#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name
#define I(name) PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_##name
#define S(name) PB__CONFERENCE_STATE__CONFERENCE_STATE_##name
#define HOUR_US INT64_C(3600000000)
#define JAPAN 540 /* minutes */

/* ---- what is said ---- */

static struct desk *open_desk(struct sim *sim)
{
	struct desk *desk;

	do
		desk = &sim->desks[chance_below(&sim->chance, sim->desk_count)];
	while (desk->confidential);
	return desk;
}

static void address(struct letter *letter, struct desk *desk)
{
	for (size_t i = 0; i < letter->to_count; i++)
		if (letter->to[i] == desk)
			return;
	if (letter->to_count == SIM_RECIPIENTS)
		return;
	letter->sealed_to[letter->to_count] = desk->bound;
	letter->to[letter->to_count++] = desk;
}

/* The convener speaks to all, anybody else to the convener. */
static void address_seats(struct sim *sim, struct letter *letter, const struct m_conference *conference)
{
	letter->to_count = 0;
	for (size_t i = 0; letter->from->desk == conference->convener && i < conference->seat_count; i++)
		if (seat_held(&conference->seats[i]) && conference->seats[i].desk != conference->convener)
			address(letter, conference->seats[i].desk);
	if (chance_in(&sim->chance, 20, 1))
		address(letter, open_desk(sim));
	else if (letter->from->desk != conference->convener || letter->to_count == 0)
		address(letter, conference->convener);
}

static void set_date(struct sim *sim, struct conferring *said)
{
	if (chance_in(&sim->chance, 20, 1))
		return;
	said->starts_at_us = sim->site.clocks.wall_us + (int64_t)chance_below(&sim->chance, 20 * 24) * HOUR_US - 24 * HOUR_US;
	said->ends_at_us = said->starts_at_us + HOUR_US;
}

static void assign(struct sim *sim, struct letter *letter, const struct m_conference *conference, struct conferred_item *item)
{
	int32_t today = civil_time_of(sim->site.clocks.wall_us, JAPAN).day;

	item->action = I(ASSIGN);
	item->owner = chance_in(&sim->chance, 15, 1) ? open_desk(sim) : conference->seats[chance_below(&sim->chance, conference->seat_count)].desk;
	if (!chance_in(&sim->chance, 20, 1))
		civil_day_format(today + (int32_t)chance_below(&sim->chance, 40) - 5, item->due_on);
	if (!chance_in(&sim->chance, 20, 1) && item->owner != letter->from->desk)
		address(letter, item->owner);
}

/* One of a set of actions; 0: the set is empty. */
static unsigned one_of(struct sim *sim, uint32_t set, unsigned actions)
{
	unsigned drawn = (unsigned)chance_below(&sim->chance, actions);

	for (unsigned i = 0; set != 0 && i < actions; i++)
		if (transition_set_has(set, (drawn + i) % actions))
			return (drawn + i) % actions;
	return 0;
}

static void say(struct sim *sim, struct letter *letter, const struct m_conference *conference, Pb__ConferenceAction action)
{
	struct conferring *said = &letter->conferring;

	said->action = action;
	letter->parts = action == A(MATERIALS) || action == A(MINUTES) || action == A(DISSENT) ? !chance_in(&sim->chance, 20, 1)
											      : chance_in(&sim->chance, 4, 1);
	if (action == A(CONVENE))
		set_date(sim, said);
	if (action == A(CANCEL) && !chance_in(&sim->chance, 20, 1))
		said->reason = PB__REASON__REASON_NO_LONGER_NEEDED;
	if (action == A(ANSWER))
		said->answer = (Pb__ConferenceAnswer)(1 + chance_below(&sim->chance, 4));
	if (said->answer == PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED) {
		said->next = open_desk(sim);
		if (!chance_in(&sim->chance, 15, 1) && said->next != letter->from->desk)
			address(letter, said->next);
	}
	for (said->item_count = 0; action == A(MINUTES) && said->item_count < chance_below(&sim->chance, CONFERRED_ITEMS + 1); said->item_count++)
		assign(sim, letter, conference, &said->items[said->item_count]);
}

/* On one of its action items, or a further one. */
static bool say_of_item(struct sim *sim, struct letter *letter, const struct m_conference *conference, bool wild)
{
	struct conferred_item *said = &letter->conferring.items[0];
	bool convenes = letter->from->desk == conference->convener;
	const struct m_action_item *item;

	letter->conferring.item_count = 1;
	if (conference->item_count == 0 || (convenes && chance_in(&sim->chance, 4, 1))) {
		assign(sim, letter, conference, said);
		return convenes || wild;
	}
	item = map_get(&sim->action_items, conference->items[chance_below(&sim->chance, conference->item_count)]); /* erased ones, too */
	said->number = chance_in(&sim->chance, 60, 1) ? 7 : item->number;
	if (item->owner == letter->from->desk->number && chance_in(&sim->chance, 4, 3))
		said->action = (Pb__ActionItemAction)one_of(sim, action_item_actions_allowed(item->state, PB__PARTY__PARTY_OWNER), ACTION_ITEM_ACTION_COUNT);
	else if (convenes)
		said->action = (Pb__ActionItemAction)one_of(sim, action_item_actions_allowed(item->state, PB__PARTY__PARTY_CONVENER), ACTION_ITEM_ACTION_COUNT);
	if (said->action == 0 && !wild)
		return false;
	if (said->action == 0)
		said->action = (Pb__ActionItemAction)(1 + chance_below(&sim->chance, ACTION_ITEM_ACTION_COUNT - 1));
	if (said->action == I(ASSIGN))
		assign(sim, letter, conference, said);
	if ((said->action == I(DROP) || said->action == I(HAND_BACK)) && !chance_in(&sim->chance, 20, 1))
		said->reason = PB__REASON__REASON_OTHER;
	letter->parts = said->action == I(REPORT) ? 1 : 0;
	return true;
}

static struct m_conference *some_conference(struct sim *sim, const struct desk *desk, bool any)
{
	const struct conferences *conferences = sim->conferences;

	for (size_t tries = 0; tries < 40 && conferences->count > 0; tries++) {
		size_t back = (size_t)chance_below(&sim->chance, conferences->count > 60 ? 60 : conferences->count);
		struct m_conference *conference = conferences->all[conferences->count - 1 - back];

		if (conference->gone && !chance_in(&sim->chance, 6, 1))
			continue;
		if (tries < 20 && conference->convener != desk)
			continue;
		if ((any || conference_seat_of(conference, desk) != NULL) && (conference_is_open(conference->state) || chance_in(&sim->chance, 15, 1)))
			return conference;
	}
	return NULL;
}

static bool propose(struct sim *sim, struct letter *letter)
{
	for (size_t i = 0; i < letter->to_count; i++)
		if (letter->to[i] == letter->from->desk)
			return false;
	letter->conferring.action = A(PROPOSE);
	letter->case_number = ++sim->cases;
	letter->parts = chance_below(&sim->chance, 2);
	if (chance_in(&sim->chance, 3, 1))
		letter->conferring.law = letter->law = meeting_law(sim);
	if (letter->law != 0 && chance_in(&sim->chance, 2, 1))
		letter->meeting = letter; /* its members are bound to secrecy from its proposal on */
	if (chance_in(&sim->chance, 2, 1))
		set_date(sim, &letter->conferring);
	return true;
}

/* Onwards: called off or convened for another date only now and then. */
static unsigned next_action(struct sim *sim, const struct m_conference *conference, Pb__Party by)
{
	uint32_t allowed = conference_actions_allowed(conference->state, by);

	if (!chance_in(&sim->chance, 12, 1))
		allowed &= ~(UINT32_C(1) << A(CANCEL));
	if (conference->state == S(CONVENED) && !chance_in(&sim->chance, 6, 1))
		allowed &= ~(UINT32_C(1) << A(CONVENE) | UINT32_C(1) << A(MATERIALS));
	return one_of(sim, allowed, CONFERENCE_ACTION_COUNT);
}

bool walk_conference(struct sim *sim, struct place *by, struct letter *letter)
{
	bool wild = chance_in(&sim->chance, 20, 1);
	const struct m_conference *conference = some_conference(sim, by->desk, wild);
	bool convenes = conference != NULL && conference->convener == by->desk;
	unsigned action;

	letter->kind = PB__KIND__KIND_CONFERENCE;
	letter->ask = PB__ASK__ASK_UNSPECIFIED;
	letter->take = PB__TAKE__TAKE_UNSPECIFIED;
	letter->expires_at_us = 0;
	letter->conferring.is_one = true;
	if (by->desk->confidential)
		return false;
	if (conference == NULL || chance_in(&sim->chance, 10, 1))
		return propose(sim, letter);
	letter->thread = (struct letter *)(uintptr_t)conference->opening;
	letter->case_number = conference->opening->case_number;
	letter->urgency = conference->opening->urgency;
	address_seats(sim, letter, conference);
	if (chance_in(&sim->chance, conference->item_count > 0 || conference->state == S(HELD) ? 2 : 20, 1))
		return say_of_item(sim, letter, conference, wild);
	action = next_action(sim, conference, convenes ? PB__PARTY__PARTY_CONVENER : PB__PARTY__PARTY_PARTICIPANT);
	if (wild)
		action = 2 + (unsigned)chance_below(&sim->chance, CONFERENCE_ACTION_COUNT - 2);
	if (action == 0)
		return false;
	say(sim, letter, conference, (Pb__ConferenceAction)action);
	return true;
}

/* ---- as it is sent ---- */

static void write_address(char to[128], const struct desk *desk)
{
	snprintf(to, 128, "%s@" SITE_NAME, desk == NULL ? "" : desk->id);
	if (desk == NULL)
		to[0] = '\0';
}

void conference_write(Pb__View *view, const struct letter *letter)
{
	static Pb__ConferenceAct act;
	static Pb__ActionItemAct items[CONFERRED_ITEMS];
	static Pb__ActionItemAct *list[CONFERRED_ITEMS];
	static char next[128], owners[CONFERRED_ITEMS][128];
	const struct conferring *said = &letter->conferring;

	if (!said->is_one)
		return;
	pb__conference_act__init(&act);
	act.action = said->action;
	if (said->action == A(PROPOSE))
		act.kind = said->law == 0 ? PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE : PB__CONFERENCE_KIND__CONFERENCE_KIND_SUPPORT_MEETING;
	act.law = said->law;
	act.starts_at_us = said->starts_at_us;
	act.ends_at_us = said->ends_at_us;
	act.answer = said->answer;
	act.reason = said->reason;
	write_address(next, said->next);
	act.next_agency = next;
	for (size_t i = 0; i < said->item_count; i++) {
		pb__action_item_act__init(&items[i]);
		items[i].action = said->items[i].action;
		items[i].item = said->items[i].number;
		write_address(owners[i], said->items[i].owner);
		items[i].owner = owners[i];
		items[i].due_on = (char *)(uintptr_t)said->items[i].due_on;
		items[i].reason = said->items[i].reason;
		list[i] = &items[i];
	}
	act.items = list;
	act.n_items = said->item_count;
	view->conference_act = &act;
}
