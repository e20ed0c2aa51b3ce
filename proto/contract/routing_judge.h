/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_judge.h - one agency before one need: whether it can take it, and what is to be known of it.  For routing alone. */
#pragma once
#include "contract/civil_time.h"
#include "contract/routing.h"
#include "contract/routing_index.h"

#define ROUTING_NOT_ASKED INT64_MIN

struct routing_scratch {
	uint8_t *verdicts;  /* enum routing_pass, by agency */
	uint16_t *named_by; /* the rule that led to it; rule_count stands for the fallback */
	uint8_t *walked;    /* categories that a rule without services went through */
	int64_t *until;     /* by hours: minutes until open, -1 never, ROUTING_NOT_ASKED */
};

/* One need, compiled, over one directory. */
struct asking {
	const struct routing *routing;
	struct routing_scratch *scratch;
	struct routing_outcome *outcome;
	uint32_t topics, facts, age, urgency, kind; /* masks */
	size_t ward; /* number of the area; area_count: none */
	bool outside;
	const char *self;
	struct civil_time at;
	int32_t today;
	int64_t patience; /* minutes that a closed desk may stay closed; -1: any */
};

/* Minutes until these hours open, reckoned once for each need; 0: open; -1: not within a year. */
int64_t routing_until_open(const struct asking *asking, uint32_t hours);

bool routing_covers(const struct asking *asking, const struct routing_agency *agency);
bool routing_is_self(const struct asking *asking, const struct routing_agency *agency);

/* The best places among the services that the rule asks for; UNSPECIFIED when the agency has none of them. */
Pb__Places routing_places_for(const struct routing_agency *agency, const Pb__RoutingRule *rule);

/* enum routing_caution, together; of those that any choice may have. */
unsigned routing_cautions_of(const struct asking *asking, const struct routing_agency *agency, Pb__Places places);

/* ROUTING_CHOSEN when it can take the need, else the first reason against it. */
enum routing_pass routing_judge(const struct asking *asking, const struct routing_agency *agency, Pb__Places places);
