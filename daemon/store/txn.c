/* SPDX-License-Identifier: Apache-2.0 */
/* store/txn.c - see txn.h for the contract. */
#include "store/txn.h"

#include <stdlib.h>

#include "store/environment.h"
#include "store/journal.h"

/* Read transactions kept for the next reader.  More would hold slots that commands beside the daemon need. */
#define IDLE_MAX 8

enum err txn_begin_write(struct store *store, struct txn **ret_txn)
{
	enum err err;

	if (store->read_only)
		return ERR_PERMISSION;
	if (atomic_load(&store->broken))
		return ERR_IO;
	if (atomic_flag_test_and_set(&store->writing))
		return ERR_BUSY;
	store->write = (struct txn){ .store = store, .writes = true, .recent = &store->recent };
	err = store_err(mdb_txn_begin(store->env, NULL, 0, &store->write.mdb));
	if (err != ERR_OK) {
		atomic_flag_clear(&store->writing);
		return err;
	}
	*ret_txn = &store->write;
	return ERR_OK;
}

static struct txn *idle_take(struct store *store)
{
	struct txn *txn;

	(void)pthread_mutex_lock(&store->idle_lock);
	txn = store->idle;
	if (txn != NULL) {
		store->idle = txn->next;
		store->idle_count--;
	}
	(void)pthread_mutex_unlock(&store->idle_lock);
	return txn;
}

static bool idle_give(struct txn *txn)
{
	struct store *store = txn->store;
	bool kept;

	journal_unlook(txn);
	mdb_txn_reset(txn->mdb);
	(void)pthread_mutex_lock(&store->idle_lock);
	kept = store->idle_count < IDLE_MAX;
	if (kept) {
		txn->next = store->idle;
		store->idle = txn;
		store->idle_count++;
	}
	(void)pthread_mutex_unlock(&store->idle_lock);
	return kept;
}

void txn_read_free(struct txn *txn)
{
	journal_unlook(txn);
	mdb_txn_abort(txn->mdb);
	recent_free(&txn->snapshot);
	free(txn->records);
	free(txn);
}

enum err txn_begin_read(struct store *store, struct txn **ret_txn)
{
	struct txn *txn = idle_take(store);
	enum err err;

	if (txn != NULL) {
		txn->err = ERR_OK;
		err = store_err(mdb_txn_renew(txn->mdb));
	} else {
		txn = calloc(1, sizeof *txn);
		if (txn == NULL)
			return ERR_NOMEM;
		txn->store = store;
		txn->recent = &txn->snapshot;
		err = store_err(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn->mdb));
	}
	if (err == ERR_OK)
		err = journal_look(txn);
	if (err != ERR_OK) {
		txn_read_free(txn);
		return err;
	}
	*ret_txn = txn;
	return ERR_OK;
}

void txn_abort(struct txn *txn)
{
	if (txn == NULL)
		return;
	if (!txn->writes) {
		if (!idle_give(txn))
			txn_read_free(txn);
		return;
	}
	txn_drop_cursors(txn);
	journal_abort(txn);
	atomic_flag_clear(&txn->store->writing);
}

enum err txn_commit(struct txn *txn)
{
	struct store *store = txn->store;
	enum err err = txn->err;

	if (!txn->writes) {
		txn_abort(txn);
		return err;
	}
	txn_drop_cursors(txn);
	err = journal_commit(txn);
	atomic_flag_clear(&store->writing);
	return err;
}

enum err txn_error(const struct txn *txn)
{
	return txn->err;
}

void txn_fail(struct txn *txn, enum err err)
{
	store_fail(txn, err);
}
