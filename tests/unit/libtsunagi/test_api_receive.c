/* SPDX-License-Identifier: Apache-2.0 */
/* The calls for receiving, called rightly and wrongly; the inbox. */
#include <jansson.h>

#include "base/clock.h"
#include "conversation.h"
#include "unit.h"

static json_t *inbox(tsg_client *client, int expected)
{
	char *text = NULL;
	json_t *json = NULL;

	check_int(tsg_inbox_json(client, &text), expected);
	json = text == NULL ? NULL : json_loads(text, 0, NULL);
	tsg_free(text);
	return json;
}

static size_t rows(const json_t *json)
{
	return json_array_size(json_object_get(json, "items"));
}

static const char *field(const json_t *json, size_t row, const char *name)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(json, "items"), row), name));
}

/* Looking counts nothing and takes nothing. */
static void test_the_inbox(void)
{
	struct talk talk = talk_begin();
	struct receipt first = talk_send(&talk, "SOON", NULL), second = talk_send(&talk, "DANGER", NULL);
	tsg_delivery *delivery = NULL;
	json_t *json = NULL;

	require(first.result == TSG_OK && second.result == TSG_OK);
	json = inbox(talk.recipient, TSG_OK);
	check_uint(rows(json), 2);
	check_text(field(json, 0, "message_id"), first.message_id);
	check_text(field(json, 1, "message_id"), second.message_id);
	check_text(field(json, 1, "urgency"), "DANGER");
	check_text(field(json, 0, "sender"), "link@" STAGE_SITE);
	check_text(field(json, 0, "kind"), "REQUEST");
	check_text(field(json, 0, "state"), "waiting");
	check(field(json, 0, "code") != NULL);
	json_decref(json);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check_int(tsg_delivery_redelivered(delivery), 0);
	check_int(tsg_ack(delivery), TSG_OK);
	tsg_delivery_free(delivery);
	json = inbox(talk.recipient, TSG_OK);
	check_uint(rows(json), 1);
	json_decref(json);
	json = inbox(talk.sender, TSG_OK); /* nobody else's */
	check_uint(rows(json), 0);
	json_decref(json);
	talk_end(&talk);
}

/* An answer to another question is no empty inbox. */
static void test_an_inbox_that_is_none(void)
{
	struct talk talk = talk_begin();
	json_t *json = NULL;

	require(talk_send(&talk, "SOON", NULL).result == TSG_OK);
	atomic_store(&talk.stage->lie, LIE_NO_SUCH_RESULT);
	json = inbox(talk.recipient, TSG_UNREACHABLE);
	check(json == NULL);
	check(strstr(tsg_last_error(talk.recipient), "BROKER_TALK") != NULL);
	json_decref(json);
	talk_end(&talk);
}

static void test_no_broker(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;
	json_t *json = NULL;

	stage_stop(talk.stage);
	tsg_client_set_timeout(talk.recipient, 300);
	json = inbox(talk.recipient, TSG_UNREACHABLE);
	check(json == NULL);
	check_int(tsg_next(talk.recipient, 300, &delivery), TSG_UNREACHABLE);
	check(delivery == NULL);
	talk_end(&talk);
}

static void test_called_wrongly(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;
	char *text = NULL;

	check_int(tsg_next(NULL, 10, &delivery), TSG_USAGE);
	check_int(tsg_next(talk.recipient, 10, NULL), TSG_USAGE);
	check_int(tsg_inbox_json(NULL, &text), TSG_USAGE);
	check_int(tsg_ack(NULL), TSG_USAGE);
	check_int(tsg_ack_later(NULL), TSG_USAGE);
	check_int(tsg_refuse(NULL, "RETRY_LATER", NULL), TSG_USAGE);
	check_int(tsg_delivery_save(NULL, "."), TSG_USAGE);
	check_uint(tsg_client_unanswered(NULL), 0);
	check(tsg_delivery_json(NULL) == NULL || *tsg_delivery_json(NULL) == '\0' || strcmp(tsg_delivery_json(NULL), "{}") == 0);
	tsg_delivery_free(NULL);
	require(talk_send(&talk, "SOON", NULL).result == TSG_OK);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check_int(tsg_delivery_save(delivery, NULL), TSG_USAGE);
	check_int(tsg_refuse(delivery, NULL, NULL), TSG_USAGE);
	check_int(tsg_refuse(delivery, "UNSPECIFIED", NULL), TSG_USAGE);
	check(strstr(tsg_last_error(talk.recipient), "UNKNOWN_REASON") != NULL);
	check_uint(stage_tally(talk.stage, TALLY_REFUSED), 0); /* wrong words are not said */
	check_int(tsg_ack(delivery), TSG_OK);
	check_int(tsg_ack(delivery), TSG_USAGE);
	check_int(tsg_ack_later(delivery), TSG_USAGE);
	check_int(tsg_refuse(delivery, "RETRY_LATER", NULL), TSG_USAGE);
	check(strstr(tsg_last_error(talk.recipient), "SETTLED") != NULL);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGES), 1);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* The wait is the caller's: nothing comes, and it ends in time, whatever is asked. */
static void test_waits(void)
{
	static const int waits[] = { 0, 1, 150 };
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;

	talk_work(talk.recipient, 300, NULL);
	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
		int64_t before_us = clock_mono_us();

		unit_context("%d ms", waits[i]);
		check_int(tsg_next(talk.recipient, waits[i], &delivery), TSG_TIMEOUT);
		check(clock_mono_us() - before_us >= (int64_t)waits[i] * 1000);
		check(strstr(tsg_last_error(talk.recipient), "TIMEOUT") != NULL);
	}
	talk_end(&talk);
}

/* Every word for a refusal that may be said, as the program or an operator would write it. */
static void test_each_reason(void)
{
	static const char *const reasons[] = { "RETRY_LATER", "CANNOT_OPEN", "NOT_AUTHENTIC", "NOT_UNDERSTOOD", "PROGRAM_FAILED" };
	struct talk talk = talk_begin();

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		tsg_delivery *delivery = NULL;

		unit_context("%s", reasons[i]);
		if (i != 1) /* what was asked for later comes again by itself */
			require(talk_send(&talk, "SOON", NULL).result == TSG_OK);
		require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
		check_int(tsg_delivery_redelivered(delivery), i == 1);
		check_int(tsg_refuse(delivery, reasons[i], "why"), TSG_OK);
		tsg_delivery_free(delivery);
		check_uint(stage_tally(talk.stage, TALLY_REFUSED), i + 1);
	}
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/api_receive",
	{ "the inbox", test_the_inbox },
	{ "an inbox that is none", test_an_inbox_that_is_none },
	{ "no broker", test_no_broker },
	{ "called wrongly", test_called_wrongly },
	{ "waits", test_waits },
	{ "each reason", test_each_reason });
