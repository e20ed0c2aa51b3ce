/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/compose.h - from the writer's JSON to a sealed message in the outbox. */
#pragma once
#include "libtsunagi/client.h"
#include "libtsunagi/draft.h"

struct composed {
	struct outbox_message *message; /* in the outbox; NULL when the key was answered already */
	json_t *receipt;                /* of the message that the key stands for; a reference */
	struct id id;
};

/* TSG_OK, or the client's failure: nothing is kept then. */
int compose(struct tsg_client *client, const json_t *json, struct composed *ret_composed);

/* All checks and the sealing, but nothing kept: {"ok","to","classes","size"}. */
int compose_dry(struct tsg_client *client, const json_t *json, json_t **ret_json);
