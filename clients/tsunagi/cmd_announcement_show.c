/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"

enum outcome cmd_announcement_show(const struct call *call)
{
	return action_call(call, json_pack("{s:s, s:s}", "action", "announcement.show", "id", call_operand(call, 0)), conference_print_announcement);
}
