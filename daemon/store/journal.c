/* SPDX-License-Identifier: Apache-2.0 */
/* store/journal.c - see journal.h for the contract.
 *
 * Invariant between transactions: the first journal_kept bytes of the shared buffer are the records of all journal_blocks blocks of the
 * file, one behind another, and store->recent is what they come to.  Within a small transaction its own records stand behind them, up to
 * journal_len, and recent has them too. */
#include "store/journal.h"

#include <errno.h>
#include <unistd.h>

#include "store/journal_state.h"
#include "store/settle.h"

static uint8_t *records(const struct store *store)
{
	return store->journal_share.now->bytes;
}

static struct bytes records_kept(const struct store *store)
{
	return bytes_of(records(store), store->journal_kept);
}

/* ---- opening ---- */

/* ERR_NOT_FOUND: there is none, and a file that is there all the same was begun, or ended with. */
static enum err load(struct store *store, MDB_txn *mdb)
{
	struct journal_content content = { .records = records(store) };
	const struct confirm_data data = settle_data(store);
	struct journal_state state;
	enum err err = journal_state_get(store, mdb, &state);

	if (err == ERR_OK)
		err = journal_state_open(store, &state);
	if (err == ERR_OK)
		err = confirm_settle(&store->journal_file, &data, mdb_txn_id(mdb));
	if (err == ERR_OK)
		err = journal_file_read(&store->journal_file, state.generation, &content);
	if (err == ERR_OK)
		err = journal_file_settle(&store->journal_file);
	if (err == ERR_OK && content.rest)
		err = journal_file_clear_rest(&store->journal_file);
	if (err == ERR_OK)
		err = recent_read(&store->recent, bytes_of(content.records, content.len));
	if (err != ERR_OK)
		return err == ERR_BUSY ? ERR_CORRUPT : err; /* as beside a writer */
	store->journal_generation = state.generation;
	store->journal_blocks = content.blocks;
	store->journal_len = store->journal_kept = content.len;
	journal_share_keep(&store->journal_share, mdb_txn_id(mdb), content.len);
	return ERR_OK;
}

enum err journal_open(struct store *store)
{
	MDB_txn *mdb;
	enum err err = journal_share_init(&store->journal_share);

	if (err != ERR_OK || store->read_only)
		return err;
	err = store_err(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &mdb));
	if (err != ERR_OK)
		return err;
	err = load(store, mdb);
	mdb_txn_abort(mdb);
	if (err == ERR_NOT_FOUND) {
		(void)journal_file_remove(store->directory);
		return ERR_OK;
	}
	if (err != ERR_OK)
		journal_file_close(&store->journal_file); /* what was not understood is never folded: it stays where it is */
	return err;
}

/* ---- writing ---- */

/* META is read before there is a journal, and seldom written. */
static bool is_small(enum table table, struct bytes key, size_t len, size_t written)
{
	return table != TABLE_META && key.len > 0 && key.len <= TABLE_KEY_MAX && len <= JOURNAL_BLOCK_BYTES &&
	       written + RECENT_RECORD_BYTES + key.len + len <= JOURNAL_BLOCK_BYTES;
}

/* Always, but behind what an earlier process left and no process of this release would. */
static bool has_room(const struct store *store)
{
	return store->journal_blocks < JOURNAL_BLOCKS && store->journal_kept + JOURNAL_BLOCK_BYTES <= JOURNAL_BYTES;
}

bool journal_room(struct txn *txn, enum table table, bool gone, struct bytes key, size_t len, uint8_t **ret_room)
{
	struct store *store = txn->store;
	size_t written = store->journal_len - store->journal_kept;
	struct recent_row row = { .gone = gone };
	uint8_t *at = records(store) + store->journal_len;
	enum err err;

	if (txn->straight)
		return false;
	if (!has_room(store) || !is_small(table, key, len, written)) {
		journal_fold(txn);
		return false;
	}
	*ret_room = recent_record(at, table, gone, key, len);
	row.key = bytes_of(at + RECENT_RECORD_BYTES, key.len);
	row.value = bytes_of(*ret_room, len);
	err = recent_set(&store->recent, table, &row);
	if (err != ERR_OK)
		store_fail(txn, err);
	else
		store->journal_len += RECENT_RECORD_BYTES + key.len + len;
	return err == ERR_OK;
}

/* ---- folding ---- */

