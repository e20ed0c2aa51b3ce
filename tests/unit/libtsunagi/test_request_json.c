/* SPDX-License-Identifier: Apache-2.0 */
/* Legs and requests as programs and people read them, in both languages. */
#include <stdlib.h>
#include <string.h>

#include "request_scene.h"
#include "unit.h"

static const char *const two[] = { "desk", "third" };

static const char *text_at(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text == NULL ? "" : text;
}

static void speak(const char *lang)
{
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	setenv("LANG", lang, 1);
}

static void test_leg(void)
{
	static struct scene scene;
	Pb__LegAction allowed[] = { PB__LEG_ACTION__LEG_ACTION_RECEIVE, PB__LEG_ACTION__LEG_ACTION_ACCEPT, PB__LEG_ACTION__LEG_ACTION_DECLINE };
	json_t *json = NULL;

	speak("C.UTF-8");
	scene_open(&scene, "desk", two, 1, PB__LEG_STATE__LEG_STATE_RECEIVED);
	scene.legs[0].due_at_us = INT64_C(1790000000000000);
	scene.legs[0].overdue = true;
	scene.legs[0].allowed = allowed;
	scene.legs[0].n_allowed = 3;
	json = request_leg_json(&scene.legs[0], scene.bundle.address);
	require(json != NULL);
	check_text(text_at(json, "type"), "leg");
	check_text(text_at(json, "request"), SCENE_REQUEST);
	check_text(text_at(json, "case"), SCENE_CASE);
	check_text(text_at(json, "ask"), "REFER");
	check_text(text_at(json, "from"), "link@" SCENE_SITE);
	check_text(text_at(json, "to"), "desk@" SCENE_SITE);
	check_text(text_at(json, "state"), "RECEIVED");
	check_text(text_at(json, "holder"), "RECIPIENT");
	check_text(text_at(json, "holder_agency"), "desk@" SCENE_SITE);
	check_text(text_at(json, "part"), "RECIPIENT");
	check_text(text_at(json, "urgency"), "SOON");
	check(strncmp(text_at(json, "due"), "2026-09-21T", 11) == 0);
	check(json_is_true(json_object_get(json, "overdue")));
	check(strlen(text_at(json, "code")) > 5);
	check(json_object_get(json, "request_state") == NULL);
	check(json_object_get(json, "co_support") == NULL);
	check_uint(json_array_size(json_object_get(json, "allowed")), 2); /* a receipt is the system's own */
	check_text(text_at(json_array_get(json_object_get(json, "allowed"), 0), "action"), "accept");
	json_decref(json);
}

/* What programs may rely on is there, whatever became of the leg. */
static void test_promised(void)
{
	static const char *const promised[] = { "request", "case", "ask", "from", "to", "state", "holder", "due", "overdue", "urgency", "since", "seen_at" };
	static struct scene scene;
	json_t *json;

	scene_open(&scene, "desk", two, 1, PB__LEG_STATE__LEG_STATE_DECLINED);
	scene.legs[0].case_id = (ProtobufCBinaryData){ 0 };
	json = request_leg_json(&scene.legs[0], scene.bundle.address);
	for (size_t i = 0; i < sizeof promised / sizeof *promised; i++)
		if (json_object_get(json, promised[i]) == NULL)
			check_text(promised[i], "is missing");
	check(json_is_null(json_object_get(json, "case")));
	check(json_is_null(json_object_get(json, "seen_at")));
	json_decref(json);
}

/* Words stay, texts follow the reader. */
static void test_languages(void)
{
	static struct scene scene;
	json_t *json = NULL;

	scene_open(&scene, "link", two, 1, PB__LEG_STATE__LEG_STATE_DECLINED);
	scene.legs[0].reason = PB__REASON__REASON_FULL;
	scene.legs[0].co_support = true;
	scene.legs[0].request_state = PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE;
	speak("ja_JP.UTF-8");
	json = request_leg_json(&scene.legs[0], scene.bundle.address);
	check_text(text_at(json, "state"), "DECLINED");
	check((text_at(json, "state_text")[0] & 0x80) != 0);
	check((text_at(json, "reason_text")[0] & 0x80) != 0);
	check_text(text_at(json, "part"), "SENDER");
	check(json_is_true(json_object_get(json, "co_support")));
	check(json_is_null(json_object_get(json, "holder")));
	json_decref(json);
	speak("C.UTF-8");
	json = request_leg_json(&scene.legs[0], scene.bundle.address);
	check_text(text_at(json, "reason"), "FULL");
	check((text_at(json, "reason_text")[0] & 0x80) == 0);
	check_text(text_at(json, "request_state"), "DECISION_DUE");
	json_decref(json);
}

static bool allows(const json_t *request, const char *action)
{
	json_t *row = NULL;
	size_t index = 0;

	json_array_foreach(json_object_get(request, "allowed"), index, row)
		if (strcmp(text_at(row, "action"), action) == 0)
			return true;
	return false;
}

/* A request tells its sender of all its legs, and when it may be closed. */
static void test_request(void)
{
	static struct scene scene;
	Pb__LegAction withdraw[] = { PB__LEG_ACTION__LEG_ACTION_WITHDRAW };
	json_t *json = NULL;

	scene_open(&scene, "link", two, 2, PB__LEG_STATE__LEG_STATE_DECLINED);
	json = request_json(&scene.found, scene.bundle.address);
	require(json != NULL);
	check_text(text_at(json, "request"), SCENE_REQUEST);
	check_text(text_at(json, "part"), "SENDER");
	check_uint(json_array_size(json_object_get(json, "legs")), 2);
	check(allows(json, "close"));
	json_decref(json);
	scene.legs[1].state = PB__LEG_STATE__LEG_STATE_RECEIVED;
	scene.legs[1].allowed = withdraw;
	scene.legs[1].n_allowed = 1;
	json = request_json(&scene.found, scene.bundle.address);
	check(!allows(json, "close"));
	check(allows(json, "withdraw"));
	json_decref(json);
	scene_open(&scene, "desk", two, 1, PB__LEG_STATE__LEG_STATE_DECLINED);
	json = request_json(&scene.found, scene.bundle.address);
	check(!allows(json, "close"));
	check_text(text_at(json, "part"), "RECIPIENT");
	json_decref(json);
}

static void test_words_of_actions(void)
{
	check_text(request_action_word(PB__LEG_ACTION__LEG_ACTION_REDIRECT), "redirect");
	check(request_action_word(PB__LEG_ACTION__LEG_ACTION_LAPSE) == NULL);
	check(request_action_word(PB__LEG_ACTION__LEG_ACTION_SEAL) == NULL);
	check(request_action_word(PB__LEG_ACTION__LEG_ACTION_UNSPECIFIED) == NULL);
}

UNIT_SUITE("libtsunagi/request_json",
	{ "a leg", test_leg },
	{ "what is promised of every leg", test_promised },
	{ "words stay, texts follow the reader", test_languages },
	{ "a request with its legs", test_request },
	{ "the words of actions", test_words_of_actions });
