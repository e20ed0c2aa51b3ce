/* SPDX-License-Identifier: Apache-2.0 */
/* A request's life through tsg_act_json, between two clients and a broker that works legs out of what it was sent. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "conversation.h"
#include "unit.h"

static json_t *act(tsg_client *client, int expected, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* An action's answer; NULL where there is none. */
static json_t *act(tsg_client *client, int expected, const char *format, ...)
{
	char text[4000];
	char *answer = NULL;
	json_t *json = NULL;
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	unit_context("%s", text);
	check_int(tsg_act_json(client, text, strlen(text), &answer), expected);
	if (answer != NULL)
		json = json_loads(answer, 0, NULL);
	tsg_free(answer);
	return json;
}

static const char *text_at(const json_t *json, const char *first, const char *second)
{
	const json_t *value = json_object_get(json, first);
	const char *text = json_string_value(second == NULL ? value : json_object_get(value, second));

	return text == NULL ? "" : text;
}

/* Does it, and checks the state in which the leg then stands. */
static void step(tsg_client *client, const char *word, const char *id, const char *more, const char *state)
{
	json_t *receipt = act(client, TSG_OK, "{\"action\":\"request.%s\",\"id\":\"%s\"%s}", word, id, more);

	check_text(text_at(receipt, "state", NULL), "accepted");
	check_text(text_at(receipt, "request", NULL), id);
	check_text(text_at(receipt, "leg", "state"), state);
	json_decref(receipt);
}

/* The last error's code, and its sentence in *ret_message. */
static const char *failed(tsg_client *client, char message[1300])
{
	static char code[64];
	json_t *json = json_loads(tsg_last_error(client), 0, NULL);

	snprintf(code, sizeof code, "%s", text_at(json_object_get(json, "error"), "code", NULL));
	snprintf(message, 1300, "%s %s", text_at(json_object_get(json, "error"), "message", NULL), text_at(json_object_get(json, "error"), "hint", NULL));
	json_decref(json);
	return code;
}

