/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/sending.c - see client.h: from the outbox to the broker, and what its answer makes of each message. */
#include <stdlib.h>

#include "base/clock.h"
#include "libtsunagi/client.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/own_copies.h"
#include "libtsunagi/sent_keys.h"

#define FEED_BYTES (4u * LIMIT_BATCH_BYTES) /* held in memory ahead of what travels */
#define PAUSE_US 1000000LL                  /* where the broker names none */
#define BLOB_ATTEMPTS 5

void cargo_free(struct cargo *cargo)
{
	free(cargo);
}

/* ---- outbox to batcher ---- */

static enum err put_on_way(struct tsg_client *client, struct outbox_message *message)
{
	struct cargo *cargo = calloc(1, sizeof *cargo);
	struct order *order = NULL;
	enum err err = cargo == NULL ? ERR_NOMEM : outbox_load(&client->outbox, message, cargo, &order);

	if (err != ERR_OK) {
		cargo_free(cargo);
		return err;
	}
	cargo->kind = CARGO_MESSAGE;
	cargo->message = message;
	outbox_mark_sent(&client->outbox, message);
	message->state = OUTBOX_TRAVELS;
	batcher_put(client->batcher, order, false);
	return ERR_OK;
}

void sending_pause(struct outbox_message *message, uint32_t retry_after_ms, const struct failure *why)
{
	if (message->state == OUTBOX_TRAVELS)
		message->state = OUTBOX_READY;
	message->attempts++;
	message->not_before_us = clock_mono_us() + (retry_after_ms == 0 ? PAUSE_US : (int64_t)retry_after_ms * 1000);
	if (message->last == NULL)
		message->last = malloc(sizeof *message->last);
	if (message->last != NULL)
		*message->last = *why;
}

/* ---- answers ---- */

static void remove_message(struct tsg_client *client, struct outbox_message *message)
{
	struct failure failure;

	if (client->blob_message == message)
		client->blob_message = NULL;
	/* A file that cannot be removed is sent again at the next start and answered as a repeat. */
	if (outbox_remove(&client->outbox, message) != ERR_OK) {
		failure_tell(&failure, PROBLEM_FILE, client->outbox.folder, "cannot be removed");
		sending_pause(message, 60000, &failure);
	}
}

void sending_give_up(struct tsg_client *client, struct outbox_message *message, const struct failure *failure)
{
	sending_finish(client, message, NULL, failure->result, failure);
	remove_message(client, message);
}

static void accepted(struct tsg_client *client, struct outbox_message *message, const struct answers *answers, size_t index)
{
	const char *key = field_text(message->head, "key");
	struct failure failure;
	char id[ID_TEXT];
	json_t *receipt = NULL;
	enum err err = ERR_OK;

	id_format(&message->id, id);
	receipt = receipt_json(answers, index, id, message->head, client->knowledge);
	if (receipt == NULL)
		err = ERR_NOMEM;
	else if (key != NULL)
		err = sent_key_write(client->folder, key, id, &message->content_hash, receipt);
	if (err != ERR_OK) { /* kept, and answered as a repeat when there is room again */
		failure_err(&failure, err, "the receipt");
		sending_pause(message, 0, &failure);
	} else {
		sending_finish(client, message, receipt, TSG_OK, NULL);
		if (own_copy_wanted(message->head))
			own_copy_keep(client->folder, &client->outbox, message);
		remove_message(client, message);
	}
	json_decref(receipt);
}

static bool passes_by_itself(Pb__RefusalCode code)
{
	switch (code) {
	case PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED:
	case PB__REFUSAL_CODE__REFUSAL_CODE_STORE_FULL:
	case PB__REFUSAL_CODE__REFUSAL_CODE_MAILBOX_FULL:
	case PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING:
	case PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL:
		return true;
	default:
		return false;
	}
}

