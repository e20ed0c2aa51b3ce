/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_agency_legs.c - see rows_agency_legs.h for the contract. */
#include "broker/rows_agency_legs.h"

#include <stdlib.h>

#include "broker/leg_block.h"

static void change(struct txn *txn, uint32_t agency, uint64_t leg, void (*how)(struct leg_block *block, uint64_t leg))
{
	struct leg_block block;
	enum err err = agency == 0 ? ERR_NOT_FOUND : leg_block_load(txn, agency, leg_block_of(leg), &block);

	if (err == ERR_OK) {
		how(&block, leg);
		leg_block_store(txn, agency, leg_block_of(leg), &block);
	} else if (err != ERR_NOT_FOUND) {
		txn_fail(txn, err);
	}
}

void agency_leg_put(struct txn *txn, uint32_t agency, uint64_t leg)
{
	change(txn, agency, leg, leg_block_set);
}

void agency_leg_forget(struct txn *txn, uint32_t agency, uint64_t leg)
{
	change(txn, agency, leg, leg_block_clear);
}

/* ---- what submissions opened ---- */

/* Whose they are: agency and place in one number, so that sorted they stand by agency. */
struct pairs {
	uint64_t pairs[2 * BLOCK_LEGS];
	size_t count;
};

static void note_pair(void *context, const struct leg *leg)
{
	struct pairs *pairs = context;

	pairs->pairs[pairs->count++] = (uint64_t)leg->sender << 32 | leg->leg % BLOCK_LEGS;
	pairs->pairs[pairs->count++] = (uint64_t)leg->agency << 32 | leg->leg % BLOCK_LEGS;
}

static int compare(const void *one, const void *other)
{
	const uint64_t *a = one, *b = other;

	return *a < *b ? -1 : *a > *b;
}

/* The pairs of one agency, from the first on; returns how many those are. */
static size_t enter_agency(struct txn *txn, uint64_t number, const uint64_t *pairs, size_t count)
{
	uint32_t agency = (uint32_t)(pairs[0] >> 32);
	struct leg_block block;
	size_t used = 0;
	enum err err = leg_block_load(txn, agency, number, &block);

	if (err != ERR_OK)
		txn_fail(txn, err);
	while (used < count && pairs[used] >> 32 == agency)
		leg_block_set(&block, pairs[used++]);
	leg_block_store(txn, agency, number, &block);
	return used;
}

static void enter(struct txn *txn, uint64_t number, struct pairs *pairs)
{
	qsort(pairs->pairs, pairs->count, sizeof(pairs->pairs[0]), compare);
	for (size_t at = 0; at < pairs->count;)
		at += enter_agency(txn, number, pairs->pairs + at, pairs->count - at);
}

void agency_legs_close(struct txn *txn, uint64_t seq)
{
	struct pairs *pairs;
	enum err err;

	if (seq == 0 || seq % BLOCK_ENTRIES != 0)
		return;
	pairs = malloc(sizeof(*pairs));
	err = ERR_NOMEM;
	if (pairs != NULL) {
		pairs->count = 0;
		err = legs_opened_each(txn, seq - BLOCK_ENTRIES, note_pair, pairs);
	}
	if (err == ERR_OK)
		enter(txn, seq / BLOCK_ENTRIES - 1, pairs);
	else
		txn_fail(txn, err);
	free(pairs);
}
