/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/send_need.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "contract/limits.h"
#include "tsunagi/json_row.h"
#include "tsunagi/route_print.h"
#include "tsunagi/words.h"

enum outcome send_need_check(const struct call *call)
{
	struct args_fault fault;
	uint64_t choices;

	if (args_text(&call->args, "need") == NULL)
		return OUTCOME_DONE;
	if (args_has(&call->args, "to"))
		return call_usage(call, "%s", words("--to and --need exclude each other.", "--to と --need は同時に使えません。"));
	if (strcmp(call_operand(call, 0), "-") == 0 && strcmp(args_text(&call->args, "need"), "-") == 0)
		return call_usage(call, "%s", words("the message and the need cannot both be stdin.", "連絡と困りごとの両方を標準入力にはできません。"));
	if (args_count(&call->args, "choices", 1, LIMIT_RECIPIENTS, 1, &choices, &fault) != ERR_OK)
		return call_fault(call, &fault);
	return OUTCOME_DONE;
}

/* The rule travels with the message and is one: that of the first choice, which the others follow. */
static void put_recipients(json_t *message, const json_t *report, size_t most)
{
	const json_t *choices = json_object_get(report, "choices");
	json_t *to = json_array();

	for (size_t i = 0; i < most && i < json_array_size(choices); i++)
		json_array_append(to, json_object_get(json_array_get(choices, i), "agency"));
	json_object_set_new(message, "to", to);
	json_object_set(message, "rule", json_object_get(json_array_get(choices, 0), "rule"));
}

/* How urgent it is stands in the need already, where the message does not say. */
static void put_urgency(json_t *message, const json_t *need)
{
	if (json_object_get(message, "urgency") == NULL && json_is_string(json_object_get(need, "urgency")))
		json_object_set(message, "urgency", json_object_get(need, "urgency"));
}

/* Nobody else takes it: there is nobody to send to. */
static bool stays_here(const json_t *report)
{
	const json_t *caution;
	size_t index;

	json_array_foreach(json_object_get(json_array_get(json_object_get(report, "choices"), 0), "cautions"), index, caution)
		if (strcmp(json_row_text(caution, "code"), "SELF") == 0)
			return true;
	return false;
}

static bool can_ask(const struct call *call)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && !out_json_wanted() && strcmp(call_operand(call, 0), "-") != 0 &&
	       strcmp(args_text(&call->args, "need"), "-") != 0;
}

static bool person_agrees(void)
{
	char answer[16] = "";

	fflush(stdout);
	fputs(words("Send to these? [y/N] ", "この宛先に送りますか? [y/N] "), stderr);
	fflush(stderr);
	return fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
}

static enum outcome agree(const struct call *call)
{
	if (args_has(&call->args, "yes") || args_has(&call->args, "dry-run"))
		return OUTCOME_DONE;
	if (can_ask(call))
		return person_agrees() ? OUTCOME_DONE : out_problem(OUTCOME_REFUSED, "NOT_CONFIRMED", NULL, "%s", words("Nothing was sent.", "送っていません。"));
	return out_problem(OUTCOME_USAGE, "NOT_CONFIRMED",
			   words("See `tsunagi route`, then repeat it with --yes, or name the recipients with --to.",
				 "`tsunagi route` で確かめてから --yes を付けるか、--to で宛先を指定してください。"),
			   "%s", words("Who it would go to was found by rules and is confirmed by nobody; nothing was sent.",
				       "宛先は規則で選んだもので、まだ誰も確かめていません。何も送っていません。"));
}

enum outcome send_need_apply(const struct call *call, json_t *message, json_t **ret_report)
{
	const char *path = args_text(&call->args, "need");
	struct agency_client client;
	struct args_fault fault;
	json_t *need = NULL, *report = NULL;
	uint64_t choices = 1;
	enum outcome outcome;

	if (path == NULL)
		return OUTCOME_DONE;
	if (args_count(&call->args, "choices", 1, LIMIT_RECIPIENTS, 1, &choices, &fault) != ERR_OK)
		return call_fault(call, &fault);
	outcome = need_read(path, &need);
	if (outcome == OUTCOME_DONE)
		outcome = agency_client_open(call, &client);
	if (outcome == OUTCOME_DONE) {
		outcome = need_route(&client, need, false, &report);
		agency_client_close(&client);
	}
	if (outcome == OUTCOME_DONE) {
		put_recipients(message, report, choices);
		put_urgency(message, need);
		if (!out_json_wanted())
			route_print_choices(report, choices);
		outcome = stays_here(report) ? out_problem(OUTCOME_REFUSED, "STAYS_HERE", words("Take the consultation yourself.", "ご自分の機関で相談を受けてください。"), "%s",
							   words("No other agency takes this need; it stays with you. Nothing was sent.",
								 "ほかに受ける機関がなく、この困りごとは手元に残ります。送っていません。"))
					     : agree(call);
	}
	if (outcome == OUTCOME_DONE)
		*ret_report = json_incref(report);
	json_decref(need);
	json_decref(report);
	return outcome;
}
