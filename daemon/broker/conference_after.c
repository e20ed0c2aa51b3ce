/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_after.c - see conference_after.h for the contract. */
#include "broker/conference_after.h"

#include "broker/erased.h"
#include "broker/rows_conferences.h"
#include "broker/told.h"

/* ---- into an entry ---- */

static bool put_id(struct world *world, const uint8_t id[ID_BYTES], ProtobufCBinaryData *ret)
{
	return pb_keep(world->arena, bytes_of(id, ID_BYTES), ret) == ERR_OK;
}

static bool put_seats(struct world *world, const struct conference *conference, Pb__ConferenceAfter *after)
{
	Pb__SeatAfter *seats = world_alloc(world, conference->seat_count, sizeof(*seats));

	after->seats = world_alloc(world, conference->seat_count, sizeof(*after->seats));
	if (seats == NULL || after->seats == NULL)
		return false;
	for (size_t i = 0; i < conference->seat_count; i++) {
		pb__seat_after__init(&seats[i]);
		seats[i].agency = conference->seats[i].agency;
		seats[i].answer = conference->seats[i].answer;
		seats[i].delegated_to = conference->seats[i].delegated_to;
		after->seats[i] = &seats[i];
	}
	after->n_seats = conference->seat_count;
	return true;
}

Pb__ConferenceAfter *conference_after(struct world *world, const struct conference *conference, Pb__ActionItemAfter **items, size_t count)
{
	Pb__ConferenceAfter *after = world_alloc(world, 1, sizeof(*after));

	if (after == NULL)
		return NULL;
	pb__conference_after__init(after);
	if (!put_id(world, conference->id, &after->conference_id) || !put_seats(world, conference, after) ||
	    (conference->has_case && !put_id(world, conference->case_id, &after->case_id)))
		return NULL;
	after->conference = conference->number;
	after->kind = conference->kind;
	after->law = conference->law;
	after->convener = conference->convener;
	after->state = conference->state;
	after->starts_at_us = conference->starts_at_us;
	after->ends_at_us = conference->ends_at_us;
	after->due_at_us = conference->due_at_us;
	after->timer_at_us = conference->timer_at_us;
	after->steps = conference->steps;
	after->sequence = conference->sequence;
	after->provisional = conference->provisional;
	after->clock_from_us = conference->clock_from_us;
	after->lane = conference->lane;
	after->items = items;
	after->n_items = count;
	return after;
}

Pb__ActionItemAfter *action_item_after(struct world *world, const struct action_item *item)
{
	Pb__ActionItemAfter *after = world_alloc(world, 1, sizeof(*after));

	if (after == NULL)
		return NULL;
	pb__action_item_after__init(after);
	if (!put_id(world, item->thread_id, &after->thread_id) || (item->has_case && !put_id(world, item->case_id, &after->case_id)))
		return NULL;
	after->item = item->number;
	after->owner = item->owner;
	after->convener = item->convener;
	after->state = item->state;
	after->holder = item->holder;
	after->due_at_us = item->due_at_us;
	after->timer_at_us = item->timer_at_us;
	after->steps = item->steps;
	after->thread = item->thread;
	after->purge = item->purge;
	after->provisional = item->provisional;
	after->clock_from_us = item->clock_from_us;
	after->lane = item->lane;
	after->assigned_at_us = item->assigned_at_us;
	return after;
}

/* ---- into rows ---- */

static bool take_id(const ProtobufCBinaryData *from, uint8_t id[ID_BYTES])
{
	if (from->len != ID_BYTES)
		return false;
	memcpy(id, from->data, ID_BYTES);
	return true;
}

static enum err take_item(const struct leaf_header *header, const Pb__ActionItemAfter *after, size_t index, struct action_item *ret_item)
{
	*ret_item = (struct action_item){
		.number = after->item != 0 ? after->item : item_number(header->seq, index),
		.thread = after->thread != 0 ? after->thread : header->seq,
		.has_case = after->case_id.len != 0,
		.purge = after->purge,
		.provisional = after->provisional,
		.clock_from_us = after->clock_from_us,
		.state = after->state,
		.holder = after->holder,
		.lane = after->lane,
		.owner = after->owner,
		.convener = after->convener,
		.steps = after->steps,
		.assigned_at_us = after->assigned_at_us,
		.due_at_us = after->due_at_us,
		.timer_at_us = after->timer_at_us,
		.ended_at_us = after->timer_at_us == 0 ? header->time_us : 0,
	};
	if (!take_id(&after->thread_id, ret_item->thread_id) || (ret_item->has_case && !take_id(&after->case_id, ret_item->case_id)))
		return ERR_CORRUPT;
	return index < TOLD_ITEMS_MAX ? ERR_OK : ERR_CORRUPT;
}

