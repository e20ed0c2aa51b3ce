/* SPDX-License-Identifier: Apache-2.0 */
/* broker/successor.h - who goes on in the place of an agency that is no more: its coordinator, or the next one up that is there.
 *
 * ERR_CORRUPT or what the store said otherwise. */
#pragma once
#include "broker/lookup_legs.h"
#include "broker/world.h"

/* Whether the agency is there, with a device, and may know of the request's case. */
enum err can_act_in(struct world *world, const struct request *request, uint32_t agency, bool *ret_can);

/* From coordinator to coordinator, until one can act; 0: none can. */
enum err successor_of(struct world *world, const struct request *request, uint32_t agency, uint32_t *ret_agency);

/* A first-line centre, which takes every consultation; 0: the site has none that can act. */
enum err first_line_for(struct world *world, const struct request *request, uint32_t *ret_agency);
