/* SPDX-License-Identifier: Apache-2.0 */
/* tests/crash/audit.c - reads a stopped store's ledger, entry by entry, and prints what it says took effect: audit STORE
 *
 *   submit SEQ SENDER MESSAGE_ID FIRST_ITEM RECIPIENTS
 *   handout SEQ ITEM...
 *   acknowledge SEQ ITEM...
 *   dead SEQ ITEM ATTEMPTS
 *
 * It judges nothing: run.py holds it against what clients were told. */
#include <stdio.h>

#include "base/id.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "ledger/entry.h"

static void print_items(const char *what, uint64_t seq, const uint64_t *items, size_t count)
{
	printf("%s %llu", what, (unsigned long long)seq);
	for (size_t i = 0; i < count; i++)
		printf(" %llu", (unsigned long long)items[i]);
	printf("\n");
}

static void print_submit(uint64_t seq, const Pb__SubmitEntry *submit)
{
	char text[ID_TEXT] = "?";
	struct id id;

	if (id_from_bytes(bytes_of_pb(submit->message_id), &id) == ERR_OK)
		id_format(&id, text);
	printf("submit %llu %u %s %llu %zu\n", (unsigned long long)seq, submit->order == NULL ? 0 : submit->order->agency, text,
	       (unsigned long long)seq * LIMIT_RECIPIENTS, submit->n_recipients);
}

static void print_failed(uint64_t seq, const Pb__FailedItem *failed)
{
	if (failed != NULL && failed->dead)
		printf("dead %llu %llu %u\n", (unsigned long long)seq, (unsigned long long)failed->item, failed->attempts);
}

static void print_entry(uint64_t seq, const Pb__EntryBody *body)
{
	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_SUBMIT:
		print_submit(seq, body->submit);
		break;
	case PB__ENTRY_BODY__BODY_HANDOUT:
		print_items("handout", seq, body->handout->items, body->handout->n_items);
		break;
	case PB__ENTRY_BODY__BODY_ACKNOWLEDGE:
		print_items("acknowledge", seq, body->acknowledge->items, body->acknowledge->n_items);
		break;
	case PB__ENTRY_BODY__BODY_REFUSE:
		print_failed(seq, body->refuse->failed);
		break;
	case PB__ENTRY_BODY__BODY_LEASE_LOST:
		for (size_t i = 0; i < body->lease_lost->n_failed; i++)
			print_failed(seq, body->lease_lost->failed[i]);
		break;
	default:
		break;
	}
}

static enum err walk(struct txn *txn)
{
	uint64_t rows = txn_rows(txn, TABLE_ENTRIES);
	enum err err = ERR_OK;
	struct arena arena;

	arena_init(&arena, 16u << 20);
	for (uint64_t seq = 0; seq < rows && err == ERR_OK; seq++) {
		const Pb__EntryBody *body;
		struct entry entry;

		arena_reset(&arena);
		err = entry_decode(txn, seq, &arena, &entry, &body);
		if (err == ERR_OK)
			print_entry(seq, body);
		else
			fprintf(stderr, "audit: entry %llu: %s\n", (unsigned long long)seq, err_text(err));
	}
	arena_free(&arena);
	return err;
}

int main(int argc, char **argv)
{
	struct store_options options = { .directory = argv[1], .map_bytes = (uint64_t)64 << 30, .readers_max = 16, .read_only = true };
	struct store *store = NULL;
	struct txn *txn = NULL;
	enum err err;

	if (argc != 2) {
		fprintf(stderr, "usage: audit STORE\n");
		return 2;
	}
	err = store_open(&options, &store);
	if (err == ERR_OK)
		err = txn_begin_read(store, &txn);
	if (err == ERR_OK)
		err = walk(txn);
	txn_abort(txn);
	store_close(store);
	if (err != ERR_OK)
		fprintf(stderr, "audit: %s\n", err_text(err));
	return err == ERR_OK ? 0 : 1;
}
