/* SPDX-License-Identifier: Apache-2.0 */
/* store/store.c - opening, closing and copying the environment; see store.h for the contract. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "contract/limits.h"
#include "store/environment.h"
#include "store/journal.h"
#include "store/journal_state.h"
#include "store/settle.h"
#include "store/snapshots.h"

#define DATA_FILE "data.mdb"
#define LOCK_FILE "lock.mdb"
#define FILE_MODE 0600

static const char format_key[] = "store_format";

/* LMDB's readers' table: a cache line per reader behind a head that is well below a page. */
#define LOCK_HEAD_BYTES 4096
#define LOCK_READER_BYTES 64

/* LMDB reaches its lock file through a shared map, so a hole in it is a SIGBUS when the disk is full: its blocks are taken first.
 * Called before LMDB opens the file, since closing a second descriptor would drop LMDB's own locks on it. */
static enum err lock_file_prepare(const struct store *store, unsigned readers_max)
{
	off_t bytes = LOCK_HEAD_BYTES + (off_t)readers_max * LOCK_READER_BYTES;
	enum err err = ERR_OK;
	int fd = openat(store->directory, LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);

	if (fd < 0)
		return err_from_errno(errno);
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, bytes) != 0 && errno != EOPNOTSUPP && errno != ENOSYS)
		err = err_from_errno(errno);
	close(fd);
	return err;
}

static bool file_exists(const struct store *store, const char *name)
{
	struct stat status;

	return fstatat(store->directory, name, &status, 0) == 0 && status.st_size > 0;
}

/* The writer holds the directory's lock alone.  A reader needs none, since LMDB's lock file tells the writer which pages to keep; on a
 * copy that has no such file it keeps every writer out instead, and creates nothing. */
static enum err directory_lock(struct store *store, unsigned *ret_flags)
{
	unsigned flags = MDB_NOTLS; /* a reader's slot belongs to its transaction, not to a thread */
	int lock = LOCK_EX;

