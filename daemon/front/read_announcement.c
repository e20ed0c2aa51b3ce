/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec.h"
#include "front/conference_shown.h"

#define SIGN_UPS_MAX 4096u /* in one answer */

struct listing {
	struct asking *asking;
	const struct announcement *announcement;
	Pb__AnnouncementShown *shown;
	bool told; /* the reader */
};

static enum err add(void *context, uint32_t agency, uint32_t places)
{
	struct listing *listing = context;
	struct asking *asking = listing->asking;
	bool own = agency == asking->peer->agency;
	Pb__SignUpShown *sign_up;
	enum err err;

	listing->told = listing->told || own;
	if (places == 0 || (!own && listing->announcement->announcer != asking->peer->agency) || listing->shown->n_sign_ups == SIGN_UPS_MAX)
		return ERR_OK;
	sign_up = arena_alloc(asking->arena, sizeof *sign_up);
	if (sign_up == NULL)
		return ERR_NOMEM;
	pb__sign_up_shown__init(sign_up);
	sign_up->places = places;
	err = shown_as(asking, agency, &sign_up->agency);
	if (err == ERR_OK)
		listing->shown->sign_ups[listing->shown->n_sign_ups++] = sign_up;
	return err;
}

static enum err fill(struct asking *asking, const struct announcement *announcement, Pb__AnnouncementShown *shown)
{
	struct listing listing = { asking, announcement, shown, announcement->announcer == asking->peer->agency };
	const uint8_t *id = arena_copy(asking->arena, bytes_of(announcement->id, ID_BYTES));
	enum err err;

	shown->sign_ups = arena_calloc(asking->arena, SIGN_UPS_MAX, sizeof *shown->sign_ups);
	if (id == NULL || shown->sign_ups == NULL)
		return ERR_NOMEM;
	shown->announcement_id = pb_of_bytes(bytes_of(id, ID_BYTES));
	shown->places = announcement->places;
	shown->taken = announcement->taken;
	err = shown_as(asking, announcement->announcer, &shown->announcer);
	if (err == ERR_OK)
		err = sign_up_each(asking->txn, announcement->number, add, &listing);
	return err == ERR_OK && !listing.told ? ERR_NOT_FOUND : err;
}

enum err read_announcement(struct asking *asking, struct bytes id)
{
	Pb__AnnouncementShown *shown = arena_alloc(asking->arena, sizeof *shown);
	struct announcement announcement;
	enum err err;

	if (shown == NULL)
		return ERR_NOMEM;
	pb__announcement_shown__init(shown);
	err = id.len == ID_BYTES ? announcement_by_id(asking->txn, id.data, &announcement) : ERR_NOT_FOUND;
	if (err == ERR_OK)
		err = fill(asking, &announcement, shown);
	if (err != ERR_OK)
		return err;
	asking->result.result_case = PB__READ_RESULT__RESULT_ANNOUNCEMENT;
	asking->result.announcement = shown;
	return ERR_OK;
}
