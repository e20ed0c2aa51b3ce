/* SPDX-License-Identifier: Apache-2.0 */
/* tsg_act_json: each action's own checks, what it gives, and how it fails. */
#include <jansson.h>
#include <stdio.h>

#include "conversation.h"
#include "unit.h"

#define NOTE_TO                                                                                                                                       \
	"\"kind\":\"NOTE\",\"to\":[\"%s\"],\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"x\"},"                              \
	"\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}"
#define NOBODYS "01960000-0000-7000-8000-000000000000"

static int act(tsg_client *client, json_t **ret_json, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int act(tsg_client *client, json_t **ret_json, const char *format, ...)
{
	char text[4000];
	char *answer = NULL;
	va_list list;
	int result = TSG_OK;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	unit_context("%s", text);
	result = tsg_act_json(client, text, strlen(text), &answer);
	*ret_json = answer == NULL ? NULL : json_loads(answer, 0, NULL);
	check((result == TSG_OK) == (*ret_json != NULL));
	tsg_free(answer);
	return result;
}

static const char *text_of(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text == NULL ? "" : text;
}

static void check_error(tsg_client *client, const char *code)
{
	json_t *json = json_loads(tsg_last_error(client), 0, NULL);
	const json_t *error = json_object_get(json, "error");

	check_text(text_of(error, "code"), code);
	check(text_of(error, "message")[0] != '\0');
	json_decref(json);
}

/* Whoever asks for what there is not is told all that there is. */
static void test_every_action_is_told(void)
{
	static const char *const names[] = { "request.", "conference.", "action_item.", "announcement.", "case.", "consent.", "note", "purge", "capacity",
					     "confirm", "route", "receipt", "trace", "directory", "certificates", "refuse", "acknowledge", "rotate",
					     "device_add", "review", "acknowledge_warning", "dry_run" };
	struct talk talk = talk_begin();
	json_t *json = NULL, *told = NULL;

	check_int(act(talk.sender, &json, "{\"action\":\"dance\"}"), TSG_USAGE);
	told = json_loads(tsg_last_error(talk.sender), 0, NULL);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		unit_context("%s", names[i]);
		check(strstr(text_of(json_object_get(told, "error"), "hint"), names[i]) != NULL);
	}
	json_decref(told);
	talk_end(&talk);
}

/* What lacks something is refused before anything is said to the broker. */
static void test_called_wrongly(void)
{
	static const struct {
		const char *action;
		int result;
		const char *code;
	} rows[] = {
		{ "{}", TSG_USAGE, "UNKNOWN_ACTION" },
		{ "{\"action\":7}", TSG_USAGE, "UNKNOWN_ACTION" },
		{ "{\"action\":\"dance\"}", TSG_USAGE, "UNKNOWN_ACTION" },
		{ "{\"action\":\"receipt\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"receipt\",\"message_id\":\"no id\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"receipt\",\"seq\":\"7\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"trace\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"trace\",\"message_id\":5}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"dry_run\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"refuse\",\"message_id\":\"" NOBODYS "\"}", TSG_USAGE, "UNKNOWN_REASON" },
		{ "{\"action\":\"refuse\",\"message_id\":\"" NOBODYS "\",\"reason\":\"BECAUSE\"}", TSG_USAGE, "UNKNOWN_REASON" },
		{ "{\"action\":\"refuse\",\"message_id\":\"" NOBODYS "\",\"reason\":\"UNSPECIFIED\"}", TSG_USAGE, "UNKNOWN_REASON" },
		{ "{\"action\":\"refuse\",\"reason\":\"RETRY_LATER\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"refuse\",\"message_id\":\"x\",\"reason\":\"RETRY_LATER\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"refuse\",\"message_id\":\"" NOBODYS "\",\"reason\":\"RETRY_LATER\",\"text\":\"bell \\u0007\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"acknowledge\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"device_add\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"device_add\",\"request_file\":\"x\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"acknowledge_warning\"}", TSG_USAGE, "USAGE" },
		{ "{\"action\":\"acknowledge_warning\",\"code\":\"NO_SUCH\"}", TSG_USAGE, "USAGE" },
		{ "[]", TSG_USAGE, "UNKNOWN_ACTION" },
		{ "{\"action\":", TSG_USAGE, "JSON" },
		{ "", TSG_USAGE, "JSON" },
	};
	struct talk talk = talk_begin();
	json_t *json = NULL;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		check_int(act(talk.sender, &json, "%s", rows[i].action), rows[i].result);
		check_error(talk.sender, rows[i].code);
	}
	check_int(tsg_act_json(NULL, "{}", 2, NULL), TSG_USAGE);
	check_uint(stage_tally(talk.stage, TALLY_READS), 0);
	talk_end(&talk);
}

