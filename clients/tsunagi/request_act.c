/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/request_act.h"

#include <ctype.h>
#include <stdio.h>

#include "tsunagi/action_call.h"
#include "tsunagi/request_print.h"

/* A code, as people type one: "support-refused" for SUPPORT_REFUSED. */
static void put_code(const struct call *call, const char *option, json_t *action)
{
	const char *text = args_text(&call->args, option);
	char word[64];
	size_t len = 0;

	if (text == NULL)
		return;
	for (; text[len] != '\0' && len + 1 < sizeof word; len++)
		word[len] = text[len] == '-' ? '_' : (char)toupper((unsigned char)text[len]);
	word[len] = '\0';
	json_object_set_new(action, option, json_string(word));
}

static enum outcome read_action(const struct call *call, const char *word, json_t **ret_action)
{
	char name[40];
	json_t *action = NULL;
	enum outcome outcome = OUTCOME_DONE;

	snprintf(name, sizeof name, "request.%s", word);
	action = json_pack("{s:s, s:s}", "action", name, "id", call_operand(call, 0));
	action_put_list(call, "to", "to", action);
	put_code(call, "reason", action);
	put_code(call, "outcome", action);
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
