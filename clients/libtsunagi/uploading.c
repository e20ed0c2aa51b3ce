/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/uploading.c - see client.h: the segments of attachments go before the message that names them, one at a time, so
 * that one is in memory and the broker decides the pace. */
#include "base/clock.h"
#include "libtsunagi/client.h"

#define PAUSE_MS 1000

static struct outbox_message *next_upload(struct tsg_client *client)
{
	struct outbox_message *best = NULL;
	int64_t now_us = clock_mono_us();

	for (struct outbox_message *message = client->outbox.first; message != NULL; message = message->next)
		if (message->state == OUTBOX_UPLOADING && message->not_before_us <= now_us &&
		    (best == NULL || message->urgency > best->urgency))
			best = message;
	return best;
}

static enum err put(struct tsg_client *client, const struct outbox_message *message, uint64_t number)
{
	const struct segment *segment = &message->segments[message->segment_next];
	Pb__FromClient frame = PB__FROM_CLIENT__INIT;
	Pb__BlobPut blob = PB__BLOB_PUT__INIT;
	struct buf sealed;
	enum err err = ERR_OK;

	buf_init(&sealed, LIMIT_BLOB_BYTES);
	err = outbox_segment(&client->outbox, message, message->segment_next, &sealed);
	if (err == ERR_OK) {
		blob.number = number;
		blob.sha256 = pb_of_bytes(digest_bytes(&segment->digest));
		blob.size = segment->size;
		frame.body_case = PB__FROM_CLIENT__BODY_BLOB_PUT;
		frame.blob_put = &blob;
		err = session_send(client->session, &frame, buf_bytes(&sealed));
	}
	buf_free(&sealed);
	return err;
}

static void give_up(struct tsg_client *client, struct outbox_message *message, enum err err)
{
	struct failure failure;

	failure_tell(&failure, PROBLEM_ATTACHMENT, "segments", err_text(err));
	sending_finish(client, message, NULL, failure.result, &failure);
	/* If the file stays, it is found and told of again at the next start. */
	if (outbox_remove(&client->outbox, message) != ERR_OK)
		message->not_before_us = INT64_MAX;
}

void uploading_feed(struct tsg_client *client)
{
	struct outbox_message *message = client->blob_number != 0 ? NULL : next_upload(client);
	enum err err = ERR_OK;

	if (message == NULL)
		return;
	err = put(client, message, client->blob_last + 1);
	if (err == ERR_OK) {
		client->blob_number = ++client->blob_last;
		client->blob_message = message;
	} else if (err == ERR_CORRUPT || err == ERR_NOT_FOUND) {
		give_up(client, message, err);
	} else if (err != ERR_BUSY && err != ERR_UNREACHABLE) {
		message->not_before_us = clock_mono_us() + PAUSE_MS * 1000;
	}
}

void uploading_stored(struct tsg_client *client, const Pb__BlobStored *stored)
{
	struct outbox_message *message = client->blob_message;

	if (client->blob_number == 0 || stored->number != client->blob_number)
		return;
	client->blob_number = 0;
	client->blob_message = NULL;
	if (message == NULL)
		return; /* taken back meanwhile */
	if (stored->refusal != NULL) {
		sending_refused(client, message, stored->refusal);
		return;
	}
	message->segment_next++;
	if (message->segment_next == message->segment_count)
		message->state = OUTBOX_READY;
}

void uploading_lost(struct tsg_client *client)
{
	client->blob_number = 0;
	client->blob_message = NULL;
}
