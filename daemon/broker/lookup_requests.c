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

enum err legs_of_request(struct txn *txn, const struct request *request, struct leg legs[LIMIT_LEGS])
{
	for (size_t i = 0; i < request->leg_count; i++) {
		enum err err = leg_get(txn, request->legs[i], &legs[i]);

		if (err != ERR_OK)
			return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	}
	return ERR_OK;
}

size_t request_redirects(const struct leg *legs, size_t count)
{
	size_t redirects = 0;

	for (size_t i = 0; i < count; i++)
		redirects += legs[i].opened_by != 0;
	return redirects;
}

enum err agency_legs_each(struct txn *txn, uint32_t agency, uint64_t after, enum err (*each)(void *context, const struct leg *leg),
			  void *context)
{
	struct key least = key_u32_u64(agency, after + 1);
	struct bytes key, value;
	struct cursor *cursor;
	enum err err;

	if (after == UINT64_MAX)
		return ERR_OK;
	err = cursor_open(txn, TABLE_AGENCY_LEGS, &cursor);
	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, key_bytes(&least), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct leg leg;

		if (key.len != 12)
			err = ERR_CORRUPT;
		else if (be32_get(key.data) != agency)
			break;
		else
			err = leg_get(txn, be64_get(key.data + 4), &leg);
		if (err == ERR_NOT_FOUND)
			err = ERR_CORRUPT;
		if (err == ERR_OK)
			err = each(context, &leg);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err legs_each(struct txn *txn, uint64_t after, enum err (*each)(void *context, const struct leg *leg), void *context)
{
	struct key least = key_u64(after + 1);
	struct bytes key, value;
	struct cursor *cursor;
	enum err err;

	if (after == UINT64_MAX)
		return ERR_OK;
	err = cursor_open(txn, TABLE_LEGS, &cursor);
	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, key_bytes(&least), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct leg leg;

		if (!leg_row_is_leg(value) && value.len == sizeof(uint64_t))
			continue;
		err = leg_decode(key, value, &leg);
		if (err == ERR_OK)
			err = each(context, &leg);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err requests_each(struct txn *txn, uint64_t after, enum err (*each)(void *context, const struct request *request), void *context)
{
	struct key least = key_u64(after + 1);
	struct bytes key, value;
	struct cursor *cursor;
	enum err err;

	if (after == UINT64_MAX)
		return ERR_OK;
	err = cursor_open(txn, TABLE_REQUESTS, &cursor);
	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, key_bytes(&least), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct request request;

		err = request_decode(key, value, &request);
		if (err == ERR_OK)
			err = each(context, &request);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
