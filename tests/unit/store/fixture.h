/* SPDX-License-Identifier: Apache-2.0 */
/* fixture.h - a store in the test's own folder. */
#pragma once
#include "store/keys.h"
#include "store/txn.h"
#include "unit.h"

#define MIB (UINT64_C(1024) * 1024)

/* 64 MiB of map, 1 MiB of reserve, 8 readers. */
struct store_options fixture_options(const char *directory);

/* A fresh store in the test's folder, or the one that is there. */
struct store *fixture_open(void);

/* Transactions that must begin, and a commit that must succeed. */
struct txn *fixture_write(struct store *store);
struct txn *fixture_read(struct store *store);

/* A row under key_u64(number). */
void fixture_put(struct txn *txn, enum table table, uint64_t number, const char *text);
void fixture_append(struct txn *txn, enum table table, uint64_t number, const char *text);

/* Checks what stands under key_u64(number): text, or nothing when it is NULL. */
void fixture_check(struct txn *txn, enum table table, uint64_t number, const char *text);

/* The store's files as a kill would leave them now, copied into an empty folder. */
void fixture_copy_files(struct store *store, const char *folder);

/* Closes it as a kill would: nothing is folded, nothing ended. */
void fixture_leave(struct store *store);
