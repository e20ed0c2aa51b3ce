/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_tell.c - see conference_tell.h for the contract. */
#include "broker/conference_tell.h"

#include "broker/conference_after.h"
#include "broker/notices.h"
#include "broker/told.h"

/* ---- what is said ---- */

static char *address_of(struct world *world, uint32_t number)
{
	const struct registry_agency *agency = registry_agency(world->registry, number);

	return (char *)(uintptr_t)(agency == NULL ? "" : agency->address);
}

static enum err put_id(struct world *world, const uint8_t id[ID_BYTES], ProtobufCBinaryData *ret)
{
	return pb_keep(world->arena, bytes_of(id, ID_BYTES), ret);
}

static Pb__SiteNotice *conference_notice(struct world *world, const struct conference *conference)
{
	Pb__SiteNotice *notice = world_alloc(world, 1, sizeof(*notice));

	if (notice == NULL)
		return NULL;
	pb__site_notice__init(notice);
	if (put_id(world, conference->id, &notice->thread_id) != ERR_OK ||
	    (conference->has_case && put_id(world, conference->case_id, &notice->case_id) != ERR_OK))
		return NULL;
	notice->kind = PB__KIND__KIND_CONFERENCE;
	notice->opened_by = address_of(world, conference->convener);
	notice->agency = notice->opened_by;
	notice->urgency = conference->lane;
	notice->holder = PB__PARTY__PARTY_CONVENER;
	notice->due_at_us = conference->due_at_us;
	notice->times = conference->steps;
	notice->conference_state = conference->state;
	return notice;
}

Pb__SiteNotice *action_item_notice(struct world *world, const struct action_item *item)
{
	Pb__SiteNotice *notice = world_alloc(world, 1, sizeof(*notice));

	if (notice == NULL)
		return NULL;
	pb__site_notice__init(notice);
	if (put_id(world, item->thread_id, &notice->thread_id) != ERR_OK ||
	    (item->has_case && put_id(world, item->case_id, &notice->case_id) != ERR_OK))
		return NULL;
	notice->kind = item->purge ? PB__KIND__KIND_REQUEST : PB__KIND__KIND_CONFERENCE;
	notice->opened_by = address_of(world, item->convener);
	notice->agency = address_of(world, item->owner);
	notice->urgency = item->lane;
	notice->holder = item->holder;
	notice->due_at_us = item->due_at_us;
	notice->number = item->number;
	notice->times = item->steps;
	notice->item_state = item->state;
	return notice;
}

/* ---- for one entry ---- */

static enum err begin(struct world *world, Pb__SiteNotice *notice, Pb__Urgency lane, uint32_t opened_by, uint32_t about,
		      struct conference_telling *ret_telling)
{
	*ret_telling = (struct conference_telling){ .world = world, .entry = world_alloc(world, 1, sizeof(*ret_telling->entry)), .notice = notice,
						    .lane = lane, .opened_by = opened_by, .about = about };
	if (ret_telling->entry == NULL || notice == NULL)
		return ERR_NOMEM;
	pb__conference_event_entry__init(ret_telling->entry);
	ret_telling->entry->told = world_alloc(world, TOLD_ITEMS_MAX, sizeof(*ret_telling->entry->told));
	notice->at_us = world->now_us;
	return ret_telling->entry->told == NULL ? ERR_NOMEM : ERR_OK;
}

enum err conference_telling_begin(struct world *world, const struct conference *conference, struct conference_telling *ret_telling)
{
	return begin(world, conference_notice(world, conference), conference->lane, conference->convener, conference->convener, ret_telling);
}

enum err action_item_telling_begin(struct world *world, const struct action_item *item, struct conference_telling *ret_telling)
{
	return begin(world, action_item_notice(world, item), item->lane, item->convener, item->owner, ret_telling);
}

enum err conference_telling_put(struct conference_telling *telling, const struct action_item *item)
{
	Pb__ConferenceEventEntry *entry = telling->entry;

	entry->items = world_alloc(telling->world, 1, sizeof(*entry->items));
	if (entry->items == NULL)
		return ERR_NOMEM;
	entry->items[0] = action_item_after(telling->world, item);
	entry->n_items = 1;
	return entry->items[0] == NULL ? ERR_NOMEM : ERR_OK;
}

/* Number of the agency that hears when this one stays silent, 0: there is none.  A confidential agency's is its proxy alone. */
static enum err coordinator_of(struct world *world, uint32_t number, uint32_t *ret_coordinator)
{
	const struct registry_agency *holder = registry_agency(world->registry, number);
	const struct registry_agency *coordinator;
	struct agency agency;
	enum err err = agency_by_number(world->txn, number, world->arena, &agency);

	*ret_coordinator = 0;
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	coordinator = registry_by_id(world->registry, bytes_of_text(agency.record->coordinator));
	if (coordinator != NULL && !coordinator->closed && (holder == NULL || registry_may_correspond(holder, coordinator)))
		*ret_coordinator = coordinator->number;
	return ERR_OK;
}

static bool was_told(const struct conference_telling *telling, uint32_t number)
{
	for (size_t i = 0; i < telling->entry->n_told; i++)
		if (telling->entry->told[i]->agency == number)
			return true;
	for (const struct untold *later = telling->world->untold; later != NULL; later = later->next)
		if (later->told->agency == number)
			return true;
	return false;
}

static void name_to(struct conference_telling *telling, uint32_t reader)
{
	telling->notice->opened_by = (char *)(uintptr_t)address_for(telling->world, reader, telling->opened_by);
	telling->notice->agency = (char *)(uintptr_t)address_for(telling->world, reader, telling->about);
	telling->notice->holder_agency = (char *)(uintptr_t)(reader == telling->goes_on ? "" : address_for(telling->world, reader, telling->goes_on));
}

enum err conference_tell(struct conference_telling *telling, uint32_t number, const uint8_t thread_id[ID_BYTES])
{
	const struct registry_agency *agency = registry_agency(telling->world->registry, number);
	Pb__ConferenceEventEntry *entry = telling->entry;
	Pb__Told *told;
	enum err err = ERR_OK;

	if (agency == NULL || agency->closed)
		err = coordinator_of(telling->world, number, &number);
	if (err != ERR_OK || number == 0 || was_told(telling, number))
		return err;
	name_to(telling, number);
	err = told_notice(telling->world, number, telling->lane, told_thread(bytes_of(thread_id, ID_BYTES)), telling->notice, &told);
	if (err != ERR_OK)
		return err;
	if (entry->n_told == TOLD_ITEMS_MAX)
		return notices_defer(telling->world, told, bytes_of_pb(telling->notice->case_id));
	entry->told[entry->n_told++] = told;
	return ERR_OK;
}

enum err conference_tell_seats(struct conference_telling *telling, const struct conference *conference)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < conference->seat_count; i++)
		if (seat_takes_part(&conference->seats[i]))
			err = conference_tell(telling, conference->seats[i].agency, conference->id);
	return err;
}

enum err conference_tell_coordinator(struct conference_telling *telling, uint32_t of, const uint8_t thread_id[ID_BYTES])
{
	uint32_t coordinator;
	enum err err = coordinator_of(telling->world, of, &coordinator);

	return err != ERR_OK || coordinator == 0 ? err : conference_tell(telling, coordinator, thread_id);
}
