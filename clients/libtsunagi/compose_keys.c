/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/compose_keys.c - see compose.h: when a message is the same as one sent before. */
#include <stdlib.h>

#include "libtsunagi/compose.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/sent_keys.h"

int content_identity(struct tsg_client *client, const struct digest *written, const char *const *paths, size_t count, struct digest *ret_content)
{
	struct bytes runs[1 + LIMIT_ATTACHMENTS];
	struct digest digests[LIMIT_ATTACHMENTS];

	runs[0] = digest_bytes(written);
	for (size_t i = 0; i < count; i++) {
		enum err err = attachment_digest(paths[i], &digests[i]);

		if (err != ERR_OK)
			return failure_err(&client->failure, err, paths[i]);
		runs[1 + i] = digest_bytes(&digests[i]);
	}
	digest_of_parts(runs, 1 + count, ret_content);
	return TSG_OK;
}

static size_t attached(const json_t *said, const char *paths[LIMIT_ATTACHMENTS])
{
	const json_t *list = json_object_get(said, "attach");
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(list) && count < LIMIT_ATTACHMENTS; i++) {
		const json_t *row = json_array_get(list, i);
		const char *path = json_is_string(row) ? json_string_value(row) : field_text(row, "path");

		if (path != NULL)
			paths[count++] = path;
	}
	return count;
}

int content_identity_said(struct tsg_client *client, const json_t *said, struct digest *ret_content)
{
	const char *paths[LIMIT_ATTACHMENTS];
	char *text = json_dumps(said, JSON_COMPACT | JSON_SORT_KEYS);
	struct digest written;

	if (text == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the message");
	written = digest_of(bytes_of_text(text));
	free(text);
	return content_identity(client, &written, paths, attached(said, paths), ret_content);
}

static int same(struct tsg_client *client, const char *key, const struct digest *content, const struct digest *before, const char *message_id)
{
	return digest_equal(before, content) ? TSG_OK : failure_tell(&client->failure, PROBLEM_KEY_CONFLICT, key, message_id);
}

int compose_look_up(struct tsg_client *client, const char *key, const struct digest *content, struct composed *composed, bool *ret_found)
{
	struct outbox_message *waiting = outbox_find_key(&client->outbox, key);
	struct sent_key sent;
	char id[ID_TEXT];
	enum err err = ERR_OK;
	int result = TSG_OK;

	*ret_found = true;
	if (waiting != NULL) {
		id_format(&waiting->id, id);
		composed->message = waiting;
		composed->id = waiting->id;
		return same(client, key, content, &waiting->content_hash, id);
	}
	err = sent_key_read(client->folder, key, &sent);
	*ret_found = err == ERR_OK;
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? TSG_OK : failure_err(&client->failure, err, "keys");
	result = same(client, key, content, &sent.content_hash, sent.message_id);
	if (result == TSG_OK && id_parse(sent.message_id, &composed->id) == ERR_OK)
		composed->receipt = json_incref(sent.receipt);
	json_decref(sent.receipt);
	return result;
}
