/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/item_number.h"

enum outcome cmd_item_drop(const struct call *call)
{
	json_t *action = json_pack("{s:s}", "action", "action_item.drop");
	enum outcome outcome = item_number(call, action);

	action_put_code(call, "reason", action);
	if (outcome == OUTCOME_DONE)
		outcome = action_put_words(call, action);
	if (outcome == OUTCOME_DONE)
		return action_call(call, action, conference_print_receipt);
	json_decref(action);
	return outcome;
}
