/* SPDX-License-Identifier: Apache-2.0 */
/* broker/standing.c - rule: what an agency says of itself, any of its devices for all of it: the places that its services have, and that
 * its entry in the directory is right.
 *
 * A service is one that the directory's entry names, or "" for the agency as a whole; each at most once.  What is not named stays as it
 * was.  The day of a confirmation is not in the future and never goes back.  Of two devices the later word stands: a saying that is older
 * by its own clock than the one in force is refused, the same one again is the same entry. */
#include <stdlib.h>

#include "broker/rows.h"
#include "broker/rows_standings.h"
#include "broker/verbs.h"
#include "contract/civil_time.h"

#define AHEAD_US ((int64_t)LIMIT_ID_AHEAD_S * 1000000)

struct saying {
	const Pb__SayStanding *said;
	const Pb__Agency *record;
	struct standing_row before; /* standing NULL: it had said nothing */
};

static bool offers(const Pb__Agency *record, const char *service)
{
	for (size_t i = 0; i < record->n_services; i++)
		if (strcmp(record->services[i]->id, service) == 0)
			return true;
	return service[0] == '\0';
}

static struct objection check_places(const struct saying *saying)
{
	const Pb__SayStanding *said = saying->said;

	if (said->n_places > saying->record->n_services + 1)
		return OBJECT(TOO_MANY, .subject = "say_standing.places", .value = (int64_t)said->n_places,
			      .bound = (int64_t)saying->record->n_services + 1);
	for (size_t i = 0; i < said->n_places; i++) {
		if (said->places[i]->places == PB__PLACES__PLACES_UNSPECIFIED)
			return OBJECT(MALFORMED, .subject = "say_standing.places.places");
		if (!offers(saying->record, said->places[i]->service))
			return OBJECT(UNKNOWN_SERVICE, .subject = said->places[i]->service);
		for (size_t k = 0; k < i; k++)
			if (strcmp(said->places[i]->service, said->places[k]->service) == 0)
				return OBJECT(MALFORMED, .subject = "say_standing.places.service");
	}
	return (struct objection){ 0 };
}

static struct objection check_day(const struct world *world, const char *confirmed_on)
{
	int32_t today = civil_time_of(world->now_us + AHEAD_US, registry_zone_minutes(world->registry)).day;
	int32_t day;

	if (confirmed_on[0] == '\0')
		return (struct objection){ 0 };
	if (civil_day_parse(bytes_of_text(confirmed_on), &day) != ERR_OK || day > today)
		return OBJECT(MALFORMED, .subject = "say_standing.confirmed_on");
	return (struct objection){ 0 };
}

static struct objection check(const struct world *world, const struct saying *saying)
{
	const Pb__SayStanding *said = saying->said;
	struct objection objection;

	if (said->n_places == 0 && said->confirmed_on[0] == '\0')
		return OBJECT(MALFORMED, .subject = "say_standing");
	if (said->at_us <= 0 || said->at_us > world->now_us + AHEAD_US)
		return OBJECT(ID_TIME, .subject = "say_standing.at_us", .value = said->at_us, .bound = world->now_us + AHEAD_US);
	if (saying->before.standing != NULL && said->at_us < saying->before.said_at_us)
		return OBJECT(CONFLICT, .subject = "say_standing.at_us", .value = said->at_us, .bound = saying->before.said_at_us);
	objection = check_places(saying);
	return objection.code != 0 ? objection : check_day(world, said->confirmed_on);
}

/* Puts the service's places into the list, over what stands there. */
static enum err put_places(struct world *world, Pb__StandingEntry *entry, const Pb__ServicePlaces *places)
{
	Pb__ServiceOpen *open = NULL;