static int fold_row(MDB_cursor *cursor, const struct recent_row *row, bool beyond)
{
	MDB_val key = { row->key.len, (void *)(uintptr_t)row->key.data };
	MDB_val value = { row->value.len, (void *)(uintptr_t)row->value.data };
	int rc;

	if (!row->gone)
		return mdb_cursor_put(cursor, &key, &value, beyond ? MDB_APPEND : 0);
	rc = beyond ? MDB_NOTFOUND : mdb_cursor_get(cursor, &key, NULL, MDB_SET);
	if (rc == 0)
		rc = mdb_cursor_del(cursor, 0);
	return rc == MDB_NOTFOUND ? 0 : rc; /* written and deleted since the last fold */
}

/* Rows behind the tree's last one are appended, so that its pages are filled. */
static int fold_run(MDB_cursor *cursor, const struct recent_run *run)
{
	MDB_val key, value;
	int rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
	size_t beyond = rc == 0 ? recent_seek(run, bytes_of(key.mv_data, key.mv_size)) : 0;

	if (rc == 0 && beyond < run->count && recent_compare(run->rows[beyond].key, bytes_of(key.mv_data, key.mv_size)) == 0)
		beyond++;
	if (rc == MDB_NOTFOUND)
		rc = 0;
	for (size_t i = 0; rc == 0 && i < run->count; i++)
		rc = fold_row(cursor, &run->rows[i], i >= beyond);
	return rc;
}

static int fold_table(struct txn *txn, enum table table)
{
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(txn->mdb, txn->store->tables[table], &cursor);

	if (rc != 0)
		return rc;
	rc = fold_run(cursor, &txn->store->recent.runs[table]);
	mdb_cursor_close(cursor);
	return rc;
}

/* What stood in the file stands in the trees with this commit. */
static int begin_generation(struct txn *txn)
{
	struct store *store = txn->store;

	if (store->journal_blocks == 0)
		return 0;
	if (journal_share_prepare(&store->journal_share) != ERR_OK)
		return ENOMEM;
	return journal_state_put(store, txn->mdb, store->journal_generation + 1);
}

void journal_fold(struct txn *txn)
{
	struct store *store = txn->store;
	int rc = 0;

	if (txn->straight || txn->err != ERR_OK)
		return;
	txn->straight = true;
	for (unsigned table = 0; rc == 0 && table < TABLE_COUNT; table++)
		if (store->recent.runs[table].count > 0)
			rc = fold_table(txn, (enum table)table);
	if (rc == 0)
		rc = begin_generation(txn);
	recent_clear(&store->recent);
	if (rc != 0)
		store_fail(txn, store_write_err(store, rc));
}

/* ---- ending a transaction ---- */

static void folded(struct store *store)
{
	if (store->journal_blocks > 0) {
		store->journal_generation++;
		journal_share_renew(&store->journal_share);
		if (journal_file_clear(&store->journal_file) != ERR_OK)
			atomic_store(&store->broken, true); /* what was committed is; nothing may follow */
	}
	store->journal_blocks = 0;
	store->journal_len = store->journal_kept = 0;
}

/* What the transaction wrote to the journal is forgotten, or all that recent lost to a fold is read again. */
static void restore(struct store *store, bool straight)
{
	if (!straight && store->journal_len == store->journal_kept)
		return;
	recent_clear(&store->recent);
	store->journal_len = store->journal_kept;
	/* They parsed before, and the arrays held as many rows. */
	if (recent_read(&store->recent, records_kept(store)) != ERR_OK)
		atomic_store(&store->broken, true);
}

void journal_abort(struct txn *txn)
{
	mdb_txn_abort(txn->mdb);
	restore(txn->store, txn->straight);
}

static enum err commit_trees(struct txn *txn)
{
	struct store *store = txn->store;
	enum err err = txn->err;

	if (err != ERR_OK) {
		journal_abort(txn);
		return err;
	}
	txn_drop_cursors(txn);
	err = settle_commit(txn, store->journal_blocks == 0); /* blocks are cleared only when what they hold is durable elsewhere */
	if (err == ERR_IO)
		atomic_store(&store->broken, true);
	if (err == ERR_OK)
		folded(store);
	else
		restore(store, true);
	return err;
}

/* A file with LMDB's last commit confirmed in it; nothing names it yet. */
static enum err create_file(struct store *store)
{
	const struct confirm_data data = settle_data(store);
	enum err err = journal_file_create(store->directory, &store->journal_file);

	if (err != ERR_OK)
		return err;
	err = confirm_sync(&data);
	if (err == ERR_OK)
		err = confirm_write(&store->journal_file, &data, store_last_commit(store));
	if (err != ERR_OK)
		journal_file_close(&store->journal_file);
	return err;
}

