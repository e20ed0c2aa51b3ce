/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "contract/checkpoint.h"
#include "ledger/verify.h"
#include "tsunagi/display.h"
#include "tsunagi/progress.h"
#include "tsunagi/site.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

#define TOLD 1000u /* faults with their text; the rest is counted */

/* Whose ledger it is to be, and by which key. */
struct claim {
	char site[CHECKPOINT_ORIGIN_MAX];
	uint8_t key[ED25519_BYTES];
};

struct walk {
	struct progress progress;
	json_t *faults;
	uint64_t count;
};

static void take_fault(void *context, const struct verify_fault *fault)
{
	struct walk *walk = context;

	progress_end(&walk->progress);
	if (walk->count++ >= TOLD)
		return;
	if (out_json_wanted()) {
		json_t *row = json_pack("{s:s,s:I,s:s}", "what", fault->what, "number", (json_int_t)fault->number, "message", fault->text);

		if (strcmp(fault->what, "part") == 0)
			json_object_set_new(row, "part", json_integer((json_int_t)fault->part));
		json_array_append_new(walk->faults, row);
	} else if (strcmp(fault->what, "part") == 0) {
		out_text("%s%s %" PRIu64 ".%u%s: %s\n", out_style(OUT_BAD), fault->what, fault->number, fault->part, out_style(OUT_PLAIN), fault->text);
	} else {
		out_text("%s%s %" PRIu64 "%s: %s\n", out_style(OUT_BAD), fault->what, fault->number, out_style(OUT_PLAIN), fault->text);
	}
}

static void take_progress(void *context, uint64_t done, uint64_t of)
{
	struct walk *walk = context;

	progress_update(&walk->progress, done, of);
}

/* From --trust, which needs no home, or from the home. */
static enum outcome claim_of(const struct call *call, struct claim *claim, char *directory, size_t room)
{
	const char *given = args_text(&call->args, "store");
	const char *trusted = args_text(&call->args, "trust");
	struct site site;
	enum outcome outcome;
	char *slash;

	if (trusted != NULL) {
		if (given == NULL)
			return call_usage(call, "%s", words("--trust goes with --store DIR", "--trust は --store DIR と一緒に使います"));
		if (note_key_parse(trusted, claim->site, sizeof claim->site, claim->key) != ERR_OK)
			return call_usage(call, words("--trust %s is no key as `tsunagi site key` prints it", "--trust %s は `tsunagi site key` の形の鍵ではありません"),
					  trusted);
		slash = strchr(claim->site, '/');
		if (slash != NULL)
			*slash = '\0';
		snprintf(directory, room, "%s", given);
		return OUTCOME_DONE;
	}
	outcome = site_load(call, &site);
	if (outcome != OUTCOME_DONE)
		return outcome;
	snprintf(claim->site, sizeof claim->site, "%s", site.config.site);
	if (ed25519_public(site.keys.checkpoint, claim->key) != ERR_OK)
		outcome = out_problem(OUTCOME_REFUSED, "KEYS", NULL, "%s", site.home.checkpoint_key);
	snprintf(directory, room, "%s", given != NULL ? given : site.home.store);
	site_free(&site);
	return outcome;
}

static enum outcome tell(const struct walk *walk, const struct verify_result *result, bool holds)
{
	char root[2 * DIGEST_BYTES + 1];

	text_hex(digest_bytes(&result->root), root);
	table_field(words("entries", "記録"), "%" PRIu64, result->entries);
	if (result->entries_erased > 0)
		table_field(words("of them erased", "うち消去済み"), "%" PRIu64, result->entries_erased);
	if (result->entries_past_keeping > 0)
		table_field(words("of them past their keeping", "うち保存期間満了"), "%" PRIu64, result->entries_past_keeping);
	table_field(words("checkpoints", "チェックポイント"), "%" PRIu64, result->checkpoints);
	table_field(words("parts", "本文"), "%" PRIu64, result->parts);
	if (result->parts_past_keeping > 0)
		table_field(words("parts past their keeping", "保存期間満了の本文"), "%" PRIu64, result->parts_past_keeping);
	table_field(words("attachment segments", "添付の断片"), "%" PRIu64, result->blobs);
	table_field(words("root", "ルート"), "%s", root);
	if (holds)
		out_text("%s%s%s\n", out_style(OUT_GOOD), words("Everything holds.", "すべて正しく検証されました。"), out_style(OUT_PLAIN));
	else
		out_text(words("%s%" PRIu64 " fault(s): keep this store as it is, stop tsunagid, and restore from a backup that verifies.%s\n",
			       "%s問題 %" PRIu64 " 件:このストアはそのまま保管し、tsunagid を止め、検証できるバックアップから復元してください。%s\n"),
			 out_style(OUT_BAD), walk->count, out_style(OUT_PLAIN));
	if (out_json_wanted())
		out_json(json_pack("{s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:s,s:I,s:O}", "ok", holds, "entries", (json_int_t)result->entries, "checkpoints",
				   (json_int_t)result->checkpoints, "parts", (json_int_t)result->parts, "entries_erased", (json_int_t)result->entries_erased,
				   "entries_past_keeping", (json_int_t)result->entries_past_keeping, "parts_past_keeping",
				   (json_int_t)result->parts_past_keeping, "blobs", (json_int_t)result->blobs, "root_hash",
				   root, "fault_count", (json_int_t)walk->count, "faults", walk->faults));
	return holds ? OUTCOME_DONE : OUTCOME_REFUSED;
}

enum outcome cmd_ledger_verify(const struct call *call)
{
	struct walk walk = { .faults = json_array() };
	const struct verify_hooks hooks = { take_fault, take_progress, &walk };
	struct verify_result result = { 0 };
	char directory[PATH_MAX];
	struct store *store = NULL;
	struct claim claim;
	enum outcome outcome = claim_of(call, &claim, directory, sizeof directory);
	enum err err;

	if (outcome == OUTCOME_DONE)
		outcome = site_store(directory, &store);
	if (outcome == OUTCOME_DONE) {
		progress_start(&walk.progress, words("verifying", "検証中"));
		err = ledger_verify(store, claim.site, claim.key, &hooks, &result);
		progress_end(&walk.progress);
		if (err == ERR_OK || (err == ERR_CORRUPT && walk.count > 0))
			outcome = tell(&walk, &result, err == ERR_OK);
		else
			outcome = out_problem(OUTCOME_REFUSED, "LEDGER", NULL, words("The ledger in %s could not be walked: %s.", "%s の台帳を読み通せませんでした:%s。"),
					      directory, err_text(err));
	}
	store_close(store);
	json_decref(walk.faults);
	return outcome;
}
