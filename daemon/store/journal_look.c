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

/* A commit is confirmed before what it folded is cleared: while the snapshot's is the last one confirmed, what was read of the journal is its own. */
static bool is_newest(const struct txn *txn)
{
	uint64_t confirmed;

	return confirm_read(&txn->store->journal_file, &confirmed) == ERR_OK && confirmed == mdb_txn_id(txn->mdb);
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
	if (err == ERR_OK && !is_newest(txn))
		return ERR_BUSY; /* or not durable yet, or undone */
	if (err == ERR_OK)
		err = journal_file_sync(&txn->store->journal_file); /* of blocks and confirmation; the writer may not have come so far */
	if (err == ERR_BUSY)
		return ERR_CORRUPT; /* blocks of a later state than the trees' */
	return err == ERR_OK ? recent_read(&txn->snapshot, bytes_of(content.records, content.len)) : err;
}

/* Files that change while they are read look damaged, too: only what stays so is. */
static enum err look_at_file(struct txn *txn)
{
	const struct timespec pause = { .tv_nsec = LOOK_AGAIN_NS };
	enum err err;

	if (txn->records == NULL)
		txn->records = malloc(JOURNAL_BYTES);
	if (txn->records == NULL)
		return ERR_NOMEM;
	for (unsigned looks = 0;; looks++) {
		recent_clear(&txn->snapshot);
		(void)pthread_mutex_lock(&txn->store->journal_share.lock);
		err = look_once(txn);
		(void)pthread_mutex_unlock(&txn->store->journal_share.lock);
		if ((err != ERR_BUSY && err != ERR_CORRUPT) || looks == LOOKS)
			return err;
		nanosleep(&pause, NULL);
		err = snapshots_renew(txn);
		if (err != ERR_OK)
			return err;
	}
}

enum err journal_look(struct txn *txn)
{
	return txn->store->read_only ? look_at_file(txn) : look_at_share(txn);
}
