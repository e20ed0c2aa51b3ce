/* SPDX-License-Identifier: Apache-2.0 */
#include "front/conference_shown.h"

#include "broker/lookup.h"
#include "broker/rows_cases.h"
#include "contract/codec.h"
#include "contract/conference_states.h"
#include "rules/safety.h"

static char *address_of(struct asking *asking, const char *id)
{
	size_t len = strlen(id) + 1 + strlen(asking->front->site) + 1;
	char *address = arena_alloc(asking->arena, len);

	if (address != NULL)
		snprintf(address, len, "%s@%s", id, asking->front->site);
	return address;
}

static enum err safety_of(struct asking *asking, uint32_t number, struct safety_agency *ret_agency)
{
	struct agency agency;
	enum err err = agency_by_number(asking->txn, number, asking->arena, &agency);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	ret_agency->address = address_of(asking, agency.record->id);
	ret_agency->confidential = agency.record->confidential;
	ret_agency->proxy = agency.record->proxy[0] == '\0' ? NULL : address_of(asking, agency.record->proxy);
	return ret_agency->address == NULL ? ERR_NOMEM : ERR_OK;
}

enum err shown_as(struct asking *asking, uint32_t agency, char **ret_name)
{
	struct safety_agency shown = { 0 }, reader = { 0 };
	const char *name;
	enum err err = safety_of(asking, agency, &shown);

	if (err == ERR_OK && shown.confidential)
		err = safety_of(asking, asking->peer->agency, &reader);
	if (err != ERR_OK)
		return err;
	name = safety_shown_as(&shown, reader.address);
	*ret_name = (char *)(uintptr_t)(name == NULL ? "" : name);
	return ERR_OK;
}

static ProtobufCBinaryData id_kept(struct asking *asking, const uint8_t id[ID_BYTES], bool there)
{
	const uint8_t *copy = there ? arena_copy(asking->arena, bytes_of(id, ID_BYTES)) : NULL;

	return pb_of_bytes(bytes_of(copy, copy == NULL ? 0 : ID_BYTES));
}

/* A set of actions as the list of its members. */
static enum err list_actions(struct asking *asking, uint32_t set, size_t *ret_count, int **ret_list)
{
	int *list = arena_calloc(asking->arena, 32, sizeof *list);

	if (list == NULL)
		return ERR_NOMEM;
	*ret_count = 0;
	for (int action = 1; action < 32; action++)
		if (transition_set_has(set, (unsigned)action))
			list[(*ret_count)++] = action;
	*ret_list = list;
	return ERR_OK;
}

/* ---- action items ---- */

static uint32_t item_allowed(const struct asking *asking, const struct action_item *item)
{
	uint32_t allowed = 0;

	if (asking->peer->agency == item->owner)
		allowed |= action_item_actions_allowed(item->state, PB__PARTY__PARTY_OWNER);
	if (asking->peer->agency == item->convener && !item->purge)
		allowed |= action_item_actions_allowed(item->state, PB__PARTY__PARTY_CONVENER);
	if (item->purge) /* it is confirmed, and nothing else */
		allowed &= UINT32_C(1) << PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_FINISH;
	return allowed;
}

enum err action_item_shown(struct asking *asking, const struct action_item *item, Pb__ActionItemShown **ret_shown)
{
	Pb__ActionItemShown *shown = arena_alloc(asking->arena, sizeof *shown);
	enum err err;

	if (shown == NULL)
		return ERR_NOMEM;
	pb__action_item_shown__init(shown);
	shown->item = item->number;
	shown->conference_id = id_kept(asking, item->thread_id, true);
	shown->case_id = id_kept(asking, item->case_id, item->has_case);
	shown->state = item->state;
	shown->holder = item->holder;
	shown->due_at_us = item->due_at_us;
	shown->overdue = action_item_is_open(item->state) && item->due_at_us <= asking->front->site_us;
	shown->purge = item->purge;
	err = shown_as(asking, item->owner, &shown->owner);
	if (err == ERR_OK)
		err = shown_as(asking, item->convener, &shown->convener);
	if (err == ERR_OK)
		err = list_actions(asking, item_allowed(asking, item), &shown->n_allowed, (int **)&shown->allowed);
	*ret_shown = shown;
	return err;
}

/* ---- conferences ---- */

static enum err seat_shown(struct asking *asking, const struct seat *held, Pb__SeatShown *ret_seat, bool *ret_own_name)
{
	char *address = NULL;
	enum err err = shown_as(asking, held->agency, &ret_seat->agency);

	ret_seat->answer = held->answer;
	if (err == ERR_OK && held->delegated_to != 0)
		err = shown_as(asking, held->delegated_to, &ret_seat->delegated_to);
	if (err == ERR_OK)
		err = agency_address(asking->txn, asking->front->site, held->agency, asking->arena, &address);
	*ret_own_name = err == ERR_OK && strcmp(address, ret_seat->agency) == 0;
	return err;
}

