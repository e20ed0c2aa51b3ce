/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"

/* What the file says, as `tsunagi send` would read it; the command line says what kind of meeting it is. */
static json_t *action_of(const struct call *call, const json_t *file)
{
	static const char *const names[] = { "to", "case", "urgency", "basis", "conference", "attach", "key" };
	json_t *action = json_pack("{s:s}", "action", "conference.propose");

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (json_object_get(file, names[i]) != NULL)
			json_object_set(action, names[i], json_object_get(file, names[i]));
	action_put_list(call, "to", "to", action);
	action_put_code(call, "kind", action);
	action_put_code(call, "law", action);
	action_put_text(call, "case", "case", action);
	action_put_text(call, "starts", "starts_at", action);
	action_put_text(call, "ends", "ends_at", action);
	return action;
}

enum outcome cmd_conference_propose(const struct call *call)
{
	json_t *file = NULL, *action = NULL;
	enum outcome outcome = action_read_file(call_operand(call, 0), &file);

	if (outcome != OUTCOME_DONE)
		return outcome;
	action = action_of(call, file);
	json_decref(file);
	outcome = action_put_words(call, action);
	if (outcome == OUTCOME_DONE)
		return action_call(call, action, conference_print_receipt);
	json_decref(action);
	return outcome;
}
