/* SPDX-License-Identifier: Apache-2.0 */
/* A word on a request or a conference: to whom, on what it rests, and how it fails; and announcements, by name. */
#include "acting.h"
#include "base/id.h"
#include "unit.h"

#define TALK "01960000-0000-7000-8000-00000000c0f1"
#define CASE "01960000-0000-7000-8000-00000000cafe"
#define CONFERENCE                                                                                                                                    \
	"{\"conferences\":{\"conferences\":[{\"conference_id\":\"" TALK "\"%s,\"kind\":\"CASE\",\"state\":\"CONVENED\",\"holder\":\"CONVENER\","            \
	"\"convener\":\"desk@chiba-city\",\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"plan\"},\"seats\":["                \
	"{\"agency\":\"desk@chiba-city\"},{\"agency\":\"link@chiba-city\"},{\"agency\":\"third@chiba-city\",\"answer\":\"DECLINED\"}]}]}}"
#define WORDS "\"text\":\"電話しました\",\"text_classes\":[\"CONTACT\"]"

static struct talk talk;

static const Pb__View *sent(struct arena *arena)
{
	const Pb__View *view = stage_view(talk.stage, 0, arena);

	require(view != NULL);
	return view;
}

static void test_on_a_request(void)
{
	struct receipt request;
	struct arena arena;
	const Pb__View *view = NULL;

	arena_init(&arena, 16u << 20);
	talk = talk_begin();
	request = talk_send(&talk, "SOON", NULL);
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"note\",\"id\":\"%s\"," WORDS "}", request.message_id));
	check_text(acting_recipients(&talk), "desk");
	json_decref(acting(talk.recipient, TSG_OK, "{\"action\":\"note\",\"id\":\"%s\"," WORDS "}", request.message_id));
	check_text(acting_recipients(&talk), "link"); /* the other side, whichever one is */
	view = sent(&arena);
	check_int(view->kind, PB__KIND__KIND_NOTE);
	check(view->leg_act == NULL);
	check_int(view->basis->basis, PB__BASIS__BASIS_PUBLIC_DUTY); /* the request's */
	check_uint(view->case_id.len, ID_BYTES);
	check_uint(view->n_parts, 1);
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"note\",\"id\":\"%s\",\"to\":[\"third\"]," WORDS "}", request.message_id));
	check_text(acting_recipients(&talk), "third"); /* whom the writer names */
	arena_free(&arena);
	talk_end(&talk);
}

/* Of a case it is a note; of nobody's case its words are materials. */
static void test_on_a_conference(void)
{
	char shown[1000];

	talk = talk_begin();
	for (int with_case = 0; with_case < 2; with_case++) {
		struct arena arena;

		arena_init(&arena, 16u << 20);
		snprintf(shown, sizeof shown, CONFERENCE, with_case ? ",\"case_id\":\"" CASE "\"" : "");
		stage_show(talk.stage, shown);
		json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"note\",\"id\":\"" TALK "\"," WORDS "}"));
		check_text(acting_recipients(&talk), "desk"); /* not who declined */
		check_int(sent(&arena)->kind, with_case ? PB__KIND__KIND_NOTE : PB__KIND__KIND_CONFERENCE);
		check((sent(&arena)->conference_act == NULL) == (with_case == 1));
		arena_free(&arena);
	}
	talk_end(&talk);
}

static void test_notes_that_fail(void)
{
	struct receipt request;

	talk = talk_begin();
	request = talk_send(&talk, "SOON", NULL);
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"note\",\"id\":\"%s\"}", request.message_id);
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"note\"," WORDS "}");
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "NO_THREAD", "{\"action\":\"note\",\"id\":\"" TALK "\"," WORDS "}");
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "NO_REQUEST", "{\"action\":\"note\",\"id\":\"nonsense\"," WORDS "}");
	acting_fails(&talk, talk.sender, TSG_REFUSED, "MESSAGE", "{\"action\":\"note\",\"id\":\"%s\",\"text\":\"x\"}", request.message_id); /* no classes */
	acting_fails(&talk, talk.sender, TSG_REFUSED, "MESSAGE", "{\"action\":\"note\",\"id\":\"%s\",\"to\":7," WORDS "}", request.message_id);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/act_note",
	{ "on a request", test_on_a_request },
	{ "on a conference", test_on_a_conference },
	{ "what cannot be said", test_notes_that_fail });
