/* SPDX-License-Identifier: Apache-2.0 */
/* observe.c - a batch is durable: what came in is gone through in its order, each thing with its answer and the entry that it made, so
 * that every answer is judged by what held at its place; then what the site did by itself. */
#include "contract/replies.h"
#include "ledger/entry.h"
#include "real.h"
#include "reviews.h"
#include "statements.h"
#include "unit.h"

/* ---- answers ---- */

static const Pb__FromBroker *as_read(struct outbound *out)
{
	if (out->frame->body_case == PB__FROM_BROKER__BODY_REPLIES)
		require_ok(replies_expand(out->frame->replies, &out->arena));
	return out->frame;
}

static const Pb__FromBroker *told_frame(const struct sim *sim, uint64_t session, Pb__FromBroker__BodyCase body, uint64_t number)
{
	for (size_t i = 0; i < sim->site.out_count; i++) {
		struct outbound *out = sim->site.out[i];

		if (out->type == OUTBOUND_FRAME && out->frame->body_case == body && (session == 0 || out->session == session) &&
		    (body != PB__FROM_BROKER__BODY_REPLIES || out->frame->replies->batch == number))
			return as_read(out);
	}
	return NULL;
}

static bool erases(struct txn *txn, uint64_t seq)
{
	struct entry entry;

	require_ok(entry_read(txn, seq, &entry));
	return entry.header.type == PB__ENTRY_TYPE__ENTRY_TYPE_ERASE;
}

/* The entry stands next in the ledger: the model follows it.  The answer to an erasure names the last of its pieces. */
static void follow_one(struct sim *sim, struct txn *txn, uint64_t seq)
{
	while (sim->audited < seq && erases(txn, seq) && erases(txn, sim->audited))
		follow_next(sim, txn, sim->audited);
	HOLDS(seq == sim->audited, "an answer names entry %llu where %llu stands", (ull)seq, (ull)sim->audited);
	follow_next(sim, txn, seq);
}

static uint64_t seq_of(const Pb__Accepted *accepted)
{
	struct leaf_header header;

	require_ok(leaf_header_decode(bytes_of_pb(accepted->header), &header));
	return header.seq;
}

/* A message: the first receipt, whenever it is given again (P3). */
static void check_receipt(struct sim *sim, const struct deed *deed, const Pb__Accepted *accepted, bool fresh)
{
	struct letter *letter = deed->letter;

	if (fresh) {
		letter->altered = deed->altered;
		memcpy(letter->header, accepted->header.data, sizeof(letter->header));
		return;
	}
	sim->repeats++;
	HOLDS(letter->accepted && letter->altered == deed->altered, "message %llu: a receipt for what was not accepted",
	      (ull)letter->number);
	HOLDS(memcmp(letter->header, accepted->header.data, sizeof(letter->header)) == 0, "message %llu: another receipt than the first",
	      (ull)letter->number);
}

static bool is_acknowledged_by(struct sim *sim, const struct deed *deed, uint64_t seq)
{
	for (size_t i = 0; i < deed->count; i++) {
		const struct item *item = map_get(&sim->items, deed->items[i]);

		if (item != NULL && item->ended_seq == seq)
			return true;
	}
	return false;
}

static void check_again(struct sim *sim, const struct frame *frame, const struct deed *deed, uint64_t seq)
{
	const struct item *item = deed->count == 0 ? NULL : map_get(&sim->items, deed->items[0]);

	if (deed->kind == DEED_ACKNOWLEDGE)
		HOLDS(is_acknowledged_by(sim, deed, seq), "an acknowledgement is answered with entry %llu", (ull)seq);
	else if (deed->kind == DEED_REFUSE)
		HOLDS(item != NULL && item->failed_seq == seq, "a refusal is answered with entry %llu", (ull)seq);
	else
		HOLDS(statement_is_repeat(frame, deed, seq), "entry %llu is given as a repeat", (ull)seq);
}

static void observe_accepted(struct sim *sim, struct txn *txn, const struct frame *frame, const struct deed *deed, const Pb__Accepted *accepted)
{
	uint64_t seq = seq_of(accepted);
	bool fresh = seq >= sim->batch_first && seq == sim->audited;

	HOLDS(accepted->duplicate == !fresh, "entry %llu is told to be %s", (ull)seq, fresh ? "a repeat" : "new");
	if (fresh)
		follow_one(sim, txn, seq);
	if (deed->kind == DEED_SUBMIT)
		check_receipt(sim, deed, accepted, fresh);
	else if (!fresh)
		check_again(sim, frame, deed, seq);
}

static void observe_frame(struct sim *sim, struct txn *txn, const struct coming *coming)
{
	const Pb__FromBroker *frame = told_frame(sim, 0, PB__FROM_BROKER__BODY_REPLIES, coming->number);

	HOLDS(frame != NULL && frame->replies->n_replies == coming->frame.count, "a frame of %zu orders is not answered", coming->frame.count);
	for (size_t i = 0; i < coming->frame.count; i++) {
		const Pb__Reply *reply = frame->replies->replies[i];

		if (reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED) {
			observe_accepted(sim, txn, &coming->frame, &coming->frame.deeds[i], reply->accepted);
			continue;
		}
		sim->refusals++;
		sim->refused[reply->refusal->code % 128]++;
		judge_refused(sim, &coming->frame, &coming->frame.deeds[i], reply->refusal);
	}
}

