/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/json.h"
#include "tsunagi/agency_client.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"
#include "vocabulary.pb-c.h"

enum outcome cmd_refuse(const struct call *call)
{
	const char *reason = args_text(&call->args, "reason");
	const char *detail = args_text(&call->args, "text");
	struct agency_client client;
	char message[ID_TEXT];
	json_t *result = NULL;
	int value;
	enum outcome outcome;

	if (reason == NULL || !json_word_value(&pb__refuse_reason__descriptor, reason, &value) || value == 0)
		return call_usage(call, "%s",
				  words("--reason is one of RETRY_LATER, CANNOT_OPEN, NOT_AUTHENTIC, NOT_UNDERSTOOD, PROGRAM_FAILED",
					"--reason は RETRY_LATER、CANNOT_OPEN、NOT_AUTHENTIC、NOT_UNDERSTOOD、PROGRAM_FAILED のどれかです"));
	outcome = agency_client_open(call, &client);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_message(&client, call, call_operand(call, 0), message);
	if (outcome == OUTCOME_DONE)
		outcome = agency_client_act(&client,
					    json_pack("{s:s,s:s,s:s,s:s}", "action", "refuse", "message_id", message, "reason", reason, "text",
						      detail == NULL ? "" : detail),
					    &result);
	if (outcome == OUTCOME_DONE) {
		out_text(words("Sent back: %s (%s)\n", "差し戻しました:%s(%s)\n"), message, reason);
		if (out_json_wanted())
			out_json(json_incref(result));
	}
	json_decref(result);
	agency_client_close(&client);
	return outcome;
}
