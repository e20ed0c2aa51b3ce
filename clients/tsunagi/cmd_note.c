/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/receipt_print.h"

static void print_receipt(const json_t *receipt)
{
	receipt_print(receipt);
}

enum outcome cmd_note(const struct call *call)
{
	json_t *action = json_pack("{s:s, s:s}", "action", "note", "id", call_operand(call, 0));
	enum outcome outcome = action_put_words(call, action);

	action_put_list(call, "to", "to", action);
	if (outcome == OUTCOME_DONE)
		return action_call(call, action, print_receipt);
	json_decref(action);
	return outcome;
}
