/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/delivery_save.c - see delivery.h: a delivery as a directory that is there whole or not at all.
 *
 *   DIRECTORY/MESSAGE_ID/message.json            the message as the program sees it
 *                        part-0.cms …            the parts as they were sealed: any CMS tool opens them
 *                        attachments/NAME …      clear, verified
 *                        release.json            what was released on acceptance, as the program sees it: its parts and attachments are
 *                                                there as well then
 *             notices/ITEM.json                  the site's own word; EPOCH-ITEM.json after the first epoch
 *
 * It is made under another name and renamed when everything in it is synced; into a directory that is there, file by file, with the JSON
 * last: while that is not there, all is made anew. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "libtsunagi/delivery.h"

#define NAME_MAX_BYTES 200u

/* A file name that leads nowhere else: the sender chose it.  mark: before its number, so that a release's meets none of its message's. */
static void safe_name(const char *name, const char *mark, size_t number, char *to, size_t size)
{
	const char *slash = strrchr(name, '/');
	size_t len = 0;

	name = slash == NULL ? name : slash + 1;
	while (*name == '.')
		name++;
	len = strnlen(name, NAME_MAX_BYTES);
	if (len == NAME_MAX_BYTES) /* back to where a character begins, up to three bytes */
		while (len > 0 && ((uint8_t)name[len] & 0xc0) == 0x80)
			len--;
	if (len == 0)
		snprintf(to, size, "%s%zu-attachment", mark, number);
	else
		snprintf(to, size, "%s%zu-%.*s", mark, number, (int)len, name);
	for (char *at = to; *at != '\0'; at++)
		if ((uint8_t)*at < 0x20 || *at == 0x7f || *at == '\\')
			*at = '_';
}

static int fetch_segment(struct tsg_delivery *delivery, const Pb__AttachmentSegment *segment, struct attachment_writer *writer, const char *name)
{
	struct tsg_client *client = delivery->client;
	struct answer_read answer;
	Pb__Read read = PB__READ__INIT;
	enum err err = ERR_OK;
	int result = TSG_OK;

	read.what_case = PB__READ__WHAT_BLOB_SHA256;
	read.blob_sha256 = segment->sha256;
	read.blob_item = delivery->arrival->item;
	result = asking_wait(client, &read, name, client_deadline(client->timeout_ms), &answer);
	if (result != TSG_OK)
		return result;
	err = answer.result->result_case == PB__READ_RESULT__RESULT_BLOB_SIZE ? attachment_writer_add(writer, buf_bytes(&answer.data)) : ERR_AUTH;
	asking_free(&answer);
	if (err == ERR_AUTH)
		return failure_tell(&client->failure, PROBLEM_ATTACHMENT_FALSE, name, NULL);
	return err == ERR_OK ? TSG_OK : failure_err(&client->failure, err, name);
}

static int save_attachment(struct tsg_delivery *delivery, const Pb__Attachment *attachment, const char *folder, size_t number)
{
	struct failure *failure = &delivery->client->failure;
	struct attachment_writer writer;
	char name[NAME_MAX_BYTES + 32];
	char *path = NULL;
	enum err err = ERR_OK;
	int result = TSG_OK;

	safe_name(attachment->name, tsg_delivery_released(delivery) ? "r" : "", number, name, sizeof name);
	path = path_join(folder, name);
	if (path == NULL)
		return failure_err(failure, ERR_NOMEM, name);
	err = attachment_writer_open(attachment, path, &writer);
	free(path);
	if (err != ERR_OK)
		return err == ERR_FORMAT ? failure_tell(failure, PROBLEM_ATTACHMENT_FALSE, name, NULL) : failure_err(failure, err, name);
	for (size_t i = 0; i < attachment->n_segments && result == TSG_OK; i++)
		result = fetch_segment(delivery, attachment->segments[i], &writer, name);
	if (result == TSG_OK) {
		err = attachment_writer_end(&writer);
		if (err != ERR_OK)
			result = err == ERR_AUTH ? failure_tell(failure, PROBLEM_ATTACHMENT_FALSE, name, NULL) : failure_err(failure, err, name);
	}
	attachment_writer_close(&writer);
	return result;
}

static int save_attachments(struct tsg_delivery *delivery, const char *folder)
{
	const Pb__Attachment *attachment = delivery_attachment(delivery, 0);
	char *inner = attachment == NULL ? NULL : path_join(folder, "attachments");
	enum err err = ERR_OK;
	int result = TSG_OK;

	if (attachment == NULL)
		return TSG_OK;
	err = inner == NULL ? ERR_NOMEM : folder_make(inner, 0700);
	if (err != ERR_OK)
		result = failure_err(&delivery->client->failure, err, folder);
	for (size_t i = 0; result == TSG_OK && (attachment = delivery_attachment(delivery, i)) != NULL; i++)
		result = save_attachment(delivery, attachment, inner, i + 1);
	if (result == TSG_OK) {
		err = folder_sync(inner);
		result = err == ERR_OK ? TSG_OK : failure_err(&delivery->client->failure, err, inner);
	}
	free(inner);
	return result;
}

static enum err save_parts(const struct tsg_delivery *delivery, const char *folder)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < delivery->arrival->part_count && err == ERR_OK; i++) {
		char *path = NULL;

		if (delivery->arrival->parts[i].withheld)
			continue;
		if (asprintf(&path, "%s/part-%zu.cms", folder, i) < 0)
			return ERR_NOMEM;
		err = file_write(path, delivery->arrival->parts[i].sealed, 0600);
		free(path);
	}
	return err;
}