/* One that was assigned before and has no row any more. */
static bool is_gone(struct txn *txn, const Pb__ActionItemAfter *after)
{
	struct action_item was;

	return after->item != 0 && action_item_get(txn, after->item, &was) == ERR_NOT_FOUND;
}

struct bytes action_items_case(Pb__ActionItemAfter *const *items, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (!bytes_equal(bytes_of_pb(items[0]->case_id), bytes_of_pb(items[i]->case_id)))
			return bytes_of(NULL, 0);
	return count == 0 ? bytes_of(NULL, 0) : bytes_of_pb(items[0]->case_id);
}

enum err action_items_apply(struct txn *txn, const struct leaf_header *header, Pb__ActionItemAfter *const *items, size_t count)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		struct action_item item;

		err = take_item(header, items[i], i, &item);
		if (err == ERR_OK && is_gone(txn, items[i]))
			err = erased_passes(txn, item.number);
		else if (err == ERR_OK)
			err = action_item_row_put(txn, &item);
	}
	return err;
}

/* The items that were there, then those that this entry assigns. */
static enum err take_items(struct txn *txn, const struct leaf_header *header, const Pb__ConferenceAfter *after, struct conference *conference)
{
	struct conference was;
	enum err err = after->conference == 0 ? ERR_NOT_FOUND : conference_get(txn, after->conference, &was);

	if (err != ERR_OK && (err != ERR_NOT_FOUND || after->conference != 0))
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (err == ERR_OK) {
		memcpy(conference->items, was.items, sizeof(was.items));
		conference->item_count = was.item_count;
	}
	for (size_t i = 0; i < after->n_items; i++) {
		if (after->items[i]->item != 0)
			continue;
		if (conference->item_count == CONFERENCE_ITEMS_MAX)
			return ERR_CORRUPT;
		conference->items[conference->item_count++] = item_number(header->seq, i);
	}
	return ERR_OK;
}

static enum err take_seats(const Pb__ConferenceAfter *after, struct conference *conference)
{
	if (after->n_seats > CONFERENCE_SEATS_MAX)
		return ERR_CORRUPT;
	for (size_t i = 0; i < after->n_seats; i++)
		conference->seats[i] = (struct seat){ after->seats[i]->agency, after->seats[i]->delegated_to, after->seats[i]->answer };
	conference->seat_count = after->n_seats;
	return ERR_OK;
}

enum err conference_apply(struct txn *txn, const struct leaf_header *header, const Pb__ConferenceAfter *after)
{
	struct conference conference = {
		.number = after->conference != 0 ? after->conference : header->seq,
		.has_case = after->case_id.len != 0,
		.provisional = after->provisional,
		.clock_from_us = after->clock_from_us,
		.kind = after->kind,
		.law = after->law,
		.state = after->state,
		.lane = after->lane,
		.convener = after->convener,
		.steps = after->steps,
		.sequence = after->sequence,
		.starts_at_us = after->starts_at_us,
		.ends_at_us = after->ends_at_us,
		.due_at_us = after->due_at_us,
		.timer_at_us = after->timer_at_us,
		.ended_at_us = after->timer_at_us == 0 ? header->time_us : 0,
	};
	enum err err = take_seats(after, &conference);

	if (!take_id(&after->conference_id, conference.id) || (conference.has_case && !take_id(&after->case_id, conference.case_id)))
		return ERR_CORRUPT;
	if (err == ERR_OK)
		err = take_items(txn, header, after, &conference);
	if (err == ERR_OK)
		err = conference_row_put(txn, &conference);
	return err == ERR_OK ? action_items_apply(txn, header, after->items, after->n_items) : err;
}
