/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_conditions.c - what rests on consents; see rows_consents.h for the contract. */
#include "broker/rows.h"
#include "broker/rows_consents.h"

#define FIXED_BYTES (ID_BYTES + 4 + 1 + 1 + 1 + 8) /* consent, agency, held, blocked, handed, when; then classes u16 and size u32 a part */
#define PART_BYTES (2 + 4)
#define USE_KEY_BYTES (ID_BYTES + 8)

static struct bytes use_key(const struct id *consent, uint64_t item, uint8_t to[USE_KEY_BYTES])
{
	memcpy(to, consent->bytes, ID_BYTES);
	be64_put(to + ID_BYTES, item);
	return bytes_of(to, USE_KEY_BYTES);
}

void condition_put(struct txn *txn, const struct condition *condition)
{
	struct key key = key_u64(condition->item);
	uint8_t row[FIXED_BYTES + PART_BYTES * LIMIT_PARTS];
	uint8_t *at = row + FIXED_BYTES;

	memcpy(row, condition->consent.bytes, ID_BYTES);
	be32_put(row + 16, condition->agency);
	row[20] = condition->held;
	row[21] = condition->blocked;
	row[22] = condition->handed;
	be64_put(row + 23, (uint64_t)condition->handed_at_us);
	for (size_t i = 0; i < condition->part_count; i++, at += PART_BYTES) {
		be16_put(at, condition->classes[i]);
		be32_put(at + 2, condition->sizes[i]);
	}
	txn_put(txn, TABLE_CONDITIONS, key_bytes(&key), bytes_of(row, (size_t)(at - row)));
}

enum err condition_get(struct txn *txn, uint64_t item, struct condition *ret_condition)
{
	struct condition condition = { .item = item };
	struct key key = key_u64(item);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_CONDITIONS, key_bytes(&key), &value);

	if (err != ERR_OK)
		return err;
	if (value.len < FIXED_BYTES || (value.len - FIXED_BYTES) % PART_BYTES != 0 ||
	    (value.len - FIXED_BYTES) / PART_BYTES > LIMIT_PARTS)
		return ERR_CORRUPT;
	memcpy(condition.consent.bytes, value.data, ID_BYTES);
	condition.agency = be32_get(value.data + 16);
	condition.held = value.data[20];
	condition.blocked = value.data[21];
	condition.handed = value.data[22];
	condition.handed_at_us = (int64_t)be64_get(value.data + 23);
	condition.part_count = (uint8_t)((value.len - FIXED_BYTES) / PART_BYTES);
	for (size_t i = 0; i < condition.part_count; i++)
		condition.classes[i] = be16_get(value.data + FIXED_BYTES + PART_BYTES * i);
	for (size_t i = 0; i < condition.part_count; i++)
		condition.sizes[i] = be32_get(value.data + FIXED_BYTES + PART_BYTES * i + 2);
	*ret_condition = condition;
	return ERR_OK;
}

void condition_drop(struct txn *txn, uint64_t item)
{
	struct key key = key_u64(item);
	uint8_t use[USE_KEY_BYTES];
	struct condition condition;

	if (condition_get(txn, item, &condition) != ERR_OK)
		return;
	txn_delete(txn, TABLE_CONSENT_USES, use_key(&condition.consent, item, use));
	txn_delete(txn, TABLE_CONDITIONS, key_bytes(&key));
}

void consent_use_put(struct txn *txn, const struct id *consent, uint64_t item)
{
	uint8_t key[USE_KEY_BYTES];

	txn_put(txn, TABLE_CONSENT_USES, use_key(consent, item, key), bytes_of(NULL, 0));
}

static enum err give(struct txn *txn, struct bytes key, enum err (*each)(void *context, const struct condition *condition), void *context)
{
	struct condition condition;
	enum err err = condition_get(txn, be64_get(key.data + ID_BYTES), &condition);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	return each(context, &condition);
}

enum err consent_uses_each(struct txn *txn, const struct id *consent, uint64_t from, enum err (*each)(void *context, const struct condition *condition),
			   void *context)
{
	uint8_t least[USE_KEY_BYTES];
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_CONSENT_USES, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, use_key(consent, from, least), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		if (key.len != USE_KEY_BYTES)
			err = ERR_CORRUPT;
		else if (memcmp(key.data, consent->bytes, ID_BYTES) != 0)
			break;
		else
			err = give(txn, key, each, context);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
