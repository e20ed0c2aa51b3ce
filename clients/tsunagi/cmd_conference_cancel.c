/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"

enum outcome cmd_conference_cancel(const struct call *call)
{
	json_t *action = json_pack("{s:s, s:s}", "action", "conference.cancel", "id", call_operand(call, 0));
	enum outcome outcome = action_put_words(call, action);

	action_put_code(call, "reason", action);
	if (outcome == OUTCOME_DONE)
		return action_call(call, action, conference_print_receipt);
	json_decref(action);
	return outcome;
}
