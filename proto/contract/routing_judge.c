/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_judge.c - see routing_judge.h for the contract. */
#include "contract/routing_judge.h"

#define LOOK_AHEAD_DAYS 366

int64_t routing_until_open(const struct asking *asking, uint32_t hours)
{
	int64_t *until = &asking->scratch->until[hours];
	struct holiday_list holidays = { asking->routing->holidays, asking->routing->holiday_count };

	if (*until == ROUTING_NOT_ASKED)
		*until = opening_hours_until_open(&asking->routing->hours[hours], &holidays, asking->at.day, asking->at.minute, LOOK_AHEAD_DAYS);
	return *until;
}

bool routing_covers(const struct asking *asking, const struct routing_agency *agency)
{
	const uint32_t *areas = asking->routing->areas_pool + agency->areas.first;

	if (asking->outside ? agency->outside : agency->whole_site)
		return true;
	for (uint32_t i = 0; i < agency->areas.count; i++)
		if (areas[i] == asking->ward)
			return true;
	return false;
}

static Pb__Places places_at(const struct routing_agency *agency, const char *service)
{
	const Pb__Standing *standing = agency->standing;

	for (size_t i = 0; standing != NULL && i < standing->n_places; i++)
		if ((*standing->places[i]->service == '\0' || strcmp(standing->places[i]->service, service) == 0) &&
		    standing->places[i]->places != PB__PLACES__PLACES_UNSPECIFIED)
			return standing->places[i]->places;
	return PB__PLACES__PLACES_OPEN;
}

Pb__Places routing_places_for(const struct routing_agency *agency, const Pb__RoutingRule *rule)
{
	Pb__Places best = PB__PLACES__PLACES_UNSPECIFIED;

	if (rule->n_services == 0)
		return agency->places;
	for (size_t i = 0; i < rule->n_services; i++)
		for (size_t j = 0; j < agency->record->n_services; j++)
			if (strcmp(rule->services[i], agency->record->services[j]->id) == 0) {
				Pb__Places places = places_at(agency, rule->services[i]);

				if (best == PB__PLACES__PLACES_UNSPECIFIED || places < best)
					best = places;
			}
	return best;
}

static bool is_stale(const struct asking *asking, const struct routing_agency *agency)
{
	return agency->confirmed_day == INT32_MIN || asking->today - agency->confirmed_day > ROUTING_STALE_DAYS;
}

unsigned routing_cautions_of(const struct asking *asking, const struct routing_agency *agency, Pb__Places places)
{
	unsigned cautions = 0;

	if (places == PB__PLACES__PLACES_WAITLIST)
		cautions |= ROUTING_CAUTION_WAITLIST;
	if (is_stale(asking, agency))
		cautions |= ROUTING_CAUTION_STALE;
	if (!asking->routing->zone_known)
		cautions |= ROUTING_CAUTION_HOURS;
	else if (routing_until_open(asking, agency->hours) != 0)
		cautions |= ROUTING_CAUTION_CLOSED;
	return cautions;
}

/* Whether it is closed for longer than this need can wait. */
static bool closed_too_long(const struct asking *asking, const struct routing_agency *agency)
{
	int64_t until;

	if (asking->patience < 0 || !asking->routing->zone_known)
		return false;
	until = routing_until_open(asking, agency->hours);
	return until < 0 || until > asking->patience;
}

bool routing_is_self(const struct asking *asking, const struct routing_agency *agency)
{
	return asking->self != NULL && strcmp(agency->record->id, asking->self) == 0;
}

enum routing_pass routing_judge(const struct asking *asking, const struct routing_agency *agency, Pb__Places places)
{
	if (routing_is_self(asking, agency))
		return ROUTING_PASS_SELF;
	if (agency->kinds != 0 && (agency->kinds & asking->kind) == 0)
		return ROUTING_PASS_KIND;
	if (!routing_covers(asking, agency))
		return ROUTING_PASS_AREA;
	if (places == PB__PLACES__PLACES_UNSPECIFIED)
		return ROUTING_PASS_SERVICE;
	if (places == PB__PLACES__PLACES_FULL)
		return ROUTING_PASS_FULL;
	return closed_too_long(asking, agency) ? ROUTING_PASS_CLOSED : ROUTING_CHOSEN;
}
