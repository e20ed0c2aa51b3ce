/* SPDX-License-Identifier: Apache-2.0 */
/* store/txn.c - see txn.h for the contract. */
#include "store/txn.h"

#include "store/environment.h"
#include "store/journal.h"
#include "store/settle.h"
#include "store/snapshots.h"

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

static void end_read(struct txn *txn)
{
	journal_unlook(txn);
	snapshots_give_back(txn);
}

enum err txn_begin_read(struct store *store, struct txn **ret_txn)
{
	struct txn *txn;
	enum err err = snapshots_take(store, &txn);

	if (err != ERR_OK)
		return err;
	err = journal_look(txn);
	if (err != ERR_OK) {
		store_fail(txn, err);
		end_read(txn);
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
		end_read(txn);
		return;
	}
	txn_drop_cursors(txn);
	journal_abort(txn);
	atomic_flag_clear(&txn->store->writing);
}

enum err txn_hand_over(struct txn *txn)
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

enum err txn_commit(struct txn *txn)
{
	struct store *store = txn->store;
	enum err err = txn_hand_over(txn);

	return err == ERR_OK ? settle_wait(store) : err;
}

enum err txn_error(const struct txn *txn)
{
	return txn->err;
}

void txn_fail(struct txn *txn, enum err err)
{
	store_fail(txn, err);
}
