/* SPDX-License-Identifier: Apache-2.0 */
/* The key against which receipts and checkpoints of the site are verified: to be published, and pinned by whoever verifies.  Its
 * name carries the epoch; the key itself stays the same, so each epoch so far has its line. */
#include "crypto/note.h"
#include "tsunagi/site.h"
#include "tsunagi/subcommands.h"

/* Prints from epoch first on, and lists all. */
static enum err put_keys(const struct site *site, uint32_t first, uint32_t epochs, json_t *list)
{
	enum err err = ERR_OK;

	for (uint32_t epoch = 1; err == ERR_OK && epoch <= epochs; epoch++) {
		struct buf key;

		buf_init(&key, NOTE_KEY_TEXT);
		err = site_verification_key(site, epoch, &key);
		if (err == ERR_OK && buf_text(&key) == NULL)
			err = key.err;
		if (err == ERR_OK) {
			if (epoch >= first)
				out_text("%s\n", buf_text(&key));
			json_array_append_new(list, json_pack("{s:I,s:s}", "epoch", (json_int_t)epoch, "key", buf_text(&key)));
		}
		buf_free(&key);
	}
	return err;
}

enum outcome cmd_site_key(const struct call *call)
{
	struct store_options options = { .readers_max = 126, .read_only = true };
	struct store *store = NULL;
	struct site site;
	uint32_t epochs = 1;
	uint64_t size = 0;
	json_t *list;
	enum outcome outcome = site_load(call, &site);
	enum err err;

	if (outcome != OUTCOME_DONE)
		return outcome;
	/* Before the daemon's first start there is no store, and the first epoch is to come. */
	options.directory = site.home.store;
	if (store_open(&options, &store) == ERR_OK)
		site_head(store, &epochs, &size);
	store_close(store);
	list = json_array();
	err = put_keys(&site, args_has(&call->args, "history") ? 1 : epochs, epochs, list);
	if (err != ERR_OK)
		outcome = out_problem(OUTCOME_REFUSED, "KEYS", NULL, "%s: %s", site.home.checkpoint_key, err_text(err));
	else if (out_json_wanted())
		out_json(json_pack("{s:s,s:O}", "site", site.config.site, "keys", list));
	json_decref(list);
	site_free(&site);
	return outcome;
}
