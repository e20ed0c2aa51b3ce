/* SPDX-License-Identifier: Apache-2.0 */
#include "front/provisions.h"

#include "broker/rows_consents.h"
#include "contract/codec.h"
#include "front/sent_message.h"
#include "ledger/entry.h"

#define PROVISIONS_DEFAULT 100u
#define PROVISIONS_MOST 256u
#define PROVISIONS_WALKED 8192u

/* ---- one record ---- */

/* Parts as bits. */
struct parts {
	uint32_t handed, blocked;
};

static uint32_t held_parts(const Pb__View *view)
{
	uint32_t held = 0;

	for (size_t i = 0; i < view->n_parts && i < LIMIT_PARTS; i++)
		held |= view->parts[i]->release == PB__RELEASE__RELEASE_ON_ACCEPT ? 1u << i : 0;
	return held;
}

/* What the item brought; where it rests on a consent, as far as that reached when its turn came. */
static enum err parts_of(const struct reader *reader, const struct delivery *delivery, const Pb__View *view, struct parts *ret_parts)
{
	size_t count = view->n_parts < LIMIT_PARTS ? view->n_parts : LIMIT_PARTS;
	uint32_t all = (1u << count) - 1;
	uint32_t held = held_parts(view);
	uint32_t brought = delivery->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE ? held : all & ~held;
	struct condition condition;
	enum err err = condition_get(reader->txn, delivery->about != 0 ? delivery->about : delivery->item, &condition);

	*ret_parts = (struct parts){ brought, 0 };
	if (err == ERR_OK)
		*ret_parts = (struct parts){ brought & condition.handed, brought & condition.blocked };
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err put_indexes(const struct reader *reader, uint32_t set, uint32_t **ret_indexes, size_t *ret_count)
{
	*ret_indexes = arena_calloc(reader->arena, LIMIT_PARTS, sizeof **ret_indexes);
	for (uint32_t i = 0; *ret_indexes != NULL && i < LIMIT_PARTS; i++)
		if ((set >> i & 1) != 0)
			(*ret_indexes)[(*ret_count)++] = i;
	return *ret_indexes != NULL ? ERR_OK : ERR_NOMEM;
}

static enum err put_times(const struct reader *reader, const struct delivery *delivery, Pb__ProvisionShown *shown)
{
	struct entry entry;
	enum err err = entry_read(reader->txn, delivery->last_handout_seq, &entry);

	if (err == ERR_OK)
		shown->at_us = entry.header.time_us;
	if (err != ERR_OK || delivery->state != DELIVERY_ACKNOWLEDGED || delivery->ended_seq == 0)
		return err;
	err = entry_read(reader->txn, delivery->ended_seq, &entry);
	if (err == ERR_OK)
		shown->acknowledged_at_us = entry.header.time_us;
	return err;
}

static void put_envelope(const struct delivery *delivery, const Pb__View *view, Pb__ProvisionShown *shown)
{
	shown->item = delivery->item;
	shown->message_id = view->message_id;
	shown->case_id = view->case_id;
	shown->thread_id = view->thread_id;
	shown->kind = view->kind;
	shown->ask = view->ask;
	shown->urgency = view->urgency;
	shown->basis = view->basis;
	shown->leg_action = view->leg_act != NULL ? view->leg_act->action : PB__LEG_ACTION__LEG_ACTION_UNSPECIFIED;
	shown->released = delivery->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE;
	shown->times = delivery->handouts;
}

static enum err fill(const struct reader *reader, const struct delivery *delivery, const Pb__View *view, const struct parts *parts,
		     Pb__ProvisionShown *shown)
{
	enum err err = put_times(reader, delivery, shown);

	put_envelope(delivery, view, shown);
	if (err == ERR_OK)
		err = reader_name(reader, delivery->sender, &shown->from);
	if (err == ERR_OK)
		err = reader_name(reader, delivery->agency, &shown->to);
	if (err == ERR_OK)
		err = reader_classes(reader, view_classes(view, parts->handed), &shown->classes, &shown->n_classes);
	if (err == ERR_OK)
		err = put_indexes(reader, parts->handed, &shown->parts, &shown->n_parts);
	return err == ERR_OK ? put_indexes(reader, parts->blocked, &shown->blocked, &shown->n_blocked) : err;
}

static bool is_provision(const struct reader *reader, const struct delivery *delivery)
{
	if (delivery->handouts == 0 || delivery->sender == 0)
		return false;
	if (delivery->what != PB__ITEM_WHAT__ITEM_WHAT_MESSAGE && delivery->what != PB__ITEM_WHAT__ITEM_WHAT_RELEASE)
		return false;
	return reader_sees_all(reader) || delivery->sender == reader->agency || delivery->agency == reader->agency;
}

enum err provision_show(const struct reader *reader, const struct delivery *delivery, Pb__ProvisionShown **ret_shown)
{
	struct sent_message message;
	struct parts parts = { 0 };
	bool kept_out = false;
	const Pb__View *view;
	enum err err = is_provision(reader, delivery) ? sent_read(reader, delivery->seq, &message) : ERR_NOT_FOUND;

