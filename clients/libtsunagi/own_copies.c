/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/own_copies.c - see own_copies.h for the contract. */
#include "libtsunagi/own_copies.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "content.pb-c.h"
#include "contract/json.h"
#include "contract/signed_order.h"
#include "libtsunagi/outbox_file.h"
#include "libtsunagi/sealing.h"

#define ENDING ".message"
#define DAY_S INT64_C(86400)

bool own_copy_wanted(const json_t *head)
{
	return json_is_true(json_object_get(head, "names_person"));
}

void own_copy_keep(const char *folder, const struct outbox *outbox, const struct outbox_message *message)
{
	char *from = outbox_path(outbox, &message->id, ENDING);
	char *own = path_join(folder, "own");
	char text[ID_TEXT];
	char *to = NULL;

	id_format(&message->id, text);
	if (from != NULL && own != NULL && asprintf(&to, "%s/%s" ENDING, own, text) >= 0 && folder_make(own, 0700) == ERR_OK &&
	    link(from, to) != 0)
		errno = 0; /* there already, or no room: the message itself is safe */
	free(to);
	free(own);
	free(from);
}

void own_copies_prune(const char *folder, int64_t now_us)
{
	char *own = path_join(folder, "own");

	if (own != NULL)
		folder_prune(own, now_us / 1000000 - OWN_COPIES_DAYS * DAY_S);
	free(own);
}

/* ---- reading ---- */

static json_t *content_json(struct bytes sealed, const struct bundle *bundle, struct arena *arena)
{
	const Pb__Content *content = NULL;
	struct bytes bytes;

	if (open_own_content(sealed, bundle, arena, &bytes) != ERR_OK || CODEC_DECODE(content, bytes, arena, &content, NULL) != ERR_OK)
		return NULL;
	return json_of_message(&content->base);
}

/* All Views hold the same content; the first one's first part that opens is told. */
static json_t *order_json(const struct order *order, const struct bundle *bundle, struct arena *arena)
{
	const Pb__View *first = statement_view(order->statements[0], arena);
	json_t *json = NULL, *to = json_array();

	if (first == NULL) {
		json_decref(to);
		return NULL;
	}
	for (size_t i = 0; json == NULL && i < first->n_parts && i < order->part_count; i++)
		json = content_json(order->parts[i], bundle, arena);
	for (size_t i = 0; json != NULL && i < order->statement_count; i++) {
		const Pb__View *view = statement_view(order->statements[i], arena);

		if (view != NULL)
			json_array_append_new(to, json_string(view->recipient));
	}
	if (json != NULL) {
		json_object_set_new(json, "message_id", json_id(first->message_id.data));
		json_object_set_new(json, "sender", json_string(first->sender));
		json_object_set(json, "to", to);
		if (first->case_id.len == ID_BYTES)
			json_object_set_new(json, "case_id", json_id(first->case_id.data));
		if (first->thread_id.len == ID_BYTES)
			json_object_set_new(json, "thread_id", json_id(first->thread_id.data));
	}
	json_decref(to);
	return json;
}

struct reading {
	const struct bundle *bundle;
	void (*each)(void *context, const json_t *json);
	void *context;
};

/* NULL: there is none that holds. */
static struct order *read_order(const char *path)
{
	struct order *order = NULL;
	json_t *head = NULL;
	struct buf file;

	buf_init(&file, OUTBOX_FILE_MAX);
	if (file_read(path, &file) != ERR_OK || outbox_file_decode(buf_bytes(&file), NULL, &head, &order) != ERR_OK)
		order = NULL;
	json_decref(head);
	buf_free(&file);
	return order;
}

static void read_one(const struct reading *reading, const char *path)
{
	struct order *order = read_order(path);
	struct arena arena;
	json_t *json = NULL;

	arena_init(&arena, 2 * LIMIT_DATA_BYTES + LIMIT_DECODE_BYTES);
	if (order != NULL && order->statement_count > 0)
		json = order_json(order, reading->bundle, &arena);
	if (json != NULL)
		reading->each(reading->context, json);
	json_decref(json);
	order_free(order);
	arena_free(&arena);
}

static enum err read_folder(const struct reading *reading, const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	DIR *listing = path == NULL ? NULL : opendir(path);
	const struct dirent *entry = NULL;
	enum err err = path == NULL ? ERR_NOMEM : ERR_OK;

	while (err == ERR_OK && listing != NULL && (entry = readdir(listing)) != NULL) {
		size_t len = strlen(entry->d_name);
		char *file = len <= sizeof ENDING - 1 || strcmp(entry->d_name + len - (sizeof ENDING - 1), ENDING) != 0 ? NULL : path_join(path, entry->d_name);

		if (file != NULL)
			read_one(reading, file);
		free(file);
	}
	if (listing != NULL)
		closedir(listing);
	free(path);
	return err;
}

enum err own_copies_each(const char *folder, const struct bundle *bundle, void (*each)(void *context, const json_t *json), void *context)
{
	const struct reading reading = { bundle, each, context };
	enum err err = read_folder(&reading, folder, "own");

	return err == ERR_OK ? read_folder(&reading, folder, "messages") : err;
}

struct order *own_copy_read(const char *folder, const struct id *message)
{
	struct order *order = NULL;
	char text[ID_TEXT];
	char *path = NULL;

	id_format(message, text);
	if (asprintf(&path, "%s/own/%s" ENDING, folder, text) >= 0)
		order = read_order(path);
	free(path);
	return order;
}