static void observe_hello(struct sim *sim, const struct coming *coming)
{
	if (coming->place->bound)
		map_put(&sim->sessions, coming->session, coming->place);
}

static void observe_bye(struct sim *sim, struct txn *txn, const struct coming *coming)
{
	const Pb__EntryBody *body;
	struct entry entry;
	struct arena arena;

	if (coming->clean || sim->audited >= txn_rows(txn, TABLE_ENTRIES))
		return;
	arena_init(&arena, UINT32_MAX);
	require_ok(entry_decode(txn, sim->audited, &arena, &entry, &body));
	if (body->body_case == PB__ENTRY_BODY__BODY_LEASE_LOST && body->lease_lost->session == coming->session)
		follow_next(sim, txn, sim->audited);
	arena_free(&arena);
}

static void observe_act(struct sim *sim, struct txn *txn, struct coming *coming)
{
	HOLDS(coming->answered, "an operator's act is not answered");
	if (coming->seq != 0)
		follow_one(sim, txn, coming->seq);
	sim->refusals += coming->code != 0;
}

static void observe_enrol(struct sim *sim, struct txn *txn, const struct coming *coming)
{
	const Pb__FromBroker *frame = told_frame(sim, coming->session, PB__FROM_BROKER__BODY_ENROLLED, 0);

	HOLDS(frame != NULL, "an enrolment is not answered");
	if (frame->enrolled->refusal == NULL)
		follow_one(sim, txn, seq_of(frame->enrolled->accepted));
}

static void observe_one(struct sim *sim, struct txn *txn, struct coming *coming)
{
	switch (coming->kind) {
	case COMING_FRAME:
		observe_frame(sim, txn, coming);
		break;
	case COMING_HELLO:
		observe_hello(sim, coming);
		break;
	case COMING_BYE:
		observe_bye(sim, txn, coming);
		break;
	case COMING_ACT:
	case COMING_INVITE:
		observe_act(sim, txn, coming);
		break;
	case COMING_REVIEW:
		observe_act(sim, txn, coming);
		judge_reviewed(sim, coming);
		break;
	case COMING_ENROL:
		observe_enrol(sim, txn, coming);
		break;
	case COMING_CREDIT:
	case COMING_BLOB:
		break;
	}
}

/* ---- what reaches the devices ---- */

static bool holds(const struct place *place, uint64_t item)
{
	for (size_t i = 0; i < place->held_count; i++)
		if (place->held[i].item == item)
			return true;
	return false;
}

/* It was handed out, and then came to nothing by what a hand-out of the same batch led to. */
static bool ended_behind(const struct sim *sim, const struct item *item)
{
	return item->session == 0 && item->last_handout_seq >= sim->batch_first && item->ended_seq > item->last_handout_seq;
}

static void reach(struct sim *sim, struct txn *txn, const struct outbound *out)
{
	struct place *place = map_get(&sim->sessions, out->session);

	for (size_t i = 0; i < out->item_count && place != NULL; i++) {
		const struct item *item = map_get(&sim->items, out->items[i].item);

		HOLDS(item != NULL && !item->gone && (item->session == out->session || ended_behind(sim, item)), "item %llu leaves without an entry",
		      (ull)out->items[i].item);
		HOLDS((item->must_stay & ~out->items[i].blocked) == 0, "item %llu lets parts go that its consent does not cover", (ull)item->number);
		if (sim->real)
			real_open(sim, txn, place, item);
		if (place->held_count == SIM_HELD || holds(place, item->number))
			continue; /* it loses it, and the lease runs out; or it has it, and knows a repeat */
		place->held[place->held_count].item = item->number;
		place->held[place->held_count++].hash = item->hash;
	}
}

static void end_session(struct sim *sim, const struct outbound *out)
{
	struct place *place = map_get(&sim->sessions, out->session);

	if (place == NULL || sim->ended_count == sizeof(sim->ended) / sizeof(*sim->ended))
		return;
	if (place->keys.session == out->session)
		place->keys.session = 0;
	place->held_count = 0;
	sim->ended[sim->ended_count].session = out->session;
	sim->ended[sim->ended_count++].place = place;
}

void observe_batch(struct sim *sim)
{
	struct txn *txn = site_read(&sim->site);
	uint64_t size = txn_rows(txn, TABLE_ENTRIES);

	for (size_t i = 0; i < sim->coming_count; i++)
		observe_one(sim, txn, &sim->coming[i]);
	while (sim->audited < size)
		follow_next(sim, txn, sim->audited);
	for (size_t i = 0; i < sim->site.out_count && !sim->lost; i++) {
		if (sim->site.out[i]->type == OUTBOUND_HANDOUT)
			reach(sim, txn, sim->site.out[i]);
		else if (sim->site.out[i]->type == OUTBOUND_CLOSE)
			end_session(sim, sim->site.out[i]);
	}
	txn_abort(txn);
}
