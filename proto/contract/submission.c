/* SPDX-License-Identifier: Apache-2.0 */
/* Field numbers are those of ledger.proto, frame.proto and envelope.proto; the tests hold them against packed messages. */
#include "contract/submission.h"

#include <endian.h>

#include "contract/codec_wire.h"

enum { ENTRY_BODY_SUBMIT = 16 };
enum { SUBMIT_ORDER = 1, SUBMIT_RECIPIENTS = 4 };
enum { ORDER_STATEMENTS = 1, ORDER_INDEX = 2, ORDER_COUNT = 3, ORDER_PATH = 4, ORDER_CERTIFICATE = 5, ORDER_SIGNATURE = 6 };
enum { RECIPIENT_THREAD = 3, RECIPIENT_VIEW_HASH = 4, RECIPIENT_PART_SIZES = 6, RECIPIENT_HELD = 7 };
enum { STATEMENT_VIEW = 1 };
enum { VIEW_PARTS = 14 };
enum { PART_SHA256 = 1, PART_SIZE = 2 };

struct reader {
	const uint8_t *at;
	const uint8_t *end;
	enum err err;
};

static struct reader reader_of(struct bytes bytes)
{
	return (struct reader){ bytes.data, bytes.len > 0 ? bytes.data + bytes.len : bytes.data, ERR_OK };
}

/* False at the end, and for good once the bytes made no sense. */
static bool next(struct reader *reader, struct codec_occurrence *ret_field)
{
	if (reader->err != ERR_OK || reader->at == reader->end)
		return false;
	if (codec_next(&reader->at, reader->end, ret_field) != NULL)
		reader->err = ERR_FORMAT;
	return reader->err == ERR_OK;
}

static bool is_bytes(const struct codec_occurrence *field, uint32_t number)
{
	return field->number == number && field->wire == CODEC_WIRE_LENGTH;
}

/* A fixed64 is little-endian on the wire. */
static uint64_t fixed64(struct bytes payload)
{
	uint64_t value;

	memcpy(&value, payload.data, sizeof value);
	return le64toh(value);
}

static bool is_number(const struct codec_occurrence *field, uint32_t number)
{
	return field->number == number && field->wire == CODEC_WIRE_VARINT;
}

/* The one message of that number, the last if there are several; ERR_FORMAT when there is none. */
static enum err only_message(struct bytes bytes, uint32_t number, struct bytes *ret_message)
{
	struct reader reader = reader_of(bytes);
	struct codec_occurrence field;
	bool found = false;

	while (next(&reader, &field)) {
		if (!is_bytes(&field, number))
			continue;
		*ret_message = field.payload;
		found = true;
	}
	return reader.err == ERR_OK && !found ? ERR_FORMAT : reader.err;
}

static enum err take_digest(struct bytes bytes, struct digest *ret_digest)
{
	if (bytes.len != DIGEST_BYTES)
		return ERR_FORMAT;
	memcpy(ret_digest->bytes, bytes.data, DIGEST_BYTES);
	return ERR_OK;
}

/* ---- the order ---- */

static enum err read_order(struct bytes order, size_t view, struct submission *submission)
{
	struct reader reader = reader_of(order);
	struct codec_occurrence field;
	size_t statements = 0;

	while (next(&reader, &field)) {
		if (is_bytes(&field, ORDER_STATEMENTS) && statements++ == view)
			submission->statement = field.payload;
		else if (is_number(&field, ORDER_INDEX))
			submission->order_index = (uint32_t)field.value;
		else if (is_number(&field, ORDER_COUNT))
			submission->order_count = (uint32_t)field.value;
		else if (is_bytes(&field, ORDER_PATH))
			submission->order_path = field.payload;
		else if (is_bytes(&field, ORDER_CERTIFICATE))
			submission->certificate = field.payload;
		else if (is_bytes(&field, ORDER_SIGNATURE))
			submission->signature = field.payload;
	}
	if (reader.err == ERR_OK && (view >= statements || statements != submission->view_count))
		return ERR_FORMAT;
	return reader.err;
}

/* ---- the recipients ---- */

/* Numbers of a repeated field: packed into one payload, or one by one.  values may be NULL: counted only. */
static enum err add_numbers(const struct codec_occurrence *field, uint32_t *values, size_t most, size_t *count)
{
	const uint8_t *at = field->payload.data;
	const uint8_t *end = field->payload.len > 0 ? at + field->payload.len : at;
	uint64_t value = field->value;

