/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "conversation.h"
#include "unit.h"

static tsg_message *a_message(void)
{
	static const char *const fields[][2] = {
		{ "ask", "REFER" }, { "basis.basis", "PUBLIC_DUTY" }, { "basis.law", "SELF_RELIANCE_9" }, { "basis.reason", "x" },
		{ "sheet.person.name", "例田 はるか" }, { "sheet.topics[0].topic", "HOUSING" }, { "sheet.topics[0].mark", "MAIN" },
		{ "sheet.topics[1].topic", "DEBT" }, { "sheet.topics[1].mark", "CONCERN" }, { "sheet.household[0].age", "57" },
		{ "sheet.household[0].relation", "母" }, { "sheet.referral_reason", "家賃の滞納" }, { "sheet.expected_support", "住まいの確保" },
		{ "sheet.not_seen", "特になし" }, { "sheet.text_classes", "IDENTITY,FAMILY,FINANCE" },
	};
	tsg_message *message = NULL;

	require(tsg_message_new("REQUEST", &message) == TSG_OK);
	check_int(tsg_message_to(message, "desk"), TSG_OK);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		unit_context("%s", fields[i][0]);
		check_int(tsg_message_set(message, fields[i][0], fields[i][1]), TSG_OK);
	}
	return message;
}

static void test_submit(void)
{
	struct talk talk = talk_begin();
	tsg_message *message = a_message();
	tsg_receipt receipt;
	tsg_delivery *delivery = NULL;

	check_int(tsg_submit(talk.sender, message, &receipt), TSG_OK);
	check_int(receipt.accepted, 1);
	check_int(receipt.duplicate, 0);
	check_uint(receipt.epoch, 1);
	check(receipt.seq > 0 && receipt.accepted_at_us > 1600000000000000);
	check_text(receipt.site, STAGE_SITE);
	check_uint(strlen(receipt.code), 11);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check_text(tsg_delivery_message_id(delivery), receipt.message_id);
	check_text(tsg_delivery_field(delivery, "sheet.topics[1].topic"), "DEBT");
	check_text(tsg_delivery_field(delivery, "sheet.household[0].relation"), "母");
	check(tsg_delivery_field(delivery, "sheet.topics[2].topic") == NULL);
	check(tsg_delivery_field(delivery, "sheet.topics") == NULL);
	check_uint(tsg_delivery_attachments(delivery), 0);
	tsg_delivery_free(delivery);
	tsg_message_free(message);
	talk_end(&talk);
}

static void test_attach(void)
{
	struct talk talk = talk_begin();
	tsg_message *message = a_message();
	tsg_receipt receipt;
	char path[600];

	snprintf(path, sizeof path, "%s/file", unit_folder());
	talk_write(path, bytes_of_text("enclosed"));
	check_int(tsg_message_attach(message, path, "text/plain", "HEALTH,FINANCE"), TSG_OK);
	check_int(tsg_message_attach(message, path, NULL, "HEALTH"), TSG_OK);
	check_int(tsg_submit(talk.sender, message, &receipt), TSG_OK);
	check_uint(stage_tally(talk.stage, TALLY_BLOBS), 2);
	tsg_message_free(message);
	talk_end(&talk);
}

