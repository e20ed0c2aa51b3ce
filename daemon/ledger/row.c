/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/row.h"

#define FIXED_BYTES (LEAF_HEADER_BYTES + LEAF_SALT_BYTES)

_Static_assert(LEAF_SALT_BYTES == DIGEST_BYTES, "an erased row's body hash takes the salt's place");

enum err row_parse(struct bytes row, struct entry *ret_entry)
{
	struct entry entry = { 0 };

	if (row.len < FIXED_BYTES)
		return ERR_CORRUPT;
	entry.header_bytes = bytes_of(row.data, LEAF_HEADER_BYTES);
	if (leaf_header_decode(entry.header_bytes, &entry.header) != ERR_OK)
		return ERR_CORRUPT;
	if (row.len == FIXED_BYTES) {
		memcpy(entry.body_hash.bytes, row.data + LEAF_HEADER_BYTES, DIGEST_BYTES);
	} else {
		entry.salt = bytes_of(row.data + LEAF_HEADER_BYTES, LEAF_SALT_BYTES);
		entry.body = bytes_of(row.data + FIXED_BYTES, row.len - FIXED_BYTES);
		entry.body_hash = leaf_body_hash(entry.salt.data, entry.body);
	}
	*ret_entry = entry;
	return ERR_OK;
}

struct digest row_leaf(const struct entry *entry)
{
	return leaf_hash(entry->header_bytes.data, &entry->body_hash);
}

bool row_is_erased(const struct entry *entry)
{
	return entry->body.len == 0;
}
