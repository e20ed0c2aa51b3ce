/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/series_dates.h"
#include "tsunagi/subcommands.h"

static json_t *action_of(const struct call *call, const json_t *file)
{
	static const char *const names[] = { "to", "categories", "urgency", "announcement", "key" };
	json_t *action = json_pack("{s:s}", "action", "announcement.announce");

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (json_object_get(file, names[i]) != NULL)
			json_object_set(action, names[i], json_object_get(file, names[i]));
	action_put_list(call, "to", "to", action);
	action_put_list(call, "category", "categories", action);
	action_put_text(call, "key", "key", action);
	return action;
}

static json_t *series; /* of what is announced, for its print */

static void print(const json_t *announced)
{
	json_t *told = json_deep_copy(announced);

	series_dates_put_of(series, told);
	conference_print_announced(told);
	json_decref(told);
}

enum outcome cmd_announce(const struct call *call)
{
	json_t *file = NULL, *action = NULL;
	enum outcome outcome = action_read_file(call_operand(call, 0), &file);

	if (outcome != OUTCOME_DONE)
		return outcome;
	action = action_of(call, file);
	series = json_incref(json_object_get(json_object_get(file, "announcement"), "series"));
	json_decref(file);
	outcome = action_call(call, action, print);
	json_decref(series);
	return outcome;
}
