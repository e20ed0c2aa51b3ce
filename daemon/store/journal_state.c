/* SPDX-License-Identifier: Apache-2.0 */
/* store/journal_state.c - see journal_state.h for the contract. */
#include "store/journal_state.h"

#include "crypto/digest.h"

/* A generation that is too great would make blocks look as if they stood in the trees: the row carries what proves it. */
#define STATE_SUM_AT (JOURNAL_SALT_BYTES + 8u)
#define STATE_BYTES (STATE_SUM_AT + DIGEST_BYTES)

static MDB_val state_key(void)
{
	return (MDB_val){ sizeof JOURNAL_STATE - 1, (void *)(uintptr_t)JOURNAL_STATE };
}

static enum err state_parse(const uint8_t *row, struct journal_state *ret_state)
{
	struct digest sum = digest_of(bytes_of(row, STATE_SUM_AT));

	if (memcmp(sum.bytes, row + STATE_SUM_AT, DIGEST_BYTES) != 0)
		return ERR_CORRUPT;
	memcpy(ret_state->salt, row, JOURNAL_SALT_BYTES);
	ret_state->generation = be64_get(row + JOURNAL_SALT_BYTES);
	return ERR_OK;
}

enum err journal_state_get(const struct store *store, MDB_txn *mdb, struct journal_state *ret_state)
{
	MDB_val key = state_key(), value;
	MDB_stat stat;
	int rc = mdb_stat(mdb, store->journal_tree, &stat);

	if (rc == 0 && stat.ms_entries == 0)
		return ERR_NOT_FOUND;
	if (rc == 0)
		rc = mdb_get(mdb, store->journal_tree, &key, &value);
	if (rc != 0 && rc != MDB_NOTFOUND)
		return store_err(rc);
	return rc == 0 && value.mv_size == STATE_BYTES ? state_parse(value.mv_data, ret_state) : ERR_CORRUPT;
}

int journal_state_put(struct store *store, MDB_txn *mdb, uint64_t generation)
{
	uint8_t row[STATE_BYTES];
	MDB_val key = state_key(), value = { sizeof row, row };
	struct digest sum;

	memcpy(row, store->journal_file.salt, JOURNAL_SALT_BYTES);
	be64_put(row + JOURNAL_SALT_BYTES, generation);
	sum = digest_of(bytes_of(row, STATE_SUM_AT));
	memcpy(row + STATE_SUM_AT, sum.bytes, DIGEST_BYTES);
	return mdb_put(mdb, store->journal_tree, &key, &value, 0);
}

int journal_state_delete(struct store *store, MDB_txn *mdb)
{
	MDB_val key = state_key();

	return mdb_del(mdb, store->journal_tree, &key, NULL);
}

enum err journal_state_open(struct store *store, const struct journal_state *state)
{
	struct journal_file *file = &store->journal_file;

	if (file->fd >= 0 && memcmp(file->salt, state->salt, JOURNAL_SALT_BYTES) == 0)
		return ERR_OK;
	journal_file_close(file);
	return journal_file_open(store->directory, state->salt, store->read_only, file);
}