static void test_receipts(void)
{
	struct talk talk = talk_begin();
	struct receipt sent = talk_send(&talk, "SOON", NULL);
	json_t *json = NULL, *by_seq = NULL;

	require(sent.result == TSG_OK);
	require(act(talk.sender, &json, "{\"action\":\"receipt\",\"message_id\":\"%s\"}", sent.message_id) == TSG_OK);
	check_text(text_of(json, "type"), "tsunagi-receipt");
	check_text(text_of(json_object_get(json, "summary"), "message_id"), sent.message_id);
	check_text(text_of(json_object_get(json, "summary"), "author"), "link@" STAGE_SITE);
	check_text(text_of(json_object_get(json, "summary"), "entry"), "SUBMIT");
	check_uint(json_array_size(json_object_get(json_object_get(json, "summary"), "recipients")), 1);
	require(act(talk.sender, &by_seq, "{\"action\":\"receipt\",\"seq\":%d}",
		    (int)json_integer_value(json_object_get(json_object_get(json, "summary"), "seq"))) == TSG_OK);
	check(json_equal(json_object_get(json, "summary"), json_object_get(by_seq, "summary")));
	json_decref(json);
	json_decref(by_seq);
	check_int(act(talk.sender, &json, "{\"action\":\"receipt\",\"seq\":4000}"), TSG_NOT_FOUND);
	check_error(talk.sender, "UNKNOWN_MESSAGE");
	check_int(act(talk.sender, &json, "{\"action\":\"receipt\",\"message_id\":\"" NOBODYS "\"}"), TSG_NOT_FOUND);
	atomic_store(&talk.stage->lie, LIE_NO_SUCH_RESULT);
	check(act(talk.sender, &json, "{\"action\":\"receipt\",\"message_id\":\"%s\"}", sent.message_id) != TSG_OK);
	check_error(talk.sender, "BROKER_TALK");
	talk_end(&talk);
}

static void test_traces(void)
{
	struct talk talk = talk_begin();
	struct receipt sent = talk_send(&talk, "SOON", NULL);
	json_t *json = NULL;

	require(sent.result == TSG_OK);
	require(act(talk.sender, &json, "{\"action\":\"trace\",\"message_id\":\"%s\"}", sent.message_id) == TSG_OK);
	check_text(text_of(json, "type"), "trace");
	check_text(text_of(json, "message_id"), sent.message_id);
	check(text_of(json, "code")[0] != '\0');
	check_text(text_of(json_array_get(json_object_get(json, "stations"), 0), "what"), "SUBMIT");
	json_decref(json);
	check_int(act(talk.sender, &json, "{\"action\":\"trace\",\"message_id\":\"" NOBODYS "\"}"), TSG_NOT_FOUND);
	atomic_store(&talk.stage->lie, LIE_NO_SUCH_RESULT);
	check(act(talk.sender, &json, "{\"action\":\"trace\",\"message_id\":\"%s\"}", sent.message_id) != TSG_OK);
	check_error(talk.sender, "BROKER_TALK");
	talk_end(&talk);
}

/* The newest directory, or the kept one where the broker is away. */
static void test_directories(void)
{
	struct talk talk = talk_begin();
	json_t *json = NULL;

	require(act(talk.sender, &json, "{\"action\":\"directory\"}") == TSG_OK);
	check_int(json_integer_value(json_object_get(json, "version")), 1);
	check(json_is_true(json_object_get(json, "current")));
	check_uint(json_array_size(json_object_get(json_object_get(json, "directory"), "agencies")), 3);
	json_decref(json);
	stage_stop(talk.stage);
	tsg_client_set_timeout(talk.sender, 200);
	require(act(talk.sender, &json, "{\"action\":\"directory\"}") == TSG_OK);
	check_int(json_integer_value(json_object_get(json, "version")), 1);
	json_decref(json);
	talk_end(&talk);
}

