/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>

#include "tsunagi/action_call.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/receipt_print.h"

static void print_receipt(const json_t *receipt)
{
	receipt_print(receipt);
}

/* A code, as people type one: "public-duty" for PUBLIC_DUTY. */
static void put_code(const struct call *call, const char *option, const char *name, json_t *claim)
{
	const char *text = args_text(&call->args, option);
	char word[64];
	size_t len = 0;

	for (; text != NULL && text[len] != '\0' && len + 1 < sizeof word; len++)
		word[len] = text[len] == '-' ? '_' : (char)toupper((unsigned char)text[len]);
	word[len] = '\0';
	if (text != NULL)
		json_object_set_new(claim, name, json_string(word));
}

static void put_basis(const struct call *call, json_t *action)
{
	json_t *claim = json_object();

	put_code(call, "basis", "basis", claim);
	put_code(call, "law", "law", claim);
	action_put_text(call, "why", "reason", claim);
	action_put_text(call, "consent", "consent_id", claim);
	if (json_object_size(claim) > 0)
		json_object_set(action, "basis", claim);
	json_decref(claim);
}

enum outcome cmd_note(const struct call *call)
{
	json_t *action = json_pack("{s:s, s:s}", "action", "note", "id", call_operand(call, 0));
	enum outcome outcome = action_put_words(call, action);

	action_put_list(call, "to", "to", action);
	put_basis(call, action);
	if (outcome == OUTCOME_DONE)
		return action_call(call, action, print_receipt);
	json_decref(action);
	return outcome;
}
