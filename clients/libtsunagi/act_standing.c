/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_standing.c - see act_standing.h for the contract. */
#include "libtsunagi/act_standing.h"

#include <ctype.h>

#include "base/clock.h"
#include "contract/civil_time.h"
#include "contract/json.h"
#include "contract/limits.h"
#include "libtsunagi/api.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/saying.h"
#include "libtsunagi/site_directory.h"

#define WHOLE "*"
#define TOKYO_MINUTES 540

/* What is said, with room for it. */
struct standing_saying {
	Pb__SayStanding said;
	Pb__ServicePlaces places[LIMIT_SERVICES];
	Pb__ServicePlaces *list[LIMIT_SERVICES];
	char day[CIVIL_DATE];
};

static void saying_init(struct standing_saying *saying)
{
	pb__say_standing__init(&saying->said);
	saying->said.places = saying->list;
	saying->said.at_us = clock_wall_us();
}

/* ---- what stands ---- */

static const Pb__Standing *standing_of(const Pb__DirectorySnapshot *snapshot, const char *id)
{
	for (size_t i = 0; i < snapshot->n_standings; i++)
		if (strcmp(snapshot->standings[i]->agency, id) == 0)
			return snapshot->standings[i];
	return NULL;
}

static json_t *places_json(const Pb__Standing *standing, const char *service)
{
	for (size_t i = 0; standing != NULL && i < standing->n_places; i++)
		if (strcmp(standing->places[i]->service, service) == 0)
			return json_string(json_word(&pb__places__descriptor, (int)standing->places[i]->places));
	return NULL;
}

static json_t *services_json(const Pb__Agency *record, const Pb__Standing *standing)
{
	json_t *list = json_array();

	for (size_t i = 0; i < record->n_services; i++) {
		const Pb__Service *service = record->services[i];
		json_t *places = places_json(standing, service->id);

		json_array_append_new(list, json_pack("{s:s,s:o*,s:o}", "service", service->id, "names",
						      service->names == NULL ? NULL : json_of_message(&service->names->base), "places",
						      places != NULL ? places : json_string("OPEN")));
	}
	return list;
}

/* A confidential agency stands in no snapshot: it is told what it said, and no more. */
static int tell(struct tsg_client *client, uint64_t seq, json_t **ret_json)
{
	const Pb__DirectorySnapshot *snapshot = site_directory_snapshot(client->directory);
	const char *id = client->bundle->agency;
	const Pb__Agency *record = site_directory_agency(client->directory, bytes_of_text(id));
	const Pb__Standing *standing = snapshot == NULL ? NULL : standing_of(snapshot, id);
	const char *day = standing != NULL && standing->confirmed_on[0] != '\0' ? standing->confirmed_on : "";
	json_t *json = json_pack("{s:s,s:s,s:o*,s:o*,s:I}", "type", "standing", "agency", client->bundle->address, "services",
				 record == NULL ? NULL : services_json(record, standing), "places", places_json(standing, ""), "seq",
				 (json_int_t)(seq != 0 ? seq : standing != NULL ? standing->seq : 0));

	if (record != NULL && strcmp(record->confirmed_on, day) > 0)
		day = record->confirmed_on;
	if (json != NULL && day[0] != '\0')
		json_object_set_new(json, "confirmed_on", json_string(day));
	*ret_json = json;
	return json != NULL ? TSG_OK : failure_err(&client->failure, ERR_NOMEM, "the standing");
}

/* ---- saying it ---- */

static int say(struct tsg_client *client, struct standing_saying *saying, json_t **ret_json)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	int64_t until_us = client_deadline(client->timeout_ms);
	uint64_t seq = 0;
	int result;

	statement.body_case = PB__STATEMENT__BODY_SAY_STANDING;
	statement.say_standing = &saying->said;
	result = say_statement(client, &statement, until_us, &seq);
	if (result != TSG_OK)
		return result;
	watching_want_directory(client, seq); /* its notice may still be on the way */
	result = api_fresh_directory(client, until_us);
	return result == TSG_OK ? tell(client, seq, ret_json) : result;
}

/* "open" is OPEN. */
static bool places_word(const json_t *value, Pb__Places *ret_places)
{
	const char *text = json_string_value(value);
	char word[16];
	int places = 0;

	if (text == NULL || strlen(text) >= sizeof word)
		return false;
	for (size_t i = 0; i <= strlen(text); i++)
		word[i] = (char)toupper((unsigned char)text[i]);
	if (!json_word_value(&pb__places__descriptor, word, &places) || places == 0)
		return false;
	*ret_places = (Pb__Places)places;
	return true;
}

static int read_places(struct tsg_client *client, const json_t *places, struct standing_saying *saying)
{
	const char *service;
	json_t *value;

	if (!json_is_object(places) || json_object_size(places) > LIMIT_SERVICES)
		return failure_lacks(&client->failure, "capacity needs places: {\"SERVICE\":\"open\"}", "capacity には places が必要です:{\"SERVICE\":\"open\"}");
	json_object_foreach((json_t *)(uintptr_t)places, service, value) {
		Pb__ServicePlaces *said = &saying->places[saying->said.n_places];

		pb__service_places__init(said);
		if (!places_word(value, &said->places))
			return failure_lacks(&client->failure, "places are open, waitlist or full", "空き状況は open、waitlist、full のいずれかです");
		said->service = pb_of_text(strcmp(service, WHOLE) == 0 ? "" : service);
		saying->said.places[saying->said.n_places++] = said;
	}
	return TSG_OK;
}

int act_capacity(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const json_t *places = json_object_get(action, "places");
	struct standing_saying saying;
	int result;

	saying_init(&saying);
	if (places == NULL || (json_is_object(places) && json_object_size(places) == 0)) {
		result = api_fresh_directory(client, client_deadline(client->timeout_ms));
		return result == TSG_OK ? tell(client, 0, ret_json) : result;
	}
	result = read_places(client, places, &saying);
	return result == TSG_OK ? say(client, &saying, ret_json) : result;
}

int act_confirm(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const Pb__DirectorySnapshot *snapshot;
	struct standing_saying saying;
	int offset = TOKYO_MINUTES;
	int result = api_fresh_directory(client, client_deadline(client->timeout_ms));

	(void)action;
	if (result != TSG_OK)
		return result;
	snapshot = site_directory_snapshot(client->directory);
	(void)civil_zone(snapshot->file->zone, &offset);
	saying_init(&saying);
	civil_day_format(civil_time_of(saying.said.at_us, offset).day, saying.day);
	saying.said.confirmed_on = saying.day;
	return say(client, &saying, ret_json);
}