static void test_no_directory_at_all(void)
{
	struct talk talk = talk_begin();
	json_t *json = NULL;

	stage_stop(talk.stage);
	talk_reopen_sender(&talk);
	tsg_client_set_timeout(talk.sender, 200);
	check(act(talk.sender, &json, "{\"action\":\"directory\"}") != TSG_OK);
	check(act(talk.sender, &json, "{\"action\":\"certificates\"}") != TSG_OK);
	check(act(talk.sender, &json, "{\"action\":\"dry_run\",\"message\":{%s}}", TALK_SHEET) != TSG_OK);
	talk_end(&talk);
}

static void test_certificates(void)
{
	struct talk talk = talk_begin();
	const struct bundle *desk = talk.desk->bundle;
	json_t *json = NULL, *row = NULL, *wanted = NULL;

	require(act(talk.sender, &json, "{\"action\":\"certificates\",\"agency\":\"desk\"}") == TSG_OK);
	row = json_array_get(json_object_get(json, "devices"), 0);
	check_uint(json_array_size(json_object_get(json, "devices")), 1);
	wanted = json_string(text_of(row, "sealing_certificate"));
	check(strlen(text_of(row, "fingerprint")) > 10);
	check_int(json_integer_value(json_object_get(row, "device")), 1);
	check_int(json_integer_value(json_object_get(row, "seq")), (json_int_t)talk.desk->binding_seq);
	check_text(json_string_value(wanted), text_of(row, "sealing_certificate"));
	check(certificate_der(desk->sealing[0].certificate).len > 0 && strlen(text_of(row, "sealing_certificate")) > certificate_der(desk->sealing[0].certificate).len);
	json_decref(wanted);
	json_decref(json);
	require(act(talk.sender, &json, "{\"action\":\"certificates\"}") == TSG_OK); /* our own */
	check_text(text_of(json, "agency"), "link");
	json_decref(json);
	check(act(talk.sender, &json, "{\"action\":\"certificates\",\"agency\":\"nobody\"}") != TSG_OK);
	check_error(talk.sender, "UNKNOWN_AGENCY");
	talk_end(&talk);
}

static void test_dry_runs(void)
{
	struct talk talk = talk_begin();
	json_t *json = NULL;

	require(act(talk.sender, &json, "{\"action\":\"dry_run\",\"message\":{%s}}", TALK_SHEET) == TSG_OK);
	json_decref(json);
	check_int(act(talk.sender, &json, "{\"action\":\"dry_run\",\"message\":{" NOTE_TO "}}", "nobody"), TSG_REFUSED);
	check_error(talk.sender, "UNKNOWN_AGENCY");
	check_int(act(talk.sender, &json, "{\"action\":\"dry_run\",\"message\":{" NOTE_TO "}}", "desk@elsewhere"), TSG_REFUSED);
	check_error(talk.sender, "OTHER_SITE");
	check_int(act(talk.sender, &json, "{\"action\":\"dry_run\",\"message\":{}}"), TSG_REFUSED);
	check_error(talk.sender, "MESSAGE");
	check_int(act(talk.sender, &json, "{\"action\":\"dry_run\",\"message\":5}"), TSG_REFUSED);
	check_uint(talk_outbox(&talk), 0);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 0);
	talk_end(&talk);
}

/* An item that waits is settled by its message's id, and the program never sees it. */
static void test_settling_by_id(void)
{
	struct talk talk = talk_begin();
	struct receipt first = talk_send(&talk, "SOON", NULL), second = talk_send(&talk, "SOON", NULL), third = talk_send(&talk, "SOON", NULL);
	tsg_delivery *delivery = NULL;
	json_t *json = NULL;

	require(first.result == TSG_OK && second.result == TSG_OK && third.result == TSG_OK);
	require(act(talk.recipient, &json, "{\"action\":\"acknowledge\",\"message_id\":\"%s\"}", second.message_id) == TSG_OK);
	check_text(text_of(json, "type"), "acknowledged");
	check_text(text_of(json, "message_id"), second.message_id);
	json_decref(json);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 1);
	require(act(talk.recipient, &json, "{\"action\":\"refuse\",\"message_id\":\"%s\",\"reason\":\"NOT_UNDERSTOOD\",\"text\":\"form 3\"}", first.message_id) ==
		TSG_OK);
	check_text(text_of(json, "type"), "refused");
	json_decref(json);
	check_uint(stage_tally(talk.stage, TALLY_REFUSED), 1);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check_text(tsg_delivery_message_id(delivery), third.message_id);
	/* What the program has in hand can be settled so too; its handle then says that it was. */
	require(act(talk.recipient, &json, "{\"action\":\"acknowledge\",\"message_id\":\"%s\"}", third.message_id) == TSG_OK);
	json_decref(json);
	check_int(tsg_ack(delivery), TSG_USAGE);
	tsg_delivery_free(delivery);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 2);
	check_int(tsg_next(talk.recipient, 100, &delivery), TSG_TIMEOUT);
	talk_end(&talk);
}

