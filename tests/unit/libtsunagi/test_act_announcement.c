/* SPDX-License-Identifier: Apache-2.0 */
/* Announcements: to whom, in how many messages, who signs up, and how it fails. */
#include "acting.h"
#include "base/id.h"
#include "unit.h"

#define EVENT "01960000-0000-7000-8000-00000000c0f1"
#define FLAT "\"announcement\":{\"title\":\"ふらっと\",\"text\":\"だれでも\",\"places\":3}"
#define SHOWN "{\"announcement\":{\"announcement_id\":\"" EVENT "\",\"announcer\":\"desk@chiba-city\",\"places\":3,\"taken\":2}}"

static struct talk talk;

static const Pb__View *sent(size_t nth, struct arena *arena)
{
	const Pb__View *view = stage_view(talk.stage, nth, arena);

	require(view != NULL && view->announcement_act != NULL);
	check_int(view->kind, PB__KIND__KIND_ANNOUNCEMENT);
	return view;
}

static void test_announce(void)
{
	struct arena arena;
	json_t *json = NULL;

	arena_init(&arena, 16u << 20);
	talk = talk_begin();
	json = acting(talk.sender, TSG_OK, "{\"action\":\"announcement.announce\",\"to\":[\"desk\",\"third\",\"desk@chiba-city\",\"link\",7]," FLAT "}");
	check_text(acting_text(json, "type"), "announced");
	check_int(json_integer_value(json_object_get(json, "agencies")), 2); /* each once, and never who announces */
	check_uint(json_array_size(json_object_get(json, "receipts")), 1);
	check_text(acting_text(json, "announcement_id"), acting_text(json_array_get(json_object_get(json, "receipts"), 0), "message_id"));
	json_decref(json);
	check_text(acting_recipients(&talk), "desk third");
	check_uint(sent(0, &arena)->announcement_act->places, 3);
	check_uint(sent(0, &arena)->case_id.len, 0);
	arena_free(&arena);
	talk_end(&talk);
}

/* A retry with its key sends nothing twice. */
static void test_again(void)
{
	json_t *first = NULL, *again = NULL;

	talk = talk_begin();
	first = acting(talk.sender, TSG_OK, "{\"action\":\"announcement.announce\",\"to\":[\"desk\"],\"key\":\"spring\"," FLAT "}");
	again = acting(talk.sender, TSG_OK, "{\"action\":\"announcement.announce\",\"to\":[\"desk\"],\"key\":\"spring\"," FLAT "}");
	check_text(acting_text(again, "announcement_id"), acting_text(first, "announcement_id"));
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 1);
	json_decref(first);
	json_decref(again);
	talk_end(&talk);
}

static void test_sign_up(void)
{
	struct arena arena;
	json_t *json = NULL;

	arena_init(&arena, 16u << 20);
	talk = talk_begin();
	stage_show(talk.stage, SHOWN);
	json = acting(talk.sender, TSG_OK, "{\"action\":\"announcement.show\",\"id\":\"" EVENT "\"}");
	check_text(acting_text(json, "announcer"), "desk@chiba-city");
	check_int(json_integer_value(json_object_get(json, "taken")), 2);
	json_decref(json);
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"announcement.sign_up\",\"id\":\"" EVENT "\"}"));
	check_text(acting_recipients(&talk), "desk");
	check_uint(sent(0, &arena)->announcement_act->sign_up, 1);
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"announcement.sign_up\",\"id\":\"" EVENT "\",\"places\":2}"));
	check_uint(sent(0, &arena)->announcement_act->sign_up, 2);
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"announcement.sign_up\",\"id\":\"" EVENT "\",\"cancel\":true}"));
	check(sent(0, &arena)->announcement_act->cancel);
	check_uint(sent(0, &arena)->announcement_act->sign_up, 0);
	arena_free(&arena);
	talk_end(&talk);
}

static void test_failures(void)
{
	talk = talk_begin();
	acting_fails(&talk, talk.sender, TSG_REFUSED, "NOBODY_OF_CATEGORY", "{\"action\":\"announcement.announce\",\"categories\":[\"moon\"]," FLAT "}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"announcement.announce\",\"to\":[\"link\"]," FLAT "}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"announcement.announce\",\"categories\":7," FLAT "}");
	acting_fails(&talk, talk.sender, TSG_REFUSED, "MESSAGE", "{\"action\":\"announcement.announce\",\"to\":[\"desk\"]}");
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "UNKNOWN_MESSAGE", "{\"action\":\"announcement.show\",\"id\":\"" EVENT "\"}");
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "UNKNOWN_MESSAGE", "{\"action\":\"announcement.sign_up\",\"id\":\"" EVENT "\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"announcement.show\",\"id\":\"x\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"announcement.sign_up\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "UNKNOWN_ACTION", "{\"action\":\"announcement.cancel\"}");
	stage_show(talk.stage, SHOWN);
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"announcement.sign_up\",\"id\":\"" EVENT "\",\"places\":0}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"announcement.sign_up\",\"id\":\"" EVENT "\",\"places\":-1}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"announcement.sign_up\",\"id\":\"" EVENT "\",\"places\":\"two\"}");
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/act_announcement",
	{ "announced", test_announce },
	{ "announced again", test_again },
	{ "signed up, and given back", test_sign_up },
	{ "what cannot be done", test_failures });
