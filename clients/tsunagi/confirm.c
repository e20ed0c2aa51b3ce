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

#define NOT_CONFIRMED "NOT_CONFIRMED"

static const char *nothing_done(void)
{
	return words("This cannot be undone; nothing was done yet.", "取り消せない操作です。まだ何もしていません。");
}

static const char *how_to_confirm(void)
{
	return words("Repeat it with --yes --reason \"...\" to do it.", "実行するには --yes --reason \"理由\" を付けてください。");
}

enum outcome confirm_missing(const struct call *call)
{
	if (args_has(&call->args, "dry-run"))
		return OUTCOME_DONE;
	return out_problem_text(OUTCOME_USAGE, NOT_CONFIRMED, nothing_done(), how_to_confirm());
}

enum outcome confirm_missing_of(const struct call *call, json_t *effect)
{
	bool dry_run = args_has(&call->args, "dry-run");

	if (!out_json_wanted()) {
		json_decref(effect);
		return confirm_missing(call);
	}
	json_object_set_new(effect, "done", json_false());
	if (!dry_run)
		json_object_set_new(effect, "error", out_error(NOT_CONFIRMED, nothing_done(), how_to_confirm()));
	out_json(effect);
	return dry_run ? OUTCOME_DONE : OUTCOME_USAGE;
}
