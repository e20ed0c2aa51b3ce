/* SPDX-License-Identifier: Apache-2.0 */
/* broker/lookup_agency_legs.c - an agency's legs in their order: the rows of AGENCY_LEGS, and the newest block's from REQUESTS; see
 * rows_agency_legs.h for the contract. */
#include "broker/leg_block.h"
#include "broker/rows_agency_legs.h"
#include "store/keys.h"

struct walk {
	struct txn *txn;
	struct cursor *cursor;
	uint32_t agency;
	uint64_t from;   /* the least leg that is wanted */
	uint64_t newest; /* block of the last request: what it opened may be entered nowhere yet */
	struct leg_block block;
	enum err (*visit)(void *context, uint64_t leg);
	void *context;
};

static void note_own(void *context, const struct leg *leg)
{
	struct walk *walk = context;

	if (leg->sender == walk->agency || leg->agency == walk->agency)
		leg_block_set(&walk->block, leg->leg);
}

/* The block with that number, of which the row's places are in walk->block already. */
static enum err visit_block(struct walk *walk, uint64_t number)
{
	uint64_t first = number * BLOCK_LEGS;
	uint64_t from = walk->from > first ? walk->from : first;
	enum err err = number == walk->newest ? legs_opened_each(walk->txn, item_seq(from), note_own, walk) : ERR_OK;

	return err == ERR_OK ? leg_block_each(&walk->block, number, from, walk->visit, walk->context) : err;
}

/* The newest block, where it has no row and its place is before that of the row at the cursor. */
static enum err visit_newest(struct walk *walk, bool *seen)
{
	if (*seen || walk->newest < leg_block_of(walk->from))
		return ERR_OK;
	*seen = true;
	walk->block = (struct leg_block){ 0 };
	return visit_block(walk, walk->newest);
}

static enum err visit_row(struct walk *walk, struct bytes key, struct bytes value, bool *newest_seen)
{
	uint64_t number;
	enum err err = key.len == 12 ? ERR_OK : ERR_CORRUPT;

	if (err != ERR_OK)
		return err;
	if (be32_get(key.data) != walk->agency)
		return ERR_NOT_FOUND;
	number = be64_get(key.data + 4);
	if (walk->newest < number)
		err = visit_newest(walk, newest_seen);
	*newest_seen |= number == walk->newest;
	walk->block = (struct leg_block){ 0 };
	if (err == ERR_OK)
		err = leg_block_add(&walk->block, value);
	return err == ERR_OK ? visit_block(walk, number) : err;
}

static enum err find_newest(struct walk *walk)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(walk->txn, TABLE_REQUESTS, &cursor);

	if (err != ERR_OK)
		return err;
	err = cursor_last(cursor, &key, &value);
	if (err == ERR_OK && key.len != 8)
		err = ERR_CORRUPT;
	walk->newest = err == ERR_OK ? be64_get(key.data) / BLOCK_ENTRIES : 0;
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err visit_all(struct walk *walk)
{
	struct key least = key_u32_u64(walk->agency, leg_block_of(walk->from));
	struct bytes key, value;
	bool newest_seen = false;
	enum err err;

	for (err = cursor_seek(walk->cursor, key_bytes(&least), &key, &value); err == ERR_OK; err = cursor_next(walk->cursor, &key, &value)) {
		err = visit_row(walk, key, value, &newest_seen);
		if (err != ERR_OK)
			break;
	}
	return err == ERR_NOT_FOUND ? visit_newest(walk, &newest_seen) : err;
}

enum err agency_leg_numbers(struct txn *txn, uint32_t agency, uint64_t after, enum err (*visit)(void *context, uint64_t leg), void *context)
{
	struct walk walk = { .txn = txn, .agency = agency, .from = after + 1, .visit = visit, .context = context };
	enum err err;

	if (agency == 0 || after == UINT64_MAX)
		return ERR_OK;
	err = find_newest(&walk);
	if (err == ERR_OK)
		err = cursor_open(txn, TABLE_AGENCY_LEGS, &walk.cursor);
	if (err != ERR_OK)
		return err;
	err = visit_all(&walk);
	cursor_close(walk.cursor);
	return err;
}
