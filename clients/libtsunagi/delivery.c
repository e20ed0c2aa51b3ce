/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/delivery.c - see delivery.h for the contract. */
#include "libtsunagi/delivery.h"

#include <stdlib.h>

#include "contract/json.h"
#include "libtsunagi/draft.h"
#include "libtsunagi/fields.h"

bool delivery_in_hand(const struct tsg_client *client, uint64_t item)
{
	for (const struct tsg_delivery *delivery = client->deliveries; delivery != NULL; delivery = delivery->next)
		if (delivery->arrival->item == item && !delivery->settled)
			return true;
	return false;
}

static json_t *classes_json(class_set classes)
{
	json_t *list = json_array();

	for (int value = 1; value < 32; value++) {
		const char *word = (classes & CLASS_BIT(value)) != 0 ? json_word(&pb__disclosure_class__descriptor, value) : NULL;

		if (word != NULL)
			json_array_append_new(list, json_string(word));
	}
	return list;
}

/* Keys and segments are for this library alone. */
static void strip_attachments(json_t *content)
{
	const char *name = NULL;
	json_t *body = NULL, *row = NULL;
	size_t index = 0;

	json_object_foreach(content, name, body) {
		json_t *list = json_object_get(body, "attachments");

		json_array_foreach(list, index, row) {
			json_object_del(row, "key");
			json_object_del(row, "segments");
		}
	}
}

static int add_content(json_t *json, const struct arrival_part *part)
{
	json_t *content = json_of_message(&part->content->base);
	int failed = content == NULL;

	if (!failed) {
		strip_attachments(content);
		failed = json_object_update_missing(json, content);
	}
	json_decref(content);
	return failed;
}

static int add_parts(json_t *json, const struct arrival *arrival)
{
	json_t *parts = json_object_get(json, "parts");
	class_set undeclared = 0;
	int failed = 0;

	for (size_t i = 0; i < arrival->part_count && failed == 0; i++) {
		json_t *row = json_array_get(parts, i);

		if (arrival->parts[i].withheld)
			failed = json_object_set_new(row, "withheld", json_true());
		else
			failed = add_content(json, &arrival->parts[i]);
		undeclared |= arrival->parts[i].undeclared;
	}
	return failed == 0 && undeclared != 0 ? json_object_set_new(json, "undeclared_classes", classes_json(undeclared)) : failed;
}

static json_t *marks_json(const struct arrival *arrival)
{
	struct id id;
	char code[ID_CODE_TEXT];

	memcpy(id.bytes, arrival->view->message_id.data, ID_BYTES);
	id_code(&id, code);
	return json_pack("{s:s, s:s, s:I, s:I, s:o, s:b, s:I, s:b, s:{s:s, s:I, s:o}, s:o}", "type", "delivery", "code", code, "item",
			 (json_int_t)arrival->item, "seq", (json_int_t)arrival->seq, "accepted_at", json_time(arrival->accepted_at_us), "redelivered",
			 arrival->redelivered ? 1 : 0, "attempts", (json_int_t)arrival->attempts, "after_dead_letter",
			 arrival->after_dead_letter ? 1 : 0, "signed_by", "agency", arrival->view->sender, "device",
			 (json_int_t)arrival->signer_device, "certificate_sha256", json_hex(digest_bytes(&arrival->certificate)), "view_hash",
			 json_hex(digest_bytes(&arrival->view_hash)));
}

json_t *delivery_json(const struct arrival *arrival)
{
	json_t *json = marks_json(arrival);
	json_t *view = json_of_message(&arrival->view->base);
	int failed = json == NULL || view == NULL;

	if (!failed) {
		json_object_del(view, "sealed_to");
		json_object_del(view, "nonce");
		json_object_del(view, "blobs");
		failed = json_object_update_missing(json, view) != 0 || add_parts(json, arrival) != 0;
	}
	json_decref(view);
	if (failed) {
		json_decref(json);
		return NULL;
	}
	return json;
}

enum err delivery_new(struct tsg_client *client, struct arrival *arrival, struct tsg_delivery **ret_delivery)
{
	struct tsg_delivery *delivery = calloc(1, sizeof *delivery);
	struct id id;

	if (delivery == NULL)
		return ERR_NOMEM;
	delivery->json = delivery_json(arrival);
	delivery->text = delivery->json == NULL ? NULL : json_dumps(delivery->json, JSON_COMPACT);
	if (delivery->text == NULL) {
		json_decref(delivery->json);
		free(delivery);
		return ERR_NOMEM;
	}
	memcpy(id.bytes, arrival->view->message_id.data, ID_BYTES);
	id_format(&id, delivery->message_id);
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
	return delivery == NULL ? NULL : delivery->arrival->view->sender;
}

const char *tsg_delivery_kind(tsg_delivery *delivery)
{
	return delivery == NULL ? NULL : json_word(&pb__kind__descriptor, (int)delivery->arrival->view->kind);
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