/* A seat of an agency that the reader may not know of is left out, and so is one that is shown as its proxy where that sits at the table as
 * well: two seats of a name would tell of it. */
static void add_seat(Pb__ConferenceShown *shown, Pb__SeatShown *seat, bool own_name)
{
	if (seat->agency[0] == '\0')
		return;
	for (size_t i = 0; i < shown->n_seats; i++) {
		if (strcmp(shown->seats[i]->agency, seat->agency) != 0)
			continue;
		if (own_name)
			shown->seats[i] = seat;
		return;
	}
	shown->seats[shown->n_seats++] = seat;
}

static enum err put_seats(struct asking *asking, const struct conference *conference, Pb__ConferenceShown *shown)
{
	Pb__SeatShown *seats = arena_calloc(asking->arena, conference->seat_count, sizeof *seats);
	enum err err = ERR_OK;

	shown->seats = arena_calloc(asking->arena, conference->seat_count, sizeof *shown->seats);
	if (seats == NULL || shown->seats == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; err == ERR_OK && i < conference->seat_count; i++) {
		bool own_name = false;

		pb__seat_shown__init(&seats[i]);
		err = seat_shown(asking, &conference->seats[i], &seats[i], &own_name);
		if (err == ERR_OK)
			add_seat(shown, &seats[i], own_name);
	}
	return err;
}

static enum err put_items(struct asking *asking, const struct conference *conference, Pb__ConferenceShown *shown)
{
	enum err err = ERR_OK;

	shown->items = arena_calloc(asking->arena, conference->item_count + 1, sizeof *shown->items);
	if (shown->items == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; err == ERR_OK && i < conference->item_count; i++) {
		struct action_item item;

		err = action_item_get(asking->txn, conference->items[i], &item);
		if (err == ERR_NOT_FOUND)
			err = ERR_CORRUPT;
		if (err == ERR_OK)
			err = action_item_shown(asking, &item, &shown->items[shown->n_items]);
		if (err == ERR_OK)
			shown->n_items++;
	}
	return err;
}

static uint32_t conference_allowed(const struct asking *asking, const struct conference *conference)
{
	const struct seat *seat = conference_seat(conference, asking->peer->agency);
	uint32_t allowed = conference_actions_allowed(conference->state, PB__PARTY__PARTY_PARTICIPANT);

	if (asking->peer->agency == conference->convener)
		return allowed | conference_actions_allowed(conference->state, PB__PARTY__PARTY_CONVENER);
	if (seat == NULL || !seat_is_held(seat))
		return 0;
	return seat_takes_part(seat) ? allowed : allowed & UINT32_C(1) << PB__CONFERENCE_ACTION__CONFERENCE_ACTION_ANSWER;
}

/* Where one meets over a protected case stands in no calendar. */
static enum err put_protected(struct asking *asking, const struct conference *conference, Pb__ConferenceShown *shown)
{
	struct case_row row;
	enum err err = conference->has_case ? case_get(asking->txn, bytes_of(conference->case_id, ID_BYTES), &row) : ERR_NOT_FOUND;

	shown->protected_ = err == ERR_OK && row.protected;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err conference_shown(struct asking *asking, const struct conference *conference, Pb__ConferenceShown **ret_shown)
{
	Pb__ConferenceShown *shown = arena_alloc(asking->arena, sizeof *shown);
	bool open = conference_is_open(conference->state);
	enum err err;

	if (shown == NULL)
		return ERR_NOMEM;
	pb__conference_shown__init(shown);
	shown->conference_id = id_kept(asking, conference->id, true);
	shown->case_id = id_kept(asking, conference->case_id, conference->has_case);
	shown->kind = conference->kind;
	shown->law = conference->law;
	shown->state = conference->state;
	shown->holder = open ? PB__PARTY__PARTY_CONVENER : PB__PARTY__PARTY_UNSPECIFIED;
	shown->starts_at_us = conference->starts_at_us;
	shown->ends_at_us = conference->ends_at_us;
	shown->due_at_us = conference->due_at_us;
	shown->overdue = open && conference->due_at_us <= asking->front->site_us;
	shown->sequence = conference->sequence;
	shown->provisional = conference->provisional;
	err = shown_as(asking, conference->convener, &shown->convener);
	if (err == ERR_OK)
		err = put_protected(asking, conference, shown);
	if (err == ERR_OK)
		err = put_seats(asking, conference, shown);
	if (err == ERR_OK)
		err = put_items(asking, conference, shown);
	if (err == ERR_OK)
		err = list_actions(asking, conference_allowed(asking, conference), &shown->n_allowed, (int **)&shown->allowed);
	*ret_shown = shown;
	return err;
}