/* The next delivery's own fields. */
static json_t *receive(struct talk *talk, tsg_client *client)
{
	tsg_delivery *delivery = NULL;
	json_t *json = NULL;

	(void)talk;
	require(tsg_next(client, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	json = json_loads(tsg_delivery_json(delivery), 0, NULL);
	check_int(tsg_ack(delivery), TSG_OK);
	tsg_delivery_free(delivery);
	return json;
}

static void test_a_whole_life(void)
{
	struct talk talk = talk_begin();
	struct receipt sent = talk_send(&talk, "SOON", NULL);
	const char *id = sent.message_id;
	json_t *json = NULL;

	step(talk.recipient, "seen", id, "", "RECEIVED");
	step(talk.recipient, "ask", id, ",\"text\":\"いつがよいですか\"", "QUESTIONED");
	step(talk.sender, "answer", id, ",\"text\":\"月曜の午前です\"", "RECEIVED");
	step(talk.recipient, "accept", id, ",\"on\":\"2999-12-01\"", "ACCEPTED");
	step(talk.recipient, "start", id, ",\"on\":\"2026-01-05\"", "ACTIVE");
	step(talk.recipient, "report", id, ",\"text\":\"訪問しました\"", "ACTIVE");
	step(talk.recipient, "hold", id, ",\"reason\":\"SUPPORT_REFUSED\",\"on\":\"2999-12-01\"", "ON_HOLD");
	step(talk.recipient, "resume", id, "", "ACTIVE");
	step(talk.recipient, "complete", id, ",\"outcome\":\"RESOLVED\"", "COMPLETED");
	json = act(talk.sender, TSG_OK, "{\"action\":\"request.show\",\"id\":\"%s\"}", id);
	check_text(text_at(json_array_get(json_object_get(json, "legs"), 0), "outcome", NULL), "RESOLVED");
	json_decref(json);
	talk_end(&talk);
}

/* The other side hears of each act as a message of the request's thread, its words sealed. */
static void test_what_arrives(void)
{
	struct talk talk = talk_begin();
	struct receipt sent = talk_send(&talk, "SOON", NULL);
	json_t *json = NULL;

	step(talk.recipient, "ask", sent.message_id, ",\"text\":\"いつがよいですか\"", "QUESTIONED");
	json = receive(&talk, talk.sender);
	check_text(text_at(json, "kind", NULL), "REQUEST");
	check_text(text_at(json, "thread_id", NULL), sent.message_id);
	check_text(text_at(json, "leg_act", "action"), "ASK");
	check_text(text_at(json, "note", "text"), "いつがよいですか");
	check_text(text_at(json, "basis", "basis"), "PUBLIC_DUTY");
	json_decref(json);
	step(talk.recipient, "decline", sent.message_id, ",\"reason\":\"OUTSIDE_AREA\",\"next_agency\":\"third\"", "DECLINED");
	json = receive(&talk, talk.sender);
	check_text(text_at(json, "leg_act", "reason"), "OUTSIDE_AREA");
	check_text(text_at(json, "leg_act", "next_agency"), "third@" STAGE_SITE);
	check(json_object_get(json, "note") == NULL);
	json_decref(json);
	talk_end(&talk);
}

/* What cannot be done is told before anything is sent, with what would be allowed. */
static void test_refusals(void)
{
	struct talk talk = talk_begin();
	struct receipt sent = talk_send(&talk, "SOON", NULL);
	size_t submitted = stage_tally(talk.stage, TALLY_SUBMITTED);
	char message[1300];

	act(talk.recipient, TSG_REFUSED, "{\"action\":\"request.start\",\"id\":\"%s\",\"on\":\"2026-01-05\"}", sent.message_id);
	check_text(failed(talk.recipient, message), "NOT_NOW");
	check(strstr(message, "accept") != NULL);
	act(talk.recipient, TSG_REFUSED, "{\"action\":\"request.decline\",\"id\":\"%s\",\"reason\":\"FULL\"}", sent.message_id);
	check_text(failed(talk.recipient, message), "INCOMPLETE");
	check(strstr(message, "who could help") != NULL);
	act(talk.sender, TSG_REFUSED, "{\"action\":\"request.accept\",\"id\":\"%s\"}", sent.message_id);
	check_text(failed(talk.sender, message), "NOT_NOW");
	check(strstr(message, "withdraw") != NULL);
	act(talk.recipient, TSG_REFUSED, "{\"action\":\"request.close\",\"id\":\"%s\",\"outcome\":\"RESOLVED\"}", sent.message_id);
	check_text(failed(talk.recipient, message), "NOT_THE_SENDER");
	act(talk.sender, TSG_REFUSED, "{\"action\":\"request.close\",\"id\":\"%s\",\"outcome\":\"RESOLVED\"}", sent.message_id);
	check_text(failed(talk.sender, message), "LEGS_OPEN");
	act(talk.recipient, TSG_NOT_FOUND, "{\"action\":\"request.accept\",\"id\":\"01960000-0000-7000-8000-000000000000\"}");
	check_text(failed(talk.recipient, message), "NO_REQUEST");
	act(talk.recipient, TSG_NOT_FOUND, "{\"action\":\"request.accept\",\"id\":\"no id\"}");
	check_text(failed(talk.recipient, message), "NO_REQUEST");
	act(talk.recipient, TSG_USAGE, "{\"action\":\"request.accept\"}");
	check_text(failed(talk.recipient, message), "USAGE");
	act(talk.recipient, TSG_USAGE, "{\"action\":\"request.dance\",\"id\":\"%s\"}", sent.message_id);
	check_text(failed(talk.recipient, message), "UNKNOWN_ACTION");
	act(talk.recipient, TSG_USAGE, "{\"action\":\"request.decline\",\"id\":\"%s\",\"reason\":\"BECAUSE\"}", sent.message_id);
	check_text(failed(talk.recipient, message), "UNKNOWN_WORD");
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), submitted);
	talk_end(&talk);
}

