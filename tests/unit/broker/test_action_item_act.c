/* SPDX-License-Identifier: Apache-2.0 */
/* Every (state, action, actor) of action items through the real decide and apply; then how they come to be, and who lists them. */
#include <string.h>

#include "contract/conference_states.h"
#include "gathering.h"
#include "unit.h"

#define I(name) PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_##name
#define S(name) PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_##name
#define HELD PB__CONFERENCE_STATE__CONFERENCE_STATE_HELD
#define CODE(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name
#define MEMBER_ADDRESS "member@" SITE_NAME
#define OTHER_ADDRESS "other@" SITE_NAME
#define DUE "2100-01-15" /* two weeks after SITE_NOW_US, a Friday */

static struct gathering gathering;

static Pb__RefusalCode assign(enum gathering_desk from, uint64_t item)
{
	return gathering_item(&gathering, from, TO(MEMBER) | TO(CONVENER), I(ASSIGN), item, MEMBER_ADDRESS, DUE);
}

static uint64_t newest(void)
{
	struct conference conference = gathering_conference(&gathering);

	require(conference.item_count > 0);
	return conference.items[conference.item_count - 1];
}

/* A new item of MEMBER's in a new conference, brought into that state. */
static uint64_t reach(Pb__ActionItemState state)
{
	unsigned both = TO(MEMBER) | TO(CONVENER);
	uint64_t item;

	gathering_reach(&gathering, HELD);
	require(assign(CONVENER, 0) == 0);
	item = newest();
	if (state == S(HANDED_BACK))
		require(gathering_item(&gathering, MEMBER, both, I(HAND_BACK), item, NULL, NULL) == 0);
	if (state == S(DONE))
		require(gathering_item(&gathering, MEMBER, both, I(FINISH), item, NULL, NULL) == 0);
	if (state == S(DROPPED))
		require(gathering_item(&gathering, CONVENER, both, I(DROP), item, NULL, NULL) == 0);
	require(gathering_item_get(&gathering, item).state == state);
	return item;
}

static Pb__Party party_of(enum gathering_desk desk)
{
	return desk == CONVENER ? PB__PARTY__PARTY_CONVENER : desk == MEMBER ? PB__PARTY__PARTY_OWNER : PB__PARTY__PARTY_PARTICIPANT;
}

static void try(Pb__ActionItemState state, Pb__ActionItemAction action, enum gathering_desk desk)
{
	const struct transition *row = transition_find(&action_item_table, (unsigned)state, (unsigned)action, party_of(desk));
	uint64_t number = reach(state);
	Pb__RefusalCode code = gathering_item(&gathering, desk, TO(MEMBER) | TO(CONVENER), action, number, MEMBER_ADDRESS, DUE);
	struct action_item item = gathering_item_get(&gathering, number);

	unit_context("state %d, action %d, desk %d", (int)state, (int)action, (int)desk);
	if (desk == OUTSIDER) {
		check_int(code, CODE(UNKNOWN_MESSAGE));
	} else if (row == NULL) {
		check_int(code, CODE(NOT_NOW));
		check(strncmp(gathering_refusal(&gathering)->subject, "action_item.", 12) == 0);
		check_int(gathering_refusal(&gathering)->value, state);
	} else {
		check_int(code, 0);
	}
	check_int(item.state, code == 0 ? (Pb__ActionItemState)row->next : state);
	check_int(gathering_timer(&gathering, PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM, number), item.timer_at_us);
	check(action_item_is_open(item.state) == (item.timer_at_us != 0)); /* P4 */
	check(action_item_is_open(item.state) == (item.holder != PB__PARTY__PARTY_UNSPECIFIED));
	check(gathering_conference(&gathering).timer_at_us != 0);
	unit_context(" ");
}

static void test_every_pair(void)
{
	static const enum gathering_desk desks[] = { CONVENER, MEMBER, OTHER, OUTSIDER };

	gathering_open(&gathering);
	for (int state = S(OPEN); state < (int)ACTION_ITEM_STATE_COUNT; state++)
		for (int action = I(ASSIGN); action < (int)ACTION_ITEM_ACTION_COUNT; action++)
			for (size_t i = 0; i < sizeof(desks) / sizeof(*desks); i++)
				try((Pb__ActionItemState)state, (Pb__ActionItemAction)action, desks[i]);
	gathering_close(&gathering);
}

