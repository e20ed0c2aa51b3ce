/* SPDX-License-Identifier: Apache-2.0 */
/* Which legs an act concerns, and what is told where it is not allowed: every state, action and part. */
#include <stdlib.h>
#include <string.h>

#include "contract/request_states.h"
#include "request_scene.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

static const char *const one[] = { "desk" };
static const char *const three[] = { "desk", "third", "fourth" };

static const uint32_t everything = ~UINT32_C(0);

/* A reason that fits the action, where one does. */
static Pb__Reason reason_for(Pb__LegAction action)
{
	for (int reason = 1; reason < 100; reason++)
		if (leg_reason_fits(action, (Pb__Reason)reason))
			return (Pb__Reason)reason;
	return PB__REASON__REASON_UNSPECIFIED;
}

static struct request_wish wish_for(Pb__LegAction action)
{
	return (struct request_wish){
		.action = action, .reason = reason_for(action), .outcome = PB__OUTCOME__OUTCOME_RESOLVED, .given = everything };
}

/* With everything given, the table alone decides; and a refusal names what it was about. */
static void check_pair(const char *self, Pb__Party by, Pb__LegState state, Pb__LegAction action)
{
	static struct scene scene;
	struct request_concerned concerned;
	struct request_wish wish = wish_for(action);
	bool allowed = transition_set_has(leg_actions_allowed(state, by), (unsigned)action);
	int result;

	scene_open(&scene, self, one, 1, state);
	unit_context("%s, state %d, action %d", self, (int)state, (int)action);
	result = requests_legs(&scene.client, &scene.found, &wish, &concerned);
	check_int(result, allowed ? TSG_OK : TSG_REFUSED);
	if (allowed) {
		check_uint(concerned.count, 1);
		check_int((int)concerned.by, (int)by);
	} else {
		check_text(scene.client.failure.code, "NOT_NOW");
		check(strlen(scene.client.failure.message) > 20);
	}
}

static void test_every_pair(void)
{
	for (int state = PB__LEG_STATE__LEG_STATE_AWAITING_SEAL; state < LEG_STATE_COUNT; state++)
		for (int action = PB__LEG_ACTION__LEG_ACTION_SEEN; action <= PB__LEG_ACTION__LEG_ACTION_WITHDRAW; action++) {
			check_pair("desk", PB__PARTY__PARTY_RECIPIENT, (Pb__LegState)state, (Pb__LegAction)action);
			check_pair("link", PB__PARTY__PARTY_SENDER, (Pb__LegState)state, (Pb__LegAction)action);
		}
}

/* What is missing is told with what it is, before anything is sent. */
static void test_needs(void)
{
	static const struct {
		Pb__LegState state;
		Pb__LegAction action;
		uint32_t given;
		const char *words;
	} rows[] = {
		{ PB__LEG_STATE__LEG_STATE_RECEIVED, PB__LEG_ACTION__LEG_ACTION_ASK, 0, "question" },
		{ PB__LEG_STATE__LEG_STATE_RECEIVED, PB__LEG_ACTION__LEG_ACTION_DECLINE, NEED_SUGGESTION, "OUTSIDE_AREA" },
		{ PB__LEG_STATE__LEG_STATE_RECEIVED, PB__LEG_ACTION__LEG_ACTION_REDIRECT, 0, "next" },
		{ PB__LEG_STATE__LEG_STATE_ACCEPTED, PB__LEG_ACTION__LEG_ACTION_START, 0, "first contact" },
		{ PB__LEG_STATE__LEG_STATE_ACTIVE, PB__LEG_ACTION__LEG_ACTION_REPORT, 0, "progress" },
		{ PB__LEG_STATE__LEG_STATE_ACTIVE, PB__LEG_ACTION__LEG_ACTION_HOLD, NEED_REVIEW_DATE, "SUPPORT_REFUSED" },
		{ PB__LEG_STATE__LEG_STATE_ACTIVE, PB__LEG_ACTION__LEG_ACTION_COMPLETE, 0, "SUPPORT_CONTINUES" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static struct scene scene;
		struct request_concerned concerned;
		struct request_wish wish = { .action = rows[i].action, .given = rows[i].given };

		scene_open(&scene, "desk", one, 1, rows[i].state);
		unit_context("row %zu", i);
		check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_REFUSED);
		check_text(scene.client.failure.code, "INCOMPLETE");
		check(strstr(scene.client.failure.message, rows[i].words) != NULL);
	}
}

