/* SPDX-License-Identifier: Apache-2.0 */
/* contract/leaf.c - see leaf.h for the contract. */
#include "contract/leaf.h"

void leaf_header_encode(const struct leaf_header *header, uint8_t out[LEAF_HEADER_BYTES])
{
	be16_put(out, header->format);
	be16_put(out + 2, header->type);
	be64_put(out + 4, header->seq);
	be64_put(out + 12, (uint64_t)header->time_us);
}

enum err leaf_header_decode(struct bytes bytes, struct leaf_header *ret_header)
{
	if (bytes.len != LEAF_HEADER_BYTES)
		return ERR_FORMAT;
	*ret_header = (struct leaf_header){
		.format = be16_get(bytes.data),
		.type = be16_get(bytes.data + 2),
		.seq = be64_get(bytes.data + 4),
		.time_us = (int64_t)be64_get(bytes.data + 12),
	};
	return ERR_OK;
}

struct digest leaf_body_hash(const uint8_t salt[LEAF_SALT_BYTES], struct bytes body)
{
	const struct bytes parts[] = { bytes_of(salt, LEAF_SALT_BYTES), body };
	struct digest hash;

	digest_of_parts(parts, 2, &hash);
	return hash;
}

/* The RFC 6962 leaf hash of header || body hash. */
struct digest leaf_hash(const uint8_t header[LEAF_HEADER_BYTES], const struct digest *body_hash)
{
	uint8_t leaf[1 + LEAF_HEADER_BYTES + DIGEST_BYTES] = { 0x00 };

	memcpy(leaf + 1, header, LEAF_HEADER_BYTES);
	memcpy(leaf + 1 + LEAF_HEADER_BYTES, body_hash->bytes, DIGEST_BYTES);
	return digest_of(bytes_of(leaf, sizeof(leaf)));
}
