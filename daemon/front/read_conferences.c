/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/conferences.h"
#include "broker/kept_out.h"
#include "broker/rows_cases.h"
#include "front/conference_shown.h"
#include "front/item_view.h"

#define CONFERENCES_MAX 128u                    /* in one answer */
#define ITEMS_MAX 512u
#define LISTING_BYTES (3u * 1024u * 1024u)      /* of what is shown: an answer fits a frame */

struct listing {
	struct asking *asking;
	Pb__ConferenceListing *shown;
	struct bytes address; /* of an agency that is kept out of some case; empty: of none */
	uint64_t seen;        /* the last that was looked at */
};

/* The asking agency, where that matters. */
static enum err look_up(struct listing *listing)
{
	struct asking *asking = listing->asking;
	bool anywhere = false;
	char *self;
	enum err err = agency_address(asking->txn, asking->front->site, asking->peer->agency, asking->arena, &self);

	if (err == ERR_OK)
		err = kept_out_of_any(asking->txn, bytes_of_text(self), &anywhere);
	if (err == ERR_OK && anywhere)
		listing->address = bytes_of_text(self);
	return err;
}

/* A conference is of the case that its proposal names. */
static enum err is_kept_out(const struct listing *listing, uint64_t number, bool *ret_kept_out)
{
	struct delivery proposal = { .seq = number };

	*ret_kept_out = false;
	return listing->address.len == 0 ?
		       ERR_OK :
		       kept_out_item(listing->asking->txn, listing->address, &proposal, listing->asking->arena, ret_kept_out);
}

static enum err listing_new(struct asking *asking, struct listing *ret_listing)
{
	Pb__ConferenceListing *shown = arena_alloc(asking->arena, sizeof *shown);

	if (shown == NULL)
		return ERR_NOMEM;
	pb__conference_listing__init(shown);
	shown->conferences = arena_calloc(asking->arena, CONFERENCES_MAX, sizeof *shown->conferences);
	shown->items = arena_calloc(asking->arena, ITEMS_MAX, sizeof *shown->items);
	*ret_listing = (struct listing){ .asking = asking, .shown = shown };
	asking->result.result_case = PB__READ_RESULT__RESULT_CONFERENCES;
	asking->result.conferences = shown;
	return shown->conferences == NULL || shown->items == NULL ? ERR_NOMEM : look_up(ret_listing);
}

/* Whether that one is for the next page. */
static bool is_of_next_page(struct listing *listing, size_t count, size_t most, uint64_t number)
{
	if (count < most && listing->asking->arena->used < LISTING_BYTES) {
		listing->seen = number;
		return false;
	}
	listing->shown->more_after = listing->seen;
	return true;
}

static enum err add_conference(void *context, uint64_t number)
{
	struct listing *listing = context;
	Pb__ConferenceListing *shown = listing->shown;
	struct conference *conference;
	bool kept_out;
	enum err err;

	if (is_of_next_page(listing, shown->n_conferences, CONFERENCES_MAX, number))
		return ERR_NOT_FOUND; /* ends the walk */
	err = is_kept_out(listing, number, &kept_out);
	if (err != ERR_OK || kept_out)
		return err;
	conference = arena_alloc(listing->asking->arena, sizeof *conference);
	if (conference == NULL)
		return ERR_NOMEM;
	err = conference_get(listing->asking->txn, number, conference);
	if (err == ERR_OK)
		err = conference_shown(listing->asking, conference, &shown->conferences[shown->n_conferences]);
	if (err == ERR_OK)
		shown->n_conferences++;
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

/* On what it was proposed: its first View says so.  What was erased says nothing. */
static enum err put_basis(struct asking *asking, uint64_t number, Pb__ConferenceShown *shown)
{
	struct delivery proposal = { .seq = number };
	struct item_view seen;
	enum err err = item_view(asking->txn, &proposal, asking->arena, &seen);

	if (err == ERR_OK)
		shown->basis = seen.view->basis;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err read_one(struct listing *listing, struct bytes id)
{
	struct asking *asking = listing->asking;
	struct conference *conference = arena_alloc(asking->arena, sizeof *conference);
	const struct seat *seat;
	enum err err;

	if (conference == NULL)
		return ERR_NOMEM;
	err = id.len == ID_BYTES ? conference_by_id(asking->txn, id.data, conference) : ERR_NOT_FOUND;
	if (err != ERR_OK)
		return err;
	seat = conference_seat(conference, asking->peer->agency);
	if (seat == NULL || !seat_is_held(seat))
		return ERR_NOT_FOUND;
	err = add_conference(listing, conference->number);
	if (err == ERR_OK && listing->shown->n_conferences == 0)
		return ERR_NOT_FOUND; /* it may not know of it any more */
	return err == ERR_OK ? put_basis(asking, conference->number, listing->shown->conferences[0]) : err;
}

enum err read_conferences(struct asking *asking, struct bytes id, uint64_t after)
{
	struct listing listing;
	enum err err = listing_new(asking, &listing);

	if (err != ERR_OK)
		return err;
	return id.len > 0 ? read_one(&listing, id) : conference_each(asking->txn, asking->peer->agency, after, add_conference, &listing);
}

static enum err add_item(void *context, const struct action_item *item)
{
	struct listing *listing = context;
	Pb__ConferenceListing *shown = listing->shown;
	bool kept_out = false;
	enum err err = ERR_OK;

	if (is_of_next_page(listing, shown->n_items, ITEMS_MAX, item->number))
		return ERR_NOT_FOUND;
	if (listing->address.len > 0)
		err = kept_out_of(listing->asking->txn, listing->address, bytes_of(item->case_id, item->has_case ? ID_BYTES : 0), &kept_out);
	if (err != ERR_OK || kept_out)
		return err;
	err = action_item_shown(listing->asking, item, &shown->items[shown->n_items]);
	if (err == ERR_OK)
		shown->n_items++;
	return err;
}

enum err read_action_items(struct asking *asking, uint64_t after)
{
	struct listing listing;
	enum err err = listing_new(asking, &listing);

	return err == ERR_OK ? action_item_each(asking->txn, asking->peer->agency, after, add_item, &listing) : err;
}