/* Without a name, all legs that admit it; with names, those alone, and each must admit it. */
static void test_several_legs(void)
{
	static struct scene scene;
	struct request_concerned concerned;
	struct request_wish wish = wish_for(PB__LEG_ACTION__LEG_ACTION_WITHDRAW);
	json_t *names = json_pack("[s, s]", "desk", "fourth@" SCENE_SITE), *slip = json_string("thrid"), *ended = json_string("third");

	scene_open(&scene, "link", three, 3, PB__LEG_STATE__LEG_STATE_RECEIVED);
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_OK);
	check_uint(concerned.count, 3);
	scene.legs[1].state = PB__LEG_STATE__LEG_STATE_DECLINED;
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_OK);
	check_uint(concerned.count, 2);
	wish.to = names;
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_OK);
	check_uint(concerned.count, 2);
	check(concerned.legs[1] == &scene.legs[2]);
	wish.to = ended;
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_REFUSED);
	check_text(scene.client.failure.code, "NOT_NOW");
	wish.to = slip;
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_NOT_FOUND);
	check_text(scene.client.failure.code, "NO_LEG");
	check(strstr(scene.client.failure.message, "thrid") != NULL);
	json_decref(names);
	json_decref(slip);
	json_decref(ended);
}

/* An answer goes where a question stands. */
static void test_answer_finds_its_question(void)
{
	static struct scene scene;
	struct request_concerned concerned;
	struct request_wish wish = wish_for(PB__LEG_ACTION__LEG_ACTION_ANSWER);

	scene_open(&scene, "link", three, 3, PB__LEG_STATE__LEG_STATE_RECEIVED);
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_REFUSED);
	scene.legs[2].state = PB__LEG_STATE__LEG_STATE_QUESTIONED;
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_OK);
	check_uint(concerned.count, 1);
	check(concerned.legs[0] == &scene.legs[2]);
}

/* A coordinator acts on the leg of an agency that closed, as who was asked; anybody else has no part in it. */
static void test_who_acts(void)
{
	static struct scene scene;
	static const char *const closed[] = { "shut" };
	struct request_concerned concerned;
	struct request_wish wish = wish_for(PB__LEG_ACTION__LEG_ACTION_START);

	scene_open(&scene, "head", closed, 1, PB__LEG_STATE__LEG_STATE_ACCEPTED);
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_NOT_FOUND);
	scene.legs[0].holder = PB__PARTY__PARTY_COORDINATOR;
	scene.legs[0].holder_agency = scene.bundle.address;
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_OK);
	check_int((int)concerned.by, PB__PARTY__PARTY_RECIPIENT);
}

static void hold(struct scene *scene, size_t leg)
{
	scene->legs[leg].holder = PB__PARTY__PARTY_COORDINATOR;
	scene->legs[leg].holder_agency = (char *)(uintptr_t)"head@" SCENE_SITE;
}

static void check_choice(struct scene *scene, const struct request_wish *wish)
{
	struct request_concerned concerned;

	check_int(requests_legs(&scene->client, &scene->found, wish, &concerned), TSG_REFUSED);
	check_text(scene->client.failure.code, "WHICH_LEG");
	check(strstr(scene->client.failure.message, "desk@") != NULL && strstr(scene->client.failure.message, "third@") != NULL);
	check(strstr(scene->client.failure.message, "fourth@") == NULL);
}