static const char *json_name(const struct tsg_delivery *delivery)
{
	return delivery->arrival->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE ? "release.json" : "message.json";
}

static enum err save_json(const struct tsg_delivery *delivery, const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	char *text = json_dumps(delivery->json, JSON_INDENT(2));
	enum err err = path == NULL || text == NULL ? ERR_NOMEM : file_write(path, bytes_of_text(text), 0600);

	free(text);
	free(path);
	return err;
}

/* Fills the folder; it is renamed only when all of this held. */
static int fill_folder(struct tsg_delivery *delivery, const char *folder)
{
	enum err err = folder_make(folder, 0700);
	int result = TSG_OK;

	if (err == ERR_OK)
		err = save_parts(delivery, folder);
	if (err == ERR_OK)
		result = save_attachments(delivery, folder);
	if (err == ERR_OK && result == TSG_OK)
		err = save_json(delivery, folder, json_name(delivery));
	if (err == ERR_OK && result == TSG_OK)
		err = folder_sync(folder);
	return err == ERR_OK ? result : failure_err(&delivery->client->failure, err, folder);
}

static bool is_there(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	bool there = path != NULL && access(path, F_OK) == 0;

	free(path);
	return there;
}

static enum err move_file(const char *from, const char *to, const char *name)
{
	char *old = path_join(from, name), *new = path_join(to, name);
	enum err err = old == NULL || new == NULL ? ERR_NOMEM : rename(old, new) == 0 ? ERR_OK : err_from_errno(errno);

	free(old);
	free(new);
	return err;
}

/* Moves every file of one folder into another, what is there of the same name replaced; but for this one and for the attachments' folder. */
static enum err move_files(const char *from, const char *to, const char *but)
{
	const struct dirent *entry = NULL;
	DIR *listing = opendir(from);
	enum err err = listing == NULL ? err_from_errno(errno) : ERR_OK;

	while (err == ERR_OK && (entry = readdir(listing)) != NULL)
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "attachments") != 0 && strcmp(entry->d_name, but) != 0)
			err = move_file(from, to, entry->d_name);
	if (listing != NULL)
		closedir(listing);
	return err == ERR_OK ? folder_sync(to) : err;
}

static enum err move_attachments(const char *from, const char *to)
{
	char *old = path_join(from, "attachments"), *new = path_join(to, "attachments");
	enum err err = old == NULL || new == NULL ? ERR_NOMEM : ERR_OK;

	if (err == ERR_OK && access(old, F_OK) == 0) {
		err = folder_make(new, 0700);
		if (err == ERR_OK)
			err = move_files(old, new, "");
	}
	free(old);
	free(new);
	return err;
}

/* Into a folder that is there: the JSON comes last, and stands for all. */
static enum err move_in(struct tsg_delivery *delivery, const char *from, const char *to)
{
	enum err err = move_attachments(from, to);

	if (err == ERR_OK)
		err = move_files(from, to, json_name(delivery));
	if (err == ERR_OK)
		err = move_file(from, to, json_name(delivery));
	if (err == ERR_OK)
		err = folder_sync(to);
	return err == ERR_OK ? folder_remove(from) : err;
}

static int put_in_place(struct tsg_delivery *delivery, const char *from, const char *to, const char *directory)
{
	enum err err = ERR_OK;

	if (access(to, F_OK) == 0)
		err = move_in(delivery, from, to);
	else
		err = rename(from, to) == 0 ? ERR_OK : err_from_errno(errno);
	if (err == ERR_OK)
		err = folder_sync(directory);
	return err == ERR_OK ? TSG_OK : failure_err(&delivery->client->failure, err, to);
}

/* DIRECTORY/notices/ITEM.json: the file is there whole or not at all. */
static int save_notice(struct tsg_delivery *delivery, const char *directory)
{
	char *folder = path_join(directory, "notices");
	char name[ID_TEXT + 8];
	enum err err = folder == NULL ? ERR_NOMEM : folder_make(folder, 0700);

	snprintf(name, sizeof name, "%s.json", delivery->message_id);
	if (err == ERR_OK && !is_there(folder, name))
		err = save_json(delivery, folder, name);
	free(folder);
	return err == ERR_OK ? TSG_OK : failure_err(&delivery->client->failure, err, directory);
}

static int save_message(struct tsg_delivery *delivery, const char *directory, const char *final, const char *making)
{
	enum err err = ERR_OK;
	int result = TSG_OK;

	if (is_there(final, json_name(delivery)))
		return TSG_OK;
	err = folder_remove(making); /* what a crash left behind */
	result = err == ERR_OK ? fill_folder(delivery, making) : failure_err(&delivery->client->failure, err, making);
	if (result == TSG_OK)
		return put_in_place(delivery, making, final, directory);
	if (folder_remove(making) != ERR_OK)
		errno = 0; /* removed at the next try */
	return result;
}

int delivery_save(struct tsg_delivery *delivery, const char *directory)
{
	char *final = delivery_place(delivery, directory);
	char *making = NULL;
	int result = TSG_OK;
	enum err err = folder_make(directory, 0700);

	if (final == NULL || asprintf(&making, "%s/.%s.part", directory, delivery->message_id) < 0) {
		free(final);
		return failure_err(&delivery->client->failure, ERR_NOMEM, directory);
	}
	if (err != ERR_OK)
		result = failure_err(&delivery->client->failure, err, directory);
	else if (delivery_is_notice(delivery))
		result = save_notice(delivery, directory);
	else
		result = save_message(delivery, directory, final, making);
	free(making);
	free(final);
	return result;
}
