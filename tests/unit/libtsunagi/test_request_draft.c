/* SPDX-License-Identifier: Apache-2.0 */
/* The message that is an act: to whom, on which basis, with which words; and that the draft's own rules take it as it is. */
#include <string.h>

#include "base/clock.h"
#include "contract/transitions.h"
#include "libtsunagi/draft.h"
#include "request_scene.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

static const char *const two[] = { "desk", "third" };

static const char *text_at(const json_t *json, const char *first, const char *second)
{
	const json_t *value = json_object_get(json, first);
	const char *text = json_string_value(second == NULL ? value : json_object_get(value, second));

	return text == NULL ? "" : text;
}

static const char *to_at(const json_t *message, size_t index)
{
	const char *text = json_string_value(json_array_get(json_object_get(message, "to"), index));

	return text == NULL ? "" : text;
}

/* Makes the act of an action's JSON; the message, and whether the draft's rules take it. */
static json_t *message_of(struct scene *scene, Pb__LegAction action, Pb__Party by, size_t legs, const char *json)
{
	json_t *parsed = json_loads(json, 0, NULL), *leg_act = NULL, *message = NULL;
	struct request_concerned concerned = { .by = by, .count = legs };
	struct request_wish wish;
	struct request_act act = { .concerned = &concerned, .action = parsed };

	unit_context("%s", json);
	require(parsed != NULL);
	for (size_t i = 0; i < legs; i++)
		concerned.legs[i] = &scene->legs[i];
	require(request_wish_read(&scene->client, action, parsed, &wish, &leg_act) == TSG_OK);
	act.leg_act = leg_act;
	message = request_draft(&scene->client, &scene->found, &act);
	require(message != NULL);
	json_decref(leg_act);
	json_decref(parsed);
	return message;
}

static void check_sendable(const json_t *message)
{
	struct problems problems = { 0 };
	struct draft draft;
	struct buf text;

	buf_init(&text, 8192);
	check_err(draft_read(message, clock_wall_us(), &draft, &problems), ERR_OK);
	problems_text(&problems, &text);
	check_text(text.len == 0 ? "" : buf_text(&text), "");
	buf_free(&text);
	draft_free(&draft);
	problems_free(&problems);
}

/* Who was asked tells the sender; basis, case and urgency are the request's. */
static void test_recipients_act(void)
{
	static struct scene scene;
	json_t *message = NULL;

	scene_open(&scene, "desk", two, 1, PB__LEG_STATE__LEG_STATE_RECEIVED);
	message = message_of(&scene, PB__LEG_ACTION__LEG_ACTION_DECLINE, PB__PARTY__PARTY_RECIPIENT, 1,
			     "{\"reason\":\"FULL\",\"next_agency\":\"fourth\",\"key\":\"k\"}");
	check_text(to_at(message, 0), "link@" SCENE_SITE);
	check_text(to_at(message, 1), "");
	check_text(text_at(message, "thread", NULL), SCENE_REQUEST);
	check_text(text_at(message, "case", NULL), SCENE_CASE);
	check_text(text_at(message, "urgency", NULL), "SOON");
	check_text(text_at(message, "basis", "basis"), "PUBLIC_DUTY");
	check_text(text_at(message, "leg_act", "action"), "DECLINE");
	check_int((int)json_integer_value(json_object_get(json_object_get(message, "leg_act"), "leg")), (int)scene.legs[0].leg);
	check_text(text_at(message, "leg_act", "next_agency"), "fourth@" SCENE_SITE);
	check_text(text_at(message, "key", NULL), "k");
	check(json_object_get(message, "note") == NULL);
	check_sendable(message);
	json_decref(message);
}

/* The sender tells each whose leg is meant; whoever acts for a closed agency hears in its place. */
static void test_senders_act(void)
{
	static struct scene scene;
	json_t *message = NULL;

	scene_open(&scene, "link", two, 2, PB__LEG_STATE__LEG_STATE_RECEIVED);
	scene.legs[1].holder = PB__PARTY__PARTY_COORDINATOR;
	scene.legs[1].holder_agency = (char *)(uintptr_t)"head@" SCENE_SITE;
	message = message_of(&scene, PB__LEG_ACTION__LEG_ACTION_WITHDRAW, PB__PARTY__PARTY_SENDER, 2, "{\"reason\":\"MISDIRECTED\",\"purge\":true}");
	check_text(to_at(message, 0), "desk@" SCENE_SITE);
	check_text(to_at(message, 1), "head@" SCENE_SITE);
	check(json_is_true(json_object_get(json_object_get(message, "leg_act"), "purge")));
	check(json_object_get(json_object_get(message, "leg_act"), "leg") == NULL); /* each has another */
	check_sendable(message);
	json_decref(message);
}

