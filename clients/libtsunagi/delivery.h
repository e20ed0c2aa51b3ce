/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/delivery.h - what was handed to the program: an opened, verified item, until it is freed. */
#pragma once
#include "libtsunagi/client.h"

struct tsg_delivery {
	struct tsg_delivery *next; /* of its client's */
	struct tsg_client *client;
	struct arrival *arrival;
	json_t *json;
	char *text;
	char message_id[ID_TEXT]; /* of a notice the item's number */
	bool settled;
};

/* Takes the arrival over.  ERR_NOMEM: the arrival is the caller's still. */
enum err delivery_new(struct tsg_client *client, struct arrival *arrival, struct tsg_delivery **ret_delivery);

/* True when a delivery of this item is with the program. */
bool delivery_in_hand(const struct tsg_client *client, uint64_t item);

static inline bool delivery_is_notice(const struct tsg_delivery *delivery)
{
	return delivery->arrival->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
}

/* The message, or the notice of this site, as JSON: a new reference, NULL when memory is short. */
json_t *delivery_json(const struct arrival *arrival, const char *site);

/* The attachments of a delivery's open parts, in order; NULL past the end. */
const Pb__Attachment *delivery_attachment(const struct tsg_delivery *delivery, size_t index);

/* Where it is stored: the directory's folder of its id, or of its id and sender where another agency's message has that.  To be freed; NULL
 * when memory is short. */
char *delivery_place(const struct tsg_delivery *delivery, const char *directory);

/* Writes it all (see tsg_delivery_save); TSG_OK or the client's failure. */
int delivery_save(struct tsg_delivery *delivery, const char *directory);
