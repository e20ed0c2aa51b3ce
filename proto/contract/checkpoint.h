/* SPDX-License-Identifier: Apache-2.0 */
/* contract/checkpoint.h - the ledger's head as a C2SP tlog-checkpoint: origin line "SITE/EPOCH", tree size, base64 root, in a
 * signed note whose key name is the origin line. */
#pragma once
#include "crypto/note.h"
#include "crypto/digest.h"

#define CHECKPOINT_ORIGIN_MAX 80

struct checkpoint {
	char origin[CHECKPOINT_ORIGIN_MAX]; /* "chiba-city/1" */
	uint64_t size;
	struct digest root;
};

void checkpoint_origin(const char *site, uint32_t epoch, char origin[CHECKPOINT_ORIGIN_MAX]);

/* The epoch in its origin line; 0, which no log has, when there is none. */
uint32_t checkpoint_epoch(const struct checkpoint *checkpoint);

/* Appends the signed note. */
enum err checkpoint_sign(const struct checkpoint *checkpoint, const struct private_key *key, struct buf *out);

/* ERR_AUTH when the signature by origin and key is not there or does not hold; ERR_FORMAT when the text is no checkpoint. */
enum err checkpoint_open(struct bytes note, const char *origin, const uint8_t public_key[ED25519_BYTES], struct checkpoint *ret_checkpoint);

/* Reads the text without verifying it. */
enum err checkpoint_parse(struct bytes note, struct checkpoint *ret_checkpoint);
