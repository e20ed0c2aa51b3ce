/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/open.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "ledger/entry.h"

#define WHAT_TO_DO "; find out what else is damaged with `tsunagi ledger verify`, then restore the last good backup with `tsunagi restore`"
#define REBUILD "; the entries are primary: run `tsunagid --rebuild`, which derives the tree anew"

__attribute__((format(printf, 2, 3))) static enum err found(struct ledger *ledger, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(ledger->fault, sizeof ledger->fault, format, arguments);
	va_end(arguments);
	return ERR_CORRUPT;
}

/* The last row of the entries; ERR_NOT_FOUND when there is none. */
static enum err last_entry(struct txn *txn, uint64_t *ret_key, struct entry *ret_entry)
{
	struct cursor *cursor;
	struct bytes key, row;
	enum err err = cursor_open(txn, TABLE_ENTRIES, &cursor);

	if (err != ERR_OK)
		return err;
	err = cursor_last(cursor, &key, &row);
	cursor_close(cursor);
	if (err != ERR_OK)
		return err;
	*ret_key = key.len == 8 ? be64_get(key.data) : UINT64_MAX;
	return entry_parse(row, ret_entry);
}

static enum err load_size(struct ledger *ledger, struct txn *txn)
{
	uint64_t rows = txn_rows(txn, TABLE_ENTRIES);
	struct entry entry;
	uint64_t seq = UINT64_MAX;
	enum err err = last_entry(txn, &seq, &entry);

	if (err == ERR_NOT_FOUND)
		return ERR_OK; /* nothing yet: kept is all zeros */
	if (err == ERR_CORRUPT)
		return found(ledger, "the last entry, %" PRIu64 ", does not parse" WHAT_TO_DO, rows - 1);
	if (err != ERR_OK)
		return err;
	if (seq != rows - 1 || entry.header.seq != seq)
		return found(ledger, "the ledger holds %" PRIu64 " entries, but the last is numbered %" PRIu64 " and says %" PRIu64 WHAT_TO_DO,
			     rows, seq, entry.header.seq);
	ledger->kept.tree.size = rows;
	ledger->kept.last_time_us = entry.header.time_us;
	return ERR_OK;
}

static enum err load_tree(struct ledger *ledger, struct txn *txn)
{
	uint64_t size = ledger->kept.tree.size;
	uint64_t rows = txn_rows(txn, TABLE_TREE);
	struct entry last;
	enum err err;

	if (rows != size)
		return found(ledger, "the ledger holds %" PRIu64 " entries, but its tree %" PRIu64 " rows" REBUILD, size, rows);
	if (size == 0)
		return ERR_OK;
	err = tree_load(txn, size, &ledger->kept.tree);
	if (err == ERR_NOT_FOUND || err == ERR_CORRUPT)
		return found(ledger, "the tree of %" PRIu64 " entries lacks one of its right-most rows" REBUILD, size);
	if (err == ERR_OK)
		err = entry_read(txn, size - 1, &last);
	if (err == ERR_CORRUPT)
		return found(ledger, "entry %" PRIu64 " does not hash to its leaf in the tree" WHAT_TO_DO, size - 1);
	return err;
}

static enum err check_head(struct ledger *ledger, struct bytes note, uint64_t sealed)
{
	uint64_t size = ledger->kept.tree.size;
	struct digest root = tree_root(&ledger->kept.tree);
	uint8_t public_key[ED25519_BYTES];
	struct checkpoint checkpoint;
	enum err err = ed25519_public(ledger->key, public_key);

	if (err != ERR_OK)
		return err;
	if (sealed != size)
		return found(ledger, "the last checkpoint seals %" PRIu64 " entries, but the ledger holds %" PRIu64 ": what follows entry %" PRIu64
			     " is lost or was added" WHAT_TO_DO, sealed, size, (sealed < size ? sealed : size) - 1);
	err = checkpoint_open(note, ledger->origin, public_key, &checkpoint);
	if (err == ERR_AUTH || err == ERR_FORMAT)
		return found(ledger, "the checkpoint over %" PRIu64 " entries is not one of %s signed by this site's key: a wrong key, a "
			     "wrong epoch, or damage" WHAT_TO_DO, size, ledger->origin);
	if (err != ERR_OK)
		return err;
	if (checkpoint.size != size || !digest_equal(&checkpoint.root, &root))
		return found(ledger, "the checkpoint over %" PRIu64 " entries is of another tree than theirs" WHAT_TO_DO, size);
	buf_put(&ledger->note, note);
	ledger->note_size = size;
	return ledger->note.err;
}

static enum err load_checkpoint(struct ledger *ledger, struct txn *txn)
{
	uint64_t size = ledger->kept.tree.size;
	uint64_t sealed = 0;
	struct bytes note;
	enum err err = checkpoint_newest(txn, 0, &note, &sealed);

	if (err == ERR_NOT_FOUND && size == 0)
		return ERR_OK;
	if (err == ERR_NOT_FOUND || (err == ERR_OK && sealed == 0))
		return found(ledger, "the ledger holds %" PRIu64 " entries, but no checkpoint seals them" WHAT_TO_DO, size);
	if (err == ERR_CORRUPT)
		return found(ledger, "the last checkpoint cannot be read" WHAT_TO_DO);
	if (err != ERR_OK)
		return err;
	if (size == 0)
		return found(ledger, "a checkpoint seals %" PRIu64 " entries, but the ledger holds none" WHAT_TO_DO, sealed);
	return check_head(ledger, note, sealed);
}

enum err ledger_load(struct ledger *ledger, struct store *store)
{
	struct txn *txn;
	enum err err = txn_begin_read(store, &txn);

	if (err != ERR_OK)
		return err;
	err = load_size(ledger, txn);
	if (err == ERR_OK)
		err = load_tree(ledger, txn);
	if (err == ERR_OK)
		err = load_checkpoint(ledger, txn);
	txn_abort(txn);
	if (err == ERR_CORRUPT && ledger->fault[0] == '\0')
		return found(ledger, "the store's pages are damaged" WHAT_TO_DO);
	return err;
}
