/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"

enum outcome cmd_announcement_sign_up(const struct call *call)
{
	json_t *action = json_pack("{s:s, s:s}", "action", "announcement.sign_up", "id", call_operand(call, 0));
	struct args_fault fault;
	uint64_t places;

	if (args_count(&call->args, "places", 1, 100000, 1, &places, &fault) != ERR_OK) {
		json_decref(action);
		return call_fault(call, &fault);
	}
	json_object_set_new(action, "places", json_integer((json_int_t)places));
	action_put_flag(call, "cancel", "cancel", action);
	action_put_text(call, "key", "key", action);
	return action_call(call, action, conference_print_receipt);
}
