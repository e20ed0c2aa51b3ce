/* SPDX-License-Identifier: Apache-2.0 */
/* Legs as those who take part in them may see them: by request, or all of an agency's, a page at a time.  Writes no entry. */
#include "broker/lookup.h"
#include "broker/lookup_legs.h"
#include "contract/codec.h"
#include "front/leg_shown.h"
#include "front/reads.h"

#define LEGS_DEFAULT 100u
#define LEGS_MOST 256u    /* in one answer */
#define LEGS_WALKED 4096u /* looked at for one answer: where few of many fit, the answer says where to go on */

struct walk {
	struct asking *asking;
	const Pb__LegQuery *query;
	int64_t now_us;
	Pb__LegShown *shown[LEGS_MOST];
	size_t count, limit, walked;
	uint64_t more_after;
};

/* All its legs ended, and what becomes of it lies with the reader, who sent it. */
static bool awaits_decision(const struct walk *walk, const struct request *request)
{
	return request->timer_at_us != 0 && request_asker(request) == walk->asking->peer->agency;
}

static bool is_named(const struct walk *walk, const struct request *request)
{
	const Pb__LegQuery *query = walk->query;

	if (query->request_id.len > 0 && !bytes_equal(bytes_of_pb(query->request_id), bytes_of(request->message_id, MESSAGE_ID_BYTES)))
		return false;
	return query->case_id.len == 0 || (request->has_case && bytes_equal(bytes_of_pb(query->case_id), bytes_of(request->case_id, CASE_ID_BYTES)));
}

static bool fits(const struct walk *walk, const struct leg *leg, const struct request *request)
{
	const Pb__LegQuery *query = walk->query;
	bool decision = awaits_decision(walk, request);

	if (!is_named(walk, request) || (leg->timer_at_us == 0 && !query->ended && !decision))
		return false;
	if (query->mine_to_move && leg_holder_agency(leg) != walk->asking->peer->agency && !decision)
		return false;
	return !query->overdue || leg_is_late(leg, walk->now_us) || (decision && request->due_at_us < walk->now_us);
}

static enum err add(struct walk *walk, const struct leg *leg, const struct request *request)
{
	bool hidden = false;
	enum err err;

	if (!fits(walk, leg, request))
		return ERR_OK;
	err = leg_is_hidden(walk->asking, leg, request, &hidden);
	if (err != ERR_OK || hidden)
		return err;
	err = leg_show(walk->asking, leg, request, walk->now_us, walk->query->request_id.len > 0, &walk->shown[walk->count]);
	if (err == ERR_OK)
		walk->count++;
	return err;
}

/* ERR_BUSY ends the walk: the answer is full. */
static enum err visit(void *context, const struct leg *leg)
{
	struct walk *walk = context;
	struct request request;
	enum err err;

	if (walk->count == walk->limit || walk->walked++ == LEGS_WALKED)
		return ERR_BUSY;
	err = request_get(walk->asking->txn, leg->request, &request);
	if (err == ERR_OK)
		err = add(walk, leg, &request);
	walk->more_after = leg->leg;
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

static enum err walk_all(struct walk *walk)
{
	enum err err = agency_legs_each(walk->asking->txn, walk->asking->peer->agency, walk->query->after, visit, walk);

	if (err == ERR_BUSY)
		return ERR_OK;
	walk->more_after = 0;
	return err;
}

/* The legs of one request.  Its id is its sender's own: the reader's request comes first, then another's. */
static enum err walk_request(struct walk *walk)
{
	uint32_t reader = walk->asking->peer->agency;
	struct leg legs[LIMIT_LEGS];
	struct request request;
	enum err err = ERR_NOT_FOUND;

	if (walk->query->request_id.len == MESSAGE_ID_BYTES)
		err = request_by_message(walk->asking->txn, walk->query->request_id.data, reader, &request);
	if (err == ERR_NOT_FOUND && walk->query->request_id.len == MESSAGE_ID_BYTES)
		err = request_by_message(walk->asking->txn, walk->query->request_id.data, 0, &request);
	if (err == ERR_OK)
		err = legs_of_request(walk->asking->txn, &request, legs);
	for (size_t i = 0; err == ERR_OK && i < request.leg_count && walk->count < LEGS_MOST; i++)
		if (legs[i].leg > walk->query->after && leg_takes_part(&legs[i], reader))
			err = add(walk, &legs[i], &request);
	if (err == ERR_OK && walk->count == 0)
		return walk_all(walk); /* another sender may have used the same id */
	return err;
}

static enum err give(struct walk *walk)
{
	struct asking *asking = walk->asking;
	Pb__LegListing *listing = arena_alloc(asking->arena, sizeof *listing);
	Pb__LegShown **legs = arena_copy(asking->arena, bytes_of(walk->shown, walk->count * sizeof *walk->shown));

	if (listing == NULL || (legs == NULL && walk->count > 0))
		return ERR_NOMEM;
	pb__leg_listing__init(listing);
	listing->legs = legs;
	listing->n_legs = walk->count;
	listing->more_after = walk->more_after;
	asking->result.result_case = PB__READ_RESULT__RESULT_LEGS;
	asking->result.legs = listing;
	return ERR_OK;
}

enum err read_legs(struct asking *asking, const Pb__LegQuery *query)
{
	struct walk walk = { .asking = asking, .query = query, .now_us = broker_wall_us(asking->front->broker) };
	enum err err;

	walk.limit = query->limit == 0 ? LEGS_DEFAULT : query->limit < LEGS_MOST ? query->limit : LEGS_MOST;
	if (query->request_id.len == 0)
		err = walk_all(&walk);
	else
		err = walk_request(&walk);
	if (err == ERR_OK && query->request_id.len > 0 && walk.count == 0 && walk.more_after == 0)
		return ERR_NOT_FOUND;
	return err == ERR_OK ? give(&walk) : err;
}