	if (field->wire == CODEC_WIRE_LENGTH && at == end)
		return ERR_OK;
	do {
		if (at != end && !codec_varint(&at, end, &value))
			return ERR_FORMAT;
		if (*count == most)
			return ERR_TOO_LARGE;
		if (values != NULL)
			values[*count] = (uint32_t)value;
		(*count)++;
	} while (at != end);
	return ERR_OK;
}

static bool is_numbers(const struct codec_occurrence *field, uint32_t number)
{
	return is_number(field, number) || is_bytes(field, number);
}

static enum err read_recipient(struct bytes recipient, bool wanted, struct digest *ret_hash, size_t *ret_parts, struct submission *submission)
{
	struct reader reader = reader_of(recipient);
	struct codec_occurrence field;
	bool hashed = false;
	size_t parts = 0;

	while (next(&reader, &field)) {
		if (is_bytes(&field, RECIPIENT_VIEW_HASH)) {
			reader.err = take_digest(field.payload, ret_hash);
			hashed = true;
		} else if (is_numbers(&field, RECIPIENT_PART_SIZES)) {
			reader.err = add_numbers(&field, NULL, LIMIT_PARTS, &parts);
		} else if (wanted && field.number == RECIPIENT_THREAD && field.wire == CODEC_WIRE_64) {
			submission->thread = fixed64(field.payload);
		} else if (wanted && is_numbers(&field, RECIPIENT_HELD)) {
			reader.err = add_numbers(&field, submission->held, LIMIT_PARTS, &submission->held_count);
		}
	}
	*ret_parts = parts;
	return reader.err == ERR_OK && !hashed ? ERR_FORMAT : reader.err;
}

static enum err add_recipient(struct bytes recipient, size_t view, struct submission *submission)
{
	size_t at = submission->view_count;
	size_t parts = 0;
	enum err err;

	if (at == LIMIT_RECIPIENTS)
		return ERR_TOO_LARGE;
	err = read_recipient(recipient, at == view, &submission->view_hashes[at], &parts, submission);
	if (at < view)
		submission->first_part += parts;
	else if (at == view)
		submission->part_count = parts;
	submission->view_count++;
	return err;
}

/* The order is read once all recipients are: there is a statement for each. */
static enum err read_submit(struct bytes submit, size_t view, struct submission *submission)
{
	struct reader reader = reader_of(submit);
	struct codec_occurrence field;
	struct bytes order = { 0 };
	bool ordered = false;

	while (next(&reader, &field)) {
		if (is_bytes(&field, SUBMIT_RECIPIENTS)) {
			reader.err = add_recipient(field.payload, view, submission);
		} else if (is_bytes(&field, SUBMIT_ORDER)) {
			order = field.payload;
			ordered = true;
		}
	}
	if (reader.err != ERR_OK)
		return reader.err;
	return ordered ? read_order(order, view, submission) : ERR_FORMAT;
}

enum err submission_read(struct bytes body, size_t view, struct submission *ret_submission)
{
	struct bytes submit;
	enum err err = only_message(body, ENTRY_BODY_SUBMIT, &submit);

	if (err != ERR_OK)
		return err;
	memset(ret_submission, 0, offsetof(struct submission, view_hashes)); /* of its arrays what is counted is set */
	return read_submit(submit, view, ret_submission);
}

/* ---- the parts of a View ---- */

static enum err read_part(struct bytes bytes, struct submission_part *ret_part)
{
	struct reader reader = reader_of(bytes);
	struct submission_part part = { 0 };
	struct codec_occurrence field;
	bool named = false;

	while (next(&reader, &field)) {
		if (is_bytes(&field, PART_SHA256)) {
			reader.err = take_digest(field.payload, &part.digest);
			named = true;
		} else if (is_number(&field, PART_SIZE)) {
			part.size = (uint32_t)field.value;
		}
	}
	*ret_part = part;
	return reader.err == ERR_OK && !named ? ERR_FORMAT : reader.err;
}

enum err submission_parts(struct bytes statement, struct submission_part parts[LIMIT_PARTS], size_t *ret_count)
{
	struct codec_occurrence field;
	struct reader reader;
	struct bytes view;
	size_t count = 0;
	enum err err = only_message(statement, STATEMENT_VIEW, &view);

	if (err != ERR_OK)
		return err;
	reader = reader_of(view);
	while (next(&reader, &field)) {
		if (!is_bytes(&field, VIEW_PARTS))
			continue;
		if (count == LIMIT_PARTS)
			return ERR_TOO_LARGE;
		reader.err = read_part(field.payload, &parts[count++]);
	}
	if (reader.err == ERR_OK)
		*ret_count = count;
	return reader.err;
}
