/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "contract/json.h"
#include "tsunagi/agency_client.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"
#include "vocabulary.pb-c.h"

/* "not-understood" is NOT_UNDERSTOOD. */
static bool reason_word(const char *given, char word[32])
{
	size_t length = given == NULL ? 0 : strlen(given);
	int value;

	if (length == 0 || length >= 32)
		return false;
	for (size_t i = 0; i <= length; i++)
		word[i] = given[i] == '-' ? '_' : (char)toupper((unsigned char)given[i]);
	return json_word_value(&pb__refuse_reason__descriptor, word, &value) && value != 0;
}

enum outcome cmd_refuse(const struct call *call)
{
	const char *detail = args_text(&call->args, "text");
	struct agency_client client;
	char message[ID_TEXT];
	char reason[32];
	json_t *result = NULL;
	enum outcome outcome;

	if (!reason_word(args_text(&call->args, "reason"), reason))
		return call_usage(call, "%s",
				  words("--reason is one of RETRY_LATER, CANNOT_OPEN, NOT_AUTHENTIC, NOT_UNDERSTOOD, PROGRAM_FAILED",
					"--reason は RETRY_LATER、CANNOT_OPEN、NOT_AUTHENTIC、NOT_UNDERSTOOD、PROGRAM_FAILED のどれかです"));
	outcome = agency_client_open_for(call, &client, message);
	if (outcome != OUTCOME_DONE)
		return outcome;
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
