/* SPDX-License-Identifier: Apache-2.0 */
/* Conferences, action items and announcements as those see them who have a part in them; to everybody else they are not there. */
#include <string.h>

#include "base/clock.h"
#include "contract/civil_time.h"
#include "trio.h"

#define MANY 130u /* conferences: more than one answer holds, as are their items */
#define ITEMS_EACH 10u

#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name

static struct trio trio;
static struct {
	Pb__ConferenceAct act;
	Pb__ActionItemAct item, *items[ITEMS_EACH];
	Pb__AnnouncementAct announcement;
	uint8_t thread[16]; /* all zero: opens one */
	bool announces;
} wanted;

static void change(Pb__View *view)
{
	static const uint8_t none[16];
	bool opens = memcmp(wanted.thread, none, 16) == 0;

	view->kind = wanted.announces ? PB__KIND__KIND_ANNOUNCEMENT : PB__KIND__KIND_CONFERENCE;
	view->conference_act = wanted.announces ? NULL : &wanted.act;
	view->announcement_act = wanted.announces ? &wanted.announcement : NULL;
	view->case_id = wanted.announces ? pb_of_bytes(bytes_of(NULL, 0)) : opens ? view->message_id : pb_of_bytes(bytes_of(wanted.thread, 16));
	if (wanted.announces)
		view->basis = NULL;
	if (!opens)
		view->thread_id = pb_of_bytes(bytes_of(wanted.thread, 16));
}

static void act_init(Pb__ConferenceAction action, const uint8_t *thread)
{
	memset(&wanted, 0, sizeof wanted);
	pb__conference_act__init(&wanted.act);
	pb__announcement_act__init(&wanted.announcement);
	wanted.act.action = action;
	if (thread != NULL)
		memcpy(wanted.thread, thread, 16);
}

static void propose(uint8_t ret_id[16])
{
	const struct visitor *to[] = { &trio.beta };

	act_init(A(PROPOSE), NULL);
	wanted.act.kind = PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE;
	trio_note(&trio.alpha, to, 1, ret_id, change);
}

static void hold_it(const uint8_t id[16], size_t items)
{
	static char due[CIVIL_DATE];
	const struct visitor *to[] = { &trio.beta };
	uint8_t message[16];

	act_init(A(CONVENE), id);
	wanted.act.starts_at_us = INT64_C(1700000000000000);
	wanted.act.ends_at_us = wanted.act.starts_at_us + 3600000000;
	trio_note(&trio.alpha, to, 1, message, change);
	act_init(A(MINUTES), id);
	pb__action_item_act__init(&wanted.item);
	wanted.item.action = PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_ASSIGN;
	wanted.item.owner = trio.beta.address;
	civil_day_format(civil_time_of(clock_wall_us(), 540).day + 30, due);
	wanted.item.due_on = due;
	for (size_t i = 0; i < items; i++)
		wanted.items[i] = &wanted.item;
	wanted.act.items = wanted.items;
	wanted.act.n_items = items;
	trio_note(&trio.alpha, to, 1, message, change);
}

static const Pb__ReadResult *read_page(struct visitor *visitor, struct bytes id, uint64_t after)
{
	Pb__Read read = PB__READ__INIT;

	read.after = after;
	read.what_case = PB__READ__WHAT_CONFERENCE_ID;
	read.conference_id = pb_of_bytes(id);
	return visitor_read(visitor, &read);
}

static const Pb__ReadResult *read_conference(struct visitor *visitor, struct bytes id)
{
	return read_page(visitor, id, 0);
}

static const Pb__ConferenceListing *listing(struct visitor *visitor, struct bytes id)
{
	const Pb__ReadResult *result = read_conference(visitor, id);

	require(result->result_case == PB__READ_RESULT__RESULT_CONFERENCES);
	check_uint(result->conferences->more_after, 0);
	return result->conferences;
}

static void check_not_there(const Pb__ReadResult *result)
{
	require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
}

static bool allows(const Pb__ConferenceShown *shown, Pb__ConferenceAction action)
{
	for (size_t i = 0; i < shown->n_allowed; i++)
		if (shown->allowed[i] == action)
			return true;
	return false;
}