	if (err == ERR_OK && delivery->recipient >= message.entry->n_recipients)
		err = ERR_CORRUPT;
	if (err != ERR_OK)
		return err;
	view = message.views[delivery->recipient];
	err = reader_is_kept_out(reader, bytes_of_pb(view->case_id), &kept_out);
	if (err == ERR_OK)
		err = parts_of(reader, delivery, view, &parts);
	if (err == ERR_OK && (kept_out || parts.handed == 0 || view->kind == PB__KIND__KIND_ANNOUNCEMENT))
		err = ERR_NOT_FOUND;
	if (err != ERR_OK)
		return err;
	*ret_shown = arena_alloc(reader->arena, sizeof **ret_shown);
	if (*ret_shown == NULL)
		return ERR_NOMEM;
	pb__provision_shown__init(*ret_shown);
	return fill(reader, delivery, view, &parts, *ret_shown);
}

/* ---- a page ---- */

struct walk {
	const struct reader *reader;
	Pb__ProvisionListing *listing;
	size_t limit, walked;
	uint64_t end, last; /* items */
};

/* ERR_BUSY ends the walk: the answer is full. */
static enum err visit(void *context, const struct delivery *delivery)
{
	struct walk *walk = context;
	enum err err;

	if (delivery->item >= walk->end)
		return ERR_STOPPED;
	if (walk->listing->n_provisions == walk->limit || walk->walked++ == PROVISIONS_WALKED)
		return ERR_BUSY;
	err = provision_show(walk->reader, delivery, &walk->listing->provisions[walk->listing->n_provisions]);
	if (err == ERR_OK)
		walk->listing->n_provisions++;
	walk->last = delivery->item;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* The items of messages accepted in that span. */
static enum err span(const struct reader *reader, const Pb__ProvisionQuery *query, uint64_t *ret_from, uint64_t *ret_end)
{
	enum err err = entry_seq_at(reader->txn, query->since_us, ret_from);

	*ret_end = UINT64_MAX / LIMIT_RECIPIENTS;
	if (err == ERR_OK && query->until_us != 0)
		err = entry_seq_at(reader->txn, query->until_us, ret_end);
	*ret_from = item_number(*ret_from, 0);
	*ret_end = item_number(*ret_end, 0);
	if (query->after != 0 && query->after < UINT64_MAX && query->after + 1 > *ret_from)
		*ret_from = query->after + 1;
	return err;
}

enum err provisions_list(const struct reader *reader, const Pb__ProvisionQuery *query, Pb__ProvisionListing *ret_listing)
{
	struct walk walk = { .reader = reader, .listing = ret_listing };
	uint64_t from = 0;
	enum err err = span(reader, query, &from, &walk.end);

	pb__provision_listing__init(ret_listing);
	walk.limit = query->limit == 0 ? PROVISIONS_DEFAULT : query->limit < PROVISIONS_MOST ? query->limit : PROVISIONS_MOST;
	ret_listing->provisions = arena_calloc(reader->arena, walk.limit, sizeof(Pb__ProvisionShown *));
	if (ret_listing->provisions == NULL)
		return ERR_NOMEM;
	if (err == ERR_OK)
		err = delivery_each(reader->txn, from, visit, &walk);
	if (err == ERR_BUSY)
		ret_listing->more_after = walk.last;
	return err == ERR_BUSY || err == ERR_STOPPED ? ERR_OK : err;
}
