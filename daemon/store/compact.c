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
#include "store/journal_state.h"

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
	struct txn *from;
	MDB_env *env;
	MDB_txn *write;
	MDB_dbi table;   /* of the new file, the one being filled */
	size_t unsaved;  /* bytes of rows in write */
};

static enum err next_write(struct copying *copying)
{
	int rc = copying->write == NULL ? 0 : mdb_txn_commit(copying->write);

	copying->write = NULL;
	copying->unsaved = 0;
	return store_err(rc == 0 ? mdb_txn_begin(copying->env, NULL, 0, &copying->write) : rc);
}

static bool is_mark(enum table table, struct bytes key)
{
	return table == TABLE_META && bytes_equal(key, mark_key());
}

static enum err copy_row(struct copying *copying, enum table table, struct bytes key, struct bytes value)
{
	MDB_val k = { key.len, (void *)(uintptr_t)key.data };
	MDB_val v = { value.len, (void *)(uintptr_t)value.data };
	enum err err = ERR_OK;

	if (is_mark(table, key))
		return ERR_OK;
	if (copying->unsaved >= COMMIT_BYTES)
		err = next_write(copying);
	copying->unsaved += key.len + value.len;
	return err == ERR_OK ? store_err(mdb_put(copying->write, copying->table, &k, &v, MDB_APPEND)) : err;
}

static enum err copy_rows(struct copying *copying, enum table table, struct cursor *rows)
{
	struct bytes key, value;
	enum err err;

	for (err = cursor_first(rows, &key, &value); err == ERR_OK; err = cursor_next(rows, &key, &value)) {
		err = copy_row(copying, table, key, value);
		if (err != ERR_OK)
			return err;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err copy_table(struct copying *copying, enum table table)
{
	struct cursor *rows;
	enum err err = store_err(mdb_dbi_open(copying->write, table_name(table), MDB_CREATE, &copying->table));

	if (err == ERR_OK)
		err = cursor_open(copying->from, table, &rows);
	if (err != ERR_OK)
		return err;
	err = copy_rows(copying, table, rows);
	cursor_close(rows);
	return err == ERR_OK ? next_write(copying) : err; /* so that the handle lasts */
}

static enum err copy_tables(struct copying *copying)
{
	enum err err = next_write(copying);

	for (unsigned table = 0; err == ERR_OK && table < TABLE_COUNT; table++)
		err = copy_table(copying, table);
	if (err == ERR_OK) /* empty: the copy has no journal */
		err = store_err(mdb_dbi_open(copying->write, JOURNAL_TREE, MDB_CREATE, &copying->table));
	if (err == ERR_OK)
		err = next_write(copying);
	if (copying->write != NULL)
		mdb_txn_abort(copying->write); /* empty, or what failed */
	copying->write = NULL;
	return err == ERR_OK ? store_err(mdb_env_sync(copying->env, 1)) : err;
}

static enum err fresh_open(struct copying *copying, uint64_t map_bytes, const char *path)
{
	int rc = mdb_env_create(&copying->env);

	if (rc == 0)
		rc = mdb_env_set_maxdbs(copying->env, TABLE_COUNT + 1);
	if (rc == 0)
		rc = mdb_env_set_mapsize(copying->env, (size_t)map_bytes);
	/* Nothing relies on it before it is synced as a whole, and nobody else knows of it. */
	if (rc == 0)
		rc = mdb_env_open(copying->env, path, MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC, FILE_MODE);
	return store_err(rc);
}

static uint64_t map_bytes_of(const struct store *store)
{
	MDB_envinfo info;

	(void)mdb_env_info(store->env, &info); /* fails for NULL only */
	return info.me_mapsize;
}

/* All that a snapshot has, in a new file of that name; synced, but not its name. */
static enum err copy_all(struct store *store, const char *directory, const char *name)
{
	struct copying copying = { 0 };
	char path[4096];
	enum err err;

	if (snprintf(path, sizeof path, "%s/%s", directory, name) >= (int)sizeof path)
		return ERR_RANGE;
	err = txn_begin_read(store, &copying.from);
	if (err != ERR_OK)
		return err;
	err = fresh_open(&copying, map_bytes_of(store), path);
	if (err == ERR_OK)
		err = copy_tables(&copying);
	txn_abort(copying.from);
	if (copying.env != NULL)
		mdb_env_close(copying.env);
	return err;
}

enum err store_copy(struct store *store, const char *directory)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err err;

	if (fd < 0)
		return err_from_errno(errno);
	err = faccessat(fd, DATA_FILE, F_OK, 0) == 0 ? ERR_EXISTS : copy_all(store, directory, DATA_FILE);
	if (err == ERR_OK && fsync(fd) != 0)
		err = ERR_IO;
	if (err != ERR_OK && err != ERR_EXISTS)
		(void)unlinkat(fd, DATA_FILE, 0);
	close(fd);
	return err;
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
	return renameat(store->directory, FRESH_FILE, store->directory, DATA_FILE) == 0 ? ERR_OK : ERR_IO;
}

/* The store that was opened has no name any more: nothing may be written there, whatever the disk says of the new one's name. */
static enum err end_with(struct store *store)
{
	enum err err = fsync(store->directory) == 0 ? ERR_OK : ERR_IO;

	store_close(store);
	return err;
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
		err = copy_all(store, options->directory, FRESH_FILE);
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
	err = end_with(store);
	if (err != ERR_OK)
		return err;
	if (ret_compacted != NULL)
		*ret_compacted = true;
	return store_open(options, ret_store);
}
