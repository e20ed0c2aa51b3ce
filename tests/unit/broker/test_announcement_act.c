/* SPDX-License-Identifier: Apache-2.0 */
/* Announcements: who was told signs up, within the places, and takes it back. */
#include <string.h>

#include "gathering.h"
#include "unit.h"

#define CODE(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name

static struct gathering gathering;
static const Pb__AnnouncementAct *current;
static Pb__Kind kind;

static void change(Pb__View *view, size_t index)
{
	(void)index;
	view->announcement_act = (Pb__AnnouncementAct *)(uintptr_t)current;
	view->case_id.len = 0;
	view->basis = NULL;
	view->kind = kind;
}

static Pb__RefusalCode say(enum gathering_desk from, unsigned to, const Pb__AnnouncementAct *act, bool opens)
{
	struct draft draft = site_draft(&gathering.site, &gathering.desks[from], NULL);

	draft.to_count = 0;
	for (size_t i = 0; i < DESKS; i++)
		if ((to & TO(i)) != 0)
			draft.to[draft.to_count++] = &gathering.desks[i];
	draft.kind = PB__KIND__KIND_ANNOUNCEMENT;
	draft.no_parts = act->sign_up != 0 || act->cancel;
	draft.change = change;
	if (opens)
		memcpy(gathering.id, draft.id, 16);
	else
		memcpy(draft.thread, gathering.id, 16);
	current = act;
	site_submit(&gathering.site, &draft);
	return site_refusal(&gathering.site, 0);
}

static Pb__AnnouncementAct places(uint32_t count)
{
	Pb__AnnouncementAct act = PB__ANNOUNCEMENT_ACT__INIT;

	act.places = count;
	return act;
}

static Pb__RefusalCode sign_up(enum gathering_desk desk, uint32_t count)
{
	Pb__AnnouncementAct act = PB__ANNOUNCEMENT_ACT__INIT;

	act.sign_up = count;
	act.cancel = count == 0;
	return say(desk, TO(CONVENER), &act, false);
}

static uint32_t taken(void)
{
	struct txn *txn = site_read(&gathering.site);
	struct announcement announcement = { 0 };

	require_ok(announcement_by_id(txn, gathering.id, &announcement));
	txn_abort(txn);
	return announcement.taken;
}

static void begin(uint32_t count)
{
	Pb__AnnouncementAct act = places(count);

	kind = PB__KIND__KIND_ANNOUNCEMENT;
	gathering_open(&gathering);
	require(say(CONVENER, TO(MEMBER) | TO(OTHER), &act, true) == 0);
}

static void test_places(void)
{
	begin(5);
	check_int(sign_up(MEMBER, 3), 0);
	check_uint(taken(), 3);
	check_int(sign_up(OTHER, 3), CODE(NO_PLACES));
	check_int(gathering_refusal(&gathering)->value, 3);
	check_int(gathering_refusal(&gathering)->bound, 2);
	check_int(sign_up(OTHER, 2), 0);
	check_int(sign_up(OTHER, 1), 0); /* it thought again: its own are counted once */
	check_uint(taken(), 4);
	check_int(sign_up(MEMBER, 0), 0);
	check_uint(taken(), 1);
	check_int(sign_up(MEMBER, 0), CODE(MALFORMED)); /* it has none any more */
	check_int(sign_up(OTHER, 5), 0);
	check_uint(taken(), 5);
	check_int(sign_up(MEMBER, 1), CODE(NO_PLACES));
	check_int(gathering_refusal(&gathering)->bound, 0);
	gathering_close(&gathering);
}

static void test_no_limit(void)
{
	begin(0);
	check_int(sign_up(MEMBER, 100000), 0);
	check_int(sign_up(OTHER, 100000), 0);
	check_uint(taken(), 200000);
	check_int(sign_up(OTHER, 100001), CODE(TOO_MANY));
	gathering_close(&gathering);
}

/* Who was not told is told what is said of a thread that is not there. */
static void test_who_was_told(void)
{
	Pb__AnnouncementAct act = places(5);

	begin(5);
	check_int(sign_up(OUTSIDER, 1), CODE(UNKNOWN_MESSAGE));
	check_text(gathering_refusal(&gathering)->subject, "thread_id");
	check_int(say(MEMBER, TO(OUTSIDER), &act, false), CODE(UNKNOWN_MESSAGE)); /* only who announced it brings it to more */
	check_int(say(CONVENER, TO(OUTSIDER), &act, false), 0);
	check_int(sign_up(OUTSIDER, 1), 0);
	check_uint(taken(), 1);
	gathering.id[15] ^= 1;
	check_int(sign_up(MEMBER, 1), CODE(UNKNOWN_MESSAGE));
	gathering_close(&gathering);
}

static void test_forms(void)
{
	Pb__AnnouncementAct act = places(1);

	begin(5);
	act.sign_up = 1;
	check_int(say(MEMBER, TO(CONVENER), &act, false), CODE(MALFORMED)); /* places and a sign-up */
	act.places = 0;
	check_int(say(MEMBER, TO(OTHER), &act, false), CODE(MALFORMED)); /* to whom it is of no use */
	act.cancel = true;
	check_int(say(MEMBER, TO(CONVENER), &act, false), CODE(MALFORMED));
	act = places(100001);
	check_int(say(CONVENER, TO(MEMBER), &act, true), CODE(TOO_MANY));
	act = places(1);
	kind = PB__KIND__KIND_NOTE;
	check_int(say(CONVENER, TO(MEMBER), &act, true), CODE(MALFORMED));
	gathering_close(&gathering);
}

static enum err count_one(void *context, uint32_t agency, uint32_t places)
{
	(void)agency;
	*(uint32_t *)context += 1000 + places;
	return ERR_OK;
}

static void test_listed(void)
{
	struct announcement announcement;
	uint32_t sum = 0;
	struct txn *txn;

	begin(5);
	check_int(sign_up(MEMBER, 2), 0);
	txn = site_read(&gathering.site);
	require_ok(announcement_by_id(txn, gathering.id, &announcement));
	require_ok(sign_up_each(txn, announcement.number, count_one, &sum));
	check_uint(sum, 2002);
	check_err(sign_up_get(txn, announcement.number, gathering.desks[OUTSIDER].agency, &sum), ERR_NOT_FOUND);
	txn_abort(txn);
	gathering_close(&gathering);
}

UNIT_SUITE("broker/announcement_act",
	{ "places are taken and given back, and never beyond what there is", test_places },
	{ "without a number there is no end", test_no_limit },
	{ "who was told may sign up", test_who_was_told },
	{ "an act is of one kind", test_forms },
	{ "who was told is listed, with what it takes", test_listed });
