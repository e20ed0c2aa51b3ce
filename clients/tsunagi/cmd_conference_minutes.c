/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"

/* FILE holds the minutes themselves, or a message with them under "conference". */
enum outcome cmd_conference_minutes(const struct call *call)
{
	json_t *action = json_pack("{s:s, s:s}", "action", "conference.minutes", "id", call_operand(call, 0));
	json_t *file = NULL;
	enum outcome outcome = action_put_words(call, action);

	if (outcome == OUTCOME_DONE)
		outcome = action_read_file(call_operand(call, 1), &file);
	if (outcome != OUTCOME_DONE) {
		json_decref(action);
		return outcome;
	}
	json_object_set(action, "conference", json_object_get(file, "conference") != NULL ? json_object_get(file, "conference") : file);
	if (json_object_get(file, "basis") != NULL)
		json_object_set(action, "basis", json_object_get(file, "basis"));
	json_decref(file);
	return action_call(call, action, conference_print_receipt);
}
