/* SPDX-License-Identifier: Apache-2.0 */
/* store/compact.c - see compact.h for the contract. */
#include "store/compact.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/environment.h"
#include "store/journal.h"

#define DATA_FILE "data.mdb"
#define LOCK_FILE "lock.mdb"
#define FRESH_FILE "data.mdb.new"
#define FILE_MODE 0600
#define COMMIT_BYTES (32u * 1024u * 1024u) /* of rows in one transaction of the copy: its dirty pages stand in memory */

static struct bytes mark_key(void)
{
	return bytes_of_text(STORE_COMPACT_MARK);
}

void store_compact_mark(struct txn *txn)
{
	txn_put(txn, TABLE_META, mark_key(), bytes_of_text("due"));
}

enum err store_compact_due(struct txn *txn)
{
	struct bytes value;

	return txn_get(txn, TABLE_META, mark_key(), &value);
}

/* ---- the copy ---- */

struct copying {
	struct store *from;
	MDB_txn *read;
	MDB_env *env;
	MDB_txn *write;
	MDB_dbi table;   /* of the new file, the one being filled */
	size_t unsaved;  /* bytes of rows in write */
};

static int next_write(struct copying *copying)
{
	int rc = copying->write == NULL ? 0 : mdb_txn_commit(copying->write);

	copying->write = NULL;
	copying->unsaved = 0;
	return rc == 0 ? mdb_txn_begin(copying->env, NULL, 0, &copying->write) : rc;
}

static bool is_mark(enum table table, const MDB_val *key)
{
	return table == TABLE_META && key->mv_size == strlen(STORE_COMPACT_MARK) &&
	       memcmp(key->mv_data, STORE_COMPACT_MARK, key->mv_size) == 0;
}

static int copy_rows(struct copying *copying, enum table table, MDB_cursor *rows)
{
	MDB_val key, value;
	int rc;

	for (rc = mdb_cursor_get(rows, &key, &value, MDB_FIRST); rc == 0; rc = mdb_cursor_get(rows, &key, &value, MDB_NEXT)) {
		if (is_mark(table, &key))
			continue;
		if (copying->unsaved >= COMMIT_BYTES)
			rc = next_write(copying);
		if (rc == 0)
			rc = mdb_put(copying->write, copying->table, &key, &value, MDB_APPEND);
		if (rc != 0)
			return rc;
		copying->unsaved += key.mv_size + value.mv_size;
	}
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int copy_table(struct copying *copying, enum table table)
{
	MDB_cursor *rows;
	int rc = mdb_dbi_open(copying->write, table_name(table), MDB_CREATE, &copying->table);

	if (rc == 0)
		rc = mdb_cursor_open(copying->read, copying->from->tables[table], &rows);
	if (rc != 0)
		return rc;
	rc = copy_rows(copying, table, rows);
	mdb_cursor_close(rows);
	return rc == 0 ? next_write(copying) : rc; /* so that the handle lasts */
}

static int copy_tables(struct copying *copying)
{
	int rc = next_write(copying);

	for (unsigned table = 0; rc == 0 && table < TABLE_COUNT; table++)
		rc = copy_table(copying, (enum table)table);
	if (copying->write != NULL)
		mdb_txn_abort(copying->write); /* empty, or what failed */
	copying->write = NULL;
	return rc != 0 ? rc : mdb_env_sync(copying->env, 1);
}

static int fresh_open(struct copying *copying, const struct store_options *options, const char *path)
{
	int rc = mdb_env_create(&copying->env);

	if (rc == 0)
		rc = mdb_env_set_maxdbs(copying->env, TABLE_COUNT);
	if (rc == 0)
		rc = mdb_env_set_mapsize(copying->env, (size_t)options->map_bytes);
	/* Nothing relies on it before it is synced as a whole, and nobody else knows of it. */
	return rc == 0 ? mdb_env_open(copying->env, path, MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC, FILE_MODE) : rc;
}

static enum err copy_all(struct store *store, const struct store_options *options)
{
	struct copying copying = { .from = store };
	char path[4096];
	int rc;

	if (snprintf(path, sizeof path, "%s/" FRESH_FILE, options->directory) >= (int)sizeof path)
		return ERR_RANGE;
	rc = fresh_open(&copying, options, path);
	if (rc == 0)
		rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &copying.read);
	if (rc == 0)
		rc = copy_tables(&copying);
	if (copying.read != NULL)
		mdb_txn_abort(copying.read);
	if (copying.env != NULL)
		mdb_env_close(copying.env);
	return store_err(rc);
}

/* ---- the exchange ---- */

static void drop_fresh(const struct store *store)
{
	(void)unlinkat(store->directory, FRESH_FILE, 0);
}

/* Its bytes are on the disk before it has the name.  The lock file goes first: what it says of transactions is of the old file, and whoever
 * still reads that keeps both. */
static enum err exchange(struct store *store)
{
	int fd = openat(store->directory, FRESH_FILE, O_RDWR | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	if (!synced)
		return ERR_IO;
	if ((unlinkat(store->directory, LOCK_FILE, 0) != 0 && errno != ENOENT) || fsync(store->directory) != 0)
		return ERR_IO;
	if (renameat(store->directory, FRESH_FILE, store->directory, DATA_FILE) != 0 || fsync(store->directory) != 0)
		return ERR_IO;
	return ERR_OK;
}

static enum err is_due(struct store *store)
{
	struct txn *txn;
	enum err err = txn_begin_read(store, &txn);

	if (err != ERR_OK)
		return err;
	err = store_compact_due(txn);
	txn_abort(txn);
	return err;
}

enum err store_open_compacted(const struct store_options *options, struct store **ret_store, bool *ret_compacted)
{
	struct store *store;
	enum err err = store_open(options, &store);

	if (ret_compacted != NULL)
		*ret_compacted = false;
	if (err != ERR_OK)
		return err;
	drop_fresh(store);
	err = is_due(store);
	if (err == ERR_OK)
		err = journal_fold_all(store); /* the copy is of the trees alone */
	if (err == ERR_OK)
		err = copy_all(store, options);
	if (err == ERR_OK)
		err = exchange(store);
	if (err != ERR_OK) {
		drop_fresh(store);
		if (err == ERR_NOT_FOUND || err == ERR_NOSPC || err == ERR_NOMEM || err == ERR_IO) {
			*ret_store = store; /* as it is: an exchange that failed has changed nothing under its name */
			return ERR_OK;
		}
		store_close(store);
		return err;
	}
	store_close(store);
	if (ret_compacted != NULL)
		*ret_compacted = true;
	return store_open(options, ret_store);
}
