/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/entries.h"

#include "crypto/digests.h"
#include "store/keys.h"

#define AT_ONCE 64
#define LEAF_BYTES (LEAF_HEADER_BYTES + DIGEST_BYTES) /* what a leaf is the hash of, behind its prefix */

/* Up to AT_ONCE of them. */
struct reading {
	struct cursor *tree;
	const uint64_t *seqs;
	size_t count;
	struct entry *entries;
	enum err *errs;
};

static enum err take_row(struct txn *txn, uint64_t seq, struct entry *ret_entry)
{
	struct key key = key_u64(seq);
	struct bytes row;
	enum err err = txn_get(txn, TABLE_ENTRIES, key_bytes(&key), &row);

	if (err == ERR_OK)
		err = entry_take_apart(row, ret_entry);
	if (err == ERR_OK && ret_entry->header.seq != seq)
		err = ERR_CORRUPT;
	return err;
}

/* Salt and body stand one behind the other in their row.  Nothing is hashed for what was erased, or is not there. */
static void hash_bodies(const struct reading *reading)
{
	struct bytes runs[AT_ONCE];
	struct digest hashes[AT_ONCE];

	for (size_t i = 0; i < reading->count; i++) {
		const struct entry *entry = &reading->entries[i];

		runs[i] = bytes_of(NULL, 0);
		if (reading->errs[i] == ERR_OK && !entry_is_erased(entry))
			runs[i] = bytes_of(entry->salt.data, entry->salt.len + entry->body.len);
	}
	digests_of(bytes_of(NULL, 0), runs, reading->count, hashes);
	for (size_t i = 0; i < reading->count; i++)
		if (runs[i].len > 0)
			reading->entries[i].body_hash = hashes[i];
}

static enum err hold(const struct reading *reading, size_t at, const struct digest *computed)
{
	struct digest stored;
	enum err err = tree_leaf_near(reading->tree, reading->seqs[at], &stored);

	if (err == ERR_OK)
		return digest_equal(computed, &stored) ? ERR_OK : ERR_CORRUPT;
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* an entry without its tree row */
}

/* Each against the tree's leaf hash. */
static void hold_leaves(const struct reading *reading)
{
	uint8_t leaves[AT_ONCE][LEAF_BYTES];
	struct bytes runs[AT_ONCE];
	struct digest computed[AT_ONCE];

	for (size_t i = 0; i < reading->count; i++) {
		runs[i] = bytes_of(NULL, 0);
		if (reading->errs[i] != ERR_OK)
			continue;
		memcpy(leaves[i], reading->entries[i].header_bytes.data, LEAF_HEADER_BYTES);
		memcpy(leaves[i] + LEAF_HEADER_BYTES, reading->entries[i].body_hash.bytes, DIGEST_BYTES);
		runs[i] = bytes_of(leaves[i], LEAF_BYTES);
	}
	merkle_leaves(runs, reading->count, computed);
	for (size_t i = 0; i < reading->count; i++)
		if (reading->errs[i] == ERR_OK)
			reading->errs[i] = hold(reading, i, &computed[i]);
}

void entries_read(struct txn *txn, const uint64_t *seqs, size_t count, struct entry *ret_entries, enum err *ret_errs)
{
	struct cursor *tree = NULL;
	enum err err = cursor_open(txn, TABLE_TREE, &tree);

	for (size_t i = 0; i < count; i++)
		ret_errs[i] = err == ERR_OK ? take_row(txn, seqs[i], &ret_entries[i]) : err;
	for (size_t done = 0; done < count; done += AT_ONCE) {
		const struct reading reading = {
			.tree = tree,
			.seqs = seqs + done,
			.count = count - done < AT_ONCE ? count - done : AT_ONCE,
			.entries = ret_entries + done,
			.errs = ret_errs + done,
		};

		hash_bodies(&reading);
		hold_leaves(&reading);
	}
	cursor_close(tree);
}
