/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/verify.c - the walk over entries and tree; see verify.h for the contract. */
#include "ledger/verify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "contract/limits.h"
#include "ledger/verify_walk.h"
#include "store/keys.h"

/* A directory entry holds a whole file, and decoding copies it. */
#define ARENA_BYTES (4 * (size_t)LIMIT_DIRECTORY_BYTES)

#define PROGRESS_EVERY 4096

/* ---- what the parts share ---- */

void verify_found(struct verify *verify, const char *what, uint64_t number, unsigned part, const char *format, ...)
{
	struct verify_fault fault = { .what = what, .number = number, .part = part };
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(fault.text, sizeof fault.text, format, arguments);
	va_end(arguments);
	verify->result->faults++;
	verify->hooks->fault(verify->hooks->context, &fault);
}

static void walk_take(struct verify *verify, struct walk *walk, enum err err)
{
	walk->ended = err != ERR_OK;
	if (err != ERR_OK && err != ERR_NOT_FOUND && verify->err == ERR_OK)
		verify->err = err;
}

void walk_step(struct verify *verify, struct walk *walk)
{
	walk_take(verify, walk, cursor_next(walk->cursor, &walk->key, &walk->row));
}

static void walk_open(struct verify *verify, struct walk *walk, enum table table)
{
	enum err err = cursor_open(verify->txn, table, &walk->cursor);

	if (err == ERR_OK)
		err = cursor_first(walk->cursor, &walk->key, &walk->row);
	walk_take(verify, walk, err);
}

/* ---- entries and their leaves ---- */

static bool tree_row_here(struct verify *verify, uint64_t seq, struct bytes *ret_row)
{
	struct walk *rows = &verify->tree_rows;

	while (!rows->ended && (rows->key.len != 8 || be64_get(rows->key.data) < seq)) {
		verify_found(verify, "tree", rows->key.len == 8 ? be64_get(rows->key.data) : seq, 0, "a row that belongs to no entry");
		walk_step(verify, rows);
	}
	if (rows->ended || be64_get(rows->key.data) != seq)
		return false;
	*ret_row = rows->row;
	walk_step(verify, rows);
	return true;
}

/* The entry's row and its leaf in the tree differ: the next checkpoint that can be trusted tells which of them is damaged. */
static bool entry_is_the_good_one(struct verify *verify, uint64_t seq, const struct digest *computed, const struct digest *stored)
{
	uint64_t size = 0;

	if (verify_leaf_is_sealed(verify, seq, computed, &size)) {
		verify_found(verify, "tree", seq, 0, "its leaf is damaged; the checkpoint over %" PRIu64 " entries shows the entry itself to be good: "
			     "run `tsunagid --rebuild`", size);
		return true;
	}
	if (verify_leaf_is_sealed(verify, seq, stored, &size))
		verify_found(verify, "entry", seq, 0, "does not hash to the leaf that the checkpoint over %" PRIu64 " entries seals: "
			     "header, salt or body is damaged", size);
	else
		verify_found(verify, "entry", seq, 0, "does not hash to its leaf in the tree, and no checkpoint tells which of them is damaged");
	return false;
}

/* Adds the leaf to the tree of our own and holds the stored row's subtrees against it. */
static void grow(struct verify *verify, uint64_t seq, const struct digest *leaf, const struct bytes *stored)
{
	uint8_t row[TREE_ROW_MAX];
	size_t len = tree_row_len(seq);

	tree_grow(&verify->tree, leaf, row);
	if (stored == NULL)
		verify_found(verify, "tree", seq, 0, "its row is missing: run `tsunagid --rebuild`");
	else if (stored->len != len)
		verify_found(verify, "tree", seq, 0, "its row has %zu bytes instead of %zu: run `tsunagid --rebuild`", stored->len, len);
	else if (!verify->tree_lost && memcmp(stored->data + DIGEST_BYTES, row + DIGEST_BYTES, len - DIGEST_BYTES) != 0)
		verify_found(verify, "tree", seq, 0, "the hash of a subtree that it completes is damaged: run `tsunagid --rebuild`");
}

/* The leaf to go on with; *ret_good: the entry may be read further. */
static struct digest settle_leaf(struct verify *verify, uint64_t seq, const struct entry *entry, const struct bytes *stored,
				 bool *ret_good)
{
	struct digest computed, leaf;

	*ret_good = entry != NULL;
	if (entry != NULL)
		computed = entry_leaf(entry);
	if (stored == NULL || stored->len < DIGEST_BYTES) {
		if (entry != NULL)
			return computed;
		verify->tree_lost = true;
		return (struct digest){ 0 };
	}
	memcpy(leaf.bytes, stored->data, DIGEST_BYTES);
	if (entry != NULL && !digest_equal(&leaf, &computed)) {
		*ret_good = entry_is_the_good_one(verify, seq, &computed, &leaf);
		return *ret_good ? computed : leaf;
	}
	return leaf;
}

static void check_header(struct verify *verify, const struct leaf_header *header, uint64_t seq)
{
	if (header->seq != seq)
		verify_found(verify, "entry", seq, 0, "says that its number is %" PRIu64, header->seq);
	if (header->time_us < verify->last_time_us)
		verify_found(verify, "entry", seq, 0, "is %" PRIu64 " us older than the one before it",
			     (uint64_t)verify->last_time_us - (uint64_t)header->time_us);
	verify->last_time_us = header->time_us;
}

