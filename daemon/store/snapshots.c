/* SPDX-License-Identifier: Apache-2.0 */
/* store/snapshots.c - see snapshots.h for the contract. */
#include "store/snapshots.h"

#include <stdlib.h>

/* Read transactions kept.  More would hold slots that commands beside the daemon need. */
#define IDLE_MAX 8u
#define HIDDEN_MIN 4u /* at least so many are there for those who begin to read while a commit is hidden */

void snapshots_init(struct snapshots *snapshots)
{
	*snapshots = (struct snapshots){ 0 };
	(void)pthread_mutex_init(&snapshots->lock, NULL); /* without attributes these cannot fail on Linux */
	(void)pthread_cond_init(&snapshots->changed, NULL);
}

static void read_free(struct txn *txn)
{
	mdb_txn_abort(txn->mdb);
	recent_free(&txn->snapshot);
	free(txn->records);
	free(txn);
}

void snapshots_free(struct snapshots *snapshots)
{
	while (snapshots->idle != NULL) {
		struct txn *txn = snapshots->idle;

		snapshots->idle = txn->next;
		read_free(txn);
	}
	pthread_cond_destroy(&snapshots->changed);
	pthread_mutex_destroy(&snapshots->lock);
}

/* ---- under the lock ---- */

static struct txn *pop(struct snapshots *snapshots)
{
	struct txn *txn = snapshots->idle;

	if (txn != NULL) {
		snapshots->idle = txn->next;
		snapshots->count--;
	}
	return txn;
}

static void push(struct snapshots *snapshots, struct txn *txn)
{
	txn->next = snapshots->idle;
	snapshots->idle = txn;
	snapshots->count++;
}

static enum err begin_new(struct store *store, struct txn **ret_txn)
{
	struct txn *txn = calloc(1, sizeof *txn);
	enum err err;

	if (txn == NULL)
		return ERR_NOMEM;
	txn->store = store;
	txn->recent = &txn->snapshot;
	err = store_err(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn->mdb));
	if (err == ERR_OK)
		*ret_txn = txn;
	else
		free(txn);
	return err;
}

/* older: one that was begun before will do. */
static bool may_read(const struct snapshots *snapshots, bool older)
{
	return !snapshots->hidden || (older && snapshots->idle != NULL);
}

static enum err await_turn(struct snapshots *snapshots, bool older)
{
	while (!may_read(snapshots, older) && !snapshots->lost)
		(void)pthread_cond_wait(&snapshots->changed, &snapshots->lock);
	return may_read(snapshots, older) ? ERR_OK : ERR_IO;
}

static enum err take(struct store *store, struct txn **ret_txn)
{
	struct snapshots *snapshots = &store->snapshots;
	enum err err = await_turn(snapshots, true);

	if (err != ERR_OK)
		return err;
	*ret_txn = pop(snapshots);
	if (*ret_txn == NULL)
		return begin_new(store, ret_txn);
	if (!snapshots->hidden)
		err = store_err(mdb_txn_renew((*ret_txn)->mdb));
	if (err != ERR_OK)
		read_free(*ret_txn);
	return err;
}

/* Whether it was kept. */
static bool keep(struct snapshots *snapshots, struct txn *txn)
{
	if (snapshots->count == IDLE_MAX || (snapshots->hidden && mdb_txn_id(txn->mdb) != snapshots->newest))
		return false;
	if (!snapshots->hidden)
		mdb_txn_reset(txn->mdb);
	push(snapshots, txn);
	if (snapshots->hidden)
		(void)pthread_cond_broadcast(&snapshots->changed);
	return true;
}

/* ---- readers ---- */

enum err snapshots_take(struct store *store, struct txn **ret_txn)
{
	enum err err;

	(void)pthread_mutex_lock(&store->snapshots.lock);
	err = take(store, ret_txn);
	(void)pthread_mutex_unlock(&store->snapshots.lock);
	return err;
}

void snapshots_give_back(struct txn *txn)
{
	struct snapshots *snapshots = &txn->store->snapshots;
	bool kept;

	(void)pthread_mutex_lock(&snapshots->lock);
	kept = txn->err == ERR_OK && keep(snapshots, txn);
	(void)pthread_mutex_unlock(&snapshots->lock);
	if (!kept)
		read_free(txn);
}

enum err snapshots_renew(struct txn *txn)
{
	struct snapshots *snapshots = &txn->store->snapshots;
	enum err err;

	(void)pthread_mutex_lock(&snapshots->lock);
	mdb_txn_reset(txn->mdb);
	err = await_turn(snapshots, false);
	if (err == ERR_OK)
		err = store_err(mdb_txn_renew(txn->mdb));
	(void)pthread_mutex_unlock(&snapshots->lock);
	return err;
}

/* ---- the writer ---- */

void snapshots_hide(struct store *store)
{
	struct snapshots *snapshots = &store->snapshots;
	struct txn *idle, *txn;

	(void)pthread_mutex_lock(&snapshots->lock);
	snapshots->newest = store_last_commit(store);
	idle = snapshots->idle;
	snapshots->idle = NULL;
	snapshots->count = 0;
	while ((txn = idle) != NULL) {
		idle = txn->next;
		if (mdb_txn_renew(txn->mdb) == 0)
			push(snapshots, txn);
		else
			read_free(txn);
	}
	while (snapshots->count < HIDDEN_MIN && begin_new(store, &txn) == ERR_OK)
		push(snapshots, txn);
	snapshots->hidden = true;
	(void)pthread_mutex_unlock(&snapshots->lock);
}

void snapshots_show(struct store *store)
{
	struct snapshots *snapshots = &store->snapshots;

	(void)pthread_mutex_lock(&snapshots->lock);
	for (const struct txn *txn = snapshots->idle; txn != NULL; txn = txn->next)
		mdb_txn_reset(txn->mdb);
	snapshots->hidden = false;
	(void)pthread_cond_broadcast(&snapshots->changed);
	(void)pthread_mutex_unlock(&snapshots->lock);
}

void snapshots_lose(struct store *store)
{
	struct snapshots *snapshots = &store->snapshots;

	(void)pthread_mutex_lock(&snapshots->lock);
	snapshots->lost = true;
	(void)pthread_cond_broadcast(&snapshots->changed);
	(void)pthread_mutex_unlock(&snapshots->lock);
}
