/* SPDX-License-Identifier: Apache-2.0 */
/* Notes that name no case in the threads of conferences about none (test_note_check.c tries requests). */
#include "gathering.h"
#include "unit.h"

#define REFUSED(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name

static void shape(Pb__View *view, size_t index)
{
	(void)index;
	view->case_id = (ProtobufCBinaryData){ 0 };
}

static struct gathering gathering;

static void shape_proposal(Pb__View *view, size_t index)
{
	static Pb__ConferenceAct act;

	(void)index;
	pb__conference_act__init(&act);
	act.action = PB__CONFERENCE_ACTION__CONFERENCE_ACTION_PROPOSE;
	act.kind = PB__CONFERENCE_KIND__CONFERENCE_KIND_STAFF;
	view->conference_act = &act;
	view->case_id = (ProtobufCBinaryData){ 0 };
}

static Pb__RefusalCode word_on(const uint8_t thread[16], enum gathering_desk from, enum gathering_desk to)
{
	struct draft draft = site_draft(&gathering.site, &gathering.desks[from], &gathering.desks[to]);

	draft.change = shape;
	memcpy(draft.thread, thread, 16);
	site_submit(&gathering.site, &draft);
	return site_refusal(&gathering.site, 0);
}

static void test_meetings_about_nobody(void)
{
	struct draft draft;

	gathering_open(&gathering);
	draft = site_draft(&gathering.site, &gathering.desks[CONVENER], &gathering.desks[MEMBER]);
	draft.kind = PB__KIND__KIND_CONFERENCE;
	draft.change = shape_proposal;
	site_submit(&gathering.site, &draft);
	require(site_refusal(&gathering.site, 0) == 0);
	check_uint(word_on(draft.id, CONVENER, MEMBER), 0);
	check_uint(word_on(draft.id, MEMBER, CONVENER), 0);
	check_uint(word_on(draft.id, OUTSIDER, CONVENER), REFUSED(UNKNOWN_MESSAGE));
	check_uint(word_on(draft.id, CONVENER, OUTSIDER), REFUSED(UNKNOWN_MESSAGE));
	gathering_reach(&gathering, PB__CONFERENCE_STATE__CONFERENCE_STATE_PROPOSED); /* on a case */
	check_uint(word_on(gathering.id, CONVENER, MEMBER), REFUSED(MALFORMED));
	gathering_close(&gathering);
}

UNIT_SUITE("broker/note_check_meetings",
	{ "meetings about nobody", test_meetings_about_nobody });
