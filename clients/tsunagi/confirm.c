/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/confirm.h"

#include "tsunagi/words.h"

static bool has_reason(const struct call *call)
{
	const char *reason = args_text(&call->args, "reason");

	return reason != NULL && *reason != '\0';
}

bool confirm_given(const struct call *call)
{
	return args_has(&call->args, "yes") && has_reason(call) && !args_has(&call->args, "dry-run");
}

enum outcome confirm_missing(const struct call *call)
{
	if (args_has(&call->args, "dry-run"))
		return OUTCOME_DONE;
	return out_problem(OUTCOME_USAGE, "NOT_CONFIRMED",
			   words("Repeat it with --yes --reason \"...\" to do it.", "実行するには --yes --reason \"理由\" を付けてください。"), "%s",
			   words("This cannot be undone; nothing was done yet.", "取り消せない操作です。まだ何もしていません。"));
}
