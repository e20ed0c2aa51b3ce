/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_chores.c - rows of CHORES; see chores.h for the contract. */
#include "broker/chores.h"
#include "store/keys.h"

#define CHORE_KEY_BYTES 13

static struct bytes chore_key(const struct chore *chore, uint8_t to[CHORE_KEY_BYTES])
{
	be64_put(to, chore->since);
	to[8] = (uint8_t)chore->kind;
	be32_put(to + 9, chore->agency);
	return bytes_of(to, CHORE_KEY_BYTES);
}

/* Where it is no case that comes next, there is none in the row. */
void chore_put(struct txn *txn, const struct chore *chore)
{
	uint8_t key[CHORE_KEY_BYTES], value[8 + ID_BYTES];

	be64_put(value, chore->after);
	memcpy(value + 8, chore->after_case, ID_BYTES);
	txn_put(txn, TABLE_CHORES, chore_key(chore, key), bytes_of(value, chore->kind == PB__CHORE__CHORE_HAND_OVER_CASES ? sizeof(value) : 8));
}

void chore_end(struct txn *txn, const struct chore *chore)
{
	uint8_t key[CHORE_KEY_BYTES];

	txn_delete(txn, TABLE_CHORES, chore_key(chore, key));
}

static enum err decode(struct bytes key, struct bytes value, struct chore *ret_chore)
{
	struct chore chore;

	if (key.len != CHORE_KEY_BYTES)
		return ERR_CORRUPT;
	chore = (struct chore){ .since = be64_get(key.data), .kind = (Pb__Chore)key.data[8], .agency = be32_get(key.data + 9) };
	if (value.len != (chore.kind == PB__CHORE__CHORE_HAND_OVER_CASES ? 8 + ID_BYTES : 8))
		return ERR_CORRUPT;
	chore.after = be64_get(value.data);
	if (value.len > 8)
		memcpy(chore.after_case, value.data + 8, ID_BYTES);
	*ret_chore = chore;
	return ERR_OK;
}

enum err chore_first(struct txn *txn, struct chore *ret_chore)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_CHORES, &cursor);

	if (err != ERR_OK)
		return err;
	err = cursor_first(cursor, &key, &value);
	if (err == ERR_OK)
		err = decode(key, value, ret_chore);
	cursor_close(cursor);
	return err;
}

enum err chore_get(struct txn *txn, struct chore *chore)
{
	uint8_t key[CHORE_KEY_BYTES];
	struct bytes value;
	enum err err = txn_get(txn, TABLE_CHORES, chore_key(chore, key), &value);

	return err == ERR_OK ? decode(bytes_of(key, sizeof(key)), value, chore) : err;
}
