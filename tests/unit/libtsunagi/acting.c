/* SPDX-License-Identifier: Apache-2.0 */
#include "acting.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

static json_t *run(tsg_client *client, int expected, const char *format, va_list list)
{
	char text[8000];
	char *answer = NULL;
	json_t *json = NULL;

	vsnprintf(text, sizeof text, format, list);
	unit_context("%s", text);
	if (!check_int(tsg_act_json(client, text, strlen(text), &answer), expected))
		printf("%s\n", tsg_last_error(client));
	if (answer != NULL)
		json = json_loads(answer, 0, NULL);
	check((json != NULL) == (expected == TSG_OK || expected == TSG_IN_OUTBOX));
	tsg_free(answer);
	return json;
}

json_t *acting(tsg_client *client, int expected, const char *format, ...)
{
	json_t *json = NULL;
	va_list list;

	va_start(list, format);
	json = run(client, expected, format, list);
	va_end(list);
	return json;
}

void acting_fails(struct talk *talk, tsg_client *client, int result, const char *code, const char *format, ...)
{
	size_t before = stage_tally(talk->stage, TALLY_SUBMITTED);
	json_t *error = NULL;
	va_list list;

	va_start(list, format);
	json_decref(run(client, result, format, list));
	va_end(list);
	error = json_loads(tsg_last_error(client), 0, NULL);
	check_text(acting_text(error, "error.code"), code);
	check(*acting_text(error, "error.message") != '\0');
	check_uint(stage_tally(talk->stage, TALLY_SUBMITTED), before);
	json_decref(error);
}

const char *acting_text(const json_t *json, const char *path)
{
	char name[64];

	while (path != NULL && json != NULL) {
		const char *dot = strchr(path, '.');

		snprintf(name, sizeof name, "%.*s", (int)(dot == NULL ? strlen(path) : (size_t)(dot - path)), path);
		json = json_object_get(json, name);
		path = dot == NULL ? NULL : dot + 1;
	}
	return json_is_string(json) ? json_string_value(json) : "";
}

const char *acting_recipients(struct talk *talk)
{
	static char text[400];
	const Pb__View *view = NULL;
	struct arena arena;

	text[0] = '\0';
	arena_init(&arena, 16u << 20);
	for (size_t i = 0; (view = stage_view(talk->stage, i, &arena)) != NULL; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof text - used, "%s%.*s", used == 0 ? "" : " ", (int)strcspn(view->recipient, "@"), view->recipient);
	}
	arena_free(&arena);
	return text;
}
