/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/outbox.c - see outbox.h for the contract; outbox_scan.c reads it at the start. */
#include "libtsunagi/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/outbox_file.h"

char *outbox_path(const struct outbox *outbox, const struct id *id, const char *ending)
{
	char text[ID_TEXT];
	char *path = NULL;

	id_format(id, text);
	return asprintf(&path, "%s/%s%s", outbox->folder, text, ending) < 0 ? NULL : path;
}

static char *segments_of(const struct outbox *outbox, const struct id *id)
{
	char text[ID_TEXT];

	id_format(id, text);
	return path_join(outbox->segments_folder, text);
}

enum err outbox_segments_folder(struct outbox *outbox, const struct id *id, char **ret_folder)
{
	char *folder = segments_of(outbox, id);
	enum err err = folder == NULL ? ERR_NOMEM : folder_make(folder, 0700);

	if (err != ERR_OK)
		free(folder);
	else
		*ret_folder = folder;
	return err;
}

void outbox_insert(struct outbox *outbox, struct outbox_message *message)
{
	struct outbox_message **place = &outbox->first;

	/* UUIDv7 is ordered by time: older messages first. */
	while (*place != NULL && memcmp((*place)->id.bytes, message->id.bytes, ID_BYTES) < 0)
		place = &(*place)->next;
	message->next = *place;
	*place = message;
	outbox->count++;
}

static json_t *segments_json(const struct segment *segments, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:I}", "sha256", json_hex(digest_bytes(&segments[i].digest)), "size",
						      (json_int_t)segments[i].size));
	return list;
}

static enum err write_file(const struct outbox *outbox, const struct id *id, const json_t *head, const struct order *order)
{
	char *path = outbox_path(outbox, id, ".message");
	struct buf file;
	enum err err = ERR_NOMEM;

	buf_init(&file, OUTBOX_FILE_MAX);
	if (path != NULL)
		err = outbox_file_encode(head, order, &file);
	if (err == ERR_OK)
		err = file_write(path, buf_bytes(&file), 0600);
	if (err != ERR_OK && path != NULL)
		unlink(path);
	buf_free(&file);
	free(path);
	return err;
}

enum err outbox_put(struct outbox *outbox, const struct id *id, json_t *head, const struct digest *content_hash, const struct order *order,
		    const struct segment *segments, size_t segment_count, struct outbox_message **ret_message)
{
	json_t *whole = json_deep_copy(head);
	struct outbox_message *message = NULL;
	enum err err = ERR_NOMEM;

	if (whole != NULL && json_object_set_new(whole, "content_hash", json_hex(digest_bytes(content_hash))) == 0 &&
	    json_object_set_new(whole, "since", json_time(clock_wall_us())) == 0 &&
	    json_object_set_new(whole, "segments", segments_json(segments, segment_count)) == 0)
		err = outbox_row_of_head(id, whole, &message);
	if (err == ERR_OK)
		err = write_file(outbox, id, whole, order);
	json_decref(whole);
	if (err != ERR_OK) {
		outbox_message_free(message);
		return err;
	}
	outbox_insert(outbox, message);
	*ret_message = message;
	return ERR_OK;
}

enum err outbox_load(const struct outbox *outbox, const struct outbox_message *message, void *owner, struct order **ret_order)
{
	char *path = outbox_path(outbox, &message->id, ".message");
	json_t *head = NULL;
	struct buf file;
	enum err err = ERR_NOMEM;

	buf_init(&file, OUTBOX_FILE_MAX);
	if (path != NULL)
		err = file_read(path, &file);
	if (err == ERR_OK)
		err = outbox_file_decode(buf_bytes(&file), owner, &head, ret_order);
	json_decref(head);
	buf_free(&file);
	free(path);
	return err;
}

enum err outbox_replace(struct outbox *outbox, struct outbox_message *message, uint64_t directory_version, const struct order *order)
{
	enum err err = ERR_OK;

	if (json_object_set_new(message->head, "directory_version", json_integer((json_int_t)directory_version)) != 0)
		return ERR_NOMEM;
	err = write_file(outbox, &message->id, message->head, order);
	if (err == ERR_OK)
		message->directory_version = directory_version;
	return err;
}

void outbox_mark_sent(struct outbox *outbox, struct outbox_message *message)
{
	char *path = NULL;
	int descriptor = -1;

	if (message->sent)
		return;
	message->sent = true;
	path = outbox_path(outbox, &message->id, ".sent");
	if (path != NULL)
		descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (descriptor >= 0)
		close(descriptor);
	free(path);
}

static void remove_segments(const struct outbox *outbox, const struct outbox_message *message)
{
	char *folder = message->segment_count == 0 ? NULL : segments_of(outbox, &message->id);

	/* What stays is swept at the next start. */
	if (folder != NULL && folder_remove(folder) != ERR_OK)
		errno = 0;
	free(folder);
}

enum err outbox_remove(struct outbox *outbox, struct outbox_message *message)
{
	struct outbox_message **place = &outbox->first;
	char *path = outbox_path(outbox, &message->id, ".message");
	char *sent = outbox_path(outbox, &message->id, ".sent");
	enum err err = path == NULL || sent == NULL ? ERR_NOMEM : file_remove(path);

	if (err == ERR_OK) {
		unlink(sent);
		remove_segments(outbox, message);
		while (*place != NULL && *place != message)
			place = &(*place)->next;
		if (*place != NULL) {
			*place = message->next;
			outbox->count--;
		}
		outbox_message_free(message);
	}
	free(path);
	free(sent);
	return err;
}

struct outbox_message *outbox_find(const struct outbox *outbox, const struct id *id)
{
	for (struct outbox_message *message = outbox->first; message != NULL; message = message->next)
		if (memcmp(message->id.bytes, id->bytes, ID_BYTES) == 0)
			return message;
	return NULL;
}

struct outbox_message *outbox_find_key(const struct outbox *outbox, const char *key)
{
	for (struct outbox_message *message = outbox->first; message != NULL; message = message->next) {
		const char *own = field_text(message->head, "key");

		if (own != NULL && strcmp(own, key) == 0)
			return message;
	}
	return NULL;
}

struct outbox_message *outbox_next(const struct outbox *outbox, int64_t now_mono_us)
{
	struct outbox_message *best = NULL;

	for (struct outbox_message *message = outbox->first; message != NULL; message = message->next)
		if (message->state == OUTBOX_READY && message->not_before_us <= now_mono_us &&
		    (best == NULL || message->urgency > best->urgency))
			best = message;
	return best;
}

enum err outbox_segment(const struct outbox *outbox, const struct outbox_message *message, size_t index, struct buf *out)
{
	const struct segment *segment = &message->segments[index];
	char *folder = segments_of(outbox, &message->id);
	char *path = folder == NULL ? NULL : segment_path(folder, &segment->digest);
	struct digest digest;
	enum err err = path == NULL ? ERR_NOMEM : file_read(path, out);

	if (err == ERR_OK) {
		digest = digest_of(buf_bytes(out));
		if (out->len != segment->size || !digest_equal(&digest, &segment->digest))
			err = ERR_CORRUPT;
	}
	free(path);
	free(folder);
	return err;
}

void outbox_close(struct outbox *outbox)
{
	struct outbox_message *message = NULL;

	while ((message = outbox->first) != NULL) {
		outbox->first = message->next;
		outbox_message_free(message);
	}
	free(outbox->folder);
	free(outbox->segments_folder);
	*outbox = (struct outbox){ 0 };
}
