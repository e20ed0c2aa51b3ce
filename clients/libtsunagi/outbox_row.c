/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/outbox_row.c - see outbox_row.h for the contract. */
#include "libtsunagi/outbox_row.h"

#include <stdlib.h>

#include "base/clock.h"
#include "contract/limits.h"
#include "libtsunagi/fields.h"

void outbox_message_free(struct outbox_message *message)
{
	if (message == NULL)
		return;
	json_decref(message->head);
	free(message->segments);
	free(message->last);
	free(message);
}

static enum err read_segments(const json_t *list, struct outbox_message *message)
{
	size_t count = json_array_size(list);

	if (count > LIMIT_BLOBS)
		return ERR_CORRUPT;
	message->segments = calloc(count + 1, sizeof *message->segments);
	if (message->segments == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++) {
		const json_t *row = json_array_get(list, i);

		if (field_digest(row, "sha256", &message->segments[i].digest) != ERR_OK)
			return ERR_CORRUPT;
		message->segments[i].size = (uint32_t)field_number(row, "size", LIMIT_BLOB_BYTES, 0);
	}
	message->segment_count = count;
	message->state = count > 0 ? OUTBOX_UPLOADING : OUTBOX_READY;
	return ERR_OK;
}

enum err outbox_row_of_head(const struct id *id, json_t *head, struct outbox_message **ret_message)
{
	struct outbox_message *message = calloc(1, sizeof *message);
	const char *since = field_text(head, "since");
	enum err err = ERR_OK;

	if (message == NULL)
		return ERR_NOMEM;
	message->id = *id;
	message->head = json_incref(head);
	message->urgency = (uint8_t)field_number(head, "urgency_number", 255, 0);
	message->directory_version = field_number(head, "directory_version", INT64_MAX, 0);
	if (since == NULL || clock_parse(since, &message->since_us) != ERR_OK || !json_is_array(json_object_get(head, "to")) ||
	    field_digest(head, "content_hash", &message->content_hash) != ERR_OK)
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		err = read_segments(json_object_get(head, "segments"), message);
	if (err != ERR_OK) {
		outbox_message_free(message);
		return err;
	}
	*ret_message = message;
	return ERR_OK;
}
