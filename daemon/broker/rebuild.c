/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rebuild.c - every derived table anew, by the same apply that runs live (P2).
 *
 * A mark in the META table stands from the first change to the last, so that tables which are half derived are never trusted. */
#include "broker/rebuild.h"

#include "broker/apply.h"
#include "broker/erased.h"
#include "broker/rows_agency_legs.h"
#include "contract/limits.h"
#include "ledger/entry.h"
#include "ledger/ledger.h"
#include "store/keys.h"
#include "store/parts.h"

#define ENTRIES_PER_COMMIT 4096u
#define ENTRY_ARENA_BYTES (4u * LIMIT_DIRECTORY_BYTES)

static struct bytes mark_key(void)
{
	return bytes_of_text(STORE_REBUILD_MARK);
}

/* Sets the mark, empties the derived tables, derives what comes from primary rows directly: the tree and the blob index. */
static enum err begin(struct store *store, uint64_t *ret_entries)
{
	struct txn *txn;
	enum err err = txn_begin_write(store, &txn);

	if (err != ERR_OK)
		return err;
	txn_put(txn, TABLE_META, mark_key(), bytes_of_text("unfinished"));
	for (enum table table = 0; table < TABLE_COUNT; table++)
		if (table_kind(table) == TABLE_DERIVED)
			txn_empty(txn, table);
	err = ledger_rebuild_tree(txn);
	if (err == ERR_OK)
		err = blob_reindex(txn);
	if (err != ERR_OK) {
		txn_abort(txn);
		return err;
	}
	*ret_entries = txn_rows(txn, TABLE_ENTRIES);
	return txn_commit(txn);
}

static enum err apply_one(struct txn *txn, uint64_t seq, struct arena *arena)
{
	const Pb__EntryBody *body;
	struct entry entry;
	bool erased = false;
	enum err err;

	agency_legs_close(txn, seq);
	err = entry_decode(txn, seq, arena, &entry, &body);
	if (err == ERR_NOT_FOUND)
		return erased_entry(txn, seq, &erased) == ERR_OK && erased ? ERR_OK : ERR_CORRUPT; /* what it led to went with it */
	if (err == ERR_FORMAT)
		return ERR_CORRUPT;
	return err != ERR_OK ? err : apply_entry(txn, &entry.header, body);
}

/* Applies entries [from, to) in one transaction. */
static enum err apply_run(struct store *store, uint64_t from, uint64_t to, struct arena *arena)
{
	struct txn *txn;
	enum err err = txn_begin_write(store, &txn);

	if (err != ERR_OK)
		return err;
	for (uint64_t seq = from; err == ERR_OK && seq < to; seq++) {
		err = apply_one(txn, seq, arena);
		if (err == ERR_OK)
			err = txn_error(txn);
		arena_reset(arena);
	}
	if (err == ERR_OK)
		return txn_commit(txn);
	txn_abort(txn);
	return err;
}

static enum err apply_all(struct store *store, uint64_t entries, void (*progress)(void *context, uint64_t done, uint64_t of),
			  void *context)
{
	struct arena arena;
	enum err err = ERR_OK;

	arena_init(&arena, ENTRY_ARENA_BYTES);
	for (uint64_t from = 0; err == ERR_OK && from < entries;) {
		uint64_t to = entries - from > ENTRIES_PER_COMMIT ? from + ENTRIES_PER_COMMIT : entries;

		err = apply_run(store, from, to, &arena);
		from = to;
		if (err == ERR_OK && progress != NULL)
			progress(context, to, entries);
	}
	arena_free(&arena);
	return err;
}

static enum err finish(struct store *store)
{
	struct txn *txn;
	enum err err = txn_begin_write(store, &txn);

	if (err != ERR_OK)
		return err;
	txn_delete(txn, TABLE_META, mark_key());
	return txn_commit(txn);
}

enum err broker_rebuild(const struct broker_options *options, struct store *store,
			void (*progress)(void *context, uint64_t done, uint64_t of), void *context)
{
	uint64_t entries;
	enum err err = begin(store, &entries);

	(void)options; /* entries hold all results: no option changes what they derive */
	if (err == ERR_OK)
		err = apply_all(store, entries, progress, context);
	return err == ERR_OK ? finish(store) : err;
}

enum err rebuild_if_unfinished(const struct broker_options *options, struct store *store)
{
	struct bytes value;
	struct txn *txn;
	enum err err = txn_begin_read(store, &txn);

	if (err != ERR_OK)
		return err;
	err = txn_get(txn, TABLE_META, mark_key(), &value);
	txn_abort(txn);
	if (err == ERR_NOT_FOUND)
		return ERR_OK;
	return err != ERR_OK ? err : broker_rebuild(options, store, NULL, NULL);
}
