/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/site.h - what commands need of a home without its daemon: options, keys, and the store for reading. */
#pragma once
#include "config/config.h"
#include "config/home.h"
#include "store/store.h"
#include "tsunagi/command.h"

struct site {
	struct home home;
	struct config config;
	struct site_keys keys;
};

/* Loads options and keys of the home that the call names; every problem is told.  ret_site is to be freed on OUTCOME_DONE only. */
enum outcome site_load(const struct call *call, struct site *ret_site);
void site_free(struct site *site);

/* The options alone. */
enum outcome site_options(const struct call *call, struct home *ret_home, struct config *ret_config);

/* Opens a store for reading beside a daemon; directory NULL: the home's own.  Told when it cannot be. */
enum outcome site_store(const char *directory, struct store **ret_store);

/* The newest checkpoint's epoch and size; 1 and 0 when there is none yet. */
enum err site_head(struct store *store, uint32_t *ret_epoch, uint64_t *ret_size);

/* Appends the checkpoint key as the site publishes it: SITE/EPOCH+id+key. */
enum err site_verification_key(const struct site *site, uint32_t epoch, struct buf *out);