static void test_wrong_fields(void)
{
	static const char *const bad[][2] = { { "", "x" }, { ".", "x" }, { "a..b", "x" }, { "sheet.topics[x].topic", "x" }, { "sheet.topics[1", "x" },
					      { "sheet.topics[5].topic", "x" }, { "sheet.topics[99999].topic", "x" }, { "sheet.household[0].age", "old" },
					      { "sheet.household[0].age", "" }, { "sheet.outreach.person_knows_date", "perhaps" }, { "sheet.", "x" }, { "kind.x", "x" } };
	tsg_message *message = NULL;

	check_int(tsg_message_new("NO_SUCH", &message), TSG_USAGE);
	check_int(tsg_message_new("UNSPECIFIED", &message), TSG_USAGE);
	check_int(tsg_message_new(NULL, &message), TSG_USAGE);
	require(tsg_message_new("REQUEST", &message) == TSG_OK);
	check_text(tsg_message_error(message), "");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unit_context("%s", bad[i][0]);
		check_int(tsg_message_set(message, bad[i][0], bad[i][1]), TSG_USAGE);
		check(tsg_message_error(message)[0] != '\0');
	}
	check_int(tsg_message_to(message, "\xff"), TSG_USAGE);
	check_int(tsg_message_set(message, NULL, "x"), TSG_USAGE);
	check_int(tsg_message_set(NULL, "x", "x"), TSG_USAGE);
	check_int(tsg_message_to(NULL, "x"), TSG_USAGE);
	check_int(tsg_message_attach(message, NULL, NULL, NULL), TSG_USAGE);
	check_text(tsg_message_error(NULL), "no message");
	tsg_message_free(message);
	tsg_message_free(NULL);
}

/* Every call of the interface, called wrongly: a result, never a crash. */
static void test_nulls(void)
{
	tsg_client *client = NULL;
	tsg_delivery *delivery = NULL;
	tsg_receipt receipt;
	char *text = NULL;

	check_int(tsg_client_open(NULL, NULL, &client), TSG_USAGE);
	check_int(tsg_client_open("/no/such", NULL, NULL), TSG_USAGE);
	check_int(tsg_client_open_json("/no/such", NULL, &client, &text), TSG_NOT_FOUND);
	check(text != NULL && strstr(text, "FILE_MISSING") != NULL);
	tsg_free(text);
	text = NULL;
	tsg_client_close(NULL);
	tsg_client_set_timeout(NULL, 5);
	tsg_delivery_free(NULL);
	tsg_free(NULL);
	check_int(tsg_client_fd(NULL), TSG_USAGE);
	check_int(tsg_client_dispatch(NULL, 0), TSG_USAGE);
	check(tsg_last_error(NULL) != NULL);
	check_int(tsg_client_status_json(NULL, &text), TSG_USAGE);
	check_int(tsg_send_json(NULL, "{}", 2, &text), TSG_USAGE);
	check_int(tsg_enqueue_json(NULL, "{}", 2, &text), TSG_USAGE);
	check_int(tsg_next_receipt(NULL, 0, &text), TSG_USAGE);
	check_int(tsg_check_json(NULL, 0, &text), TSG_USAGE);
	check_int(tsg_outbox_json(NULL, &text), TSG_USAGE);
	check_int(tsg_outbox_flush(NULL, 0, &text), TSG_USAGE);
	check_int(tsg_outbox_discard(NULL, "x", &text), TSG_USAGE);
	check_int(tsg_next(NULL, 0, &delivery), TSG_USAGE);
	check(tsg_delivery_json(NULL) == NULL && tsg_delivery_message_id(NULL) == NULL && tsg_delivery_sender(NULL) == NULL);
	check(tsg_delivery_kind(NULL) == NULL && tsg_delivery_field(NULL, "x") == NULL);
	check_int(tsg_delivery_redelivered(NULL), 0);
	check_uint(tsg_delivery_attachments(NULL), 0);
	check_int(tsg_delivery_save(NULL, "/tmp"), TSG_USAGE);
	check_int(tsg_ack(NULL), TSG_USAGE);
	check_int(tsg_ack_later(NULL), TSG_USAGE);
	check_uint(tsg_client_unanswered(NULL), 0);
	check_int(tsg_refuse(NULL, "RETRY_LATER", ""), TSG_USAGE);
	check_int(tsg_inbox_json(NULL, &text), TSG_USAGE);
	check_int(tsg_act_json(NULL, "{}", 2, &text), TSG_USAGE);
	check_int(tsg_receipt_json(NULL, "x", &text), TSG_USAGE);
	check_int(tsg_submit(NULL, NULL, &receipt), TSG_USAGE);
	check_int(tsg_enrol(NULL, NULL, NULL, 0, &text), TSG_USAGE);
	check_int(tsg_enrol_request(NULL, NULL, NULL, NULL, &text), TSG_USAGE);
	check_int(tsg_enrol_answer(NULL, NULL, &text), TSG_USAGE);
	check_int(tsg_ping(NULL, 0, &text), TSG_USAGE);
	for (int result = 1; result > -30; result--)
		check(tsg_strerror(result)[0] != '\0');
	check(tsg_version()[0] != '\0');
}