static void check_entry(struct verify *verify, uint64_t seq, struct bytes row)
{
	struct entry entry;
	struct bytes stored;
	bool parsed = entry_parse(row, &entry) == ERR_OK;
	bool has_stored = tree_row_here(verify, seq, &stored);
	bool good;
	struct digest leaf;

	if (!parsed)
		verify_found(verify, "entry", seq, 0, "its row of %zu bytes is too short to be one", row.len);
	leaf = settle_leaf(verify, seq, parsed ? &entry : NULL, has_stored ? &stored : NULL, &good);
	grow(verify, seq, &leaf, has_stored ? &stored : NULL);
	if (good) {
		check_header(verify, &entry.header, seq);
		verify_body(verify, &entry);
	} else {
		verify->entries_damaged++;
		verify_parts_skip(verify, seq);
	}
}

/* Entries from the tree's size up to seq are not there.  Their leaves may be. */
static void check_gap(struct verify *verify, uint64_t seq)
{
	uint64_t first = verify->tree.size;

	verify_found(verify, "entry", first, 0, "entries %" PRIu64 " to %" PRIu64 " are missing", first, seq - 1);
	verify->entries_damaged++;
	while (verify->tree.size < seq) {
		struct bytes stored;
		struct digest leaf;

		if (!tree_row_here(verify, verify->tree.size, &stored) || stored.len < DIGEST_BYTES)
			break;
		memcpy(leaf.bytes, stored.data, DIGEST_BYTES);
		verify_parts_skip(verify, verify->tree.size);
		grow(verify, verify->tree.size, &leaf, &stored);
		verify_checkpoint_here(verify);
	}
	verify->tree_lost |= verify->tree.size < seq;
	verify->tree.size = seq;
}

/* The number under which the current row takes part: its key's, or what its header says where the key is damaged. */
static bool place_row(struct verify *verify, uint64_t *ret_seq)
{
	const struct walk *rows = &verify->entries;
	uint64_t expected = verify->tree.size;
	uint64_t said = rows->key.len == 8 ? be64_get(rows->key.data) : UINT64_MAX;
	struct entry entry;

	*ret_seq = said;
	if (said == expected)
		return true;
	if (entry_parse(rows->row, &entry) == ERR_OK && entry.header.seq == expected) {
		verify_found(verify, "entry", expected, 0, "is stored under the number %" PRIu64, said);
		*ret_seq = expected;
		return true;
	}
	if (said > expected && rows->key.len == 8)
		return true;
	verify_found(verify, "entry", said, 0, "stands where entry %" PRIu64 " should", expected);
	return false;
}

static void walk_entries(struct verify *verify)
{
	uint64_t of = txn_rows(verify->txn, TABLE_ENTRIES);
	uint64_t seq;

	for (; !verify->entries.ended && verify->err == ERR_OK; walk_step(verify, &verify->entries)) {
		if (!place_row(verify, &seq))
			continue;
		if (seq > verify->tree.size)
			check_gap(verify, seq);
		check_entry(verify, seq, verify->entries.row);
		verify_checkpoint_here(verify);
		verify->result->entries++;
		if (verify->hooks->progress != NULL && verify->result->entries % PROGRESS_EVERY == 0)
			verify->hooks->progress(verify->hooks->context, verify->result->entries, of);
	}
	if (verify->hooks->progress != NULL)
		verify->hooks->progress(verify->hooks->context, verify->result->entries, of);
}

/* Tree rows, checkpoints and parts that no entry has claimed. */
static void check_rests(struct verify *verify)
{
	struct bytes row;

	(void)tree_row_here(verify, UINT64_MAX, &row);
	verify_erasures(verify);
	verify_checkpoints_end(verify);
	verify_parts_end(verify);
	verify_blobs(verify);
	verify->result->root = tree_root(&verify->tree);
}

static void verify_all(struct verify *verify)
{
	walk_open(verify, &verify->entries, TABLE_ENTRIES);
	walk_open(verify, &verify->tree_rows, TABLE_TREE);
	walk_open(verify, &verify->checkpoints, TABLE_CHECKPOINTS);
	walk_open(verify, &verify->parts, TABLE_PARTS);
	walk_open(verify, &verify->blobs, TABLE_BLOBS);
	if (verify->err == ERR_OK)
		walk_entries(verify);
	if (verify->err == ERR_OK)
		check_rests(verify);
	cursor_close(verify->entries.cursor);
	cursor_close(verify->tree_rows.cursor);
	cursor_close(verify->checkpoints.cursor);
	cursor_close(verify->parts.cursor);
	cursor_close(verify->blobs.cursor);
}

enum err ledger_verify(struct store *store, const char *site, const uint8_t checkpoint_key[ED25519_BYTES],
		       const struct verify_hooks *hooks, struct verify_result *ret_result)
{
	struct verify_result result = { 0 };
	struct verify verify = {
		.site = site, .checkpoint_key = checkpoint_key, .hooks = hooks, .result = &result, .last_time_us = INT64_MIN,
	};
	enum err err = signers_new(&verify.signers);

	if (err != ERR_OK)
		return err;
	arena_init(&verify.arena, ARENA_BYTES);
	buf_init(&verify.scratch, LIMIT_CONTROL_BYTES);
	verify_erased_begin(&verify);
	err = txn_begin_read(store, &verify.txn);
	if (err == ERR_OK) {
		verify_all(&verify);
		txn_abort(verify.txn);
		err = verify.err;
	} else if (err == ERR_CORRUPT) { /* before anything can be read what small transactions wrote has to be understood */
		verify_found(&verify, "journal", 0, 0, "its rows do not hold, and what was accepted last stands there alone");
		err = ERR_OK;
	}
	arena_free(&verify.arena);
	buf_free(&verify.scratch);
	verify_erased_end(&verify);
	signers_free(verify.signers);
	if (err != ERR_OK)
		return err;
	*ret_result = result;
	return result.faults > 0 ? ERR_CORRUPT : ERR_OK;
}