/* A sender that nobody helped decides; after that there is nothing to decide any more. */
static void test_decline_and_close(void)
{
	struct talk talk = talk_begin();
	struct receipt sent = talk_send(&talk, "SOON", NULL);
	char message[1300];
	json_t *json = NULL;

	step(talk.recipient, "decline", sent.message_id, ",\"reason\":\"FULL\",\"none_known\":true", "DECLINED");
	act(talk.sender, TSG_REFUSED, "{\"action\":\"request.close\",\"id\":\"%s\",\"outcome\":\"VISITED\"}", sent.message_id);
	check_text(failed(talk.sender, message), "REQUEST_OUTCOME");
	json = act(talk.sender, TSG_OK, "{\"action\":\"request.close\",\"id\":\"%s\",\"outcome\":\"SENDER_SUPPORTS\"}", sent.message_id);
	check_text(text_at(json, "leg", "closed_with"), "SENDER_SUPPORTS");
	json_decref(json);
	act(talk.sender, TSG_REFUSED, "{\"action\":\"request.close\",\"id\":\"%s\",\"outcome\":\"SENDER_SUPPORTS\"}", sent.message_id);
	check_text(failed(talk.sender, message), "REQUEST_OVER");
	talk_end(&talk);
}

/* A retry with its key is the same act: told as a repeat, done once. */
static void test_a_retry(void)
{
	struct talk talk = talk_begin();
	struct receipt sent = talk_send(&talk, "SOON", NULL);
	json_t *first = NULL, *again = NULL;
	size_t submitted = 0;

	step(talk.recipient, "accept", sent.message_id, "", "ACCEPTED");
	first = act(talk.recipient, TSG_OK, "{\"action\":\"request.start\",\"id\":\"%s\",\"on\":\"2026-01-05\",\"key\":\"k\"}", sent.message_id);
	submitted = stage_tally(talk.stage, TALLY_SUBMITTED);
	again = act(talk.recipient, TSG_OK, "{\"action\":\"request.start\",\"id\":\"%s\",\"on\":\"2026-01-05\",\"key\":\"k\"}", sent.message_id);
	check_text(text_at(again, "message_id", NULL), text_at(first, "message_id", NULL));
	check(json_is_true(json_object_get(again, "duplicate")));
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), submitted);
	json_decref(first);
	json_decref(again);
	talk_end(&talk);
}

/* By its short code, as people read it to each other. */
static void test_codes(void)
{
	struct talk talk = talk_begin();
	struct receipt sent;
	json_t *json = NULL;
	char code[40], message[1300];

	for (int i = 0; i < 5; i++)
		sent = talk_send(&talk, "SOON", NULL);
	json = act(talk.recipient, TSG_OK, "{\"action\":\"request.show\",\"id\":\"%s\"}", sent.message_id);
	snprintf(code, sizeof code, "%s", text_at(json, "code", NULL));
	json_decref(json);
	json = act(talk.recipient, TSG_OK, "{\"action\":\"request.show\",\"id\":\"%s\"}", code);
	check_text(text_at(json, "request", NULL), sent.message_id);
	json_decref(json);
	code[0] = code[0] == '0' ? '1' : '0'; /* the check character tells */
	act(talk.recipient, TSG_NOT_FOUND, "{\"action\":\"request.show\",\"id\":\"%s\"}", code);
	check_text(failed(talk.recipient, message), "NO_REQUEST");
	talk_end(&talk);
}

static size_t listed(tsg_client *client, const char *more)
{
	json_t *json = act(client, TSG_OK, "{\"action\":\"request.list\"%s}", more);
	size_t count = json_array_size(json_object_get(json, "legs"));

	json_decref(json);
	return count;
}

