/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/outbox_scan.c - see outbox.h: what waits is found again at the start; nothing damaged is deleted. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "libtsunagi/outbox_file.h"
#include "libtsunagi/outbox.h"

static enum err scan_message(struct outbox *outbox, const struct id *id, const char *path)
{
	struct outbox_message *message = NULL;
	struct order *order = NULL;
	json_t *head = NULL;
	char *sent = outbox_path(outbox, id, ".sent");
	struct buf file;
	enum err err = sent == NULL ? ERR_NOMEM : ERR_OK;

	buf_init(&file, OUTBOX_FILE_MAX);
	if (err == ERR_OK)
		err = file_read(path, &file);
	if (err == ERR_OK)
		err = outbox_file_decode(buf_bytes(&file), NULL, &head, &order);
	if (err == ERR_OK)
		err = outbox_row_of_head(id, head, &message);
	if (err == ERR_OK) {
		message->sent = access(sent, F_OK) == 0;
		message->collect = true;
		outbox_insert(outbox, message);
	}
	order_free(order);
	json_decref(head);
	buf_free(&file);
	free(sent);
	return err;
}

static enum err scan_entry(struct outbox *outbox, const char *name, void (*on_damaged)(void *context, const char *file), void *context)
{
	const char *ending = strrchr(name, '.');
	char text[ID_TEXT] = "";
	char *path = NULL, *aside = NULL;
	struct id id;
	enum err err = ERR_OK;

	if (ending == NULL || strcmp(ending, ".message") != 0)
		return ERR_OK; /* a .new of a write that never ended, a .sent, a .damaged */
	snprintf(text, sizeof text, "%.*s", (int)(ending - name), name);
	path = path_join(outbox->folder, name);
	if (path == NULL)
		return ERR_NOMEM;
	err = strlen(text) == (size_t)(ending - name) ? id_parse(text, &id) : ERR_FORMAT;
	if (err == ERR_OK)
		err = scan_message(outbox, &id, path);
	if (err == ERR_CORRUPT || err == ERR_FORMAT || err == ERR_TOO_LARGE) {
		err = asprintf(&aside, "%s.damaged", path) < 0 ? ERR_NOMEM : ERR_OK;
		if (err == ERR_OK && rename(path, aside) == 0)
			on_damaged(context, aside);
		free(aside);
	}
	free(path);
	return err;
}

enum err outbox_open(const char *folder, struct outbox *ret_outbox, void (*on_damaged)(void *context, const char *file), void *context)
{
	struct outbox outbox = { .folder = path_join(folder, "messages"), .segments_folder = path_join(folder, "segments") };
	const struct dirent *entry = NULL;
	DIR *listing = NULL;
	enum err err = outbox.folder == NULL || outbox.segments_folder == NULL ? ERR_NOMEM : folder_make(outbox.folder, 0700);

	if (err == ERR_OK)
		err = folder_make(outbox.segments_folder, 0700);
	if (err == ERR_OK) {
		listing = opendir(outbox.folder);
		err = listing == NULL ? err_from_errno(errno) : ERR_OK;
	}
	while (err == ERR_OK && (entry = readdir(listing)) != NULL)
		err = scan_entry(&outbox, entry->d_name, on_damaged, context);
	if (listing != NULL)
		closedir(listing);
	if (err != ERR_OK) {
		outbox_close(&outbox);
		return err;
	}
	*ret_outbox = outbox;
	return ERR_OK;
}

void outbox_sweep(struct outbox *outbox)
{
	DIR *listing = opendir(outbox->segments_folder);
	const struct dirent *entry = NULL;

	if (listing == NULL)
		return;
	while ((entry = readdir(listing)) != NULL) {
		struct id id;
		char *path = NULL;

		if (id_parse(entry->d_name, &id) != ERR_OK || outbox_find(outbox, &id) != NULL)
			continue;
		path = path_join(outbox->segments_folder, entry->d_name);
		if (path != NULL && folder_remove(path) != ERR_OK)
			errno = 0; /* tried again at the next start */
		free(path);
	}
	closedir(listing);
}
