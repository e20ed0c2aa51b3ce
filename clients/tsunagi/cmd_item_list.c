/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"

enum outcome cmd_item_list(const struct call *call)
{
	return action_call(call, json_pack("{s:s}", "action", "action_item.list"), conference_print_items);
}
