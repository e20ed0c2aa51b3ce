/* SPDX-License-Identifier: Apache-2.0 */
#include "service/site.h"

#include "base/log.h"
#include "store/compact.h"

static void report(void *context, const struct config_fault *fault)
{
	(void)context;
	log_error("bad_option", "file=%s line=%u problem=%s", fault->file, fault->line, fault->text);
}

enum err site_load_options(const struct home *home, struct config *ret_config)
{
	return config_load(home->options, report, NULL, ret_config);
}

enum exit_code site_open(const char *root, struct site *ret_site)
{
	static const struct site empty; /* two pages of paths: not on the stack */
	struct home_fault fault;
	enum err err;

	*ret_site = empty;
	err = home_at(root, &ret_site->home);
	if (err != ERR_OK) {
		log_error("bad_home", "error=%s", err_text(err));
		return EXIT_BAD_CONFIG;
	}
	if (site_load_options(&ret_site->home, &ret_site->config) != ERR_OK)
		return EXIT_BAD_CONFIG;
	err = site_keys_load(&ret_site->home, &ret_site->keys, &fault);
	if (err == ERR_OK)
		return EXIT_DONE;
	log_error("bad_key", "file=%s problem=%s", fault.path, fault.text);
	return err == ERR_NOMEM ? EXIT_NO_MEMORY : EXIT_BAD_CONFIG;
}

static const char *store_hint(enum err err)
{
	switch (err) {
	case ERR_BUSY:
		return "another tsunagid has this store open";
	case ERR_VERSION:
		return "it was written by a newer release: run that one";
	case ERR_NOT_FOUND:
		return "there is none: tsunagi init makes a home, tsunagid its store";
	case ERR_CORRUPT:
		return "its file is damaged: restore a backup";
	default:
		return "";
	}
}

enum exit_code site_open_store(struct site *site, bool read_only)
{
	const struct store_options options = {
		.directory = site->home.store,
		.map_bytes = site->config.map_size,
		.reserve_bytes = site->config.reserve_size,
		.readers_max = (unsigned)site->config.readers_max,
		.read_only = read_only,
		.create = !read_only,
	};
	bool compacted = false;
	enum err err = read_only ? store_open(&options, &site->store) : store_open_compacted(&options, &site->store, &compacted);

	if (compacted)
		log_info("store_written_anew", "directory=%s reason=%s", site->home.store, "what was erased stood in its free pages");
	if (err != ERR_OK)
		log_error("store_unusable", "directory=%s error=%s hint=%s", site->home.store, err_text(err), store_hint(err));
	return exit_code_of(err);
}

void site_close(struct site *site)
{
	store_close(site->store);
	site->store = NULL;
	site_keys_free(&site->keys);
}

struct broker_options site_broker_options(const struct site *site)
{
	return (struct broker_options){
		.site = site->config.site,
		.local_government_code = site->config.local_government_code,
		.checkpoint_key = site->keys.checkpoint,
		.site_certificate = site->keys.certificate,
		.ring_slots = (size_t)site->config.ring_slots,
		.ring_reserve = (size_t)site->config.ring_reserve,
		.batch_orders = (size_t)site->config.batch_orders,
		.batch_bytes = (size_t)site->config.batch_bytes,
		.attempts_max = (uint32_t)site->config.attempts,
		.lease_us = (int64_t)site->config.lease,
		.mailbox_items_max = site->config.mailbox_items,
		.items_max = site->config.items_max,
		.part_days = (uint32_t)site->config.parts_kept_days,
		.body_years = (uint32_t)site->config.bodies_kept_years,
		.unpolled_us = (int64_t)site->config.unpolled_alarm,
		.test_site = site->config.test_site != 0,
	};
}

void site_tell_damage(const struct site *site, const char *what)
{
	log_error("damaged", "store=%s what=%s", site->home.store, what);
	log_error("to_recover", "step=%s", "keep a copy of the store as it is; nothing in it is ever repaired by guessing");
	log_error("to_recover", "step=%s", "tsunagid --check --store names every entry, part and checkpoint that does not hold");
	log_error("to_recover", "step=%s", "if entries and parts hold and only derived tables do not: tsunagid --rebuild");
	log_error("to_recover", "step=%s", "otherwise restore the last backup of the store into an empty home");
}