/* ---- how they come to be ---- */

static Pb__RefusalCode minutes(const char *const *owners, size_t count, Pb__ActionItemAction action)
{
	Pb__ConferenceAct act = PB__CONFERENCE_ACT__INIT;
	Pb__ActionItemAct items[20], *list[20];

	act.action = PB__CONFERENCE_ACTION__CONFERENCE_ACTION_MINUTES;
	for (size_t i = 0; i < count; i++) {
		pb__action_item_act__init(&items[i]);
		items[i].action = action;
		items[i].owner = (char *)(uintptr_t)owners[i];
		items[i].due_on = (char *)(uintptr_t)DUE;
		list[i] = &items[i];
	}
	act.items = list;
	act.n_items = count;
	return gathering_say(&gathering, CONVENER, TO(MEMBER) | TO(OTHER), &act, true);
}

static void test_minutes(void)
{
	const char *owners[20] = { MEMBER_ADDRESS, OTHER_ADDRESS, ("convener@" SITE_NAME) };
	struct conference conference;
	struct action_item item;

	gathering_open(&gathering);
	gathering_reach(&gathering, PB__CONFERENCE_STATE__CONFERENCE_STATE_CONVENED);
	check_int(minutes(owners, 2, I(FINISH)), CODE(MALFORMED));
	check_int(minutes(owners, 17, I(ASSIGN)), CODE(TOO_MANY));
	check_int(minutes((const char *[]){ "outsider@" SITE_NAME }, 1, I(ASSIGN)), CODE(INCOMPLETE)); /* no seat */
	check_int(gathering_refusal(&gathering)->value, NEED_OWNER);
	check_uint(gathering_conference(&gathering).item_count, 0);
	check_int(minutes(owners, 3, I(ASSIGN)), 0);
	conference = gathering_conference(&gathering);
	require(conference.item_count == 3);
	for (size_t i = 0; i < 3; i++) {
		item = gathering_item_get(&gathering, conference.items[i]);
		check_uint(item.number, conference.items[0] + i);
		check_uint(item.thread, conference.number);
		check_int(item.state, S(OPEN));
		check(item.timer_at_us > gathering.site.clocks.wall_us);
		check(item.due_at_us > item.timer_at_us); /* told in the morning, due in the evening */
	}
	check_int(item.owner, gathering.desks[CONVENER].agency);
	check(conference.due_at_us > item.due_at_us); /* it is closed when they are done */
	check_int(gathering_act(&gathering, CONVENER, PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CLOSE), CODE(INCOMPLETE));
	check_int(gathering_refusal(&gathering)->value, NEED_ITEMS_SETTLED);
	gathering_close(&gathering);
}

static void test_settled(void)
{
	unsigned both = TO(MEMBER) | TO(CONVENER);
	uint64_t first, second;
	int64_t due_us;

	gathering_open(&gathering);
	first = reach(S(OPEN));
	check_int(assign(CONVENER, 0), 0);
	second = newest();
	due_us = gathering_conference(&gathering).due_at_us;
	check_int(gathering_item(&gathering, MEMBER, both, I(FINISH), first, NULL, NULL), 0);
	check_int(gathering_act(&gathering, CONVENER, PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CLOSE), CODE(INCOMPLETE));
	check_int(gathering_item(&gathering, CONVENER, both, I(DROP), second, NULL, NULL), 0);
	check(gathering_conference(&gathering).due_at_us < due_us); /* nothing is left to wait for */
	check_int(gathering_act(&gathering, CONVENER, PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CLOSE), 0);
	check_int(assign(CONVENER, 0), CODE(NOT_NOW));
	gathering_close(&gathering);
}

