/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_chores.c - a piece of what the site has still to do, in each batch, the oldest first; see chores.h. */
#include "broker/batch.h"
#include "broker/chores.h"
#include "broker/conference_event.h"
#include "broker/conference_hand_on.h"
#include "broker/leg_event.h"
#include "broker/lookup_legs.h"
#include "broker/row_fields.h"
#include "broker/successor.h"
#include "ledger/entry.h"

/* What is seen to next. */
struct piece {
	const struct chore *chore;
	uint64_t numbers[CHORE_ROWS_MAX]; /* of what it concerns */
	size_t count;
	size_t looked, bound;             /* rows */
	uint64_t last;
};

/* ERR_BUSY: there may be more. */
static enum err look_at(struct piece *piece, uint64_t number, bool concerned)
{
	if (piece->looked == piece->bound)
		return ERR_BUSY;
	piece->looked++;
	piece->last = number;
	if (concerned)
		piece->numbers[piece->count++] = number;
	return ERR_OK;
}

/* What it was asked itself or holds for another; where it ends, all that it asked, too. */
static enum err look_at_leg(void *context, const struct leg *leg)
{
	struct piece *piece = context;
	uint32_t agency = piece->chore->agency;
	bool closes = piece->chore->kind != PB__CHORE__CHORE_RESEAL;
	bool its = leg->agency == agency || (closes && leg->acting == agency);

	return look_at(piece, leg->leg, (its && leg->timer_at_us != 0) || (closes && leg->asker == agency));
}

static enum err look_at_request(void *context, const struct request *request)
{
	return look_at(context, request->request, true);
}

/* Rows from that key on whose keys end with the number of what they are about, and begin with the same as it. */
static enum err look_at_rows(struct txn *txn, enum table table, struct key least, struct piece *piece)
{
	struct bytes key, value, from = key_bytes(&least);
	size_t same = from.len - 8;
	struct cursor *cursor;
	enum err err = cursor_open(txn, table, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, from, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		if (key.len == from.len && memcmp(key.data, from.data, same) != 0)
			break;
		err = key.len == from.len ? look_at(piece, be64_get(key.data + same), true) : ERR_CORRUPT;
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static struct key next_of(const struct chore *chore)
{
	return row_key_u32_u64(chore->agency, chore->after + 1);
}

/* What was handed over is nobody's any more to hand over once its agency is back. */
static bool is_back(const struct world *world, uint32_t number)
{
	const struct registry_agency *agency = registry_agency(world->registry, number);

	return agency != NULL && !agency->closed;
}

static enum err gather(const struct world *world, const struct chore *chore, struct piece *piece)
{
	struct txn *txn = world->txn;

	if (chore_hands_over(chore->kind) && is_back(world, chore->agency))
		return ERR_OK;
	switch (chore->kind) {
	case PB__CHORE__CHORE_HAND_OVER_CONFERENCES:
		return look_at_rows(txn, TABLE_SEATS, next_of(chore), piece);
	case PB__CHORE__CHORE_HAND_OVER_ITEMS:
		return look_at_rows(txn, TABLE_AGENCY_ITEMS, next_of(chore), piece);
	case PB__CHORE__CHORE_HAND_OVER:
	case PB__CHORE__CHORE_CLOSE:
	case PB__CHORE__CHORE_RESEAL:
		return agency_legs_each(txn, chore->agency, chore->after, look_at_leg, piece);
	case PB__CHORE__CHORE_RECKON:
		return requests_each(txn, chore->after, look_at_request, piece);
	case PB__CHORE__CHORE_RECKON_ITEMS:
		return look_at_rows(txn, TABLE_ACTION_ITEMS, key_u64(chore->after + 1), piece);
	case PB__CHORE__CHORE_RECKON_CONFERENCES:
		return look_at_rows(txn, TABLE_CONFERENCES, key_u64(chore->after + 1), piece);
	default:
		return ERR_CORRUPT;
	}
}

static enum err settle(struct batch *batch, enum err err, const struct decision *decision)
{
	struct outcome outcome;

	return err == ERR_OK ? batch_settle(batch, decision, &outcome) : err;
}

/* A request and its legs. */
static enum err reckon_request(struct batch *batch, uint64_t number)
{
	struct world *world = &batch->world;
	struct leg legs[LIMIT_LEGS];
	struct decision decision;
	struct request request;
	enum err err = request_get(world->txn, number, &request);

	if (err == ERR_OK)
		err = legs_of_request(world->txn, &request, legs);
	for (size_t i = 0; err == ERR_OK && i < request.leg_count; i++)
		if (legs[i].provisional)
			err = settle(batch, leg_reckon_decide(world, legs[i].leg, &decision), &decision);
	if (err == ERR_OK && request.provisional)
		err = settle(batch, request_reckon_decide(world, number, &decision), &decision);
	return err;
}

/* Whom the operator named, in the entry that asks for it; 0: the agency's own coordinators are looked for. */
static enum err named_by(struct batch *batch, const struct chore *chore, struct naming *ret_named)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err;

	*ret_named = (struct naming){ 0 };
	if (!chore_hands_over(chore->kind))
		return ERR_OK;
	err = entry_decode(batch->world.txn, chore->since, &batch->arena, &entry, &body);
	if (err != ERR_OK || body->body_case != PB__ENTRY_BODY__BODY_HAND_OVER)
		return err == ERR_OK || err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	*ret_named = (struct naming){ body->hand_over->to, chore->since };
	return ERR_OK;
}

/* Who asks in its place is found before who is asked: a leg may come back to that. */
static enum err close_leg(struct batch *batch, uint32_t agency, const struct naming *named, uint64_t number)
{
	struct world *world = &batch->world;
	struct decision decision;
	struct leg leg;
	enum err err = leg_get(world->txn, number, &leg);

