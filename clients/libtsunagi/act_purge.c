/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_purge.c - see acts.h: what was recalled is deleted from where deliveries are stored, and then that is confirmed.
 *
 * Only what `tsg_delivery_save` stored can be found; where a program keeps copies of its own, it deletes those first. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/folder.h"
#include "contract/json.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/conferences.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/saying.h"

/* ---- which ---- */

/* What is to be purged: the open items that ask for it, and who recalled.  Ids are their senders' own: another's request of the same id is none of
 * it, and its deliveries stay. */
struct recalled {
	struct id thread;
	char id[ID_TEXT];
	const char *owner; /* this agency's address */
	uint64_t items[LIMIT_RECIPIENTS];
	json_t *by; /* addresses */
	size_t count;
};

static bool asks_for_it(const struct recalled *recalled, const Pb__ActionItemShown *item)
{
	return item->purge && strcmp(item->owner, recalled->owner) == 0 &&
	       bytes_equal(bytes_of_pb(item->conference_id), bytes_of(recalled->thread.bytes, ID_BYTES));
}

/* At most LIMIT_RECIPIENTS at a time. */
static bool find_in_page(void *context, const Pb__ConferenceListing *page)
{
	struct recalled *recalled = context;

	for (size_t i = 0; i < page->n_items && recalled->count < LIMIT_RECIPIENTS; i++) {
		if (!asks_for_it(recalled, page->items[i]))
			continue;
		recalled->items[recalled->count++] = page->items[i]->item;
		json_array_append_new(recalled->by, json_string(page->items[i]->convener));
	}
	return recalled->count < LIMIT_RECIPIENTS;
}

/* ---- deleting ---- */

static bool is_by_one(const json_t *by, const char *address)
{
	size_t index = 0;
	json_t *row = NULL;

	json_array_foreach(by, index, row)
		if (address != NULL && strcmp(json_string_value(row), address) == 0)
			return true;
	return false;
}

/* Whether one of a stored delivery's files is of that thread, from who recalled it. */
static bool file_is_of(const char *folder, const char *name, const struct recalled *recalled)
{
	char *path = path_join(folder, name);
	json_t *message = path == NULL ? NULL : json_load_file(path, 0, NULL);
	const char *own = field_text(message, "message_id"), *thread = field_text(message, "thread_id");
	bool is = (own != NULL && strcmp(own, recalled->id) == 0) || (thread != NULL && strcmp(thread, recalled->id) == 0);

	is = is && is_by_one(recalled->by, field_text(message, "sender"));
	json_decref(message);
	free(path);
	return is;
}

static bool is_of(const char *folder, const struct recalled *recalled)
{
	return file_is_of(folder, "message.json", recalled) || file_is_of(folder, "release.json", recalled);
}

static enum err delete_one(const char *from, const char *name, const struct recalled *recalled, json_t *deleted)
{
	char *folder = path_join(from, name);
	enum err err = folder == NULL ? ERR_NOMEM : ERR_OK;

	if (err == ERR_OK && is_of(folder, recalled)) {
		err = folder_remove(folder);
		if (err == ERR_OK)
			json_array_append_new(deleted, json_string(name));
	}
	free(folder);
	return err;
}

/* By their ids, or by id and sender (delivery_place.c). */
static bool is_stored(const char *name)
{
	char text[ID_TEXT];
	struct id id;

	snprintf(text, sizeof text, "%.*s", (int)ID_TEXT - 1, name);
	return id_parse(text, &id) == ERR_OK && (name[ID_TEXT - 1] == '\0' || name[ID_TEXT - 1] == '.');
}

/* Stored deliveries are folders whose names are ids; nothing else is touched. */
static enum err delete_stored(const char *from, const struct recalled *recalled, json_t *deleted)
{
	DIR *folder = opendir(from);
	struct dirent *entry;
	enum err err = folder == NULL ? ERR_NOT_FOUND : ERR_OK;

	while (err == ERR_OK && (entry = readdir(folder)) != NULL)
		if (is_stored(entry->d_name))
			err = delete_one(from, entry->d_name, recalled, deleted);
	if (folder != NULL)
		closedir(folder);
	return err == ERR_OK ? folder_sync(from) : err;
}

/* ---- confirming ---- */

static int confirm(struct tsg_client *client, uint64_t *items, size_t count, uint64_t *ret_seq)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__Purged purged = PB__PURGED__INIT;

	purged.items = items;
	purged.n_items = count;
	statement.body_case = PB__STATEMENT__BODY_PURGED;
	statement.purged = &purged;
	return say_statement(client, &statement, client_deadline(client->timeout_ms), ret_seq);
}

static int purge(struct tsg_client *client, const json_t *action, struct recalled *recalled, json_t *deleted, uint64_t *ret_seq)
{
	const char *text = field_text(action, "id"), *from = field_text(action, "from");
	enum err err = ERR_OK;
	int result = TSG_OK;

	if (text == NULL || id_parse(text, &recalled->thread) != ERR_OK)
		return failure_lacks(&client->failure, "id is missing: the recalled request's", "id(取り消された依頼の番号)がありません");
	id_format(&recalled->thread, recalled->id);
	result = conference_pages(client, true, find_in_page, recalled);
	if (result == TSG_OK && recalled->count == 0)
		result = failure_tell(&client->failure, PROBLEM_NOTHING_TO_PURGE, text, NULL);
	if (result == TSG_OK && from != NULL)
		err = delete_stored(from, recalled, deleted);
	if (err != ERR_OK)
		result = failure_err(&client->failure, err, from);
	return result == TSG_OK ? confirm(client, recalled->items, recalled->count, ret_seq) : result;
}

int act_purge(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	struct recalled recalled = { .owner = client->bundle->address, .by = json_array() };
	json_t *deleted = json_array();
	uint64_t seq = 0;
	int result = purge(client, action, &recalled, deleted, &seq);

	if (result == TSG_OK)
		*ret_json = json_pack("{s:s, s:s, s:O, s:I, s:I}", "type", "purged", "request", field_text(action, "id"), "deleted", deleted, "items",
				      (json_int_t)recalled.count, "seq", (json_int_t)seq);
	json_decref(recalled.by);
	json_decref(deleted);
	return result;
}
