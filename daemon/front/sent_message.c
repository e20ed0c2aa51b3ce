/* SPDX-License-Identifier: Apache-2.0 */
#include "front/sent_message.h"

#include "broker/lookup.h"
#include "contract/codec.h"
#include "ledger/entry.h"

static enum err decode_view(const struct reader *reader, ProtobufCBinaryData statement_bytes, const Pb__View **ret_view)
{
	const Pb__Statement *statement;
	enum err err = CODEC_DECODE(statement, bytes_of_pb(statement_bytes), reader->arena, &statement, NULL);

	if (err == ERR_FORMAT || (err == ERR_OK && statement->body_case != PB__STATEMENT__BODY_VIEW))
		return ERR_CORRUPT;
	if (err == ERR_OK)
		*ret_view = statement->view;
	return err;
}

enum err sent_of(const struct reader *reader, const struct leaf_header *header, const Pb__SubmitEntry *entry,
		       struct sent_message *ret_submission)
{
	enum err err = ERR_OK;

	*ret_submission = (struct sent_message){ .seq = header->seq, .at_us = header->time_us, .entry = entry };
	if (entry->order == NULL || entry->n_recipients == 0 || entry->n_recipients > LIMIT_RECIPIENTS ||
	    entry->order->n_statements != entry->n_recipients)
		return ERR_CORRUPT;
	for (size_t i = 0; err == ERR_OK && i < entry->n_recipients; i++)
		err = decode_view(reader, entry->order->statements[i], &ret_submission->views[i]);
	return err;
}

enum err sent_read(const struct reader *reader, uint64_t seq, struct sent_message *ret_submission)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(reader->txn, seq, reader->arena, &entry, &body);

	if (err != ERR_OK)
		return err;
	return body->body_case == PB__ENTRY_BODY__BODY_SUBMIT ? sent_of(reader, &entry.header, body->submit, ret_submission) : ERR_CORRUPT;
}

uint32_t view_classes(const Pb__View *view, uint32_t parts)
{
	uint32_t set = 0;

	for (size_t i = 0; i < view->n_parts && i < LIMIT_PARTS; i++)
		for (size_t k = 0; (parts >> i & 1) != 0 && k < view->parts[i]->n_classes; k++)
			set |= view->parts[i]->classes[k] < 32 ? UINT32_C(1) << view->parts[i]->classes[k] : 0;
	return set;
}

enum err sent_is_seen(const struct reader *reader, const struct sent_message *submission, size_t index, bool *ret_seen)
{
	struct delivery delivery;
	enum err err;

	*ret_seen = reader_sees_all(reader) || submission->entry->order->agency == reader->agency;
	if (*ret_seen || submission->entry->recipients[index]->agency != reader->agency || submission->entry->recipients[index]->silent)
		return ERR_OK;
	err = delivery_get(reader->txn, item_number(submission->seq, index), &delivery);
	*ret_seen = err == ERR_OK && delivery.handouts > 0;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
