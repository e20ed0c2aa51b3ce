/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/site.h"

#include "contract/checkpoint.h"
#include "ledger/entry.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/words.h"

static void tell_fault(void *context, const struct config_fault *fault)
{
	(void)context;
	out_note("%s:%u: %s", fault->file, fault->line, fault->text);
}

enum outcome site_options(const struct call *call, struct home *ret_home, struct config *ret_config)
{
	enum outcome outcome = admin_home(call, ret_home);
	enum err err;

	if (outcome != OUTCOME_DONE)
		return outcome;
	err = config_load(ret_home->options, tell_fault, NULL, ret_config);
	if (err == ERR_OK)
		return OUTCOME_DONE;
	return out_problem(OUTCOME_REFUSED, "OPTIONS", words("Correct the lines named.", "示された行を直してください。"),
			   words("The options in %s cannot be used: %s.", "%s の設定を使えません:%s。"), ret_home->options, err_text(err));
}

enum outcome site_load(const struct call *call, struct site *ret_site)
{
	struct home_fault fault = { "", "" };
	enum outcome outcome = site_options(call, &ret_site->home, &ret_site->config);
	enum err err;

	if (outcome != OUTCOME_DONE)
		return outcome;
	err = site_keys_load(&ret_site->home, &ret_site->keys, &fault);
	if (err == ERR_OK)
		return OUTCOME_DONE;
	return out_problem(OUTCOME_REFUSED, err == ERR_PERMISSION ? "PERMISSION" : "KEYS",
			   words("Keys belong to the site's user alone (0600); run this as that user.",
				 "鍵は拠点の利用者だけが読めます(0600)。その利用者で実行してください。"),
			   "%s: %s", fault.path, fault.text);
}

void site_free(struct site *site)
{
	site_keys_free(&site->keys);
}

enum outcome site_store(const char *directory, struct store **ret_store)
{
	const struct store_options options = { .directory = directory, .readers_max = 126, .read_only = true };
	enum err err = store_open(&options, ret_store);

	switch (err) {
	case ERR_OK:
		return OUTCOME_DONE;
	case ERR_NOT_FOUND:
		return out_problem(OUTCOME_NOT_THERE, "NO_STORE", words("The first start of tsunagid makes it.", "tsunagid の最初の起動で作られます。"),
				   words("There is no store in %s.", "%s にストアはありません。"), directory);
	case ERR_VERSION:
		return out_problem(OUTCOME_REFUSED, "STORE_VERSION", words("Use the release that wrote it, or a newer one.", "書いた版かそれより新しい版を使ってください。"),
				   words("A newer release wrote the store in %s.", "%s のストアは新しい版で書かれています。"), directory);
	default:
		return out_problem(OUTCOME_REFUSED, "STORE", NULL, words("The store in %s cannot be opened: %s.", "%s のストアを開けません:%s。"), directory,
				   err_text(err));
	}
}

enum err site_head(struct store *store, uint32_t *ret_epoch, uint64_t *ret_size)
{
	struct checkpoint checkpoint;
	struct txn *txn = NULL;
	struct bytes note;
	uint64_t size = 0;
	enum err err = txn_begin_read(store, &txn);

	if (err != ERR_OK)
		return err;
	*ret_epoch = 1;
	*ret_size = 0;
	err = checkpoint_newest(txn, 0, &note, &size);
	if (err == ERR_OK)
		err = checkpoint_parse(note, &checkpoint);
	if (err == ERR_OK) {
		*ret_epoch = checkpoint_epoch(&checkpoint);
		*ret_size = size;
	}
	txn_abort(txn);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err site_verification_key(const struct site *site, uint32_t epoch, struct buf *out)
{
	char origin[CHECKPOINT_ORIGIN_MAX];
	uint8_t key[ED25519_BYTES];
	enum err err = ed25519_public(site->keys.checkpoint, key);

	checkpoint_origin(site->config.site, epoch, origin);
	return err != ERR_OK ? err : note_key_format(origin, key, out);
}
