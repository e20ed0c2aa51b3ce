/* SPDX-License-Identifier: Apache-2.0 */
/* contract/replies.c - see replies.h for the contract. */
#include "contract/replies.h"

#include "contract/codec.h"
#include "contract/leaf.h"
#include "contract/limits.h"
#include "crypto/digest.h"

struct made {
	Pb__Reply reply;
	Pb__Accepted accepted;
	uint8_t header[LEAF_HEADER_BYTES];
};

/* How many entries it is about; 0: it makes no sense. */
static size_t entries_of(const Pb__AcceptedRun *run, struct leaf_header *ret_first)
{
	size_t count = run->body_hashes.len / DIGEST_BYTES;

	if (run->body_hashes.len % DIGEST_BYTES != 0 || count == 0 || count > LIMIT_ORDERS || run->n_lanes % count != 0 ||
	    leaf_header_decode(bytes_of_pb(run->header), ret_first) != ERR_OK || ret_first->seq > UINT64_MAX - count)
		return 0;
	return count;
}

static void fill(const Pb__AcceptedRun *run, const struct leaf_header *header, size_t index, size_t lanes, struct made *to)
{
	pb__reply__init(&to->reply);
	pb__accepted__init(&to->accepted);
	leaf_header_encode(header, to->header);
	to->accepted.header = pb_of_bytes(bytes_of(to->header, sizeof(to->header)));
	to->accepted.body_hash = pb_of_bytes(bytes_of(run->body_hashes.data + index * DIGEST_BYTES, DIGEST_BYTES));
	to->accepted.n_lanes = lanes;
	to->accepted.lanes = lanes > 0 ? run->lanes + index * lanes : NULL;
	to->reply.outcome_case = PB__REPLY__OUTCOME_ACCEPTED;
	to->reply.accepted = &to->accepted;
}

enum err replies_expand(Pb__Replies *replies, struct arena *arena)
{
	const Pb__AcceptedRun *run = replies->run;
	struct leaf_header header;
	struct made *made;
	Pb__Reply **pointers;
	size_t count;

	if (run == NULL)
		return ERR_OK;
	count = entries_of(run, &header);
	if (count == 0 || replies->n_replies > 0)
		return ERR_FORMAT;
	made = arena_alloc(arena, count * sizeof(*made));
	pointers = arena_alloc(arena, count * sizeof(Pb__Reply *));
	if (made == NULL || pointers == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++, header.seq++) {
		fill(run, &header, i, run->n_lanes / count, &made[i]);
		pointers[i] = &made[i].reply;
	}
	replies->replies = pointers;
	replies->n_replies = count;
	replies->run = NULL;
	return ERR_OK;
}
