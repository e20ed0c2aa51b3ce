/* SPDX-License-Identifier: Apache-2.0 */
/* service/site.h - a home opened: options, keys and, where asked for, the store.  Whatever fails is logged here, once. */
#pragma once
#include "broker/broker.h"
#include "config/config.h"
#include "config/home.h"
#include "service/exit.h"

struct site {
	struct home home;
	struct config config;
	struct site_keys keys;
	struct store *store;
};

/* Options and keys; on EXIT_DONE close it with site_close. */
enum exit_code site_open(const char *root, struct site *ret_site);

/* The store as well, for writing (made if there is none) or for reading. */
enum exit_code site_open_store(struct site *site, bool read_only);
void site_close(struct site *site);

/* What the writer needs of it; borrows from site. */
struct broker_options site_broker_options(const struct site *site);

/* Reads tsunagid.yaml, telling every problem in the log. */
enum err site_load_options(const struct home *home, struct config *ret_config);

/* Logs that what is stored is damaged, where, and the ways to recover. */
void site_tell_damage(const struct site *site, const char *what);
