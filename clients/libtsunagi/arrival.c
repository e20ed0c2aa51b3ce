/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/arrival.c - see arrival.h for the contract: taking a hand-out apart. */
#include "libtsunagi/arrival.h"

#include <stdlib.h>

#include "contract/codec.h"
#include "contract/merkle.h"

#define ARRIVAL_BYTES (6u * 1024u * 1024u)

void arrival_free(struct arrival *arrival)
{
	if (arrival == NULL)
		return;
	arena_free(&arrival->arena);
	free(arrival);
}

static bool copy_run(struct arrival *arrival, ProtobufCBinaryData from, struct bytes *ret_copy)
{
	uint8_t *copy = arena_copy(&arrival->arena, bytes_of_pb(from));

	*ret_copy = bytes_of(copy, from.len);
	return copy != NULL;
}

/* What every item has.  A notice that we cannot read is no fault of the frame: it is refused, so that the operator sees it. */
static enum err copy_head(struct arrival *arrival, const Pb__HandoutItem *item)
{
	enum err err = ERR_OK;

	arrival->what = item->what;
	arrival->item = item->item;
	arrival->about = item->about;
	arrival->seq = item->seq;
	arrival->accepted_at_us = item->accepted_at_us;
	arrival->attempts = item->attempts;
	arrival->redelivered = item->redelivered;
	arrival->after_dead_letter = item->after_dead_letter;
	if (item->what != PB__ITEM_WHAT__ITEM_WHAT_NOTICE && item->what != PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK)
		return ERR_OK;
	if (item->notice.len == 0 || item->notice.len > LIMIT_STATEMENT_BYTES)
		return ERR_FORMAT;
	if (!copy_run(arrival, item->notice, &arrival->notice_bytes))
		return ERR_NOMEM;
	arrival->view_hash = merkle_leaf(arrival->notice_bytes);
	err = CODEC_DECODE(site_notice, arrival->notice_bytes, &arrival->arena, &arrival->notice, NULL);
	return err == ERR_NOMEM ? err : ERR_OK;
}

static enum err copy_statement(struct arrival *arrival, const Pb__Handout *handout, const Pb__HandoutItem *item)
{
	const Pb__HandoutSource *source = NULL;

	if (item->source >= handout->n_sources || item->statement.len == 0 || item->statement.len > LIMIT_STATEMENT_BYTES)
		return ERR_FORMAT;
	source = handout->sources[item->source];
	if (source->certificate_sha256.len != DIGEST_BYTES || source->signature.len > SIGNATURE_P256_MAX)
		return ERR_FORMAT;
	arrival->view_index = item->view_index;
	arrival->view_count = item->view_count;
	arrival->order_index = item->order_index;
	arrival->order_count = source->count;
	memcpy(arrival->certificate.bytes, source->certificate_sha256.data, DIGEST_BYTES);
	if (!copy_run(arrival, item->statement, &arrival->statement) || !copy_run(arrival, item->view_path, &arrival->view_path) ||
	    !copy_run(arrival, item->order_path, &arrival->order_path) || !copy_run(arrival, source->signature, &arrival->signature))
		return ERR_NOMEM;
	arrival->view_hash = merkle_leaf(arrival->statement);
	return ERR_OK;
}

static enum err decode_view(struct arrival *arrival)
{
	const Pb__Statement *statement = NULL;
	enum err err = CODEC_DECODE(statement, arrival->statement, &arrival->arena, &statement, NULL);

	if (err != ERR_OK)
		return err == ERR_NOMEM ? err : ERR_FORMAT;
	if (statement->body_case != PB__STATEMENT__BODY_VIEW || statement->view->n_parts > LIMIT_PARTS ||
	    statement->view->message_id.len != 16)
		return ERR_FORMAT;
	arrival->view = statement->view;
	arrival->part_count = statement->view->n_parts;
	return ERR_OK;
}

static bool is_withheld(const Pb__HandoutItem *item, size_t part)
{
	for (size_t i = 0; i < item->n_withheld; i++)
		if (item->withheld[i] == part)
			return true;
	return false;
}

/* Takes its parts from the front of data. */
static enum err cut_parts(struct arrival *arrival, const Pb__HandoutItem *item, struct bytes *data)
{
	for (size_t i = 0; i < arrival->part_count; i++) {
		size_t size = arrival->view->parts[i]->size;

		arrival->parts[i].withheld = is_withheld(item, i);
		if (arrival->parts[i].withheld)
			continue;
		if (size > data->len || size > LIMIT_PART_BYTES)
			return ERR_FORMAT;
		arrival->parts[i].sealed = bytes_of(arena_copy(&arrival->arena, bytes_of(data->data, size)), size);
		if (arrival->parts[i].sealed.data == NULL)
			return ERR_NOMEM;
		*data = bytes_of(data->data + size, data->len - size);
		arrival->cost += size;
	}
	return ERR_OK;
}

static enum err copy_message(struct arrival *arrival, const Pb__Handout *handout, const Pb__HandoutItem *item, struct bytes *data)
{
	enum err err = copy_statement(arrival, handout, item);

	if (err == ERR_OK)
		err = decode_view(arrival);
	return err == ERR_OK ? cut_parts(arrival, item, data) : err;
}

static enum err arrival_new(const Pb__Handout *handout, const Pb__HandoutItem *item, struct bytes *data, struct arrival **ret_arrival)
{
	struct arrival *arrival = calloc(1, sizeof *arrival);
	enum err err = ERR_OK;

	if (arrival == NULL)
		return ERR_NOMEM;
	arena_init(&arrival->arena, ARRIVAL_BYTES);
	err = copy_head(arrival, item);
	if (err == ERR_OK && item->what != PB__ITEM_WHAT__ITEM_WHAT_NOTICE)
		err = copy_message(arrival, handout, item, data);
	if (err != ERR_OK) {
		arrival_free(arrival);
		return err;
	}
	*ret_arrival = arrival;
	return ERR_OK;
}

enum err arrivals_of_handout(const Pb__Handout *handout, struct bytes data, struct arrival **ret_first)
{
	struct arrival *first = NULL, **place = &first;
	enum err err = ERR_OK;

	for (size_t i = 0; i < handout->n_items && err == ERR_OK; i++) {
		err = arrival_new(handout, handout->items[i], &data, place);
		if (err == ERR_OK)
			place = &(*place)->next;
	}
	if (err == ERR_OK && data.len != 0)
		err = ERR_FORMAT;
	if (err != ERR_OK) {
		while (first != NULL) {
			struct arrival *next = first->next;

			arrival_free(first);
			first = next;
		}
		return err;
	}
	*ret_first = first;
	return ERR_OK;
}