static void test_what_does_not_wait(void)
{
	struct talk talk = talk_begin();
	json_t *json = NULL;

	tsg_client_set_timeout(talk.recipient, 400);
	check(act(talk.recipient, &json, "{\"action\":\"acknowledge\",\"message_id\":\"" NOBODYS "\"}") != TSG_OK);
	check_error(talk.recipient, "NOT_WAITING");
	stage_stop(talk.stage);
	talk_reopen_recipient(&talk);
	tsg_client_set_timeout(talk.recipient, 300);
	check(act(talk.recipient, &json, "{\"action\":\"refuse\",\"message_id\":\"" NOBODYS "\",\"reason\":\"CANNOT_OPEN\"}") != TSG_OK);
	check_error(talk.recipient, "CONNECT");
	talk_end(&talk);
}

static void test_a_word_that_the_broker_refuses(void)
{
	struct talk talk = talk_begin();
	struct receipt sent = talk_send(&talk, "SOON", NULL);
	tsg_delivery *delivery = NULL;
	json_t *json = NULL;

	require(sent.result == TSG_OK);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK); /* it is here, so the next order is ours */
	atomic_store(&talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM);
	atomic_store(&talk.stage->refuse_count, 1);
	check(act(talk.recipient, &json, "{\"action\":\"acknowledge\",\"message_id\":\"%s\"}", sent.message_id) != TSG_OK);
	check_error(talk.recipient, "UNKNOWN_ITEM");
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* After a fork only what asks nothing of the broker is done. */
static void test_after_a_fork(void)
{
	static const char *const refused[] = { "{\"action\":\"directory\"}", "{\"action\":\"rotate\"}", "{\"action\":\"trace\",\"message_id\":\"" NOBODYS "\"}",
					       "{\"action\":\"certificates\"}", "{\"action\":\"acknowledge\",\"message_id\":\"" NOBODYS "\"}" };
	struct talk talk = talk_begin();
	json_t *json = NULL;

	require(talk_send(&talk, "SOON", NULL).result == TSG_OK);
	stage_stop(talk.stage);
	talk.stage->leaves[0].bytes[0] ^= 1;
	stage_start(talk.stage);
	talk_work(talk.sender, UNIT_PATIENCE_MS, "ledger_fork");
	require(talk_warned(talk.sender, "ledger_fork"));
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		check_int(act(talk.sender, &json, "%s", refused[i]), TSG_NOT_AUTHENTIC);
		check_error(talk.sender, "LEDGER_FORK");
	}
	check_int(act(talk.sender, &json, "{\"action\":\"dry_run\",\"message\":{%s}}", TALK_SHEET), TSG_OK);
	json_decref(json);
	check_int(act(talk.sender, &json, "{\"action\":\"acknowledge_warning\",\"code\":\"ledger_fork\"}"), TSG_OK);
	json_decref(json);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/act",
	{ "every action there is, told to who asks for another", test_every_action_is_told },
	{ "called wrongly", test_called_wrongly },
	{ "receipts", test_receipts },
	{ "traces", test_traces },
	{ "directories", test_directories },
	{ "no directory at all", test_no_directory_at_all },
	{ "certificates", test_certificates },
	{ "dry runs", test_dry_runs },
	{ "settling by id", test_settling_by_id },
	{ "what does not wait", test_what_does_not_wait },
	{ "a word that the broker refuses", test_a_word_that_the_broker_refuses },
	{ "after a fork", test_after_a_fork });
