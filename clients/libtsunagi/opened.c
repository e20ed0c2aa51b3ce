/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/opened.c - see opened.h for the contract. */
#include "libtsunagi/opened.h"

#include <stdio.h>

#include "contract/json.h"
#include "contract/signed_order.h"
#include "libtsunagi/own_copies.h"
#include "libtsunagi/sealing.h"

/* One recipient's parts among those of the kept message. */
struct kept_view {
	const Pb__View *view;
	const struct bytes *parts;
};

static json_t *row_of(const struct kept_view *kept, size_t part, const struct bundle *bundle)
{
	uint8_t key[SEAL_KEY_BYTES];
	json_t *row = NULL;

	if (own_content_key(kept->parts[part], bundle, key) != ERR_OK)
		return NULL;
	row = json_pack("{s:s, s:I, s:o, s:o}", "recipient", kept->view->recipient, "part", (json_int_t)part, "sealed", json_base64(kept->parts[part]),
			"content_key", json_base64(bytes_of(key, sizeof key)));
	secret_wipe(key, sizeof key);
	return row;
}

/* How many recipients' part of this number was added. */
static size_t add_part(const struct order *order, json_int_t part, const struct bundle *bundle, json_t *opened)
{
	size_t first = 0, added = 0;
	struct arena arena;

	arena_init(&arena, LIMIT_DATA_BYTES + LIMIT_DECODE_BYTES);
	for (size_t i = 0; i < order->statement_count; i++) {
		const struct kept_view kept = { statement_view(order->statements[i], &arena), order->parts + first };
		json_t *row = NULL;

		if (kept.view == NULL || kept.view->n_parts > order->part_count - first)
			break;
		if (part >= 0 && (size_t)part < kept.view->n_parts)
			row = row_of(&kept, (size_t)part, bundle);
		if (row != NULL && json_array_append_new(opened, row) == 0)
			added++;
		first += kept.view->n_parts;
	}
	arena_free(&arena);
	return added;
}

int opened_add(struct tsg_client *client, const struct id *message_id, const json_t *parts, json_t *evidence)
{
	struct order *order = own_copy_read(client->folder, message_id);
	json_t *opened = json_array();
	char number[24];
	size_t added = 1;

	for (size_t i = 0; i < json_array_size(parts) && added > 0; i++) {
		json_int_t part = json_integer_value(json_array_get(parts, i));

		snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, part);
		added = order == NULL ? 0 : add_part(order, part, client->bundle, opened);
	}
	order_free(order);
	if (added == 0) {
		json_decref(opened);
		return failure_tell(&client->failure, PROBLEM_NO_PART, number, NULL);
	}
	return json_object_set_new(evidence, "opened", opened) == 0 ? TSG_OK : failure_err(&client->failure, ERR_NOMEM, NULL);
}
