/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"

enum outcome cmd_conference_list(const struct call *call)
{
	json_t *action = json_pack("{s:s}", "action", "conference.list");

	action_put_flag(call, "ended", "ended", action);
	return action_call(call, action, conference_print_list);
}
