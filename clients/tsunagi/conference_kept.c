/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/conference_kept.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tsunagi/json_row.h"

static const char *const fields[] = { "title", "place", "series" };

#define FIELDS (sizeof fields / sizeof *fields)

struct kept {
	const char *id;
	json_int_t latest[FIELDS]; /* entry of the message that each was taken from */
	json_t *content;
};

static bool is_of(const json_t *message, const char *id)
{
	return strcmp(json_row_text(message, "kind"), "CONFERENCE") == 0 &&
	       (strcmp(json_row_text(message, "message_id"), id) == 0 || strcmp(json_row_text(message, "thread_id"), id) == 0);
}

static void take(struct kept *kept, const json_t *message)
{
	const json_t *content = json_object_get(message, "conference");
	json_int_t seq = json_integer_value(json_object_get(message, "seq"));

	for (size_t i = 0; i < FIELDS; i++) {
		json_t *value = json_object_get(content, fields[i]);

		if (value == NULL || seq < kept->latest[i] || (json_is_string(value) && *json_string_value(value) == '\0'))
			continue;
		kept->latest[i] = seq;
		json_object_set(kept->content, fields[i], value);
	}
}

static void look(struct kept *kept, const char *folder, const char *name)
{
	json_t *message = NULL;
	char *path = NULL;

	if (name[0] == '.' || asprintf(&path, "%s/%s/message.json", folder, name) < 0)
		return;
	message = json_load_file(path, 0, NULL);
	if (is_of(message, kept->id))
		take(kept, message);
	json_decref(message);
	free(path);
}

json_t *conference_kept(const char *folder, const char *conference_id)
{
	struct kept kept = { .id = conference_id, .content = json_object() };
	DIR *stream = opendir(folder);
	const struct dirent *entry = NULL;

	while (stream != NULL && (entry = readdir(stream)) != NULL)
		look(&kept, folder, entry->d_name);
	if (stream != NULL)
		closedir(stream);
	return kept.content;
}
