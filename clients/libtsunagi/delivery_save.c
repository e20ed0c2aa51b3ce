/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/delivery_save.c - see delivery.h: a delivery as a directory that is there whole or not at all.
 *
 *   DIRECTORY/MESSAGE_ID/message.json            the message as the program sees it
 *                        part-0.cms …            the parts as they were sealed: any CMS tool opens them
 *                        attachments/NAME …      clear, verified
 *
 * It is made under another name and renamed when everything in it is synced. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

#include "base/folder.h"
#include "libtsunagi/delivery.h"

#define NAME_MAX_BYTES 200u

/* A file name that leads nowhere else: the sender chose it. */
static void safe_name(const char *name, size_t number, char *to, size_t size)
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
		snprintf(to, size, "%zu-attachment", number);
	else
		snprintf(to, size, "%zu-%.*s", number, (int)len, name);
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

	safe_name(attachment->name, number, name, sizeof name);
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

static enum err save_message(const struct tsg_delivery *delivery, const char *folder)
{
	char *path = path_join(folder, "message.json");
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
		err = save_message(delivery, folder);
	if (err == ERR_OK && result == TSG_OK)
		err = folder_sync(folder);
	return err == ERR_OK ? result : failure_err(&delivery->client->failure, err, folder);
}

static int put_in_place(struct tsg_delivery *delivery, const char *from, const char *to, const char *directory)
{
	enum err err = rename(from, to) == 0 ? ERR_OK : err_from_errno(errno);

	if (err == ERR_OK)
		err = folder_sync(directory);
	return err == ERR_OK ? TSG_OK : failure_err(&delivery->client->failure, err, to);
}

int delivery_save(struct tsg_delivery *delivery, const char *directory)
{
	char *final = path_join(directory, delivery->message_id);
	char *making = NULL;
	int result = TSG_OK;
	enum err err = folder_make(directory, 0700);

	if (final == NULL || asprintf(&making, "%s/.%s.part", directory, delivery->message_id) < 0) {
		free(final);
		return failure_err(&delivery->client->failure, ERR_NOMEM, directory);
	}
	if (err != ERR_OK) {
		result = failure_err(&delivery->client->failure, err, directory);
	} else if (access(final, F_OK) != 0) {
		err = folder_remove(making); /* what a crash left behind */
		result = err == ERR_OK ? fill_folder(delivery, making) : failure_err(&delivery->client->failure, err, making);
		if (result == TSG_OK)
			result = put_in_place(delivery, making, final, directory);
		else if (folder_remove(making) != ERR_OK)
			errno = 0; /* removed at the next try */
	}
	free(making);
	free(final);
	return result;
}
