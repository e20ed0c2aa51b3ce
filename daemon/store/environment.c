/* SPDX-License-Identifier: Apache-2.0 */
/* store/environment.c - how LMDB's errors read in this house, and how far its file is in use. */
#include "store/environment.h"

#include <errno.h>
#include <sys/statvfs.h>

/* LMDB writes up to 64 pages at once, and calls a short write an input/output error. */
#define SHORT_WRITE_BYTES (1024u * 1024u)

/* What is not here and negative is LMDB's own confusion about its pages. */
static const struct {
	int code;
	enum err err;
} meanings[] = {
	{ MDB_SUCCESS, ERR_OK },
	{ MDB_NOTFOUND, ERR_NOT_FOUND },
	{ MDB_KEYEXIST, ERR_EXISTS },
	{ MDB_MAP_FULL, ERR_NOSPC },
	{ MDB_TXN_FULL, ERR_TOO_LARGE },    /* more dirty pages than one transaction may hold */
	{ MDB_READERS_FULL, ERR_BUSY },
	{ MDB_MAP_RESIZED, ERR_BUSY },      /* the writer has a larger map: open again */
	{ MDB_VERSION_MISMATCH, ERR_VERSION },
	{ MDB_BAD_VALSIZE, ERR_USAGE },     /* an empty key, or one over 511 bytes */
	{ MDB_BAD_DBI, ERR_USAGE },
	{ MDB_BAD_TXN, ERR_USAGE },
	{ MDB_BAD_RSLOT, ERR_USAGE },
	{ MDB_PANIC, ERR_IO },              /* an earlier write of the meta page failed */
};

enum err store_err(int code)
{
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
		if (meanings[i].code == code)
			return meanings[i].err;
	return code < 0 ? ERR_CORRUPT : err_from_errno(code);
}

/* A full disk shows as EIO when a write fell short.  Taking a failed sync for that is harmless: LMDB never overwrites a page that the
 * last durable meta page reaches, and what a later transaction reaches it writes anew. */
enum err store_write_err(const struct store *store, int rc)
{
	uint64_t bytes_free;

	if (rc == EIO && store_disk_free(store, &bytes_free) == ERR_OK && bytes_free < SHORT_WRITE_BYTES)
		return ERR_NOSPC;
	return store_err(rc);
}

uint64_t store_last_commit(const struct store *store)
{
	MDB_envinfo info;

	(void)mdb_env_info(store->env, &info); /* fails for NULL only */
	return info.me_last_txnid;
}

uint64_t store_used_end(const struct store *store)
{
	MDB_envinfo info;

	(void)mdb_env_info(store->env, &info); /* fails for NULL only */
	return ((uint64_t)info.me_last_pgno + 1) * store->page_bytes;
}

enum err store_disk_free(const struct store *store, uint64_t *ret_bytes)
{
	struct statvfs status;

	if (fstatvfs(store->directory, &status) != 0)
		return err_from_errno(errno);
	*ret_bytes = (uint64_t)status.f_bavail * status.f_frsize;
	return ERR_OK;
}