/* A coordinator of several that closed says in whose place it acts; of what nobody else could mean it need not. */
static void test_in_whose_place(void)
{
	static struct scene scene;
	struct request_concerned concerned;
	struct request_wish wish = wish_for(PB__LEG_ACTION__LEG_ACTION_START);

	scene_open(&scene, "head", three, 3, PB__LEG_STATE__LEG_STATE_ACCEPTED);
	for (size_t i = 0; i < 3; i++)
		hold(&scene, i);
	scene.legs[2].state = PB__LEG_STATE__LEG_STATE_ACTIVE;
	check_choice(&scene, &wish);
	wish.in_place_of = "third";
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_OK);
	check_uint(concerned.count, 1);
	check(concerned.legs[0] == &scene.legs[1]);
	wish.in_place_of = "fourth@" SCENE_SITE; /* named, it is judged as it stands */
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_REFUSED);
	check_text(scene.client.failure.code, "NOT_NOW");
	wish.in_place_of = "nobody";
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_NOT_FOUND);
	check_text(scene.client.failure.code, "NO_LEG");
	wish.in_place_of = NULL;
	scene.legs[0].state = PB__LEG_STATE__LEG_STATE_ON_HOLD;
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_OK);
	check(concerned.legs[0] == &scene.legs[1]);
}

/* One message to who holds two of the asked is for one of them. */
static void test_of_one_holder(void)
{
	static struct scene scene;
	struct request_concerned concerned;
	struct request_wish wish = wish_for(PB__LEG_ACTION__LEG_ACTION_WITHDRAW);
	json_t *third = json_string("third");

	scene_open(&scene, "link", three, 3, PB__LEG_STATE__LEG_STATE_ACCEPTED);
	hold(&scene, 0);
	hold(&scene, 1);
	check_choice(&scene, &wish);
	wish.to = third;
	check_int(requests_legs(&scene.client, &scene.found, &wish, &concerned), TSG_OK);
	check(concerned.count == 1 && concerned.legs[0] == &scene.legs[1]);
	json_decref(third);
}

static void test_closing(void)
{
	static struct scene scene;

	scene_open(&scene, "link", three, 2, PB__LEG_STATE__LEG_STATE_DECLINED);
	check_int(request_may_close(&scene.client, &scene.found, PB__OUTCOME__OUTCOME_SENDER_SUPPORTS), TSG_OK);
	check_int(request_may_close(&scene.client, &scene.found, PB__OUTCOME__OUTCOME_VISITED), TSG_REFUSED);
	check_text(scene.client.failure.code, "REQUEST_OUTCOME");
	check(strstr(scene.client.failure.hint, "SENDER_SUPPORTS") != NULL);
	check(strstr(scene.client.failure.hint, "VISITED") == NULL);
	scene.legs[1].state = PB__LEG_STATE__LEG_STATE_RECEIVED;
	check_int(request_may_close(&scene.client, &scene.found, PB__OUTCOME__OUTCOME_SENDER_SUPPORTS), TSG_REFUSED);
	check_text(scene.client.failure.code, "LEGS_OPEN");
	check(strstr(scene.client.failure.message, "third@") != NULL);
	check(strstr(scene.client.failure.message, "desk@") == NULL);
	scene_open(&scene, "link", one, 1, PB__LEG_STATE__LEG_STATE_COMPLETED);
	check_int(request_may_close(&scene.client, &scene.found, PB__OUTCOME__OUTCOME_RESOLVED), TSG_REFUSED);
	check_text(scene.client.failure.code, "REQUEST_OVER");
	scene_open(&scene, "desk", one, 1, PB__LEG_STATE__LEG_STATE_RECEIVED);
	check_int(request_may_close(&scene.client, &scene.found, PB__OUTCOME__OUTCOME_RESOLVED), TSG_REFUSED);
	check_text(scene.client.failure.code, "NOT_THE_SENDER");
	check(strstr(scene.client.failure.message, "link@") != NULL);
}

UNIT_SUITE("libtsunagi/requests_legs",
	{ "every state, action and part", test_every_pair },
	{ "what is missing is told", test_needs },
	{ "several legs", test_several_legs },
	{ "an answer finds its question", test_answer_finds_its_question },
	{ "who may act", test_who_acts },
	{ "in whose place", test_in_whose_place },
	{ "two of one holder", test_of_one_holder },
	{ "closing the whole", test_closing });
