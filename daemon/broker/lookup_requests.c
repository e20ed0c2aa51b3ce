/* SPDX-License-Identifier: Apache-2.0 */
/* broker/lookup_requests.c - requests found by what is known of them, legs in their order; see lookup_legs.h for the contract. */
#include "broker/lookup.h"
#include "broker/rows_legs.h"

enum err request_by_message(struct txn *txn, const uint8_t message_id[MESSAGE_ID_BYTES], uint32_t sender, struct request *ret_request)
{
	uint64_t seq;
	enum err err = message_seq(txn, message_id, sender, &seq);

	return err != ERR_OK ? err : request_get(txn, seq, ret_request);
}

/* Messages of that id, whoever sent them, until one opened a request that this agency holds for its sender. */
static enum err request_held_by(struct txn *txn, struct bytes id, uint32_t agency, struct request *ret_request)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_MESSAGES, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, id, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		if (key.len != MESSAGE_ID_BYTES + 4 || value.len < 8)
			err = ERR_CORRUPT;
		else if (!bytes_equal(bytes_of(key.data, MESSAGE_ID_BYTES), id))
			err = ERR_NOT_FOUND;
		if (err != ERR_OK)
			break;
		err = request_get(txn, be64_get(value.data), ret_request);
		if (err == ERR_OK && ret_request->acting == agency)
			break;
		if (err != ERR_OK && err != ERR_NOT_FOUND)
			break;
	}
	cursor_close(cursor);
	return err;
}

enum err request_by_asker(struct txn *txn, const uint8_t message_id[MESSAGE_ID_BYTES], uint32_t asker, struct request *ret_request)
{
	enum err err = request_by_message(txn, message_id, asker, ret_request);

	return err == ERR_NOT_FOUND ? request_held_by(txn, bytes_of(message_id, MESSAGE_ID_BYTES), asker, ret_request) : err;
}

size_t request_redirects(const struct leg *legs, size_t count)
{
	size_t redirects = 0;

	for (size_t i = 0; i < count; i++)
		redirects += legs[i].opened_by != 0;
	return redirects;
}

/* ---- walks ---- */

/* What a walk does with each row; ERR_NOT_FOUND: this one is none of them any more, nor is any after it. */
struct walk {
	enum err (*row)(const struct walk *walk, struct bytes key, struct bytes value);
	struct txn *txn;
	enum err (*leg)(void *context, const struct leg *leg);
	enum err (*request)(void *context, const struct request *request);
	void *context;
};

/* Rows from that key on, in order, until there is none or one gives an error. */
static enum err walk_rows(const struct walk *walk, enum table table, struct bytes least)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(walk->txn, table, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, least, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		err = walk->row(walk, key, value);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err agency_leg(void *context, uint64_t number)
{
	const struct walk *walk = context;
	struct leg leg;
	enum err err = leg_get(walk->txn, number, &leg);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	return walk->leg(walk->context, &leg);
}

/* All legs of one request. */
static enum err legs_row(const struct walk *walk, struct bytes key, struct bytes value)
{
	struct leg legs[LIMIT_LEGS];
	struct request request;
	enum err err = request_decode(key, value, &request, legs);

	for (size_t i = 0; err == ERR_OK && i < request.leg_count; i++)
		err = walk->leg(walk->context, &legs[i]);
	return err;
}

static enum err request_row(const struct walk *walk, struct bytes key, struct bytes value)
{
	struct request request;
	enum err err = request_decode(key, value, &request, NULL);

	return err == ERR_OK ? walk->request(walk->context, &request) : err;
}

enum err agency_legs_each(struct txn *txn, uint32_t agency, uint64_t after, enum err (*each)(void *context, const struct leg *leg),
			  void *context)
{
	struct walk walk = { .txn = txn, .leg = each, .context = context };

	return agency_leg_numbers(txn, agency, after, agency_leg, &walk);
}

enum err legs_each(struct txn *txn, enum err (*each)(void *context, const struct leg *leg), void *context)
{
	struct walk walk = { .row = legs_row, .txn = txn, .leg = each, .context = context };
	struct key least = key_u64(0);

	return walk_rows(&walk, TABLE_REQUESTS, key_bytes(&least));
}

enum err requests_each(struct txn *txn, uint64_t after, enum err (*each)(void *context, const struct request *request), void *context)
{
	struct walk walk = { .row = request_row, .txn = txn, .request = each, .context = context };
	struct key least = key_u64(after + 1);

	return after == UINT64_MAX ? ERR_OK : walk_rows(&walk, TABLE_REQUESTS, key_bytes(&least));
}
