/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/replies.h"

#include "contract/codec.h"
#include "contract/leaf.h"
#include "contract/limits.h"
#include "crypto/digest.h"
#include "unit.h"

#define ENTRIES 3u
#define FIRST_SEQ UINT64_C(0xfffffffe) /* so that the number's upper half changes on the way */

struct told {
	Pb__Replies replies;
	Pb__AcceptedRun run;
	uint8_t header[LEAF_HEADER_BYTES];
	uint8_t hashes[ENTRIES * DIGEST_BYTES];
	Pb__Urgency lanes[2 * ENTRIES];
	struct arena arena;
};

/* A run of three entries of two Views each. */
static void tell(struct told *told)
{
	struct leaf_header header = { .format = 1, .type = 16, .seq = FIRST_SEQ, .time_us = 1234567 };

	pb__replies__init(&told->replies);
	pb__accepted_run__init(&told->run);
	leaf_header_encode(&header, told->header);
	for (size_t i = 0; i < sizeof(told->hashes); i++)
		told->hashes[i] = (uint8_t)i;
	for (size_t i = 0; i < 2 * ENTRIES; i++)
		told->lanes[i] = i == 3 ? PB__URGENCY__URGENCY_DANGER : PB__URGENCY__URGENCY_ROUTINE;
	told->run.header = pb_of_bytes(bytes_of(told->header, sizeof(told->header)));
	told->run.body_hashes = pb_of_bytes(bytes_of(told->hashes, sizeof(told->hashes)));
	told->run.lanes = told->lanes;
	told->run.n_lanes = 2 * ENTRIES;
	told->replies.run = &told->run;
	arena_init(&told->arena, 1u << 20);
}

static void test_a_run_becomes_replies(void)
{
	struct told told;

	tell(&told);
	require_ok(replies_expand(&told.replies, &told.arena));
	check(told.replies.run == NULL);
	require(told.replies.n_replies == ENTRIES);
	for (size_t i = 0; i < ENTRIES; i++) {
		const Pb__Accepted *accepted = told.replies.replies[i]->accepted;
		struct leaf_header header;

		check_int(told.replies.replies[i]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
		require_ok(leaf_header_decode(bytes_of_pb(accepted->header), &header));
		check_uint(header.seq, FIRST_SEQ + i);
		check_uint(header.type, 16);
		check_int(header.time_us, 1234567);
		check_bytes(bytes_of_pb(accepted->body_hash), bytes_of(told.hashes + i * DIGEST_BYTES, DIGEST_BYTES));
		check(!accepted->duplicate && accepted->inclusion.len == 0);
		require(accepted->n_lanes == 2);
		check_int(accepted->lanes[0], PB__URGENCY__URGENCY_ROUTINE);
		check_int(accepted->lanes[1], i == 1 ? PB__URGENCY__URGENCY_DANGER : PB__URGENCY__URGENCY_ROUTINE);
	}
	arena_free(&told.arena);
}

static void test_statements_without_a_lane(void)
{
	struct told told;

	tell(&told);
	told.run.n_lanes = 0;
	require_ok(replies_expand(&told.replies, &told.arena));
	require(told.replies.n_replies == ENTRIES);
	check_uint(told.replies.replies[2]->accepted->n_lanes, 0);
	arena_free(&told.arena);
}

static void test_replies_one_by_one_stay(void)
{
	Pb__Reply reply = PB__REPLY__INIT;
	Pb__Reply *pointers[] = { &reply };
	struct told told;

	tell(&told);
	told.replies.run = NULL;
	told.replies.replies = pointers;
	told.replies.n_replies = 1;
	require_ok(replies_expand(&told.replies, &told.arena));
	check(told.replies.replies == pointers && told.replies.n_replies == 1);
	arena_free(&told.arena);
}

/* Each makes no sense in a way of its own. */
static void beside_replies(struct told *told)
{
	told->replies.n_replies = 1;
}

static void no_entry(struct told *told)
{
	told->run.body_hashes.len = 0;
}

static void half_a_hash(struct told *told)
{
	told->run.body_hashes.len--;
}

static void lanes_for_some(struct told *told)
{
	told->run.n_lanes--;
}

static void short_header(struct told *told)
{
	told->run.header.len--;
}

static void past_the_last_number(struct told *told)
{
	be64_put(told->header + 4, UINT64_MAX - 2);
}

static void test_what_makes_no_sense(void)
{
	static void (*const ways[])(struct told *) = { beside_replies, no_entry, half_a_hash, lanes_for_some, short_header, past_the_last_number };

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct told told;

		tell(&told);
		ways[i](&told);
		check_err(replies_expand(&told.replies, &told.arena), ERR_FORMAT);
		check(told.replies.run == &told.run);
		arena_free(&told.arena);
	}
}

static void test_more_than_a_batch_holds(void)
{
	static uint8_t hashes[(LIMIT_ORDERS + 1) * DIGEST_BYTES];
	struct told told;

	tell(&told);
	told.run.n_lanes = 0;
	told.run.body_hashes = pb_of_bytes(bytes_of(hashes, sizeof(hashes)));
	check_err(replies_expand(&told.replies, &told.arena), ERR_FORMAT);
	told.run.body_hashes.len -= DIGEST_BYTES;
	check_ok(replies_expand(&told.replies, &told.arena));
	check_uint(told.replies.n_replies, LIMIT_ORDERS);
	arena_free(&told.arena);
}

static void test_without_memory(void)
{
	struct told told;

	tell(&told);
	told.arena.limit = 64;
	check_err(replies_expand(&told.replies, &told.arena), ERR_NOMEM);
	check(told.replies.run == &told.run && told.replies.n_replies == 0);
	arena_free(&told.arena);
}

UNIT_SUITE("contract/replies",
	{ "a run becomes replies", test_a_run_becomes_replies },
	{ "statements without a lane", test_statements_without_a_lane },
	{ "replies one by one stay", test_replies_one_by_one_stay },
	{ "what makes no sense", test_what_makes_no_sense },
	{ "more than a batch holds", test_more_than_a_batch_holds },
	{ "without memory", test_without_memory });
