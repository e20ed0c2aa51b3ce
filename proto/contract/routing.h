/* SPDX-License-Identifier: Apache-2.0 */
/* contract/routing.h - no wrong door: from a need to agencies, by the rules of a signed directory, with the reason of each choice and of
 * each agency passed over.
 *
 * Pure: the same need, directory and moment give the same answer anywhere.  A snapshot is compiled once (about 10 ms for 10,000
 * agencies); routing then allocates nothing.
 *
 *   Rules    are asked by rank; each whose condition holds names its agencies.  An agency counts for the first rule that can use it.
 *   Passed   over: the asking agency itself, a kind or area that it does not take, a service that it lacks, no places left, closed until
 *            after an urgent answer is due.
 *   Order    within a rule: open places before a waiting list, a confirmed entry before a stale one, open now before closed, the
 *            ward's own before the whole site's, then by id.  At most ROUTING_PER_RULE of a rule and ROUTING_CHOICES in all.
 *   Nothing  found: the fallback rule's agency takes it, whatever its hours and places, and the cautions say so.
 *
 * Confidential agencies are left out before anything is counted or compared: nothing here tells that there is one, and a rule can lead to
 * a proxy only. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "contract/limits.h"
#include "directory.pb-c.h"

#define ROUTING_ARENA_BYTES (64u * 1024u * 1024u) /* what the largest compiled directory takes, with room to spare */
#define ROUTING_CHOICES LIMIT_RECIPIENTS
#define ROUTING_PER_RULE 4u
#define ROUTING_STALE_DAYS 180         /* an entry last confirmed longer ago is stale */
#define ROUTING_URGENT_MINUTES (4 * 60) /* an urgent first answer is due */

/* Why an agency was not chosen; one reason each, the first that applies. */
enum routing_pass {
	ROUTING_CHOSEN,
	ROUTING_PASS_CATEGORY, /* no rule that holds names it */
	ROUTING_PASS_SELF,     /* the asking agency */
	ROUTING_PASS_KIND,     /* takes no messages of this kind */
	ROUTING_PASS_AREA,     /* does not cover the ward, or those outside */
	ROUTING_PASS_SERVICE,  /* has none of the services that the rule asks for */
	ROUTING_PASS_FULL,
	ROUTING_PASS_CLOSED,   /* until after an urgent answer is due; in danger: now */
	ROUTING_PASS_RANK,     /* fits; others fit better or came first */
	ROUTING_PASSES
};

/* What the sender should know of a choice. */
enum routing_caution {
	ROUTING_CAUTION_WAITLIST = 1u << 0,
	ROUTING_CAUTION_STALE = 1u << 1,
	ROUTING_CAUTION_CLOSED = 1u << 2, /* at that moment; opens_at_us says until when */
	ROUTING_CAUTION_HOURS = 1u << 3,  /* not known whether it is open: the site's zone is none that civil_zone knows */
	/* of the fallback alone */
	ROUTING_CAUTION_FULL = 1u << 4,
	ROUTING_CAUTION_AREA = 1u << 5,
	ROUTING_CAUTION_KIND = 1u << 6,
	ROUTING_CAUTION_SELF = 1u << 7,
};
#define ROUTING_CAUTIONS 8u

struct routing;         /* a compiled snapshot */
struct routing_scratch; /* one need's working space; one thread at a time */

struct routing_choice {
	const Pb__Agency *agency;
	const Pb__RoutingRule *rule;
	unsigned cautions;   /* enum routing_caution, together */
	int64_t opens_at_us; /* with ROUTING_CAUTION_CLOSED: the next opening; 0: none within a year */
};

struct routing_outcome {
	struct routing_choice choices[ROUTING_CHOICES]; /* best first */
	size_t choice_count;                            /* at least 1 */
	size_t counts[ROUTING_PASSES];                  /* agencies by verdict: together all of the directory */
	size_t rules_held;                              /* without the fallback */
	bool fell_back;                                 /* nothing fitted; the one choice is the fallback's */
	int64_t at_us;                                  /* the moment that was asked for */
};

struct routing_passed {
	const Pb__Agency *agency;
	const Pb__RoutingRule *rule; /* that named it; NULL with ROUTING_PASS_CATEGORY */
	enum routing_pass why;
};

/* Compiles a snapshot, which is borrowed and outlives the result; everything lives in arena.
 *
 * ERR_NOT_FOUND  it has no rules
 * ERR_FORMAT     rules, hours or dates that routing_rules_check and the directory's loader refuse
 * ERR_TOO_LARGE, ERR_NOMEM */
enum err routing_compile(const Pb__DirectorySnapshot *snapshot, struct arena *arena, const struct routing **ret_routing);

/* NULL when the arena is full. */
struct routing_scratch *routing_scratch_new(const struct routing *routing, struct arena *arena);

/* Answers a need.  now_us is the moment unless the need names one; asking is the id of the agency that asks, NULL: nobody of this site.
 *
 * ERR_RANGE  the ward is none of the directory's areas (unless outside); nothing is set
 * ERR_OK     ret_outcome is set; what it points to lives as long as the snapshot */
enum err routing_route(const struct routing *routing, const Pb__Need *need, const char *asking, int64_t now_us, struct routing_scratch *scratch,
		       struct routing_outcome *ret_outcome);

/* Every agency that the last routing_route with this scratch passed over, ascending by id, found as it is asked for: a directory has
 * thousands, of which a reader wants a few.  *position starts at 0; false at the end. */
bool routing_next_passed(const struct routing *routing, const struct routing_scratch *scratch, size_t *position,
			 struct routing_passed *ret_passed);

/* The areas that a need may name as its ward, ascending, without "*" and "outside". */
size_t routing_areas(const struct routing *routing, const char *const **ret_areas);
