/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tsunagi/agency_client.h"
#include "tsunagi/request_print.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static enum outcome check_holder(const struct call *call)
{
	const char *holder = args_text(&call->args, "holder");

	if (holder == NULL || strcmp(holder, "me") == 0)
		return OUTCOME_DONE;
	return call_usage(call, words("--holder takes \"me\": whose turn it is with this agency; not %s", "--holder に指定できるのは me(この機関の番)だけです:%s"), holder);
}

static void put_flag(const struct call *call, const char *name, json_t *action)
{
	if (args_has(&call->args, name))
		json_object_set_new(action, name, json_true());
}

enum outcome cmd_request_list(const struct call *call)
{
	struct agency_client client;
	json_t *action = NULL, *listing = NULL;
	enum outcome outcome = check_holder(call);

	if (outcome == OUTCOME_DONE)
		outcome = agency_client_open(call, &client);
	if (outcome != OUTCOME_DONE)
		return outcome;
	action = json_pack("{s:s, s:s*, s:s*}", "action", "request.list", "case", args_text(&call->args, "case"), "holder", args_text(&call->args, "holder"));
	put_flag(call, "overdue", action);
	put_flag(call, "ended", action);
	outcome = agency_client_act(&client, action, &listing);
	if (outcome == OUTCOME_DONE && out_json_wanted())
		out_json(json_incref(listing));
	else if (outcome == OUTCOME_DONE)
		request_print_list(listing);
	json_decref(listing);
	agency_client_close(&client);
	return outcome;
}