static void test_needs(void)
{
	unsigned both = TO(MEMBER) | TO(CONVENER);
	static const char *const wrong_days[] = { "", "2100-02-30", "tomorrow", "1900-01-01", "2098-12-01", "2110-01-01" };
	Pb__ConferenceAct act = PB__CONFERENCE_ACT__INIT;
	uint64_t item;

	gathering_open(&gathering);
	item = reach(S(OPEN));
	for (size_t i = 0; i < sizeof(wrong_days) / sizeof(*wrong_days); i++) {
		check_int(gathering_item(&gathering, CONVENER, both, I(ASSIGN), 0, MEMBER_ADDRESS, wrong_days[i]), CODE(INCOMPLETE));
		check_int(gathering_refusal(&gathering)->value, NEED_DUE_DATE);
	}
	check_int(gathering_item(&gathering, CONVENER, TO(MEMBER), I(ASSIGN), 0, OTHER_ADDRESS, DUE), CODE(MALFORMED)); /* it must hear of it */
	check_int(gathering_item(&gathering, MEMBER, TO(OTHER), I(FINISH), item, NULL, NULL), CODE(MALFORMED));
	check_int(gathering_item(&gathering, CONVENER, TO(OTHER), I(DROP), item, NULL, NULL), CODE(MALFORMED));
	check_int(gathering_item(&gathering, MEMBER, both, I(FINISH), item + 1, NULL, NULL), CODE(UNKNOWN_ITEM));
	check_int(gathering_item(&gathering, OTHER, TO(CONVENER), I(FINISH), item, NULL, NULL), CODE(NOT_NOW));
	check_int(gathering_say(&gathering, CONVENER, both, &act, true), CODE(MALFORMED)); /* no act at all */
	check_int(gathering_item_get(&gathering, item).state, S(OPEN));
	gathering_close(&gathering);
}

/* ---- lists ---- */

static enum err count_one(void *context, const struct action_item *item)
{
	check(action_item_is_open(item->state));
	++*(size_t *)context;
	return ERR_OK;
}

static size_t listed(enum gathering_desk desk)
{
	struct txn *txn = site_read(&gathering.site);
	size_t count = 0;

	require_ok(action_item_each(txn, gathering.desks[desk].agency, 0, count_one, &count));
	txn_abort(txn);
	return count;
}

static void test_lists(void)
{
	unsigned all = TO(MEMBER) | TO(OTHER) | TO(CONVENER);
	uint64_t item;

	gathering_open(&gathering);
	item = reach(S(OPEN));
	check_uint(listed(CONVENER), 1);
	check_uint(listed(MEMBER), 1);
	check_uint(listed(OTHER), 0);
	check_int(gathering_item(&gathering, CONVENER, all, I(ASSIGN), item, OTHER_ADDRESS, DUE), 0);
	check_uint(listed(CONVENER), 1);
	check_uint(listed(MEMBER), 0);
	check_uint(listed(OTHER), 1);
	check_int(gathering_item(&gathering, OTHER, all, I(HAND_BACK), item, NULL, NULL), 0);
	check_uint(listed(OTHER), 1);
	check_int(action_item_holder(&(struct action_item){ .holder = gathering_item_get(&gathering, item).holder, .owner = 1, .convener = 2 }), 2);
	check_int(gathering_item(&gathering, CONVENER, all, I(ASSIGN), item, "convener@" SITE_NAME, DUE), 0);
	check_uint(listed(CONVENER), 1);
	check_uint(listed(OTHER), 0);
	check_int(gathering_item(&gathering, CONVENER, all, I(FINISH), item, NULL, NULL), 0);
	check_uint(listed(CONVENER), 0);
	gathering_close(&gathering);
}

static void test_bound(void)
{
	const char *owners[14];

	for (size_t i = 0; i < 14; i++)
		owners[i] = MEMBER_ADDRESS;
	gathering_open(&gathering);
	gathering_reach(&gathering, PB__CONFERENCE_STATE__CONFERENCE_STATE_CONVENED);
	check_int(minutes(owners, 14, I(ASSIGN)), 0);
	while (gathering_conference(&gathering).item_count < CONFERENCE_ITEMS_MAX)
		require(assign(CONVENER, 0) == 0);
	check_int(assign(CONVENER, 0), CODE(TOO_MANY));
	check_int(gathering_refusal(&gathering)->bound, CONFERENCE_ITEMS_MAX);
	gathering_close(&gathering);
}

UNIT_SUITE("broker/action_item_act",
	{ "every state, action and actor", test_every_pair },
	{ "minutes assign action items", test_minutes },
	{ "a conference closes when they are settled", test_settled },
	{ "an owner, a day, a word, and who must hear of it", test_needs },
	{ "owner and convener list them while they are open", test_lists },
	{ "so many and no more in one conference", test_bound });
