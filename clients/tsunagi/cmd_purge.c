/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"

enum outcome cmd_purge(const struct call *call)
{
	json_t *action = json_pack("{s:s, s:s}", "action", "purge", "id", call_operand(call, 0));

	action_put_text(call, "from", "from", action);
	return action_call(call, action, conference_print_purged);
}