static void test_who_sees_it(void)
{
	const Pb__ConferenceListing *seen;
	uint8_t id[16];

	trio_open(&trio, NULL);
	check_uint(listing(&trio.alpha, bytes_of(NULL, 0))->n_conferences, 0);
	propose(id);
	seen = listing(&trio.alpha, bytes_of(id, 16));
	require(seen->n_conferences == 1);
	check_text(seen->conferences[0]->convener, trio.alpha.address);
	check_int(seen->conferences[0]->state, PB__CONFERENCE_STATE__CONFERENCE_STATE_PROPOSED);
	check_int(seen->conferences[0]->holder, PB__PARTY__PARTY_CONVENER);
	check(seen->conferences[0]->due_at_us > 0 && !seen->conferences[0]->overdue);
	check_uint(seen->conferences[0]->n_seats, 2);
	require(seen->conferences[0]->basis != NULL); /* where one is asked for: what an act on it rests on */
	check(allows(seen->conferences[0], A(CONVENE)) && allows(seen->conferences[0], A(CANCEL)));
	seen = listing(&trio.beta, bytes_of(NULL, 0));
	require(seen->n_conferences == 1);
	check(seen->conferences[0]->basis == NULL);
	check(allows(seen->conferences[0], A(ANSWER)) && !allows(seen->conferences[0], A(CONVENE)));
	check_uint(listing(&trio.gamma, bytes_of(NULL, 0))->n_conferences, 0);
	check_not_there(read_conference(&trio.gamma, bytes_of(id, 16)));
	check_not_there(read_conference(&trio.alpha, bytes_of(id, 15)));
	check_not_there(read_conference(&trio.alpha, bytes_of("no such one here", 16)));
	trio_close(&trio);
}

/* Whoever left the seat to another sees it no longer, and that other does. */
static void test_delegated(void)
{
	const struct visitor *to[] = { &trio.alpha, &trio.gamma };
	uint8_t id[16], message[16];

	trio_open(&trio, NULL);
	propose(id);
	act_init(A(ANSWER), id);
	wanted.act.answer = PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED;
	wanted.act.next_agency = trio.gamma.address;
	trio_note(&trio.beta, to, 2, message, change);
	check_not_there(read_conference(&trio.beta, bytes_of(id, 16)));
	check_uint(listing(&trio.gamma, bytes_of(id, 16))->n_conferences, 1);
	trio_close(&trio);
}

static const Pb__ConferenceListing *items_after(struct visitor *visitor, uint64_t after)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	read.what_case = PB__READ__WHAT_ACTION_ITEMS;
	read.action_items = true;
	read.after = after;
	result = visitor_read(visitor, &read);
	require(result->result_case == PB__READ_RESULT__RESULT_CONFERENCES);
	return result->conferences;
}

static const Pb__ConferenceListing *items(struct visitor *visitor)
{
	return items_after(visitor, 0);
}

static void test_action_items(void)
{
	const Pb__ConferenceListing *seen;
	const Pb__ActionItemShown *item;
	uint8_t id[16];

	trio_open(&trio, NULL);
	propose(id);
	hold_it(id, 1);
	seen = items(&trio.beta);
	require(seen->n_items == 1 && seen->n_conferences == 0);
	item = seen->items[0];
	check_text(item->owner, trio.beta.address);
	check_text(item->convener, trio.alpha.address);
	check_bytes(bytes_of_pb(item->conference_id), bytes_of(id, 16));
	check_int(item->holder, PB__PARTY__PARTY_OWNER);
	check(item->due_at_us > 0 && !item->overdue && !item->purge);
	check(item->n_allowed > 0); /* the owner may report, finish, hand back */
	seen = items(&trio.alpha);
	require(seen->n_items == 1); /* who waits for it */
	check_uint(items(&trio.gamma)->n_items, 0);
	require(listing(&trio.alpha, bytes_of(id, 16))->conferences[0]->n_items == 1);
	trio_close(&trio);
}

/* ---- pages ---- */

static void check_items(struct visitor *visitor)
{
	uint64_t last = 0, after = 0;
	size_t count = 0, pages = 0;

	do {
		const Pb__ConferenceListing *page = items_after(visitor, after);

		for (size_t i = 0; i < page->n_items; i++, count++) {
			require(page->items[i]->item > last);
			last = page->items[i]->item;
		}
		after = page->more_after;
		check(after == 0 || after == last);
		pages++;
	} while (after != 0);
	check_uint(count, MANY * ITEMS_EACH);
	check_uint(pages, 3);
}

