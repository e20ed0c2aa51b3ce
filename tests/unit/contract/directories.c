/* SPDX-License-Identifier: Apache-2.0 */
#include "directories.h"

#include <stdio.h>
#include <stdlib.h>

#include "contract/json.h"
#include "unit.h"

json_t *json_of(const char *text)
{
	char *quoted = strdup(text);
	json_error_t error;
	json_t *json;

	require(quoted != NULL);
	for (char *at = quoted; *at != '\0'; at++)
		if (*at == '\'')
			*at = '"';
	json = json_loads(quoted, 0, &error);
	free(quoted);
	unit_context("%s: %s", text, json == NULL ? error.text : "");
	require(json != NULL);
	return json;
}

static void on_fault(void *context, const struct json_fault *fault)
{
	(void)context;
	unit_context("%s: %s", fault->path, fault->reason);
	check(false);
}

const ProtobufCMessage *message_of(struct arena *arena, const ProtobufCMessageDescriptor *type, const char *text)
{
	const ProtobufCMessage *message = NULL;
	json_t *json = json_of(text);
	enum err err = json_to_message(json, type, arena, &message, on_fault, NULL);

	json_decref(json);
	require_ok(err);
	return message;
}

const Pb__DirectorySnapshot *directory_of(struct arena *arena, const char *text)
{
	return (const Pb__DirectorySnapshot *)message_of(arena, &pb__directory_snapshot__descriptor, text);
}

const Pb__DirectorySnapshot *directory_with(struct arena *arena, const char *agencies, const char *rules, const char *more)
{
	char *text = NULL;
	const Pb__DirectorySnapshot *snapshot;

	require(asprintf(&text, "{'file':{'site':'s','zone':'Asia/Tokyo','agencies':[%s],'rules':[%s]},'version':7%s}", agencies, rules, more) > 0);
	snapshot = directory_of(arena, text);
	free(text);
	return snapshot;
}