	for (size_t i = 0; i < entry->n_places && open == NULL; i++)
		if (strcmp(entry->places[i]->service, places->service) == 0)
			open = entry->places[i];
	if (open == NULL) {
		open = world_alloc(world, 1, sizeof(*open));
		if (open == NULL)
			return ERR_NOMEM;
		pb__service_open__init(open);
		entry->places[entry->n_places++] = open;
	}
	open->service = places->service;
	open->places = (uint32_t)places->places;
	return ERR_OK;
}

/* All places as they stand from here on: those said now over those said before, of services that there still are. */
static enum err fill_places(struct world *world, const struct saying *saying, Pb__StandingEntry *entry)
{
	const Pb__Standing *before = saying->before.standing;
	enum err err = ERR_OK;

	entry->places = world_alloc(world, saying->record->n_services + 1, sizeof(*entry->places));
	if (entry->places == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; err == ERR_OK && before != NULL && i < before->n_places; i++)
		if (offers(saying->record, before->places[i]->service))
			err = put_places(world, entry, before->places[i]);
	for (size_t i = 0; err == ERR_OK && i < saying->said->n_places; i++)
		err = put_places(world, entry, saying->said->places[i]);
	return err;
}

/* The later of the two days: as text, so they are compared. */
static char *later_day(const struct saying *saying)
{
	const Pb__Standing *before = saying->before.standing;
	char *said = saying->said->confirmed_on;

	return before == NULL || strcmp(said, before->confirmed_on) > 0 ? said : before->confirmed_on;
}

static enum err read_saying(struct world *world, const struct signer *signer, struct saying *saying)
{
	struct agency agency;
	enum err err = agency_by_number(world->txn, signer->agency->number, world->arena, &agency);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	saying->record = agency.record;
	err = standing_get(world->txn, signer->agency->number, world->arena, &saying->before);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err standing_decide(struct world *world, const struct signer *signer, const Pb__SayStanding *said, struct decision *ret_decision)
{
	struct saying saying = { .said = said };
	Pb__StandingEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct objection objection;
	enum err err = entry != NULL ? read_saying(world, signer, &saying) : ERR_NOMEM;

	if (err != ERR_OK)
		return err;
	objection = check(world, &saying);
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	if (saying.before.standing != NULL && said->at_us == saying.before.said_at_us) {
		decide_duplicate(saying.before.standing->seq, ret_decision);
		return ERR_OK;
	}
	pb__standing_entry__init(entry);
	entry->order = world_signed_order(world, signer);
	err = entry->order != NULL ? fill_places(world, &saying, entry) : ERR_NOMEM;
	if (err != ERR_OK)
		return err;
	entry->agency = signer->agency->number;
	entry->confirmed_on = later_day(&saying);
	entry->said_at_us = said->at_us;
	return decide_entry(world, PB__ENTRY_BODY__BODY_STANDING, entry, ret_decision);
}

enum err standing_apply(struct txn *txn, const struct leaf_header *header, const Pb__StandingEntry *entry)
{
	Pb__ServicePlaces *places = calloc(entry->n_places + 1, sizeof(*places));
	Pb__ServicePlaces **list = calloc(entry->n_places + 1, sizeof(*list));
	Pb__Standing standing;
	enum err err = places != NULL && list != NULL ? ERR_OK : ERR_NOMEM;

	pb__standing__init(&standing);
	for (size_t i = 0; err == ERR_OK && i < entry->n_places; i++) {
		pb__service_places__init(&places[i]);
		places[i].service = entry->places[i]->service;
		places[i].places = (Pb__Places)entry->places[i]->places;
		list[i] = &places[i];
	}
	standing.places = list;
	standing.n_places = entry->n_places;
	standing.confirmed_on = entry->confirmed_on;
	standing.seq = header->seq;
	if (err == ERR_OK)
		err = standing_put(txn, entry->agency, &(struct standing_row){ entry->said_at_us, &standing });
	if (err == ERR_OK)
		directory_version_put(txn, header->seq); /* the snapshot tells the standing */
	free(list);
	free(places);
	return err;
}