	if (err == ERR_OK && leg.asker == agency)
		err = settle(batch, request_hand_on_decide(world, leg.request, named, &decision), &decision);
	if (err == ERR_OK && leg.timer_at_us != 0 && (leg.agency == agency || leg.acting == agency))
		err = settle(batch, leg_close_agency_decide(world, number, named, &decision), &decision);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

static enum err see_to(struct batch *batch, const struct chore *chore, const struct naming *named, uint64_t number)
{
	struct world *world = &batch->world;
	struct decision decision;

	switch (chore->kind) {
	case PB__CHORE__CHORE_CLOSE:
	case PB__CHORE__CHORE_HAND_OVER:
		return close_leg(batch, chore->agency, named, number);
	case PB__CHORE__CHORE_HAND_OVER_CONFERENCES:
		return settle(batch, conference_hand_on_decide(world, number, chore->agency, named, &decision), &decision);
	case PB__CHORE__CHORE_HAND_OVER_ITEMS:
		return settle(batch, action_item_hand_on_decide(world, number, chore->agency, named, &decision), &decision);
	case PB__CHORE__CHORE_RESEAL:
		return settle(batch, leg_reseal_decide(world, number, &decision), &decision);
	case PB__CHORE__CHORE_RECKON:
		return reckon_request(batch, number);
	case PB__CHORE__CHORE_RECKON_ITEMS:
		return settle(batch, action_item_reckon_decide(world, number, &decision), &decision);
	default:
		return settle(batch, conference_reckon_decide(world, number, &decision), &decision);
	}
}

/* The same of cases, which are named in the piece itself. */
static enum err do_cases(struct batch *batch, const struct chore *chore, size_t *left)
{
	struct decision decision;
	struct naming named;
	size_t looked = 0;
	enum err err = named_by(batch, chore, &named);

	if (err == ERR_OK && is_back(&batch->world, chore->agency))
		err = piece_decide(&batch->world, chore, true, &decision);
	else if (err == ERR_OK)
		err = cases_hand_on_decide(&batch->world, chore, named.agency, *left, &looked, &decision);
	*left -= looked < *left ? looked + 1 : *left;
	return settle(batch, err, &decision);
}

/* One piece; *left: rows that may still be looked at in this batch. */
static enum err do_piece(struct batch *batch, struct chore *chore, struct piece *piece, size_t *left)
{
	struct decision decision;
	struct naming named;
	enum err err;
	bool done;

	*piece = (struct piece){ .chore = chore, .bound = *left, .last = chore->after };
	err = gather(&batch->world, chore, piece);
	done = err == ERR_OK;
	if (err == ERR_BUSY)
		err = ERR_OK;
	if (err == ERR_OK)
		err = named_by(batch, chore, &named);
	for (size_t i = 0; err == ERR_OK && i < piece->count; i++)
		err = see_to(batch, chore, &named, piece->numbers[i]);
	if (err != ERR_OK)
		return err;
	*left -= piece->looked < *left ? piece->looked + 1 : *left;
	chore->after = piece->last;
	return settle(batch, piece_decide(&batch->world, chore, done, &decision), &decision);
}

enum err batch_chores(struct batch *batch)
{
	struct world *world = &batch->world;
	size_t left = CHORE_ROWS_MAX;
	struct piece *piece;

	if (!batch->broker->chores || world->tight) /* nothing that can wait touches the reserve */
		return ERR_OK;
	piece = world_alloc(world, 1, sizeof(*piece));
	if (piece == NULL)
		return ERR_NOMEM;
	while (left > 0) {
		struct chore chore;
		enum err err = chore_first(world->txn, &chore);

		if (err == ERR_NOT_FOUND) {
			batch->broker->chores = false;
			return ERR_OK;
		}
		if (err == ERR_OK && chore.kind == PB__CHORE__CHORE_HAND_OVER_CASES)
			err = do_cases(batch, &chore, &left);
		else if (err == ERR_OK)
			err = do_piece(batch, &chore, piece, &left);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}