/* Words tell what the request told, but never where someone stays; or what the writer says that they tell. */
static void test_words(void)
{
	static struct scene scene;
	json_t *message = NULL, *classes = NULL;

	scene_open(&scene, "desk", two, 1, PB__LEG_STATE__LEG_STATE_RECEIVED);
	message = message_of(&scene, PB__LEG_ACTION__LEG_ACTION_ASK, PB__PARTY__PARTY_RECIPIENT, 1, "{\"text\":\"いつがよいですか\"}");
	classes = json_object_get(json_object_get(message, "note"), "text_classes");
	check_text(text_at(message, "note", "text"), "いつがよいですか");
	check_uint(json_array_size(classes), 2);
	check_text(json_string_value(json_array_get(classes, 0)), "IDENTITY");
	check_text(json_string_value(json_array_get(classes, 1)), "HEALTH");
	check_sendable(message);
	json_decref(message);
	message = message_of(&scene, PB__LEG_ACTION__LEG_ACTION_ASK, PB__PARTY__PARTY_RECIPIENT, 1, "{\"text\":\"t\",\"text_classes\":[\"FAMILY\"]}");
	check_text(json_string_value(json_array_get(json_object_get(json_object_get(message, "note"), "text_classes"), 0)), "FAMILY");
	json_decref(message);
	message = message_of(&scene, PB__LEG_ACTION__LEG_ACTION_ACCEPT, PB__PARTY__PARTY_RECIPIENT, 1,
			     "{\"attach\":[\"/tmp/a\",{\"path\":\"/tmp/b\",\"media_type\":\"text/plain\"}]}");
	check_uint(json_array_size(json_object_get(message, "attach")), 2);
	check(json_object_get(message, "note") != NULL);
	json_decref(message);
}

/* An anonymous request takes no words: its sender's and its readers' alike. */
static void test_anonymous(void)
{
	static struct scene scene;
	struct problems problems = { 0 };
	struct draft draft;
	json_t *message = NULL;

	scene_open(&scene, "desk", two, 1, PB__LEG_STATE__LEG_STATE_ACCEPTED);
	scene.basis.basis = PB__BASIS__BASIS_ANONYMOUS;
	scene.basis.law = PB__LAW__LAW_UNSPECIFIED;
	scene.basis.reason = (char *)(uintptr_t)"";
	scene.legs[0].case_id = pb_of_bytes(bytes_of(NULL, 0));
	message = message_of(&scene, PB__LEG_ACTION__LEG_ACTION_COMPLETE, PB__PARTY__PARTY_RECIPIENT, 1, "{\"outcome\":\"CAN_TAKE\"}");
	check(json_object_get(message, "case") == NULL);
	check_sendable(message);
	json_decref(message);
	message = message_of(&scene, PB__LEG_ACTION__LEG_ACTION_COMPLETE, PB__PARTY__PARTY_RECIPIENT, 1, "{\"outcome\":\"CAN_TAKE\",\"text\":\"t\"}");
	check_err(draft_read(message, clock_wall_us(), &draft, &problems), ERR_REFUSED);
	draft_free(&draft);
	problems_free(&problems);
	json_decref(message);
}

/* A close is told to nobody: its message is to its sender. */
static void test_close(void)
{
	static struct scene scene;
	json_t *action = json_object();
	const struct request_act act = { .close = "SENDER_SUPPORTS", .action = action };
	json_t *message = NULL;

	scene_open(&scene, "link", two, 2, PB__LEG_STATE__LEG_STATE_DECLINED);
	message = request_draft(&scene.client, &scene.found, &act);
	require(message != NULL);
	check_text(to_at(message, 0), "link@" SCENE_SITE);
	check_text(text_at(message, "close", NULL), "SENDER_SUPPORTS");
	check(json_object_get(message, "leg_act") == NULL);
	check_sendable(message);
	json_decref(message);
	json_decref(action);
}

static void test_days_and_words(void)
{
	static struct scene scene;
	struct request_wish wish;
	json_t *leg_act = NULL, *json = json_pack("{s:s, s:b, s:s}", "on", "令和8年12月1日", "none_known", 1, "text", " \n");

	scene_open(&scene, "desk", two, 1, PB__LEG_STATE__LEG_STATE_ACCEPTED);
	check_int(request_wish_read(&scene.client, PB__LEG_ACTION__LEG_ACTION_START, json, &wish, &leg_act), TSG_OK);
	check_text(text_at(leg_act, "on", NULL), "2026-12-01");
	check((wish.given & NEED_FIRST_CONTACT) != 0 && (wish.given & NEED_SUGGESTION) != 0);
	check((wish.given & (NEED_WORD | NEED_QUESTION)) == 0);
	json_decref(leg_act);
	json_object_set_new(json, "reason", json_string("BECAUSE"));
	check_int(request_wish_read(&scene.client, PB__LEG_ACTION__LEG_ACTION_START, json, &wish, &leg_act), TSG_USAGE);
	check_text(scene.client.failure.code, "UNKNOWN_WORD");
	json_decref(json);
}

UNIT_SUITE("libtsunagi/request_draft",
	{ "who was asked tells the sender", test_recipients_act },
	{ "the sender tells those whose legs are meant", test_senders_act },
	{ "words and what they tell", test_words },
	{ "an anonymous request takes no words", test_anonymous },
	{ "a close is to its sender", test_close },
	{ "days and reasons as desks write them", test_days_and_words });