static void test_actions(void)
{
	static const struct {
		const char *json;
		int result;
	} cases[] = {
		{ "{}", TSG_USAGE }, { "[]", TSG_USAGE }, { "x", TSG_USAGE }, { "{\"action\":\"no_such\"}", TSG_USAGE }, { "{\"action\":5}", TSG_USAGE },
		{ "{\"action\":\"receipt\"}", TSG_USAGE }, { "{\"action\":\"trace\",\"message_id\":\"x\"}", TSG_USAGE }, { "{\"action\":\"dry_run\"}", TSG_USAGE },
		{ "{\"action\":\"refuse\",\"message_id\":\"x\",\"reason\":\"RETRY_LATER\"}", TSG_USAGE }, { "{\"action\":\"refuse\",\"reason\":\"x\"}", TSG_USAGE },
		{ "{\"action\":\"acknowledge_warning\",\"code\":\"x\"}", TSG_USAGE }, { "{\"action\":\"device_add\"}", TSG_USAGE },
		{ "{\"action\":\"certificates\",\"agency\":\"nobody\"}", TSG_REFUSED }, { "{\"action\":\"directory\"}", TSG_OK }, { "{\"action\":\"certificates\"}", TSG_OK },
		{ "{\"action\":\"dry_run\",\"message\":{" TALK_SHEET "}}", TSG_OK }, { "{\"action\":\"dry_run\",\"message\":{}}", TSG_REFUSED },
		{ "{\"action\":\"receipt\",\"seq\":0}", TSG_OK }, { "{\"action\":\"acknowledge_warning\",\"code\":\"dead_letter\"}", TSG_OK },
	};
	struct talk talk = talk_begin();

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *text = NULL;

		unit_context("%s", cases[i].json);
		check_int(tsg_act_json(talk.sender, cases[i].json, strlen(cases[i].json), &text), cases[i].result);
		check((text != NULL) == (cases[i].result == TSG_OK));
		tsg_free(text);
	}
	check_uint(talk_outbox(&talk), 0);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 0);
	talk_end(&talk);
}

/* An item that waits, refused or acknowledged by its message's id alone. */
static void test_by_message_id(void)
{
	struct talk talk = talk_begin();
	struct receipt first = talk_send(&talk, "SOON", NULL), second = talk_send(&talk, "SOON", NULL);
	tsg_delivery *delivery = NULL;
	char action[200];
	char *text = NULL;

	snprintf(action, sizeof action, "{\"action\":\"acknowledge\",\"message_id\":\"%s\"}", second.message_id);
	check_int(tsg_act_json(talk.recipient, action, strlen(action), &text), TSG_OK);
	tsg_free(text);
	snprintf(action, sizeof action, "{\"action\":\"refuse\",\"message_id\":\"%s\",\"reason\":\"NOT_UNDERSTOOD\",\"text\":\"x\"}", first.message_id);
	check_int(tsg_act_json(talk.recipient, action, strlen(action), &text), TSG_OK);
	tsg_free(text);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 1);
	check_uint(stage_tally(talk.stage, TALLY_REFUSED), 1);
	check_int(tsg_next(talk.recipient, 200, &delivery), TSG_TIMEOUT);
	tsg_client_set_timeout(talk.recipient, 300);
	check_int(tsg_act_json(talk.recipient, action, strlen(action), &text), TSG_NOT_FOUND);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/typed", { "submit", test_submit }, { "attach", test_attach }, { "wrong fields", test_wrong_fields }, { "nulls", test_nulls },
	   { "actions", test_actions }, { "by message id", test_by_message_id });
