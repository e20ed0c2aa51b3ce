/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_block.h - the legs of one agency among those of a run of entries, as AGENCY_LEGS keeps them; see rows_agency_legs.h. */
#pragma once
#include "broker/lookup.h"
#include "broker/lookup_legs.h"

#define BLOCK_ENTRIES 1024u
#define BLOCK_LEGS (BLOCK_ENTRIES * LIMIT_RECIPIENTS)
#define BLOCK_WORDS (BLOCK_LEGS / 64u)

/* A bit for each leg that the block can have. */
struct leg_block {
	uint64_t words[BLOCK_WORDS];
};

static inline uint64_t leg_block_of(uint64_t leg)
{
	return leg / BLOCK_LEGS;
}

void leg_block_set(struct leg_block *block, uint64_t leg);
void leg_block_clear(struct leg_block *block, uint64_t leg);

/* A row's value into the block.  ERR_CORRUPT. */
enum err leg_block_add(struct leg_block *block, struct bytes value);

/* What its row has: nothing where there is none. */
enum err leg_block_load(struct txn *txn, uint32_t agency, uint64_t number, struct leg_block *ret_block);

/* Without legs it has no row. */
void leg_block_store(struct txn *txn, uint32_t agency, uint64_t number, const struct leg_block *block);

/* Calls visit for each leg of block `number` that is not below from, ascending, until it gives another result than ERR_OK, which is returned. */
enum err leg_block_each(const struct leg_block *block, uint64_t number, uint64_t from, enum err (*visit)(void *context, uint64_t leg),
			void *context);

/* Calls note for each leg that a submission from that entry to the end of its block opened, ascending: REQUESTS tells. */
enum err legs_opened_each(struct txn *txn, uint64_t seq, void (*note)(void *context, const struct leg *leg), void *context);
