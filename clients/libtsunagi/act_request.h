/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_request.h - requests as they are read; for act_request.c alone. */
#pragma once
#include "libtsunagi/client.h"

/* {"case","holder":"me","overdue","ended"}: {"type":"requests","legs":[…]}, of all legs that this agency takes part in. */
int act_request_list(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* {"id"}: the request with its legs. */
int act_request_show(struct tsg_client *client, const json_t *action, json_t **ret_json);
