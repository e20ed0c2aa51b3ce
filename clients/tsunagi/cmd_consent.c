/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tsunagi/action_call.h"
#include "tsunagi/consent_act.h"
#include "tsunagi/input_file.h"
#include "tsunagi/out.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

/* --text TEXT, or "-": from stdin, so that a person's affairs need not stand on a command line. */
static enum outcome put_text(const struct call *call, json_t *action)
{
	const char *text = args_text(&call->args, "text");
	struct buf content;
	json_t *value = NULL;
	enum outcome outcome;

	if (text == NULL || strcmp(text, "-") != 0) {
		action_put_text(call, "text", "text", action);
		return OUTCOME_DONE;
	}
	outcome = input_file_read("-", &content);
	while (outcome == OUTCOME_DONE && content.len > 0 && content.data[content.len - 1] == '\n')
		content.len--;
	if (outcome == OUTCOME_DONE)
		value = json_stringn((const char *)content.data, content.len);
	buf_free(&content);
	if (outcome == OUTCOME_DONE && value == NULL)
		return out_problem(OUTCOME_REFUSED, "TEXT", NULL, "%s", words("What came on stdin is no text in UTF-8.", "標準入力が UTF-8 の文字列ではありません。"));
	if (value != NULL)
		json_object_set_new(action, "text", value);
	return outcome;
}

static enum outcome act(const struct call *call, json_t *action)
{
	enum outcome outcome;

	consent_put_words(call, "classes", "classes", action);
	action_put_list(call, "to", "agencies", action);
	consent_put_words(call, "categories", "categories", action);
	action_put_text(call, "from", "from", action);
	action_put_text(call, "until", "until", action);
	action_put_text(call, "key", "key", action);
	outcome = put_text(call, action);
	if (outcome == OUTCOME_DONE)
		return action_call(call, action, consent_print_receipt);
	json_decref(action);
	return outcome;
}

enum outcome cmd_consent_register(const struct call *call)
{
	json_t *action = json_pack("{s:s}", "action", "consent.register");

	action_put_text(call, "case", "case", action);
	action_put_code(call, "giver", action);
	action_put_code(call, "how", action);
	action_put_text(call, "person", "person_name", action);
	action_put_text(call, "given-by", "given_by", action);
	return act(call, action);
}

enum outcome cmd_consent_narrow(const struct call *call)
{
	return act(call, json_pack("{s:s, s:s}", "action", "consent.narrow", "id", call_operand(call, 0)));
}

enum outcome cmd_consent_withdraw(const struct call *call)
{
	return act(call, json_pack("{s:s, s:s}", "action", "consent.withdraw", "id", call_operand(call, 0)));
}

enum outcome cmd_consent_show(const struct call *call)
{
	return action_call(call, json_pack("{s:s, s:s}", "action", "consent.show", "id", call_operand(call, 0)), consent_print);
}
