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

/* TSG_OK, or the client's failure: nothing is kept then.  said: what the program said, where the message was made of that; a retry is then
 * the same message when the program says the same, whatever has become of it since.  NULL: the message itself. */
int compose(struct tsg_client *client, const json_t *json, const json_t *said, struct composed *ret_composed);

/* All checks and the sealing, but nothing kept: {"ok","to","classes","size"}. */
int compose_dry(struct tsg_client *client, const json_t *json, json_t **ret_json);

/* ---- keys (compose_keys.c) ---- */

/* What the key stands for already: *ret_found, and composed as compose gives it; a failure when it stands for another content. */
int compose_look_up(struct tsg_client *client, const char *key, const struct digest *content, struct composed *composed, bool *ret_found);

/* A hash of what was written and of what the files hold. */
int content_identity(struct tsg_client *client, const struct digest *written, const char *const *paths, size_t count, struct digest *ret_content);

/* The same of what a program said, with its "attach". */
int content_identity_said(struct tsg_client *client, const json_t *said, struct digest *ret_content);
