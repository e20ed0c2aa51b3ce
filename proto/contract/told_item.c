/* SPDX-License-Identifier: Apache-2.0 */
/* Field numbers are those of ledger.proto; the tests hold them against packed messages. */
#include "contract/told_item.h"

#include "contract/codec_wire.h"
#include "ledger.pb-c.h"

enum { SUBMIT = 16 };
enum { SUBMIT_RECIPIENTS = 4 };
enum { TOLD_NOTICE = 6 };

/* Where an entry of that kind keeps what it tells, as the schema says; 0: it tells nothing. */
static uint32_t told_field(uint32_t entry)
{
	const ProtobufCFieldDescriptor *kind = protobuf_c_message_descriptor_get_field(&pb__entry_body__descriptor, entry);
	const ProtobufCFieldDescriptor *told =
		kind == NULL ? NULL : protobuf_c_message_descriptor_get_field_by_name(kind->descriptor, "told");

	return told == NULL ? 0 : told->id;
}

/* The nth message field of that number; ERR_NOT_FOUND when there are fewer, ret_count of them. */
static enum err nth_message(struct bytes bytes, uint32_t number, size_t nth, struct bytes *ret_message, size_t *ret_count)
{
	const uint8_t *at = bytes.data;
	const uint8_t *end = bytes.len > 0 ? at + bytes.len : at;
	struct codec_occurrence field;

	*ret_count = 0;
	while (at != end) {
		if (codec_next(&at, end, &field) != NULL)
			return ERR_FORMAT;
		if (field.number != number || field.wire != CODEC_WIRE_LENGTH)
			continue;
		if ((*ret_count)++ != nth)
			continue;
		*ret_message = field.payload;
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

static enum err only_field(struct bytes body, struct codec_occurrence *ret_field)
{
	const uint8_t *at = body.data;

	if (body.len == 0 || codec_next(&at, body.data + body.len, ret_field) != NULL || at != body.data + body.len ||
	    ret_field->wire != CODEC_WIRE_LENGTH)
		return ERR_FORMAT; /* an EntryBody is exactly one message */
	return ERR_OK;
}

enum err told_item_notice(struct bytes body, size_t place, struct bytes *ret_notice)
{
	struct codec_occurrence entry;
	struct bytes told = { 0 };
	size_t views = 0, found;
	enum err err = only_field(body, &entry);

	if (err != ERR_OK)
		return err;
	if (entry.number == SUBMIT && nth_message(entry.payload, SUBMIT_RECIPIENTS, SIZE_MAX, &told, &views) == ERR_FORMAT)
		return ERR_FORMAT;
	if (place < views || nth_message(entry.payload, told_field(entry.number), place - views, &told, &found) != ERR_OK)
		return ERR_FORMAT;
	err = nth_message(told, TOLD_NOTICE, 0, ret_notice, &found);
	if (err == ERR_NOT_FOUND)
		*ret_notice = bytes_of(NULL, 0);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
