/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/forwarding.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "tsunagi/words.h"

#define PATH_BYTES 4096

bool forwarding_is_delivery(const json_t *message)
{
	const char *type = json_string_value(json_object_get(message, "type"));

	return type != NULL && strcmp(type, "delivery") == 0;
}

static enum outcome refuse(const char *path, const char *code, const char *text, const char *hint)
{
	return out_problem(OUTCOME_REFUSED, code, hint, "%s: %s", path, text);
}

/* ---- attachments ---- */

/* DIR/attachments, beside the file. */
static void folder_of(const char *path, char to[PATH_BYTES])
{
	const char *slash = strrchr(path, '/');

	snprintf(to, PATH_BYTES, "%.*sattachments", slash == NULL ? 0 : (int)(slash - path + 1), path);
}

/* The stored file of attachment number: its name begins so (delivery_save.c); false: it is not there. */
static bool find_file(const char *folder, const char *mark, size_t number, char to[2 * PATH_BYTES])
{
	DIR *listing = opendir(folder);
	const struct dirent *entry = NULL;
	char prefix[32];
	bool found = false;

	snprintf(prefix, sizeof prefix, "%s%zu-", mark, number);
	while (listing != NULL && !found && (entry = readdir(listing)) != NULL)
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0) {
			snprintf(to, 2 * PATH_BYTES, "%s/%s", folder, entry->d_name);
			found = true;
		}
	if (listing != NULL)
		closedir(listing);
	return found;
}

static enum outcome put_attachments(const char *path, const json_t *delivery, json_t *sheet, json_t *message)
{
	const char *mark = json_is_true(json_object_get(delivery, "released")) ? "r" : "";
	json_t *list = json_object_get(sheet, "attachments"), *attach = json_array(), *row = NULL;
	char folder[PATH_BYTES], file[2 * PATH_BYTES];
	size_t index = 0;

	folder_of(path, folder);
	json_object_set_new(message, "attach", attach);
	json_array_foreach(list, index, row) {
		json_t *classes = json_object_get(row, "classes");

		if (!find_file(folder, mark, index + 1, file))
			return refuse(path, "FILE", words("an attachment of it is not beside it", "添付の一つが同じフォルダーにありません"),
				      words("Name the file where `receive` stored it.", "「receive」が保存した場所のファイルを指定してください。"));
		json_array_append_new(attach, json_pack("{s:s, s:O*, s:O*, s:O*}", "path", file, "name", json_object_get(row, "name"), "media_type",
							json_object_get(row, "media_type"), "classes", classes));
	}
	json_object_del(sheet, "attachments");
	return OUTCOME_DONE;
}

/* ---- the message ---- */

/* Held back again where it was held back. */
static bool was_held(const json_t *delivery)
{
	json_t *parts = json_object_get(delivery, "parts"), *part = NULL;
	size_t index = 0;

	json_array_foreach(parts, index, part) {
		const char *release = json_string_value(json_object_get(part, "release"));

		if (release != NULL && strcmp(release, "ON_ACCEPT") == 0)
			return true;
	}
	return false;
}

static void copy(const json_t *delivery, const char *from, const char *to, json_t *message)
{
	json_t *value = json_object_get(delivery, from);

	if (value != NULL)
		json_object_set(message, to, value);
}

enum outcome forwarding_make(const char *path, json_t **message)
{
	json_t *delivery = *message, *made, *sheet;
	enum outcome outcome;

	if (json_object_get(delivery, "ask") == NULL)
		return refuse(path, "MESSAGE", words("only a request that was received can be sent on", "転送できるのは受け取った依頼だけです"),
			      words("Write a message of your own for what is to be said.", "伝えたいことは、新しい連絡として作成してください。"));
	if (!json_is_object(json_object_get(delivery, "sheet")))
		return refuse(path, "MESSAGE", words("its sheet was held back", "シートの内容がまだ開示されていません"),
			      words("Accept the request; what is released then is stored as release.json: send that on.",
				    "依頼を受諾すると release.json が保存されます。それを指定してください。"));
	made = json_object();
	copy(delivery, "kind", "kind", made);
	copy(delivery, "ask", "ask", made);
	copy(delivery, "urgency", "urgency", made);
	copy(delivery, "case_id", "case", made);
	copy(delivery, "basis", "basis", made);
	if (was_held(delivery))
		json_object_set_new(made, "release", json_string("ON_ACCEPT"));
	sheet = json_deep_copy(json_object_get(delivery, "sheet"));
	json_object_set_new(made, "sheet", sheet);
	outcome = put_attachments(path, delivery, sheet, made);
	if (outcome != OUTCOME_DONE) {
		json_decref(made);
		return outcome;
	}
	json_decref(delivery);
	*message = made;
	return OUTCOME_DONE;
}
