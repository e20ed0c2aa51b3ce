/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"

enum outcome cmd_item_assign(const struct call *call)
{
	json_t *action = json_pack("{s:s, s:s}", "action", "action_item.assign", "id", call_operand(call, 0));
	enum outcome outcome = action_put_words(call, action);

	action_put_text(call, "owner", "owner", action);
	action_put_text(call, "due", "due_on", action);
	if (outcome == OUTCOME_DONE)
		return action_call(call, action, conference_print_receipt);
	json_decref(action);
	return outcome;
}
