/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "tsunagi/message_form.h"
#include "tsunagi/command.h"
#include "tsunagi/need.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define PATH_BYTES 200

/* Appends ",path" for each field that is no object, going down into objects and first elements. */
static void put_columns(json_t *json, const char *path, bool *first)
{
	char below[PATH_BYTES];
	const char *name;
	json_t *value;

	json_object_foreach(json, name, value) {
		json_t *element = json_array_size(value) > 0 ? json_array_get(value, 0) : NULL;

		snprintf(below, sizeof below, "%s%s%s%s", path, *path == '\0' ? "" : ".", name, json_is_object(element) ? ".1" : "");
		if (json_is_object(value) || json_is_object(element)) {
			put_columns(json_is_object(value) ? value : element, below, first);
		} else {
			printf("%s%s", *first ? "" : ",", below);
			*first = false;
		}
	}
}

enum outcome cmd_template(const struct call *call)
{
	const char *word = call_operand(call, 0);
	bool need = strcasecmp(word, "need") == 0;
	bool first = true;
	json_t *template;
	Pb__Kind kind;
	char *text;

	if (!need && !message_kind(word, &kind))
		return out_problem(OUTCOME_NOT_THERE, "UNKNOWN_KIND", words("Kinds: request, conference, consent, note, announcement; or need.",
									    "種類:request、conference、consent、note、announcement、または need"),
				   words("There is no kind %s.", "%s という種類はありません。"), word);
	template = need ? need_template() : message_template(kind);
	if (args_has(&call->args, "csv")) {
		put_columns(template, "", &first);
		putchar('\n');
	} else {
		text = json_dumps(template, JSON_INDENT(2));
		puts(text == NULL ? "" : text);
		free(text);
	}
	json_decref(template);
	return OUTCOME_DONE;
}
