/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/consent_act.h"

#include <string.h>

#include "contract/vocabulary_texts.h"
#include "contract/json.h"
#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/out.h"
#include "tsunagi/words.h"

void consent_put_words(const struct call *call, const char *option, const char *name, json_t *action)
{
	const char *text = args_text(&call->args, option);
	json_t *list;

	if (text == NULL)
		return;
	list = json_array();
	while (*text != '\0') {
		size_t len = strcspn(text, ",");

		if (len > 0)
			json_array_append_new(list, json_stringn(text, len));
		text += len + (text[len] == ',');
	}
	json_object_set_new(action, name, list);
}

/* ---- what is told ---- */

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

/* A word of a list with what people call it. */
static void line_of_word(const char *label, const ProtobufCEnumDescriptor *list, const json_t *word)
{
	const char *name = json_string_value(word);
	const char *text = NULL;
	int value = 0;

	if (name == NULL)
		return;
	if (json_word_value(list, name, &value))
		text = vocabulary_text(list, value, words_language());
	out_text("%s  %s%s%s\n", label, name, text != NULL ? "  " : "", text != NULL ? text : "");
}

static void line_of_list(const char *label, const json_t *list)
{
	out_text("%s ", label);
	for (size_t i = 0; i < json_array_size(list); i++)
		out_text(" %s", json_row_item(list, i));
	out_text("%s\n", json_array_size(list) == 0 ? " -" : "");
}

static void print_handout(const json_t *handed)
{
	out_text("  %s  %s ", text_of(handed, "at"), text_of(handed, "agency"));
	for (size_t i = 0; i < json_array_size(json_object_get(handed, "classes")); i++)
		out_text(" %s", json_row_item(json_object_get(handed, "classes"), i));
	out_text("\n");
}

void consent_print(const json_t *consent)
{
	const json_t *handouts = json_object_get(consent, "handouts");
	const json_t *legs = json_object_get(consent, "open_legs");

	out_text("%s  %s\n", words("Consent   ", "同意      "), text_of(consent, "consent_id"));
	out_text("%s  %s\n", words("Case      ", "ケース    "), text_of(consent, "case_id"));
	line_of_word(words("State     ", "状態      "), &pb__consent_state__descriptor, json_object_get(consent, "state"));
	line_of_word(words("Given by  ", "同意した人"), &pb__consent_giver__descriptor, json_object_get(consent, "giver"));
	line_of_list(words("Tells     ", "情報の区分"), json_object_get(consent, "classes"));
	line_of_list(words("To        ", "提供先    "), json_object_get(consent, "agencies"));
	if (json_array_size(json_object_get(consent, "categories")) > 0)
		line_of_list(words("Categories", "機関の種別"), json_object_get(consent, "categories"));
	if (json_object_get(consent, "until") != NULL)
		out_text("%s  %s\n", words("Until     ", "期限      "), text_of(consent, "until"));
	out_text("%s  %lld\n", words("Handed out", "提供済み  "), (long long)json_integer_value(json_object_get(consent, "handed_out")));
	for (size_t i = 0; i < json_array_size(handouts); i++)
		print_handout(json_array_get(handouts, i));
	if (json_array_size(legs) > 0)
		out_text("%s  %zu\n", words("Open requests that rest on it", "これに基づく進行中の依頼"), json_array_size(legs));
	for (size_t i = 0; i < json_array_size(legs); i++)
		out_text("  %s  %s\n", text_of(json_array_get(legs, i), "request_id"), text_of(json_array_get(legs, i), "to"));
}

void consent_print_receipt(const json_t *receipt)
{
	out_text("%s  %s\n", words("Recorded  ", "受付      "), text_of(receipt, "message_id"));
	if (json_object_get(receipt, "consent") != NULL)
		consent_print(json_object_get(receipt, "consent"));
	else
		out_text("%s  %s\n", words("Consent   ", "同意      "), text_of(receipt, "consent_id"));
}
