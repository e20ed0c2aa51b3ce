/* SPDX-License-Identifier: Apache-2.0 */
/* store/journal_look.c - what a reader takes in of the journal as it begins; see journal.h for the contract. */
#include <stdlib.h>
#include <time.h>

#include "store/confirm.h"
#include "store/journal.h"
#include "store/journal_state.h"
#include "store/snapshots.h"

#define LOOKS 200u           /* beside a writer of another process, which goes on meanwhile */
#define LOOK_AGAIN_NS 500000 /* between two of them */
#define WAITS 4000u          /* so often until the snapshot is durable: some seconds, behind a slow disk */

/* ---- reading, beside the writer of this process ---- */

void journal_unlook(struct txn *txn)
{
	journal_share_give_back(&txn->store->journal_share, txn->buffer);
	txn->buffer = NULL;
}

/* What the snapshot has of this buffer already need not be read again. */
static enum err take_in(struct txn *txn, const uint8_t *bytes, uint64_t serial, size_t kept)
{
	enum err err;

	if (txn->serial != serial) {
		recent_clear(&txn->snapshot);
		txn->taken = 0;
	}
	err = recent_read(&txn->snapshot, bytes_of(bytes + txn->taken, kept - txn->taken));
	txn->serial = err == ERR_OK ? serial : 0;
	txn->taken = kept;
	return err;
}

static enum err look_at_share(struct txn *txn)
{
	size_t kept = 0;

	while (!journal_share_take(&txn->store->journal_share, mdb_txn_id(txn->mdb), &txn->buffer, &kept)) {
		enum err err = snapshots_renew(txn);

		if (err != ERR_OK)
			return err;
	}
	if (txn->buffer != NULL)
		return take_in(txn, txn->buffer->bytes, txn->buffer->serial, kept);
	recent_clear(&txn->snapshot);
	txn->serial = 0;
	return ERR_OK;
}

/* ---- and beside that of another ---- */

/* The number of the last commit that is; 0: it cannot be told. */
static uint64_t last_confirmed(const struct store *store)
{
	uint64_t number = 0;

	return store->journal_file.fd >= 0 && confirm_read(&store->journal_file, &number) == ERR_OK ? number : 0;
}

static enum err look_once(struct txn *txn)
{
	struct journal_content content = { .records = txn->records };
	struct journal_state state;
	enum err err = journal_state_get(txn->store, txn->mdb, &state);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	err = journal_state_open(txn->store, &state);
	if (err == ERR_OK)
		err = journal_file_read(&txn->store->journal_file, state.generation, &content);
	/* A commit is confirmed before what it folded is cleared: while the snapshot's is the last one, what was read of the journal is its own. */
	if (err == ERR_OK && last_confirmed(txn->store) != mdb_txn_id(txn->mdb))
		return ERR_BUSY; /* or not durable yet, or undone */
	if (err == ERR_OK)
		err = journal_file_sync(&txn->store->journal_file); /* of blocks and confirmation; the writer may not have come so far */
	if (err == ERR_BUSY)
		return ERR_CORRUPT; /* blocks of a later state than the trees' */
	return err == ERR_OK ? recent_read(&txn->snapshot, bytes_of(content.records, content.len)) : err;
}

static enum err look_locked(struct txn *txn)
{
	enum err err;

	recent_clear(&txn->snapshot);
	(void)pthread_mutex_lock(&txn->store->journal_share.lock);
	err = look_once(txn);
	(void)pthread_mutex_unlock(&txn->store->journal_share.lock);
	return err;
}

static uint64_t last_confirmed_locked(const struct txn *txn)
{
	uint64_t number;

	(void)pthread_mutex_lock(&txn->store->journal_share.lock);
	number = last_confirmed(txn->store);
	(void)pthread_mutex_unlock(&txn->store->journal_share.lock);
	return number;
}

/* Files that change while they are read look damaged, too: only what stays so is.  Until the snapshot's commit is confirmed its trees are not
 * looked at again: it may be undone meanwhile, and its pages be another's.  Once it is, the next one is not for the time of a sync. */
static enum err look_until_settled(struct txn *txn)
{
	const struct timespec pause = { .tv_nsec = LOOK_AGAIN_NS };
	enum err err = look_locked(txn);

	for (unsigned looks = 0, waits = 0; (err == ERR_BUSY || err == ERR_CORRUPT) && looks < LOOKS && waits < WAITS;) {
		uint64_t number = mdb_txn_id(txn->mdb), confirmed;

		nanosleep(&pause, NULL);
		confirmed = last_confirmed_locked(txn);
		if (confirmed != 0 && confirmed < number) {
			waits++;
			continue;
		}
		looks++;
		err = confirmed == number ? ERR_OK : snapshots_renew(txn);
		if (err != ERR_OK)
			return err;
		err = look_locked(txn);
	}
	return err;
}

static enum err look_at_file(struct txn *txn)
{
	if (txn->records == NULL)
		txn->records = malloc(JOURNAL_BYTES);
	return txn->records == NULL ? ERR_NOMEM : look_until_settled(txn);
}

enum err journal_look(struct txn *txn)
{
	return txn->store->read_only ? look_at_file(txn) : look_at_share(txn);
}