/* LMDB's commit is durable by itself then; but a file that is left would have an opener undo it, since it is confirmed nowhere. */
static enum err commit_without_file(struct txn *txn)
{
	int directory = txn->store->directory;

	if (journal_file_remove(directory) != ERR_OK || fsync(directory) != 0)
		store_fail(txn, ERR_IO);
	return commit_trees(txn);
}

/* The first commit names the file in its tree. */
static enum err begin_file(struct txn *txn)
{
	struct store *store = txn->store;
	enum err err;

	if (txn->err != ERR_OK)
		return commit_trees(txn);
	if (create_file(store) != ERR_OK)
		return commit_without_file(txn);
	store->journal_generation = 1;
	store_fail(txn, store_write_err(store, journal_state_put(store, txn->mdb, store->journal_generation)));
	err = commit_trees(txn);
	if (err != ERR_OK)
		journal_file_close(&store->journal_file); /* nothing names it: the next one takes its place */
	return err;
}

static enum err fold_and_commit(struct txn *txn)
{
	journal_fold(txn);
	return txn->store->journal_file.fd < 0 ? begin_file(txn) : commit_trees(txn);
}

static bool is_full(const struct store *store)
{
	return store->journal_blocks + 1 == JOURNAL_BLOCKS || store->journal_len + JOURNAL_BLOCK_BYTES > JOURNAL_BYTES;
}

/* Where a file system takes new blocks for what is written in place: a block of which a part may be there is folded and cleared with the rest. */
static enum err commit_otherwise(struct txn *txn)
{
	struct store *store = txn->store;
	enum err err;

	store->journal_blocks++;
	err = fold_and_commit(txn);
	if (err == ERR_OK)
		return ERR_OK;
	store->journal_blocks--;
	if (journal_file_clear_rest(&store->journal_file) != ERR_OK)
		atomic_store(&store->broken, true);
	return err;
}

static enum err commit_block(struct txn *txn)
{
	struct store *store = txn->store;
	struct bytes block = bytes_of(records(store) + store->journal_kept, store->journal_len - store->journal_kept);
	enum err err = journal_file_append(&store->journal_file, store->journal_generation, store->journal_blocks, block);

	if (err == ERR_NOSPC)
		return commit_otherwise(txn);
	if (err != ERR_OK) {
		atomic_store(&store->broken, true);
		journal_abort(txn);
		return ERR_IO;
	}
	store->journal_blocks++;
	store->journal_kept = store->journal_len;
	journal_share_keep(&store->journal_share, mdb_txn_id(txn->mdb) - 1, store->journal_kept);
	mdb_txn_abort(txn->mdb); /* it wrote nothing */
	return ERR_OK;
}

static bool is_empty(const struct txn *txn)
{
	return !txn->straight && txn->store->journal_len == txn->store->journal_kept;
}

enum err journal_commit(struct txn *txn)
{
	struct store *store = txn->store;
	enum err err = settle_wait(store); /* what was before goes first */

	store_fail(txn, err);
	if (txn->err != ERR_OK) {
		err = txn->err;
		journal_abort(txn);
		return err;
	}
	txn_drop_cursors(txn);
	if (is_empty(txn)) {
		mdb_txn_abort(txn->mdb);
		return ERR_OK;
	}
	return txn->straight || store->journal_file.fd < 0 || is_full(store) ? fold_and_commit(txn) : commit_block(txn);
}

/* ---- closing ---- */

/* Everything into the trees, and the file's name out of its tree: then it is nobody's. */
static enum err end_file(struct store *store)
{
	struct txn txn = { .store = store, .writes = true, .recent = &store->recent };
	enum err err = store_err(mdb_txn_begin(store->env, NULL, 0, &txn.mdb));

	if (err != ERR_OK)
		return err;
	journal_fold(&txn);
	if (txn.err == ERR_OK)
		store_fail(&txn, store_write_err(store, journal_state_delete(store, txn.mdb)));
	err = commit_trees(&txn);
	return err == ERR_OK ? settle_wait(store) : err;
}

void journal_close(struct store *store)
{
	bool ended = settle_wait(store) == ERR_OK && store->journal_file.fd >= 0 && !store->read_only && !atomic_load(&store->broken) &&
		     end_file(store) == ERR_OK;

	journal_file_close(&store->journal_file); /* if it is not ended: what stays is durable where it is */
	if (ended)
		(void)journal_file_remove(store->directory);
	recent_free(&store->recent);
	journal_share_free(&store->journal_share);
}
