/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/delivery.c - see delivery.h for the contract. */
#include "libtsunagi/delivery.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "contract/json.h"
#include "libtsunagi/draft.h"

bool delivery_in_hand(const struct tsg_client *client, uint64_t item)
{
	for (const struct tsg_delivery *delivery = client->deliveries; delivery != NULL; delivery = delivery->next)
		if (delivery->arrival->item == item && !delivery->settled)
			return true;
	return false;
}

/* By its message; what is no message's by its number, which begins anew with each epoch: after the first, both tell it. */
static void name_it(const struct arrival *arrival, uint32_t epoch, char name[ID_TEXT])
{
	struct id id;

	if (arrival->view == NULL && epoch <= 1) {
		snprintf(name, ID_TEXT, "%" PRIu64, arrival->item);
		return;
	}
	if (arrival->view == NULL) {
		snprintf(name, ID_TEXT, "%" PRIu32 "-%" PRIu64, epoch, arrival->item);
		return;
	}
	memcpy(id.bytes, arrival->view->message_id.data, ID_BYTES);
	id_format(&id, name);
}

enum err delivery_new(struct tsg_client *client, struct arrival *arrival, struct tsg_delivery **ret_delivery)
{
	struct tsg_delivery *delivery = calloc(1, sizeof *delivery);

	if (delivery == NULL)
		return ERR_NOMEM;
	delivery->json = delivery_json(arrival, client->bundle->site);
	delivery->text = delivery->json == NULL ? NULL : json_dumps(delivery->json, JSON_COMPACT);
	if (delivery->text == NULL) {
		json_decref(delivery->json);
		free(delivery);
		return ERR_NOMEM;
	}
	name_it(arrival, client->knowledge->epoch, delivery->message_id);
	delivery->client = client;
	delivery->arrival = arrival;
	delivery->next = client->deliveries;
	client->deliveries = delivery;
	*ret_delivery = delivery;
	return ERR_OK;
}

void tsg_delivery_free(tsg_delivery *delivery)
{
	struct tsg_delivery **place = NULL;

	if (delivery == NULL)
		return;
	if (delivery->client != NULL) {
		place = &delivery->client->deliveries;
		while (*place != NULL && *place != delivery)
			place = &(*place)->next;
		if (*place != NULL)
			*place = delivery->next;
	}
	arrival_free(delivery->arrival);
	json_decref(delivery->json);
	free(delivery->text);
	free(delivery);
}

const Pb__Attachment *delivery_attachment(const struct tsg_delivery *delivery, size_t index)
{
	const struct arrival *arrival = delivery->arrival;

	for (size_t i = 0; i < arrival->part_count; i++) {
		Pb__Attachment ***list = NULL;
		size_t *count = NULL;

		if (arrival->parts[i].content == NULL ||
		    !draft_attachment_list((Pb__Content *)(uintptr_t)arrival->parts[i].content, &list, &count))
			continue;
		if (index < *count)
			return (*list)[index];
		index -= *count;
	}
	return NULL;
}

const char *tsg_delivery_json(tsg_delivery *delivery)
{
	return delivery == NULL ? NULL : delivery->text;
}

const char *tsg_delivery_message_id(tsg_delivery *delivery)
{
	return delivery == NULL ? NULL : delivery->message_id;
}

const char *tsg_delivery_sender(tsg_delivery *delivery)
{
	return delivery == NULL ? NULL : json_string_value(json_object_get(delivery->json, delivery_is_notice(delivery) ? "site" : "sender"));
}

const char *tsg_delivery_kind(tsg_delivery *delivery)
{
	return delivery == NULL ? NULL : json_string_value(json_object_get(delivery->json, "kind"));
}

uint64_t tsg_delivery_item(tsg_delivery *delivery)
{
	return delivery == NULL ? 0 : delivery->arrival->item;
}

int tsg_delivery_is_notice(tsg_delivery *delivery)
{
	return delivery != NULL && delivery_is_notice(delivery);
}

int tsg_delivery_released(tsg_delivery *delivery)
{
	return delivery != NULL && delivery->arrival->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE;
}

const char *tsg_delivery_text(tsg_delivery *delivery)
{
	return delivery == NULL || !delivery_is_notice(delivery) ? NULL : json_string_value(json_object_get(delivery->json, "text"));
}

int tsg_delivery_redelivered(tsg_delivery *delivery)
{
	return delivery != NULL && delivery->arrival->redelivered;
}

size_t tsg_delivery_attachments(tsg_delivery *delivery)
{
	size_t count = 0;

	while (delivery != NULL && delivery_attachment(delivery, count) != NULL)
		count++;
	return count;
}
