/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/erase.c - see erase.h for the contract. */
#include "ledger/erase.h"

#include <string.h>

#include "ledger/entry.h"
#include "store/keys.h"

enum err entry_erase(struct txn *txn, uint64_t seq)
{
	uint8_t left[LEAF_HEADER_BYTES + DIGEST_BYTES];
	struct key key = key_u64(seq);
	struct entry entry;
	enum err err = entry_read(txn, seq, &entry);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (entry_is_erased(&entry))
		return ERR_OK;
	memcpy(left, entry.header_bytes.data, LEAF_HEADER_BYTES);
	memcpy(left + LEAF_HEADER_BYTES, entry.body_hash.bytes, DIGEST_BYTES);
	txn_put(txn, TABLE_ENTRIES, key_bytes(&key), bytes_of(left, sizeof left));
	return ERR_OK;
}