/* The newest first, each once. */
static void check_conferences(struct visitor *visitor, uint8_t ids[MANY][16])
{
	uint64_t after = 0;
	size_t count = 0, pages = 0;

	do {
		const Pb__ConferenceListing *page = read_page(visitor, bytes_of(NULL, 0), after)->conferences;

		for (size_t i = 0; i < page->n_conferences; i++) {
			count++;
			require(count <= MANY);
			check_bytes(bytes_of_pb(page->conferences[i]->conference_id), bytes_of(ids[MANY - count], 16));
		}
		after = page->more_after;
		pages++;
	} while (after != 0);
	check_uint(count, MANY);
	check_uint(pages, 2);
}

static void test_pages(void)
{
	static uint8_t ids[MANY][16];

	trio_open(&trio, NULL);
	for (size_t i = 0; i < MANY; i++) {
		propose(ids[i]);
		hold_it(ids[i], ITEMS_EACH);
	}
	check_items(&trio.beta);
	check_items(&trio.alpha); /* who convened them waits for them */
	check_conferences(&trio.beta, ids);
	check_uint(items_after(&trio.beta, UINT64_MAX)->n_items, 0);
	check_uint(read_page(&trio.beta, bytes_of(NULL, 0), 1)->conferences->n_conferences, 0);
	trio_close(&trio);
}

/* ---- announcements ---- */

static const Pb__ReadResult *read_announcement(struct visitor *visitor, struct bytes id)
{
	Pb__Read read = PB__READ__INIT;

	read.what_case = PB__READ__WHAT_ANNOUNCEMENT_ID;
	read.announcement_id = pb_of_bytes(id);
	return visitor_read(visitor, &read);
}

static const Pb__AnnouncementShown *announcement(struct visitor *visitor, const uint8_t id[16])
{
	const Pb__ReadResult *result = read_announcement(visitor, bytes_of(id, 16));

	require(result->result_case == PB__READ_RESULT__RESULT_ANNOUNCEMENT);
	check_bytes(bytes_of_pb(result->announcement->announcement_id), bytes_of(id, 16));
	return result->announcement;
}

static void announce(uint8_t ret_id[16])
{
	const struct visitor *to[] = { &trio.beta };

	act_init(A(UNSPECIFIED), NULL);
	wanted.announces = true;
	wanted.announcement.places = 5;
	trio_note(&trio.alpha, to, 1, ret_id, change);
}

static void sign_up(struct visitor *from, const uint8_t id[16], uint32_t places)
{
	const struct visitor *to[] = { &trio.alpha };
	uint8_t message[16];

	act_init(A(UNSPECIFIED), id);
	wanted.announces = true;
	wanted.announcement.sign_up = places;
	wanted.announcement.cancel = places == 0;
	trio_note(from, to, 1, message, change);
}

/* How many places are taken everybody who was told sees; by whom, its announcer alone. */
static void test_announcements(void)
{
	const Pb__AnnouncementShown *seen;
	uint8_t id[16];

	trio_open(&trio, NULL);
	announce(id);
	check_not_there(read_announcement(&trio.gamma, bytes_of(id, 16)));
	check_not_there(read_announcement(&trio.alpha, bytes_of(id, 15)));
	seen = announcement(&trio.beta, id);
	check_uint(seen->places, 5);
	check_uint(seen->taken, 0);
	check_uint(seen->n_sign_ups, 0);
	check_text(seen->announcer, trio.alpha.address);
	sign_up(&trio.beta, id, 2);
	seen = announcement(&trio.alpha, id);
	check_uint(seen->taken, 2);
	require(seen->n_sign_ups == 1);
	check_text(seen->sign_ups[0]->agency, trio.beta.address);
	check_uint(seen->sign_ups[0]->places, 2);
	seen = announcement(&trio.beta, id);
	require(seen->n_sign_ups == 1); /* its own */
	sign_up(&trio.beta, id, 0);
	seen = announcement(&trio.alpha, id);
	check_uint(seen->taken, 0);
	check_uint(seen->n_sign_ups, 0);
	trio_close(&trio);
}

UNIT_SUITE("front/read_conferences",
	{ "who sees a conference", test_who_sees_it },
	{ "a seat that was left to another", test_delegated },
	{ "action items", test_action_items },
	{ "more than one page", test_pages },
	{ "announcements", test_announcements });
