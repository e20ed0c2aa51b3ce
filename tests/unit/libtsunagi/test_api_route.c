/* SPDX-License-Identifier: Apache-2.0 */
/* tsg_route_json and tsg_route: needs answered on this device, and a message that carries what was found. */
#include <jansson.h>
#include <stdlib.h>

#include "conversation.h"
#include "unit.h"

#define WEDNESDAY "\"at\":\"2026-11-18T10:00:00+09:00\""
#define SATURDAY "\"at\":\"2026-11-21T10:00:00+09:00\""

/* While the broker's thread rests: the directory is its own. */
static void publish_rules(struct stage *stage)
{
	stage_stop(stage);
	stage->with_rules = true;
	stage_publish(stage);
	stage_start(stage);
}

static struct talk talk_with_rules(void)
{
	struct talk talk = talk_begin();

	publish_rules(talk.stage);
	talk_know_directory(&talk);
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	unsetenv("LANG");
	return talk;
}

static json_t *route(tsg_client *client, const char *need, int all)
{
	char *text = NULL;
	json_t *report = NULL;

	unit_context("%s", need);
	check_int(tsg_route_json(client, need, strlen(need), all, &text), TSG_OK);
	if (text != NULL)
		report = json_loads(text, 0, NULL);
	tsg_free(text);
	require(report != NULL);
	return report;
}

static const char *first(const json_t *report, const char *list, const char *name)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(report, list), 0), name));
}

static void check_error(tsg_client *client, const char *code)
{
	json_t *json = json_loads(tsg_last_error(client), 0, NULL);

	check_text(json_string_value(json_object_get(json_object_get(json, "error"), "code")), code);
	json_decref(json);
}

static void test_json(void)
{
	struct talk talk = talk_with_rules();
	json_t *report = route(talk.sender, "{\"topics\":[\"DEBT\"]," WEDNESDAY "}", 0);

	check_text(first(report, "choices", "agency"), "desk");
	check_text(first(report, "choices", "address"), "desk@" STAGE_SITE);
	check_text(first(report, "choices", "rule"), "debts");
	check_text(first(report, "choices", "because"), "the rule's reason");
	check_int(json_integer_value(json_object_get(report, "directory_version")), (int)talk.stage->directory_version);
	json_decref(report);
	setenv("LANG", "ja_JP.UTF-8", 1);
	report = route(talk.sender, "{}", 1);
	check_text(first(report, "choices", "agency"), "third");
	check_text(first(report, "choices", "because"), "規則の理由");
	check(json_is_true(json_object_get(report, "fell_back")));
	check_uint(json_array_size(json_object_get(json_object_get(report, "passed_over"), "agencies")), 2); /* link and desk */
	json_decref(report);
	unsetenv("LANG");
	talk_end(&talk);
}

/* The one who asks is never the answer. */
static void test_not_oneself(void)
{
	struct talk talk = talk_with_rules();
	json_t *report;

	talk_client_knows(&talk, talk.recipient);
	report = route(talk.recipient, "{\"topics\":[\"DEBT\"]}", 0);
	check_text(first(report, "choices", "agency"), "third");
	json_decref(report);
	talk_end(&talk);
}

static void test_offline(void)
{
	struct talk talk = talk_with_rules();
	json_t *report;

	stage_stop(talk.stage);
	talk_reopen_sender(&talk);
	report = route(talk.sender, "{\"topics\":[\"DEBT\"]}", 0);
	check_text(first(report, "choices", "agency"), "desk");
	json_decref(report);
	talk_end(&talk);
}

static void test_typed(void)
{
	static const char need[] = "{\"topics\":[\"DEBT\"]," SATURDAY "}";
	struct talk talk = talk_with_rules();
	tsg_choice choices[3];
	size_t count = 0;

	check_int(tsg_route(talk.sender, need, strlen(need), choices, 3, &count), TSG_OK);
	check_uint(count, 1);
	check_text(choices[0].agency, "desk");
	check_text(choices[0].address, "desk@" STAGE_SITE);
	check_text(choices[0].rule, "debts");
	check_text(choices[0].because, "the rule's reason");
	check_int(choices[0].closed, 1);
	check_uint(choices[0].cautions, 2); /* never confirmed, and closed */
	check_int(tsg_route(talk.sender, need, strlen(need), NULL, 0, &count), TSG_OK);
	check_uint(count, 1);
	check_int(tsg_route(talk.sender, need, strlen(need), NULL, 1, &count), TSG_USAGE);
	check_int(tsg_route(talk.sender, need, strlen(need), choices, 3, NULL), TSG_USAGE);
	check_int(tsg_route(NULL, need, strlen(need), choices, 3, &count), TSG_USAGE);
	talk_end(&talk);
}

static void test_act(void)
{
	static const char action[] = "{\"action\":\"route\",\"need\":{\"topics\":[\"DEBT\"]},\"all\":true}";
	static const char without[] = "{\"action\":\"route\"}";
	struct talk talk = talk_with_rules();
	char *text = NULL;
	json_t *report;

	require(tsg_act_json(talk.sender, action, strlen(action), &text) == TSG_OK);
	report = json_loads(text, 0, NULL);
	tsg_free(text);
	check_text(first(report, "choices", "rule"), "debts");
	json_decref(report);
	check_int(tsg_act_json(talk.sender, without, strlen(without), &text), TSG_USAGE);
	talk_end(&talk);
}

static void test_refused(void)
{
	static const struct {
		const char *need, *code;
		int result;
	} rows[] = {
		{ "{\"topics\":[\"GOLD\"]}", "NEED", TSG_REFUSED },
		{ "{\"ward\":\"moon\"}", "NEED", TSG_REFUSED },
		{ "[]", "NEED", TSG_REFUSED },
		{ "{", "JSON", TSG_USAGE },
	};
	struct talk talk = talk_with_rules();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = NULL;

		unit_context("%s", rows[i].need);
		check_int(tsg_route_json(talk.sender, rows[i].need, strlen(rows[i].need), 0, &text), rows[i].result);
		check(text == NULL);
		check_error(talk.sender, rows[i].code);
	}
	check_int(tsg_route_json(NULL, "{}", 2, 0, NULL), TSG_USAGE);
	check_int(tsg_route_json(talk.sender, NULL, 0, 0, NULL), TSG_USAGE);
	talk_end(&talk);
}

static void test_no_rules(void)
{
	struct talk talk = talk_begin();
	char *text = NULL;

	check_int(tsg_route_json(talk.sender, "{}", 2, 0, &text), TSG_NOT_FOUND); /* the directory is fetched for it */
	check_error(talk.sender, "NO_RULES");
	talk_end(&talk);
}

/* The rule and the directory's version travel with the message. */
static void test_message(void)
{
	struct talk talk = talk_with_rules();
	tsg_delivery *delivery = NULL;
	const char *message = "{" TALK_SHEET ",\"rule\":\"debts\"}";
	json_t *json;

	require(tsg_send_json(talk.sender, message, strlen(message), NULL) == TSG_OK);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check_text(tsg_delivery_field(delivery, "rule_id"), "debts");
	json = json_loads(tsg_delivery_json(delivery), 0, NULL);
	check_int(json_integer_value(json_object_get(json, "directory_version")), (int)talk.stage->directory_version);
	json_decref(json);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/api_route",
	{ "a need as JSON", test_json },
	{ "never to the one who asks", test_not_oneself },
	{ "without a connection", test_offline },
	{ "a need, typed", test_typed },
	{ "as an action", test_act },
	{ "needs that say nothing", test_refused },
	{ "a directory without rules", test_no_rules },
	{ "a message carries its rule", test_message });
