/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/ledger.c - appending and sealing; see ledger.h for the contract.
 *
 * Invariant between batches: open equals kept, and kept is what the last committed transaction left in the tables. */
#include "ledger/ledger.h"

#include <stdlib.h>

#include "contract/limits.h"
#include "ledger/open.h"
#include "store/keys.h"

enum err ledger_open(struct store *store, const char *site, uint32_t epoch, const struct private_key *key,
		     struct ledger **ret_ledger)
{
	struct ledger *ledger = calloc(1, sizeof *ledger);
	enum err err;

	if (ledger == NULL)
		return ERR_NOMEM;
	ledger->key = key;
	checkpoint_origin(site, epoch, ledger->origin);
	buf_init(&ledger->note, NOTE_MAX);
	err = ledger_load(ledger, store);
	if (err != ERR_OK && err != ERR_CORRUPT) {
		ledger_close(ledger);
		return err;
	}
	ledger->open = ledger->kept;
	*ret_ledger = ledger;
	return err;
}

void ledger_close(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	buf_free(&ledger->note);
	free(ledger);
}

static void put_row(struct txn *txn, uint64_t seq, const uint8_t header[LEAF_HEADER_BYTES], const uint8_t salt[LEAF_SALT_BYTES],
		    struct bytes body)
{
	struct key key = key_u64(seq);
	uint8_t *row = txn_append_room(txn, TABLE_ENTRIES, key_bytes(&key), LEAF_HEADER_BYTES + LEAF_SALT_BYTES + body.len);

	if (row == NULL)
		return;
	memcpy(row, header, LEAF_HEADER_BYTES);
	memcpy(row + LEAF_HEADER_BYTES, salt, LEAF_SALT_BYTES);
	memcpy(row + LEAF_HEADER_BYTES + LEAF_SALT_BYTES, body.data, body.len);
}

void ledger_append(struct ledger *ledger, struct txn *txn, uint16_t type, int64_t now_us, const uint8_t salt[LEAF_SALT_BYTES],
		   struct bytes body, struct ledger_entry *ret_entry)
{
	struct ledger_state *open = &ledger->open;
	uint64_t seq = open->tree.size;
	struct key key = key_u64(seq);
	uint8_t tree_row[TREE_ROW_MAX];

	if (body.len == 0)
		txn_fail(txn, ERR_USAGE); /* its row would look like an erased one */
	if (now_us > open->last_time_us)
		open->last_time_us = now_us;
	ret_entry->header = (struct leaf_header){
		.format = LEDGER_FORMAT, .type = type, .seq = seq, .time_us = open->last_time_us,
	};
	leaf_header_encode(&ret_entry->header, ret_entry->header_bytes);
	ret_entry->body_hash = leaf_body_hash(salt, body);
	ret_entry->leaf = leaf_hash(ret_entry->header_bytes, &ret_entry->body_hash);

	put_row(txn, seq, ret_entry->header_bytes, salt, body);
	tree_grow(&open->tree, &ret_entry->leaf, tree_row);
	txn_append(txn, TABLE_TREE, key_bytes(&key), bytes_of(tree_row, tree_row_len(seq)));
}

/* Signs the open tree's head into ledger->note. */
static enum err sign(struct ledger *ledger)
{
	struct checkpoint checkpoint = { .size = ledger->open.tree.size, .root = tree_root(&ledger->open.tree) };

	memcpy(checkpoint.origin, ledger->origin, sizeof checkpoint.origin);
	buf_clear(&ledger->note);
	ledger->note_size = 0;
	return checkpoint_sign(&checkpoint, ledger->key, &ledger->note);
}

enum err ledger_seal(struct ledger *ledger, struct txn *txn, struct bytes *ret_note)
{
	uint64_t size = ledger->open.tree.size;
	struct key key = key_u64(size);
	enum err err = size == 0 ? ERR_USAGE : ERR_OK;

	if (err == ERR_OK && ledger->note_size != size) {
		err = sign(ledger);
		if (err == ERR_OK)
			txn_put(txn, TABLE_CHECKPOINTS, key_bytes(&key), buf_bytes(&ledger->note));
	}
	if (err != ERR_OK) {
		txn_fail(txn, err); /* nothing is committed without its seal */
		return err;
	}
	ledger->note_size = size;
	*ret_note = buf_bytes(&ledger->note);
	return txn_error(txn);
}

void ledger_keep(struct ledger *ledger)
{
	ledger->kept = ledger->open;
}

void ledger_forget(struct ledger *ledger)
{
	ledger->open = ledger->kept;
	ledger->note_size = 0; /* another batch may reach the same size with other entries */
}

int64_t ledger_last_time_us(const struct ledger *ledger)
{
	return ledger->open.last_time_us;
}

uint64_t ledger_size(const struct ledger *ledger)
{
	return ledger->open.tree.size;
}

const char *ledger_origin(const struct ledger *ledger)
{
	return ledger->origin;
}

const char *ledger_fault(const struct ledger *ledger)
{
	return ledger->fault;
}
