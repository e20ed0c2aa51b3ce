/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "contract/json.h"
#include "routing.pb-c.h"
#include "tsunagi/command.h"
#include "tsunagi/message_form.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static json_t *all_kinds(void)
{
	json_t *list = json_array();

	for (int kind = PB__KIND__KIND_REQUEST; kind <= PB__KIND__KIND_ANNOUNCEMENT; kind++)
		json_array_append_new(list, message_schema((Pb__Kind)kind));
	return json_pack("{s:s,s:s,s:o}", "$schema", "https://json-schema.org/draft/2020-12/schema", "title", "tsunagi message", "oneOf", list);
}

enum outcome cmd_schema(const struct call *call)
{
	const char *word = call_operand(call, 0);
	bool need = word != NULL && strcasecmp(word, "need") == 0;
	json_t *schema;
	Pb__Kind kind;
	char *text;

	if (word != NULL && !need && !message_kind(word, &kind))
		return out_problem(OUTCOME_NOT_THERE, "UNKNOWN_KIND", words("Kinds: request, conference, consent, note, announcement; or need.",
									    "種類:request、conference、consent、note、announcement、または need"),
				   words("There is no kind %s.", "%s という種類はありません。"), word);
	if (need)
		schema = json_schema(&pb__need__descriptor);
	else
		schema = word == NULL ? all_kinds() : message_schema(kind);
	text = schema == NULL ? NULL : json_dumps(schema, JSON_INDENT(2));
	json_decref(schema);
	if (text == NULL)
		return out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", words("Out of memory.", "メモリーが足りません。"));
	puts(text);
	free(text);
	return OUTCOME_DONE;
}