static void test_lists(void)
{
	struct talk talk = talk_begin();
	struct receipt first = talk_send(&talk, "SOON", NULL);
	char message[1300];

	talk_send(&talk, "ROUTINE", NULL);
	step(talk.recipient, "decline", first.message_id, ",\"reason\":\"FULL\",\"none_known\":true", "DECLINED");
	check_uint(listed(talk.sender, ""), 1);
	check_uint(listed(talk.sender, ",\"ended\":true"), 2);
	check_uint(listed(talk.recipient, ",\"holder\":\"me\""), 1);
	check_uint(listed(talk.sender, ",\"holder\":\"me\""), 0);
	act(talk.sender, TSG_USAGE, "{\"action\":\"request.list\",\"holder\":\"you\"}");
	check_text(failed(talk.sender, message), "UNKNOWN_WORD");
	act(talk.sender, TSG_USAGE, "{\"action\":\"request.list\",\"case\":\"no id\"}");
	talk_end(&talk);
}

/* What waits in the outbox is nobody's request yet; and an act waits there like any message. */
static void test_without_a_broker(void)
{
	struct talk talk = talk_begin();
	struct receipt sent = talk_send(&talk, "SOON", NULL), waiting;
	char message[1300];

	stage_stop(talk.stage);
	talk_know_lost(&talk);
	tsg_client_set_timeout(talk.sender, 300);
	waiting = talk_send(&talk, "SOON", "w");
	check_int(waiting.result, TSG_IN_OUTBOX);
	act(talk.sender, TSG_REFUSED, "{\"action\":\"request.withdraw\",\"id\":\"%s\",\"reason\":\"MISDIRECTED\"}", waiting.message_id);
	check_text(failed(talk.sender, message), "REQUEST_WAITS");
	act(talk.sender, TSG_UNREACHABLE, "{\"action\":\"request.show\",\"id\":\"%s\"}", sent.message_id);
	talk_end(&talk);
}

/* What was heard of a request before will do: the act waits in the outbox, and is done once when the broker is back. */
static void test_an_act_waits_for_the_broker(void)
{
	struct talk talk = talk_begin();
	struct receipt sent = talk_send(&talk, "SOON", NULL);
	json_t *json = NULL;
	char code[40];

	json = act(talk.sender, TSG_OK, "{\"action\":\"request.show\",\"id\":\"%s\"}", sent.message_id);
	snprintf(code, sizeof code, "%s", text_at(json, "code", NULL));
	json_decref(json);
	stage_stop(talk.stage);
	talk_know_lost(&talk);
	tsg_client_set_timeout(talk.sender, 300);
	act(talk.sender, TSG_UNREACHABLE, "{\"action\":\"request.show\",\"id\":\"%s\"}", sent.message_id); /* how it stands now nobody can say */
	json = act(talk.sender, TSG_IN_OUTBOX, "{\"action\":\"request.withdraw\",\"id\":\"%s\",\"reason\":\"MISDIRECTED\",\"key\":\"w\"}", code);
	check_text(text_at(json, "state", NULL), "outbox");
	check_text(text_at(json, "request", NULL), sent.message_id);
	check(json_object_get(json, "leg") == NULL);
	json_decref(json);
	stage_start(talk.stage);
	tsg_client_set_timeout(talk.sender, 5000);
	json = act(talk.sender, TSG_OK, "{\"action\":\"request.withdraw\",\"id\":\"%s\",\"reason\":\"MISDIRECTED\",\"key\":\"w\"}", code);
	check_text(text_at(json, "leg", "state"), "WITHDRAWN");
	json_decref(json);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 2);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/act_request",
	{ "a whole life", test_a_whole_life },
	{ "what arrives on the other side", test_what_arrives },
	{ "refusals", test_refusals },
	{ "a decline, and the sender's decision", test_decline_and_close },
	{ "a retry", test_a_retry },
	{ "short codes", test_codes },
	{ "lists", test_lists },
	{ "without a broker", test_without_a_broker },
	{ "an act waits for the broker", test_an_act_waits_for_the_broker });
