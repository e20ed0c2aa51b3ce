/* SPDX-License-Identifier: Apache-2.0 */
/* broker/successor.h - who goes on in the place of an agency that is no more: its coordinator, or the next one up that is there.
 *
 * ERR_CORRUPT or what the store said otherwise. */
#pragma once
#include "broker/lookup_legs.h"
#include "broker/world.h"

/* Whether the agency is there, with a device, and may know of the request's case. */
enum err can_act_in(struct world *world, const struct request *request, uint32_t agency, bool *ret_can);

/* Whom an operator named. */
struct naming {
	uint32_t agency; /* 0: nobody */
	uint64_t entry;  /* HAND_OVER */
};

/* Whose place is taken, and in what. */
struct succession {
	const struct request *request;
	uint64_t leg;    /* that it has or holds; 0: it asked, and the whole of the request is meant */
	uint32_t agency; /* that is no more */
	uint32_t named;  /* by an operator, and asked first; 0: nobody */
};

/* In what an agency would go on. */
struct going_on {
	struct bytes case_id; /* empty: of no case */
	const uint32_t *parties; /* that it would deal with */
	size_t count;
};

/* Whether it is there, with a device, may know of the case, and deals with each of the parties that is confidential, as its proxy. */
enum err may_go_on(struct world *world, const struct going_on *in, uint32_t agency, bool *ret_may);

/* From coordinator to coordinator, until one can act; 0: none can.  Where a confidential agency takes part that is its proxy alone, named by an
 * operator or not: anybody else would learn that somebody is in hiding there, and could not write to it.  Where the proxy is gone, too, another one
 * has to stand in the directory first. */
enum err successor_of(struct world *world, const struct succession *of, uint32_t *ret_agency);

/* A first-line centre, which takes every consultation; 0: the site has none that can act. */
enum err first_line_for(struct world *world, const struct succession *of, uint32_t *ret_agency);
