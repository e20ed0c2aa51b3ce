/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/persons.c - see persons.h for the contract. */
#include "libtsunagi/persons.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/folder.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/own_copies.h"

struct gathering {
	json_t *rows;
	const char *from;
};

static void copy_text(const json_t *from, const char *name, json_t *row)
{
	if (field_text(from, name) != NULL)
		json_object_set(row, name, json_object_get(from, name));
}

static void put_sheet(const json_t *sheet, json_t *row)
{
	static const char *const shown[] = { "name", "kana", "birth_date", "sex", "address", "phone" };
	const json_t *person = json_object_get(sheet, "person");

	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		copy_text(person, shown[i], row);
	if (json_is_array(json_object_get(sheet, "household")))
		json_object_set(row, "household", json_object_get(sheet, "household"));
	if (json_is_array(json_object_get(sheet, "household_cases")))
		json_object_set(row, "household_cases", json_object_get(sheet, "household_cases"));
}

/* message: a delivery's JSON, or one made of an own copy. */
static void gather(void *context, const json_t *message)
{
	static const char *const envelope[] = { "message_id", "sender", "case_id", "thread_id" };
	struct gathering *gathering = context;
	const json_t *consent = json_object_get(message, "consent");
	json_t *row = json_object();

	for (size_t i = 0; i < sizeof envelope / sizeof *envelope; i++)
		copy_text(message, envelope[i], row);
	put_sheet(json_object_get(message, "sheet"), row);
	if (field_text(row, "name") == NULL && field_text(consent, "person_name") != NULL)
		json_object_set(row, "name", json_object_get(consent, "person_name"));
	if (json_is_array(json_object_get(message, "to")))
		json_object_set(row, "to", json_object_get(message, "to"));
	json_object_set_new(row, "from", json_string(gathering->from));
	if (field_text(row, "message_id") != NULL && (field_text(row, "name") != NULL || json_object_get(row, "household_cases") != NULL))
		json_array_append(gathering->rows, row);
	json_decref(row);
}

/* ---- folders of `receive --out` ---- */

/* A folder's name is the message's id, or that and its sender. */
static bool is_stored(const char *name)
{
	char text[ID_TEXT];
	struct id id;

	snprintf(text, sizeof text, "%.*s", (int)ID_TEXT - 1, name);
	return id_parse(text, &id) == ERR_OK && (name[ID_TEXT - 1] == '\0' || name[ID_TEXT - 1] == '.');
}

static void gather_file(struct gathering *gathering, const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	json_t *json = path == NULL ? NULL : json_load_file(path, 0, NULL);

	if (json_is_object(json))
		gather(gathering, json);
	json_decref(json);
	free(path);
}

static int gather_folder(struct tsg_client *client, struct gathering *gathering, const char *folder)
{
	DIR *listing = opendir(folder);
	const struct dirent *entry = NULL;

	if (listing == NULL)
		return failure_tell(&client->failure, PROBLEM_FILE, folder, err_text(err_from_errno(errno)));
	while ((entry = readdir(listing)) != NULL) {
		char *path = is_stored(entry->d_name) ? path_join(folder, entry->d_name) : NULL;

		if (path == NULL)
			continue;
		gather_file(gathering, path, "message.json");
		gather_file(gathering, path, "release.json");
		free(path);
	}
	closedir(listing);
	return TSG_OK;
}

int persons_read(struct tsg_client *client, const json_t *received, json_t **ret_persons)
{
	struct gathering gathering = { .rows = json_array(), .from = "sent" };
	enum err err = gathering.rows == NULL ? ERR_NOMEM : own_copies_each(client->folder, client->bundle, gather, &gathering);
	int result = err == ERR_OK ? TSG_OK : failure_err(&client->failure, err, "own copies");
	const json_t *folder;
	size_t index;

	json_array_foreach(received, index, folder) {
		gathering.from = json_string_value(folder);
		if (result == TSG_OK)
			result = gathering.from == NULL ? failure_lacks(&client->failure, "received is a list of folders", "received はフォルダーの一覧です") :
							  gather_folder(client, &gathering, gathering.from);
	}
	if (result == TSG_OK)
		*ret_persons = gathering.rows;
	else
		json_decref(gathering.rows);
	return result;
}

static bool is_text(const json_t *row, const char *name, const char *text)
{
	const char *own = field_text(row, name);

	return own != NULL && text != NULL && strcmp(own, text) == 0;
}

const json_t *persons_find(const json_t *persons, const char *message_id, const char *sender, const char *case_id)
{
	const json_t *row, *of_case = NULL;
	size_t index;

	json_array_foreach(persons, index, row) {
		if (field_text(row, "name") == NULL)
			continue;
		if (is_text(row, "message_id", message_id) && is_text(row, "sender", sender))
			return row;
		if (is_text(row, "case_id", case_id) && (of_case == NULL || (field_text(of_case, "kana") == NULL && field_text(row, "kana") != NULL)))
			of_case = row; /* a consent tells a name alone */
	}
	return of_case;
}
