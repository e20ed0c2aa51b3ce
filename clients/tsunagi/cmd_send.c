/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "tsunagi/agency_client.h"
#include "tsunagi/csv_sheets.h"
#include "tsunagi/json_row.h"
#include "tsunagi/message_problems.h"
#include "tsunagi/outgoing.h"
#include "tsunagi/receipt_print.h"
#include "tsunagi/send_need.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

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
		receipt_print(receipt);
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
