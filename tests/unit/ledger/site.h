/* SPDX-License-Identifier: Apache-2.0 */
/* site.h - a site with a ledger in the test's folder: what tests of this room stand on. */
#pragma once
#include "contract/codec.h"
#include "ledger/entry.h"
#include "ledger/ledger.h"
#include "ledger/verify.h"
#include "store/keys.h"
#include "unit.h"

#define SITE_NAME "chiba-city"
#define SITE_START_US INT64_C(1790000000000000)

struct site {
	char folder[1000];
	struct store *store;
	struct private_key *key;   /* of the checkpoints */
	uint8_t public_key[ED25519_BYTES];
	struct ledger *ledger;
	struct txn *txn;           /* of the open batch, or NULL */
	int64_t now_us;            /* moves on with every entry */
};

/* A fresh store and ledger in a folder of its own, nothing in it. */
void site_open(struct site *site);
void site_close(struct site *site);

/* Closes the store and the ledger and opens them again, with the same key. */
void site_reopen(struct site *site);

/* Appends to the open batch, beginning one if there is none. */
struct ledger_entry site_append(struct site *site, uint16_t type, struct bytes body);
struct ledger_entry site_append_body(struct site *site, const Pb__EntryBody *body);

/* An ACCESS entry with command as its text: the plainest there is. */
struct ledger_entry site_append_access(struct site *site, const char *command);

/* Seals and commits the open batch; the note is borrowed until the next. */
struct bytes site_commit(struct site *site);

/* Writes outside of any batch, to damage what is there. */
void site_put(struct site *site, enum table table, struct key key, struct bytes value);
void site_delete(struct site *site, enum table table, struct key key);

/* A copy of the row, to be freed. */
struct buf site_row(struct site *site, enum table table, struct key key);

/* Flips one bit in the row. */
void site_flip(struct site *site, enum table table, struct key key, size_t at);

/* What ledger_verify says, each fault as a line "what number part: text". */
struct verdict {
	enum err err;
	struct verify_result result;
	struct verify_fault first;
	char lines[4000];
};

struct verdict site_verify(struct site *site);
struct verdict site_verify_store(struct site *site, struct store *store);

/* Checks that there is exactly one fault, and what it names. */
void check_fault(const struct verdict *verdict, const char *what, uint64_t number, unsigned part);