void sending_refused(struct tsg_client *client, struct outbox_message *message, const Pb__Refusal *refusal)
{
	struct failure failure;

	failure_refused(&failure, refusal);
	if (passes_by_itself(refusal->code)) {
		sending_pause(message, refusal->retry_after_ms, &failure);
	} else if (refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_STALE_KEY) {
		sending_pause(message, 0, &failure);
		message->not_before_us = 0;
		message->state = OUTBOX_STALE;
		watching_want_directory(client, message->directory_version + 1);
	} else if (refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_MISSING_BLOB && message->segment_count > 0 &&
		   message->attempts < BLOB_ATTEMPTS) {
		sending_pause(message, 0, &failure);
		message->state = OUTBOX_UPLOADING;
		message->segment_next = 0;
	} else {
		sending_give_up(client, message, &failure);
	}
}

static void said(struct saying *saying, const struct answer *answer)
{
	if (saying == NULL)
		return; /* who waited has gone */
	saying->answered = true;
	saying->accepted = answer->reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED;
	saying->seq = answer->header.seq;
	if (answer->reply->outcome_case == PB__REPLY__OUTCOME_REFUSAL)
		failure_refused(&saying->failure, answer->reply->refusal);
}

static void answer_order(struct tsg_client *client, struct cargo *cargo, const struct answers *answers, size_t index)
{
	const Pb__Reply *reply = answers->rows[index].reply;

	if (cargo->kind == CARGO_SETTLEMENTS)
		settling_answered(client, cargo, reply);
	else if (cargo->kind == CARGO_SAYING)
		said(cargo->saying, &answers->rows[index]);
	else if (reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED)
		accepted(client, cargo->message, answers, index);
	else
		sending_refused(client, cargo->message, reply->refusal);
}

static void distrust(struct tsg_client *client, const char *reason)
{
	failure_tell(&client->failure, PROBLEM_RECEIPT_FALSE, reason, NULL);
	knowledge_warn(client->knowledge, WARNING_NOT_AUTHENTIC, client->bundle->site, reason);
	session_drop(client->session, SESSION_FAULT_TALK);
}

void sending_answered(struct tsg_client *client, const Pb__Replies *replies)
{
	struct order_queue orders = { 0 };
	struct answers answers;
	const char *reason = NULL;
	struct order *order = NULL;
	enum err err = batcher_answered(client->batcher, replies->batch, replies->n_replies, &orders);

	if (err != ERR_OK) {
		distrust(client, "it answers a batch that was not sent");
		return;
	}
	err = answers_verify(replies, client->knowledge, &answers, &reason);
	if (err != ERR_OK) {
		batcher_put_back(client->batcher, &orders);
		if (err == ERR_AUTH)
			distrust(client, reason);
		else
			session_drop(client->session, SESSION_FAULT_LOST); /* no memory now: it is all said again later */
		return;
	}
	for (size_t i = 0; (order = order_queue_take(&orders)) != NULL; i++) {
		answer_order(client, order->owner, &answers, i);
		cargo_free(order->owner);
		order_free(order);
	}
	answers_free(&answers);
}

void sending_lost(struct tsg_client *client)
{
	batcher_requeue(client->batcher);
}

void sending_feed(struct tsg_client *client)
{
	sending_mend_stale(client);
	while (batcher_waiting_bytes(client->batcher) < FEED_BYTES) {
		struct outbox_message *message = outbox_next(&client->outbox, clock_mono_us());
		struct failure failure;
		enum err err = ERR_OK;

		if (message == NULL)
			return;
		err = put_on_way(client, message);
		if (err != ERR_OK) {
			failure_err(&failure, err, "the outbox");
			sending_pause(message, 0, &failure);
		}
	}
}

static void free_orders(struct tsg_client *client)
{
	struct order_queue orders = { 0 };

	batcher_requeue(client->batcher);
	batcher_take_all(client->batcher, &orders);
	for (struct order *order = orders.first; order != NULL; order = order->next)
		cargo_free(order->owner);
	order_queue_free(&orders);
}

void sending_free(struct tsg_client *client)
{
	if (client->batcher != NULL)
		free_orders(client);
	sending_results_free(client);
}
