/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_announcements.c - the rows of announcements and of who was told; see rows_conferences.h and conferences.h for the contract. */
#include "broker/row_fields.h"
#include "broker/rows_conferences.h"

#define ROW_BYTES (ID_BYTES + 3 * 4)

static struct key sign_up_key(uint64_t announcement, uint32_t agency)
{
	struct key key = { .len = 12 };

	be64_put(key.data, announcement);
	be32_put(key.data + 8, agency);
	return key;
}

void announcement_row_put(struct txn *txn, const struct announcement *announcement)
{
	struct key key = key_u64(announcement->number);
	uint8_t row[ROW_BYTES];
	uint8_t *at = row;

	row_put_id(&at, announcement->id);
	row_put_u32(&at, announcement->announcer);
	row_put_u32(&at, announcement->places);
	row_put_u32(&at, announcement->taken);
	txn_put(txn, TABLE_ANNOUNCEMENTS, key_bytes(&key), bytes_of(row, sizeof(row)));
}

enum err announcement_get(struct txn *txn, uint64_t number, struct announcement *ret_announcement)
{
	struct key key = key_u64(number);
	struct bytes value;
	const uint8_t *at;
	enum err err = txn_get(txn, TABLE_ANNOUNCEMENTS, key_bytes(&key), &value);

	if (err != ERR_OK)
		return err;
	if (value.len != ROW_BYTES)
		return ERR_CORRUPT;
	at = value.data;
	ret_announcement->number = number;
	row_get_id(&at, ret_announcement->id);
	ret_announcement->announcer = row_get_u32(&at);
	ret_announcement->places = row_get_u32(&at);
	ret_announcement->taken = row_get_u32(&at);
	return ERR_OK;
}

static enum err take(struct txn *txn, uint64_t seq, void *to)
{
	return announcement_get(txn, seq, to);
}

enum err announcement_by_id(struct txn *txn, const uint8_t id[ID_BYTES], struct announcement *ret_announcement)
{
	return message_find(txn, id, take, ret_announcement);
}

void sign_up_row_put(struct txn *txn, uint64_t announcement, uint32_t agency, uint32_t places)
{
	struct key key = sign_up_key(announcement, agency);
	uint8_t row[4];

	be32_put(row, places);
	txn_put(txn, TABLE_SIGN_UPS, key_bytes(&key), bytes_of(row, sizeof(row)));
}

enum err sign_up_get(struct txn *txn, uint64_t announcement, uint32_t agency, uint32_t *ret_places)
{
	struct key key = sign_up_key(announcement, agency);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_SIGN_UPS, key_bytes(&key), &value);

	if (err != ERR_OK)
		return err;
	if (value.len != 4)
		return ERR_CORRUPT;
	*ret_places = be32_get(value.data);
	return ERR_OK;
}

enum err sign_up_each(struct txn *txn, uint64_t announcement, enum err (*each)(void *context, uint32_t agency, uint32_t places),
		      void *context)
{
	struct key first = sign_up_key(announcement, 0);
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_SIGN_UPS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, key_bytes(&first), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		if (key.len != 12 || be64_get(key.data) != announcement)
			break;
		err = value.len == 4 ? each(context, be32_get(key.data + 8), be32_get(value.data)) : ERR_CORRUPT;
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err note_first(void *context, uint32_t agency, uint32_t places)
{
	(void)places;
	*(uint32_t *)context = agency;
	return ERR_BUSY; /* one is enough */
}

enum err announcement_row_drop(struct txn *txn, uint64_t number)
{
	struct key key = key_u64(number);
	uint32_t agency;
	enum err err;

	while ((err = sign_up_each(txn, number, note_first, &agency)) == ERR_BUSY && txn_error(txn) == ERR_OK) {
		struct key sign_up = sign_up_key(number, agency);

		txn_delete(txn, TABLE_SIGN_UPS, key_bytes(&sign_up));
	}
	txn_forget(txn, TABLE_ANNOUNCEMENTS, key_bytes(&key));
	return err == ERR_BUSY ? txn_error(txn) : err;
}
