/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/sent_keys.h - which message a writer's key stands for, also after it left the outbox: a retry is the same message.
 *
 * One file per key in `keys/`, named by the key's SHA-256.  Kept as long as a broker would know the message as a repeat. */
#pragma once
#include <jansson.h>

#include "crypto/digest.h"

struct sent_key {
	struct digest content_hash;
	char message_id[37];
	json_t *receipt; /* a new reference */
};

/* ERR_NOT_FOUND: not used yet.  A damaged file counts as not used. */
enum err sent_key_read(const char *folder, const char *key, struct sent_key *ret_sent);

/* Durable on return. */
enum err sent_key_write(const char *folder, const char *key, const char *message_id, const struct digest *content_hash, const json_t *receipt);

/* Removes those older than a broker's memory of ids (LIMIT_ID_AGE_S). */
void sent_keys_prune(const char *folder, int64_t now_us);
