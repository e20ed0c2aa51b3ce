/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing_index.h - a compiled directory: what routing.c looks up and routing_compile.c builds.  For routing alone.
 *
 * Words became numbers and lists became masks, so that judging an agency touches no text.  Agencies are numbers in order of id;
 * confidential ones have none. */
#pragma once
#include "contract/opening_hours.h"
#include "directory.pb-c.h"

/* A run of numbers in one of the pools. */
struct routing_run {
	uint32_t first;
	uint32_t count;
};

struct routing_agency {
	const Pb__Agency *record;
	const Pb__Standing *standing; /* NULL: has said nothing */
	struct routing_run areas;     /* in areas_pool, without the two below */
	uint32_t hours;               /* in hours */
	int32_t confirmed_day;        /* INT32_MIN: never */
	uint32_t kinds;               /* mask; 0: all */
	Pb__Places places;            /* the best of its services */
	bool whole_site;
	bool outside;
};

struct routing_condition {
	uint32_t topics, facts, ages, urgencies; /* masks; 0: any */
	struct routing_run wards;                /* in areas_pool; none: any */
	bool outside;
};

struct routing_rule {
	const Pb__RoutingRule *record;
	struct routing_run conditions; /* in conditions */
	struct routing_run categories; /* numbers of categories, in targets_pool */
	struct routing_run agencies;   /* in targets_pool */
};

struct routing {
	const Pb__DirectorySnapshot *snapshot;
	struct routing_agency *agencies;
	size_t agency_count;
	struct opening_hours *hours; /* those that differ */
	size_t hours_count;
	struct routing_rule *rules; /* by rank, then as in the file */
	size_t rule_count;
	struct routing_rule fallback;
	struct routing_condition *conditions;
	struct routing_run *categories; /* of agencies, in members_pool */
	const char **category_names;    /* ascending */
	size_t category_count;
	const char **area_names; /* ascending, without "*" and "outside" */
	size_t area_count;
	uint32_t *members_pool, *areas_pool, *targets_pool;
	int32_t *holidays;
	size_t holiday_count;
	int zone_offset; /* minutes */
	bool zone_known;
};

/* The number of a word in an ascending list; count when it is not there. */
size_t routing_word(const char *const *words, size_t count, const char *word);
