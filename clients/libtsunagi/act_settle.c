/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_settle.c - see acts.h: acknowledges or refuses an item that waits, found by its message. */
#include "base/text.h"
#include "contract/json.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/delivery.h"
#include "libtsunagi/fields.h"

#define EXTRA_MOST 4096u /* items taken in at once while one is looked for */

static bool is_of(const struct arrival *arrival, const struct id *id)
{
	return arrival->view != NULL && bytes_equal(bytes_of_pb(arrival->view->message_id), bytes_of(id->bytes, ID_BYTES));
}

static const struct arrival *find_arrival(const struct tsg_client *client, const struct id *id)
{
	for (const struct arrival *arrival = client->arrivals; arrival != NULL; arrival = arrival->next)
		if (is_of(arrival, id))
			return arrival;
	for (const struct tsg_delivery *delivery = client->deliveries; delivery != NULL; delivery = delivery->next)
		if (!delivery->settled && is_of(delivery->arrival, id))
			return delivery->arrival;
	return NULL;
}

static const struct arrival *wait_for(struct tsg_client *client, const struct id *id, int64_t until_us)
{
	const struct arrival *found = NULL;

	receiving_start(client);
	client_work(client);
	while ((found = find_arrival(client, id)) == NULL) {
		if (client->arrival_count + CREDIT_ITEMS / 2 > CREDIT_ITEMS + client->extra_items && client->extra_items < EXTRA_MOST)
			client->extra_items += CREDIT_ITEMS;
		if (!client_wait(client, until_us))
			break;
	}
	client->extra_items = 0;
	return found;
}

/* Takes what is settled out of the queue, so that it is not handed to the program as well. */
static void forget_arrival(struct tsg_client *client, const struct arrival *settled)
{
	struct arrival **place = &client->arrivals;

	while (*place != NULL && *place != settled)
		place = &(*place)->next;
	if (*place != NULL) {
		struct arrival *gone = *place;

		*place = gone->next;
		client->arrival_count--;
		client->taken_items++;
		client->taken_bytes += gone->cost;
		client->arrivals_end = &client->arrivals;
		while (*client->arrivals_end != NULL)
			client->arrivals_end = &(*client->arrivals_end)->next;
		arrival_free(gone);
		return;
	}
	for (struct tsg_delivery *delivery = client->deliveries; delivery != NULL; delivery = delivery->next)
		if (delivery->arrival == settled)
			delivery->settled = true;
}

static int settle(struct tsg_client *client, const json_t *action, Pb__RefuseReason reason, const char *text, json_t **ret_json)
{
	int64_t until_us = client_deadline(client->timeout_ms);
	const struct arrival *arrival = NULL;
	struct settlement *settlement = NULL;
	struct id id;
	int result = TSG_OK;

	if (!act_message_id(action, &id))
		return act_missing(client, "message_id is missing or no id");
	arrival = wait_for(client, &id, until_us);
	if (arrival == NULL)
		return session_is_open(client->session) ? failure_tell(&client->failure, PROBLEM_NOT_WAITING, field_text(action, "message_id"), NULL) :
							  client_tell_connection(client, "the message");
	settlement = settling_note(client, arrival->item, &arrival->view_hash, reason, text);
	if (settlement == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the message");
	*ret_json = json_pack("{s:s, s:s, s:I}", "type", reason == 0 ? "acknowledged" : "refused", "message_id", field_text(action, "message_id"), "item",
			      (json_int_t)arrival->item);
	forget_arrival(client, arrival);
	settlement->awaited = true;
	client_work(client);
	while ((settlement->state == SETTLEMENT_WAITS || settlement->state == SETTLEMENT_TRAVELS) && client_wait(client, until_us))
		;
	if (settlement->state == SETTLEMENT_REFUSED) {
		client->failure = settlement->failure;
		result = settlement->failure.result;
	} else if (settlement->state != SETTLEMENT_DONE) {
		result = client_tell_connection(client, "the message");
	}
	settlement->awaited = false;
	return result;
}

int act_refuse(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *word = field_text(action, "reason");
	const char *text = field_text(action, "text");
	int reason = 0;

	if (word == NULL || !json_word_value(&pb__refuse_reason__descriptor, word, &reason) || reason == 0)
		return failure_tell(&client->failure, PROBLEM_UNKNOWN_REASON, word, NULL);
	if (text != NULL && text_check(bytes_of_text(text), NULL) != TEXT_OK)
		return act_missing(client, "text is no clean UTF-8");
	return settle(client, action, (Pb__RefuseReason)reason, text, ret_json);
}

int act_acknowledge(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	return settle(client, action, PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED, NULL, ret_json);
}
