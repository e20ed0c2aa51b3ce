/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/request_act.h"
#include "tsunagi/subcommands.h"

enum outcome cmd_request_start(const struct call *call)
{
	return request_act(call, "start");
}
