/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/request_act.h"

#include <stdio.h>

#include "tsunagi/action_call.h"
#include "tsunagi/request_print.h"

static enum outcome read_action(const struct call *call, const char *word, json_t **ret_action)
{
	char name[40];
	json_t *action = NULL;
	enum outcome outcome = OUTCOME_DONE;

	snprintf(name, sizeof name, "request.%s", word);
	action = json_pack("{s:s, s:s}", "action", name, "id", call_operand(call, 0));
	action_put_list(call, "to", "to", action);
	action_put_code(call, "reason", action);
	action_put_code(call, "outcome", action);
	action_put_text(call, "for", "for", action);
	action_put_text(call, "on", "on", action);
	action_put_text(call, "next", "next_agency", action);
	action_put_flag(call, "none-known", "none_known", action);
	action_put_flag(call, "purge", "purge", action);
	outcome = action_put_words(call, action);
	if (outcome == OUTCOME_DONE)
		*ret_action = action;
	else
		json_decref(action);
	return outcome;
}

enum outcome request_act(const struct call *call, const char *word)
{
	json_t *action = NULL;
	enum outcome outcome = read_action(call, word, &action);

	return outcome == OUTCOME_DONE ? action_call(call, action, request_print_receipt) : outcome;
}
