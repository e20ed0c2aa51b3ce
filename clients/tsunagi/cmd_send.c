/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "contract/json.h"
#include "tsunagi/agency_client.h"
#include "tsunagi/csv_sheets.h"
#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/message_problems.h"
#include "tsunagi/outgoing.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/send_need.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

static const char *lane_word(const json_t *recipient)
{
	int value = 0;

	json_word_value(&pb__urgency__descriptor, json_row_text(recipient, "lane"), &value);
	return urgency_word((Pb__Urgency)value);
}

static void print_receipt(const json_t *receipt)
{
	bool waits = strcmp(json_row_text(receipt, "state"), "outbox") == 0;
	char time[DISPLAY_TIME];
	json_t *recipient;
	size_t index;

	if (test_site_is(json_row_text(receipt, "site")))
		out_text("%s%s%s\n", out_style(OUT_WARN), words("TEST: a throw-away site; this reaches nobody.", "TEST:使い捨ての拠点です。どこにも届きません。"), out_style(OUT_PLAIN));
	if (waits)
		out_text(words("%sin the outbox%s  message %s  (%s)\n", "%s送信箱に保存%s  連絡 %s(%s)\n"), out_style(OUT_WARN), out_style(OUT_PLAIN),
			 json_row_text(receipt, "message_id"), json_row_text(receipt, "code"));
	else
		out_text(words("%saccepted%s  message %s  (%s)\n", "%s受付済み%s  連絡 %s(%s)\n"), out_style(OUT_GOOD), out_style(OUT_PLAIN),
			 json_row_text(receipt, "message_id"), json_row_text(receipt, "code"));
	json_array_foreach(json_object_get(receipt, "recipients"), index, recipient)
		out_text(words("  to     %s, %s\n", "  宛先  %s(%s)\n"), json_row_text(recipient, "address"), lane_word(recipient));
	if (waits)
		return;
	json_row_time(receipt, "accepted_at", time);
	out_text(words("  entry  %" JSON_INTEGER_FORMAT " of %s/%" JSON_INTEGER_FORMAT ", %s\n", "  記録  %" JSON_INTEGER_FORMAT "(%s/%" JSON_INTEGER_FORMAT ")、%s\n"),
		 json_integer_value(json_object_get(receipt, "seq")), json_row_text(receipt, "site"), json_integer_value(json_object_get(receipt, "epoch")), time);
	if (json_is_true(json_object_get(receipt, "duplicate")))
		out_text("  %s\n", words("It was sent before; this is its first receipt, and nothing was sent twice.", "送信済みの連絡です。最初の受付証を示しました。二重には送られません。"));
}

/* Every problem of the message by itself; then, with a bundle, whether these recipients could be sealed to. */
static enum outcome dry_run(const struct call *call, const char *message)
{
	struct agency_client client;
	char *text = NULL;
	json_t *result = NULL;
	int checked = tsg_check_json(message, strlen(message), &text);
	enum outcome outcome;

	if (checked != TSG_OK || call_bundle(call) == NULL) {
		outcome = message_problems_tell(call_operand(call, 0), checked, text);
		tsg_free(text);
		return outcome;
	}
	tsg_free(text);
	outcome = agency_client_open(call, &client);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_act(&client, json_pack("{s:s,s:o}", "action", "dry_run", "message", json_loads(message, 0, NULL)), &result);
	if (outcome == OUTCOME_DONE && out_json_wanted())
		out_json(json_incref(result));
	else if (outcome == OUTCOME_DONE)
		out_text(words("%s: no problem, and every recipient can be sealed to.\nDry run: nothing was sent.\n",
			       "%s:問題ありません。すべての宛先に封をできます。\n試行のため、何も送っていません。\n"),
			 call_operand(call, 0));
	json_decref(result);
	agency_client_close(&client);
	return outcome;
}

/* route: what --need found; NULL without. */
static enum outcome send_message(const struct call *call, const char *message, json_t *route)
{
	struct agency_client client;
	char *text = NULL;
	json_t *receipt;
	int result;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	result = tsg_send_json(client.tsg, message, strlen(message), &text);
	if (result != TSG_OK && result != TSG_IN_OUTBOX) {
		tsg_free(text);
		outcome = agency_client_problem(&client, result);
		goto out;
	}
	outcome = agency_outcome(result);
	receipt = agency_json(text);
	if (receipt == NULL) {
		outcome = OUTCOME_REFUSED;
		goto out;
	}
	test_site_mark(receipt);
	if (route != NULL)
		json_object_set(receipt, "route", route);
	if (!out_json_wanted()) {
		print_receipt(receipt);
		if (result == TSG_IN_OUTBOX)
			agency_client_problem(&client, result);
		json_decref(receipt);
	} else {
		out_json(receipt);
	}
out:
	agency_client_close(&client);
	return outcome;
}

enum outcome cmd_send(const struct call *call)
{
	json_t *message = NULL, *route = NULL;
	char *text = NULL;
	enum outcome outcome;

	if (csv_sheets_named(call_operand(call, 0)))
		return csv_sheets_send_all(call, call_operand(call, 0));
	outcome = send_need_check(call);
	if (outcome == OUTCOME_DONE)
		outcome = outgoing_read(call, &message);
	if (outcome == OUTCOME_DONE)
		outcome = send_need_apply(call, message, &route);
	if (outcome != OUTCOME_DONE)
		goto out;
	text = json_dumps(message, JSON_COMPACT);
	if (text == NULL)
		outcome = out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", words("Out of memory.", "メモリーが足りません。"));
	else
		outcome = args_has(&call->args, "dry-run") ? dry_run(call, text) : send_message(call, text, route);
out:
	free(text);
	json_decref(message);
	json_decref(route);
	return outcome;
}
