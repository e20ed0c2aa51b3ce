/* SPDX-License-Identifier: Apache-2.0 */
#include "site.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

static void open_both(struct site *site)
{
	struct store_options options = {
		.directory = site->folder, .map_bytes = UINT64_C(256) << 20, .reserve_bytes = 1 << 20, .readers_max = 8, .create = true,
	};

	require_ok(store_open(&options, &site->store));
	require_ok(ledger_open(site->store, SITE_NAME, 1, site->key, &site->ledger));
}

void site_open(struct site *site)
{
	static unsigned count;

	*site = (struct site){ .now_us = SITE_START_US };
	snprintf(site->folder, sizeof site->folder, "%s/site-%u", unit_folder(), count++);
	require(mkdir(site->folder, 0700) == 0);
	require_ok(private_key_new(KEY_ED25519, &site->key));
	require_ok(ed25519_public(site->key, site->public_key));
	open_both(site);
}

static void close_both(struct site *site)
{
	txn_abort(site->txn);
	site->txn = NULL;
	ledger_close(site->ledger);
	site->ledger = NULL;
	store_close(site->store);
	site->store = NULL;
}

void site_close(struct site *site)
{
	close_both(site);
	private_key_free(site->key);
}

void site_reopen(struct site *site)
{
	close_both(site);
	open_both(site);
}

struct ledger_entry site_append(struct site *site, uint16_t type, struct bytes body)
{
	struct ledger_entry entry;
	uint8_t salt[LEAF_SALT_BYTES];

	if (site->txn == NULL)
		require_ok(txn_begin_write(site->store, &site->txn));
	unit_random_bytes(salt, sizeof salt);
	site->now_us += 1000;
	ledger_append(site->ledger, site->txn, type, site->now_us, salt, body, &entry);
	return entry;
}

struct ledger_entry site_append_body(struct site *site, const Pb__EntryBody *body)
{
	struct ledger_entry entry;
	struct buf packed;

	buf_init(&packed, 1 << 20);
	require_ok(codec_pack(&body->base, &packed));
	entry = site_append(site, (uint16_t)body->body_case, buf_bytes(&packed));
	buf_free(&packed);
	return entry;
}

struct ledger_entry site_append_access(struct site *site, const char *command)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__AccessEntry access = PB__ACCESS_ENTRY__INIT;

	access.command = (char *)(uintptr_t)command;
	body.body_case = PB__ENTRY_BODY__BODY_ACCESS;
	body.access = &access;
	return site_append_body(site, &body);
}

struct bytes site_commit(struct site *site)
{
	struct bytes note = { 0 };
	struct txn *txn = site->txn;

	require(txn != NULL);
	site->txn = NULL;
	require_ok(ledger_seal(site->ledger, txn, &note));
	require_ok(txn_commit(txn));
	ledger_keep(site->ledger);
	return note;
}

void site_put(struct site *site, enum table table, struct key key, struct bytes value)
{
	struct txn *txn = NULL;

	require_ok(txn_begin_write(site->store, &txn));
	txn_put(txn, table, key_bytes(&key), value);
	require_ok(txn_commit(txn));
}

void site_delete(struct site *site, enum table table, struct key key)
{
	struct txn *txn = NULL;

	require_ok(txn_begin_write(site->store, &txn));
	txn_delete(txn, table, key_bytes(&key));
	require_ok(txn_commit(txn));
}

struct buf site_row(struct site *site, enum table table, struct key key)
{
	struct txn *txn = NULL;
	struct bytes value;
	struct buf row;

	buf_init(&row, 1 << 20);
	require_ok(txn_begin_read(site->store, &txn));
	require_ok(txn_get(txn, table, key_bytes(&key), &value));
	buf_put(&row, value);
	txn_abort(txn);
	require_ok(row.err);
	return row;
}

void site_flip(struct site *site, enum table table, struct key key, size_t at)
{
	struct buf row = site_row(site, table, key);

	require(at < row.len);
	row.data[at] ^= 0x10;
	site_put(site, table, key, buf_bytes(&row));
	buf_free(&row);
}

static void note_fault(void *context, const struct verify_fault *fault)
{
	struct verdict *verdict = context;
	size_t len = strlen(verdict->lines);

	if (len == 0)
		verdict->first = *fault;
	snprintf(verdict->lines + len, sizeof verdict->lines - len, "%s %" PRIu64 " %u: %s\n", fault->what, fault->number, fault->part,
		 fault->text);
}

struct verdict site_verify_store(struct site *site, struct store *store)
{
	struct verdict verdict = { 0 };
	struct verify_hooks hooks = { .fault = note_fault, .context = &verdict };

	verdict.err = ledger_verify(store, SITE_NAME, site->public_key, &hooks, &verdict.result);
	return verdict;
}

struct verdict site_verify(struct site *site)
{
	return site_verify_store(site, site->store);
}

void check_fault(const struct verdict *verdict, const char *what, uint64_t number, unsigned part)
{
	unit_context("found: %.300s", verdict->lines);
	check_err(verdict->err, ERR_CORRUPT);
	check_uint(verdict->result.faults, 1);
	check_text(verdict->first.what, what);
	check_uint(verdict->first.number, number);
	check_uint(verdict->first.part, part);
	check(verdict->first.text[0] != '\0');
}
