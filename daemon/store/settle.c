/* SPDX-License-Identifier: Apache-2.0 */
/* store/settle.c - see settle.h for the contract. */
#include "store/settle.h"

#include "store/snapshots.h"

#define LARGE_BYTES (256u * 1024u) /* what less is written is durable before a second thread is awake */

struct confirm_data settle_data(const struct store *store)
{
	struct confirm_data data = { .fd = -1, .page_bytes = (uint32_t)store->page_bytes };

	(void)mdb_env_get_fd(store->env, &data.fd); /* fails for NULL only */
	return data;
}

/* Without a file to confirm it in, LMDB's commit syncs as it always does. */
static void choose_sync(const struct store *store)
{
#ifndef TSUNAGI_UNSAFE_NOSYNC
	(void)mdb_env_set_flags(store->env, MDB_NOSYNC, store->journal_file.fd >= 0);
#else
	(void)mdb_env_set_flags(store->env, MDB_NOSYNC, 1); /* breaks P1 on purpose: tests/powercut must be able to notice */
#endif
}

/* On any thread: the writer waits, or asks whether it is done, before it touches either file again. */
static enum err make_durable(void *context)
{
	const struct store *store = context;
	const struct confirm_data data = settle_data(store);
	enum err err = confirm_sync(&data);

	return err == ERR_OK ? confirm_write(&store->journal_file, &data, store->unconfirmed) : err;
}

enum err settle_commit(struct txn *txn, bool later)
{
	struct store *store = txn->store;
	bool large = txn->written >= LARGE_BYTES;
	uint64_t number = mdb_txn_id(txn->mdb);
	enum err err;

	choose_sync(store);
	if (large)
		syncer_begin(&store->syncer, settle_data(store).fd);
	snapshots_hide(store);
	err = store_write_err(store, mdb_txn_commit(txn->mdb));
	store->unsettled = err == ERR_OK && store->journal_file.fd >= 0 && store_last_commit(store) == number;
	store->unconfirmed = number;
	store->syncing = large && store->unsettled;
	if (store->syncing)
		syncer_work(&store->syncer, make_durable, store);
	else if (large)
		syncer_cancel(&store->syncer);
	if (!store->unsettled)
		snapshots_show(store);
	return err == ERR_OK && !(later && large) ? settle_wait(store) : err;
}

/* A sync that failed is never tried again: who reads sees no more of this store than before. */
enum err settle_wait(struct store *store)
{
	enum err err;

	if (!store->unsettled)
		return store->lost ? ERR_IO : ERR_OK;
	err = store->syncing ? syncer_wait(&store->syncer) : make_durable(store);
	store->unsettled = store->syncing = false;
	if (err == ERR_OK) {
		snapshots_show(store);
		return ERR_OK;
	}
	store->lost = true;
	atomic_store(&store->broken, true);
	snapshots_lose(store);
	return ERR_IO;
}

bool settle_is_done(struct store *store)
{
	return !store->unsettled || (store->syncing && syncer_is_done(&store->syncer));
}
