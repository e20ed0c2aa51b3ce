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

#define PAIRS_MAX (2 * BLOCK_LEGS)
#define AGENCY_SHIFT 32

/* Whose they are: agency and place in one number. */
struct pairs {
	uint64_t pairs[PAIRS_MAX], room[PAIRS_MAX];
	size_t count;
	uint64_t bits; /* that any of them has */
};

static void note(struct pairs *pairs, uint32_t agency, uint64_t leg)
{
	uint64_t pair = (uint64_t)agency << AGENCY_SHIFT | leg % BLOCK_LEGS;

	pairs->pairs[pairs->count++] = pair;
	pairs->bits |= pair;
}

static void note_pair(void *context, const struct leg *leg)
{
	note(context, leg->sender, leg->leg);
	note(context, leg->agency, leg->leg);
}

/* By eight bits from shift on; where these are equal, the order stays. */
static void sort_by_byte(const uint64_t *pairs, size_t count, unsigned shift, uint64_t *to)
{
	size_t starts[256] = { 0 };
	size_t start = 0;

	for (size_t i = 0; i < count; i++)
		starts[pairs[i] >> shift & 0xff]++;
	for (size_t byte = 0; byte < 256; byte++) {
		size_t held = starts[byte];

		starts[byte] = start;
		start += held;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[pairs[i] >> shift & 0xff]++] = pairs[i];
}

/* A radix sort: agencies are numbered from 1 on, so that at most sites a byte tells them apart. */
static void sort_by_agency(struct pairs *pairs)
{
	for (unsigned shift = AGENCY_SHIFT; shift < 64 && pairs->bits >> shift != 0; shift += 8) {
		sort_by_byte(pairs->pairs, pairs->count, shift, pairs->room);
		memcpy(pairs->pairs, pairs->room, pairs->count * sizeof(pairs->pairs[0]));
	}
}

/* The pairs of one agency, from the first on; returns how many those are. */
static size_t enter_agency(struct txn *txn, uint64_t number, const uint64_t *pairs, size_t count)
{
	uint32_t agency = (uint32_t)(pairs[0] >> AGENCY_SHIFT);
	struct leg_block block;
	size_t used = 0;
	enum err err = leg_block_load(txn, agency, number, &block);

	if (err != ERR_OK)
		txn_fail(txn, err);
	while (used < count && pairs[used] >> AGENCY_SHIFT == agency)
		leg_block_set(&block, pairs[used++]);
	leg_block_store(txn, agency, number, &block);
	return used;
}

static void enter(struct txn *txn, uint64_t number, struct pairs *pairs)
{
	sort_by_agency(pairs);
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
		pairs->bits = 0;
		err = legs_opened_each(txn, seq - BLOCK_ENTRIES, note_pair, pairs);
	}
	if (err == ERR_OK)
		enter(txn, seq / BLOCK_ENTRIES - 1, pairs);
	else
		txn_fail(txn, err);
	free(pairs);
}
