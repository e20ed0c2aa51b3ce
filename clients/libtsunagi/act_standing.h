/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_standing.h - what this agency says of itself: the places of its services, and that its entry is right. */
#pragma once
#include "libtsunagi/client.h"

/* tsg_act_json's capacity: says {"places":{"SERVICE":"open"|"waitlist"|"full"}}, "*" being the agency as a whole; without places it only tells.
 * ret_json: {"type":"standing","agency","services":[{"service","names","places"}],"places","confirmed_on","seq"}, as it stands now. */
int act_capacity(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* tsg_act_json's confirm: our entry is right, as of today at the site. */
int act_confirm(struct tsg_client *client, const json_t *action, json_t **ret_json);
