/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/clock.h"
#include "crypto/note.h"
#include "tsunagi/site.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static enum outcome tell_fault(const struct call *call, enum err err, const struct home_fault *fault)
{
	switch (err) {
	case ERR_RANGE:
		return call_usage(call, "%s", fault->text);
	case ERR_EXISTS:
		return out_problem(OUTCOME_REFUSED, "HOME_EXISTS",
				   words("Name another directory with --home; nothing was changed.", "--home で別の場所を指定してください。何も変えていません。"),
				   "%s: %s", fault->path, fault->text);
	default:
		return out_problem(OUTCOME_REFUSED, "HOME", NULL, "%s: %s", fault->path, fault->text);
	}
}

static enum outcome tell_made(const struct call *call)
{
	struct site site;
	struct buf key;
	json_t *endpoints;
	enum outcome outcome = site_load(call, &site);

	if (outcome != OUTCOME_DONE)
		return outcome;
	buf_init(&key, NOTE_KEY_TEXT);
	if (site_verification_key(&site, 1, &key) != ERR_OK || buf_text(&key) == NULL) {
		outcome = out_problem(OUTCOME_REFUSED, "KEYS", NULL, "%s", site.home.checkpoint_key);
		goto out;
	}
	out_text(words("A site was made in %s: %s (%s)\n", "拠点を作りました:%s に %s(%s)\n"), site.home.root, site.config.site,
		 site.config.local_government_code);
	for (size_t i = 0; i < site.config.endpoint_count; i++)
		out_text(words("  agencies connect to  %s\n", "  機関の接続先    %s\n"), site.config.endpoints[i]);
	if (site.config.test_site != 0)
		out_text("%s\n", words("  TEST: a throw-away site, for ever", "  TEST:使い捨ての拠点です(変更できません)"));
	out_text(words("  verification key     %s\n", "  検証鍵          %s\n"), buf_text(&key));
	out_text(words("Next: tsunagid --home %s, then `tsunagi directory load FILE`.\n", "次に:tsunagid --home %s、続いて `tsunagi directory load FILE`\n"),
		 site.home.root);
	if (out_json_wanted()) {
		endpoints = json_array();
		for (size_t i = 0; i < site.config.endpoint_count; i++)
			json_array_append_new(endpoints, json_string(site.config.endpoints[i]));
		out_json(json_pack("{s:s,s:s,s:s,s:o,s:s}", "home", site.home.root, "site", site.config.site, "local_government_code",
				   site.config.local_government_code, "endpoints", endpoints, "verification_key", buf_text(&key)));
	}
out:
	buf_free(&key);
	site_free(&site);
	return outcome;
}

enum outcome cmd_init(const struct call *call)
{
	const char *endpoints[CONFIG_ENDPOINTS + 1];
	struct home_plan plan = { .site = args_text(&call->args, "site"), .local_government_code = args_text(&call->args, "code"),
				  .endpoints = endpoints, .test_site = args_has(&call->args, "test"), .now_us = clock_wall_us() };
	struct home_fault fault = { "", "" };
	struct home home;
	enum err err;

	if (plan.site == NULL || plan.local_government_code == NULL)
		return call_usage(call, "%s", words("--site and --code are needed", "--site と --code が必要です"));
	while (plan.endpoint_count <= CONFIG_ENDPOINTS &&
	       (endpoints[plan.endpoint_count] = args_nth(&call->args, "endpoint", plan.endpoint_count)) != NULL)
		plan.endpoint_count++;
	if (plan.endpoint_count == 0)
		plan.endpoints = NULL;
	err = home_at(call_home(call), &home);
	if (err != ERR_OK)
		return call_usage(call, words("the home's path cannot be used: %s", "ホームのパスを使えません:%s"), err_text(err));
	err = home_create(&home, &plan, &fault);
	return err != ERR_OK ? tell_fault(call, err, &fault) : tell_made(call);
}
