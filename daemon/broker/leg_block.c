/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_block.c - see leg_block.h for the contract.
 *
 * AGENCY_LEGS: agency u32, block u64; then the legs' places in their block, two bytes each, ascending.  A row is never empty. */
#include "broker/leg_block.h"

#include "broker/request_row.h"

#define PLACE_BYTES 2u
#define WORD_BITS 64u

void leg_block_set(struct leg_block *block, uint64_t leg)
{
	block->words[leg % BLOCK_LEGS / WORD_BITS] |= UINT64_C(1) << leg % WORD_BITS;
}

void leg_block_clear(struct leg_block *block, uint64_t leg)
{
	block->words[leg % BLOCK_LEGS / WORD_BITS] &= ~(UINT64_C(1) << leg % WORD_BITS);
}

enum err leg_block_add(struct leg_block *block, struct bytes value)
{
	if (value.len % PLACE_BYTES != 0)
		return ERR_CORRUPT;
	for (size_t at = 0; at < value.len; at += PLACE_BYTES) {
		uint16_t place = be16_get(value.data + at);

		if (place >= BLOCK_LEGS)
			return ERR_CORRUPT;
		leg_block_set(block, place);
	}
	return ERR_OK;
}

enum err leg_block_load(struct txn *txn, uint32_t agency, uint64_t number, struct leg_block *ret_block)
{
	struct key key = key_u32_u64(agency, number);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_AGENCY_LEGS, key_bytes(&key), &value);

	*ret_block = (struct leg_block){ 0 };
	if (err == ERR_NOT_FOUND)
		return ERR_OK;
	return err == ERR_OK ? leg_block_add(ret_block, value) : err;
}

enum err leg_block_each(const struct leg_block *block, uint64_t number, uint64_t from, enum err (*visit)(void *context, uint64_t leg),
			void *context)
{
	uint64_t first = number * BLOCK_LEGS;
	uint64_t place = from > first ? from - first : 0;
	enum err err = ERR_OK;

	for (uint64_t word = place / WORD_BITS; err == ERR_OK && word < BLOCK_WORDS; word++) {
		uint64_t bits = block->words[word];

		if (word == place / WORD_BITS)
			bits &= ~UINT64_C(0) << place % WORD_BITS;
		for (; err == ERR_OK && bits != 0; bits &= bits - 1)
			err = visit(context, first + word * WORD_BITS + (uint64_t)__builtin_ctzll(bits));
	}
	return err;
}

struct places {
	uint8_t bytes[BLOCK_LEGS * PLACE_BYTES];
	size_t len;
};

static enum err add_place(void *context, uint64_t leg)
{
	struct places *places = context;

	be16_put(places->bytes + places->len, (uint16_t)(leg % BLOCK_LEGS));
	places->len += PLACE_BYTES;
	return ERR_OK;
}

void leg_block_store(struct txn *txn, uint32_t agency, uint64_t number, const struct leg_block *block)
{
	struct key key = key_u32_u64(agency, number);
	struct places places;

	places.len = 0; /* and nothing else: there is room for a whole block */
	(void)leg_block_each(block, number, 0, add_place, &places);
	if (places.len > 0)
		txn_put(txn, TABLE_AGENCY_LEGS, key_bytes(&key), bytes_of(places.bytes, places.len));
	else
		txn_forget(txn, TABLE_AGENCY_LEGS, key_bytes(&key));
}

enum err legs_opened_each(struct txn *txn, uint64_t seq, void (*note)(void *context, const struct leg *leg), void *context)
{
	uint64_t end = (seq / BLOCK_ENTRIES + 1) * BLOCK_ENTRIES;
	struct key least = key_u64(seq);
	struct leg legs[LIMIT_LEGS];
	struct request request;
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_REQUESTS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, key_bytes(&least), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		err = request_decode(key, value, &request, legs);
		if (err != ERR_OK || request.request >= end)
			break;
		for (size_t i = 0; i < request.leg_count; i++)
			if (item_seq(legs[i].leg) == request.request)
				note(context, &legs[i]);
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
