/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/json_row.h"
#include "tsunagi/out.h"
#include "tsunagi/records.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static void list(const char *label, const json_t *names)
{
	for (size_t i = 0; i < json_array_size(names); i++)
		out_text("%s  %s\n", i == 0 ? label : "          ", json_row_item(names, i));
}

/* What this device alone knows. */
static void print_household(const json_t *shown)
{
	const json_t *person = json_object_get(shown, "person");
	json_t *other;
	size_t index;

	if (person != NULL)
		out_text("%s  %s  %s\n", words("Person    ", "本人      "), json_row_text(person, "name"), json_row_text(person, "kana"));
	json_array_foreach(json_object_get(shown, "household"), index, other)
		out_text("%s  %s  %s  %s\n", index == 0 ? words("Household ", "同じ世帯  ") : "          ", json_row_text(other, "case_id"),
			 json_row_text(other, "name"), json_row_text(other, "kana"));
}

static void print(const json_t *shown)
{
	bool protected = json_is_true(json_object_get(shown, "protected"));

	out_text("%s  %s\n", words("Case      ", "ケース    "), json_row_text(shown, "case_id"));
	list(words("Members   ", "参加機関  "), json_object_get(shown, "members"));
	out_text("%s  %s\n", words("Protected ", "保護の対象"), protected ? words("yes", "はい") : words("no", "いいえ"));
	list(words("Kept out  ", "除外      "), json_object_get(shown, "kept_out"));
	print_household(shown);
}

enum outcome cmd_case_show(const struct call *call)
{
	return action_call(call, json_pack("{s:s, s:s, s:o*}", "action", "case.show", "case", call_operand(call, 0), "received", records_received(call)), print);
}

enum outcome cmd_case_protect(const struct call *call)
{
	json_t *action = json_pack("{s:s, s:s, s:b}", "action", "case.protect", "case", call_operand(call, 0), "protected",
				   !args_has(&call->args, "off"));

	action_put_list(call, "keep-out", "keep_out", action);
	return action_call(call, action, print);
}