	if (store->read_only) {
		flags |= MDB_RDONLY;
		lock = file_exists(store, LOCK_FILE) ? 0 : LOCK_SH;
		if (lock == LOCK_SH)
			flags |= MDB_NOLOCK;
	}
	if (lock != 0 && flock(store->directory, lock | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? ERR_BUSY : err_from_errno(errno);
	*ret_flags = flags;
	return ERR_OK;
}

static enum err env_open(struct store *store, const struct store_options *options, unsigned flags)
{
	MDB_stat stat;
	int rc = mdb_env_create(&store->env);

	if (rc == 0)
		rc = mdb_env_set_maxdbs(store->env, TABLE_COUNT + 1);
	if (rc == 0)
		rc = mdb_env_set_maxreaders(store->env, options->readers_max);
	if (rc == 0 && options->map_bytes != 0)
		rc = mdb_env_set_mapsize(store->env, (size_t)options->map_bytes);
	if (rc == 0)
		rc = mdb_env_open(store->env, options->directory, flags, FILE_MODE);
	if (rc == 0)
		rc = mdb_env_stat(store->env, &stat);
	if (rc == 0)
		store->page_bytes = stat.ms_psize;
	return store_err(rc);
}

/* Pages behind the end of a file that was cut off would be a SIGBUS; filled with zeros they are ERR_CORRUPT to whoever reads them. */
static enum err env_check_length(struct store *store)
{
	struct stat status;
	uint64_t used = store_used_end(store);
	int fd;

	if (mdb_env_get_fd(store->env, &fd) != 0 || fstat(fd, &status) != 0)
		return ERR_IO;
	if ((uint64_t)status.st_size >= used)
		return ERR_OK;
	if (store->read_only)
		return ERR_CORRUPT;
	return ftruncate(fd, (off_t)used) == 0 ? ERR_OK : err_from_errno(errno);
}

/* LMDB's own order, in a quarter of its instructions. */
static int compare_keys(const MDB_val *a, const MDB_val *b)
{
	return recent_compare(bytes_of(a->mv_data, a->mv_size), bytes_of(b->mv_data, b->mv_size));
}

static int table_open(struct store *store, MDB_txn *txn, enum table table, bool create)
{
	int rc = mdb_dbi_open(txn, table_name(table), create ? MDB_CREATE : 0, &store->tables[table]);

	return rc == 0 ? mdb_set_compare(txn, store->tables[table], compare_keys) : rc;
}

/* ret_fresh: there is nothing in it at all.  ret_format: that of an earlier release, whose derived tables say other things. */
static enum err format_check(struct store *store, MDB_txn *txn, bool *ret_fresh, uint32_t *ret_format)
{
	MDB_val key = { sizeof format_key - 1, (void *)(uintptr_t)format_key };
	MDB_val value;
	MDB_stat stat;
	int rc = mdb_stat(txn, 1, &stat); /* the database of databases' names */

	if (rc != 0)
		return store_err(rc);
	*ret_fresh = stat.ms_entries == 0;
	if (*ret_fresh)
		return ERR_OK;
	rc = table_open(store, txn, TABLE_META, false);
	if (rc == 0)
		rc = mdb_get(txn, store->tables[TABLE_META], &key, &value);
	if (rc == MDB_NOTFOUND || (rc == 0 && value.mv_size != 4))
		return ERR_CORRUPT; /* names and format are written in one transaction */
	if (rc != 0)
		return store_err(rc);
	*ret_format = be32_get(value.mv_data);
	return *ret_format > STORE_FORMAT || (*ret_format < STORE_FORMAT && store->read_only) ? ERR_VERSION : ERR_OK;
}

static enum err format_write(struct store *store, MDB_txn *txn)
{
	uint8_t format[4];
	MDB_val key = { sizeof format_key - 1, (void *)(uintptr_t)format_key };
	MDB_val value = { sizeof format, format };

	be32_put(format, STORE_FORMAT);
	return store_err(mdb_put(txn, store->tables[TABLE_META], &key, &value, 0));
}

/* The derived tables of an earlier format are to be derived anew before anyone reads them. */
static enum err format_renew(struct store *store, MDB_txn *txn)
{
	MDB_val key = { sizeof STORE_REBUILD_MARK - 1, (void *)(uintptr_t)STORE_REBUILD_MARK };
	MDB_val value = { sizeof "format" - 1, (void *)(uintptr_t)"format" };
	enum err err = store_err(mdb_put(txn, store->tables[TABLE_META], &key, &value, 0));

	return err == ERR_OK ? format_write(store, txn) : err;
}

/* What a process of an earlier release that was killed left in its journal. */
static enum err former_journal_check(const struct store *store, MDB_txn *txn)
{
	MDB_stat stat;
	enum err err = store_err(mdb_stat(txn, store->journal_tree, &stat));

	/* That release has to fold them: a start and an orderly stop. */
	return err == ERR_OK && stat.ms_entries > 0 ? ERR_VERSION : err;
}

/* whole: it is of this format, so that its primary tables are there, and one that is not found is damage, never an empty one. */
static enum err trees_open(struct store *store, MDB_txn *txn, bool whole)
{
	int rc = 0;

	for (unsigned table = 0; rc == 0 && table < TABLE_COUNT; table++)
		rc = table_open(store, txn, (enum table)table, !store->read_only && !(whole && table_kind((enum table)table) == TABLE_PRIMARY));
	if (rc == 0)
		rc = mdb_dbi_open(txn, JOURNAL_TREE, store->read_only || whole ? 0 : MDB_CREATE, &store->journal_tree);
	if (rc == MDB_NOTFOUND && store->read_only)
		return ERR_VERSION; /* of an earlier release, whose tables a writer would complete */
	return rc == MDB_NOTFOUND ? ERR_CORRUPT : store_err(rc);
}

/* A commit was undone, and another process kept LMDB's count with it: a new one of that number would pass for it to whoever saw it. */
static bool counts_undone(const struct store *store, MDB_txn *txn)
{
	return !store->read_only && mdb_txn_id(txn) != store_last_commit(store) + 1;
}

static enum err tables_open_in(struct store *store, MDB_txn *txn, bool create)
{
	uint32_t format = STORE_FORMAT;
	bool fresh;
	enum err err = format_check(store, txn, &fresh, &format);

	if (err != ERR_OK)
		return err;
	if (fresh && !create)
		return ERR_NOT_FOUND;
	err = trees_open(store, txn, !fresh && format == STORE_FORMAT);
	if (err != ERR_OK)
		return err;
	if (format < STORE_FORMAT) {
		err = former_journal_check(store, txn);
		return err == ERR_OK ? format_renew(store, txn) : err;
	}
	return fresh || counts_undone(store, txn) ? format_write(store, txn) : ERR_OK;
}

/* Handles that a transaction opened are everyone's once it is committed; without changes that writes nothing. */
static enum err tables_open(struct store *store, bool create)
{
	MDB_txn *txn;
	enum err err = store_err(mdb_txn_begin(store->env, NULL, store->read_only ? MDB_RDONLY : 0, &txn));

	if (err != ERR_OK)
		return err;
	err = tables_open_in(store, txn, create);
	if (err == ERR_OK)
		return store_err(mdb_txn_commit(txn));
	mdb_txn_abort(txn);
	return err;
}

static enum err directory_open(struct store *store, const struct store_options *options)
{
	store->directory = open(options->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->directory < 0)
		return err_from_errno(errno);
	if (!file_exists(store, DATA_FILE) && (options->read_only || !options->create))
		return ERR_NOT_FOUND;
	return ERR_OK;
}

static enum err store_open_steps(struct store *store, const struct store_options *options)
{
	unsigned flags = 0;
	enum err err = directory_open(store, options);

	if (err == ERR_OK && store->read_only)
		err = confirm_recover(store->directory, true); /* before its own lock, which would be in its way */
	if (err == ERR_OK)
		err = directory_lock(store, &flags);
	if (err == ERR_OK && !store->read_only)
		err = lock_file_prepare(store, options->readers_max);
	if (err == ERR_OK && !store->read_only)
		err = confirm_recover(store->directory, false);
	if (err == ERR_OK)
		err = env_open(store, options, flags);
	if (err == ERR_OK)
		err = env_check_length(store);
	if (err == ERR_OK)
		err = tables_open(store, options->create);
	if (err == ERR_OK)
		err = journal_open(store);
	/* LMDB syncs the file but not its name. */
	if (err == ERR_OK && !store->read_only && fsync(store->directory) != 0)
		err = err_from_errno(errno);
	if (err == ERR_OK)
		err = store_reserve_open(store);
	return err;
}

enum err store_open(const struct store_options *options, struct store **ret_store)
{
	struct store *store;
	enum err err;

	if (options->readers_max == 0 || (options->map_bytes == 0 && !options->read_only))
		return ERR_USAGE;
	store = calloc(1, sizeof *store);
	if (store == NULL)
		return ERR_NOMEM;
	store->directory = -1;
	store->journal_file.fd = -1;
	store->read_only = options->read_only;
	store->reserve_bytes = options->reserve_bytes;
	atomic_flag_clear(&store->writing);
	syncer_init(&store->syncer);
	snapshots_init(&store->snapshots);

	err = store_open_steps(store, options);
	if (err != ERR_OK) {
		store_close(store);
		return err;
	}
	*ret_store = store;
	return ERR_OK;
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	journal_close(store);
	syncer_free(&store->syncer);
	snapshots_free(&store->snapshots);
	if (store->env != NULL)
		mdb_env_close(store->env);
	if (store->directory >= 0)
		close(store->directory); /* and with it the lock */
	free(store);
}

enum err store_settle(struct store *store)
{
	return settle_wait(store);
}

bool store_is_settled(struct store *store)
{
	return settle_is_done(store);
}

enum err store_check_readers(struct store *store, int *ret_cleared)
{
	int cleared = 0;
	int rc = mdb_reader_check(store->env, &cleared);

	if (rc == 0 && ret_cleared != NULL)
		*ret_cleared = cleared;
	return store_err(rc);
}
