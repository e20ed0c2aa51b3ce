/* SPDX-License-Identifier: Apache-2.0 */
/* contract/leaf.h - a ledger entry's header and leaf hash.
 *
 *   header    = be16 format || be16 type || be64 seq || be64 time_us          (20 bytes; public; names nobody)
 *   body hash = SHA-256(salt || body)                                         (salt: 32 random bytes)
 *   leaf      = SHA-256(0x00 || header || body hash)
 *
 * Erasing salt and body keeps every proof and reveals nothing. */
#pragma once
#include "crypto/digest.h"

#define LEAF_HEADER_BYTES 20
#define LEAF_SALT_BYTES 32

struct leaf_header {
	uint16_t format; /* LEDGER_FORMAT when it was written */
	uint16_t type;   /* enum EntryType */
	uint64_t seq;    /* the entry's number and index in the tree, from 0 */
	int64_t time_us; /* microseconds since 1970-01-01 UTC; never less than its predecessor's */
};

void leaf_header_encode(const struct leaf_header *header, uint8_t out[LEAF_HEADER_BYTES]);
enum err leaf_header_decode(struct bytes bytes, struct leaf_header *ret_header); /* ERR_FORMAT unless 20 bytes */
struct digest leaf_body_hash(const uint8_t salt[LEAF_SALT_BYTES], struct bytes body);
struct digest leaf_hash(const uint8_t header[LEAF_HEADER_BYTES], const struct digest *body_hash);
