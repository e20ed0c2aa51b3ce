/* SPDX-License-Identifier: Apache-2.0 */
#include "service/maintain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "ledger/verify.h"
#include "service/site.h"

/* A line that is written over, and only where somebody looks on. */
static void progress(void *context, uint64_t done, uint64_t of)
{
	unsigned *percent = context;
	unsigned now = of > 0 ? (unsigned)(100 * done / of) : 100;

	if (now == *percent || !isatty(STDERR_FILENO))
		return;
	*percent = now;
	fprintf(stderr, "\r%3u%%%s", now, now == 100 ? "\n" : "");
}

static void tell_fault(void *context, const struct verify_fault *fault)
{
	(void)context;
	log_error("does_not_hold", "what=%s number=%" PRIu64 " part=%u problem=%s", fault->what, fault->number, fault->part, fault->text);
}

static enum exit_code check_store(struct site *site)
{
	uint8_t public_key[ED25519_BYTES];
	struct verify_result result = { 0 };
	unsigned percent = 0;
	const struct verify_hooks hooks = { tell_fault, progress, &percent };
	enum exit_code code = site_open_store(site, true);
	enum err err;

	if (code != EXIT_DONE)
		return code;
	err = ed25519_public(site->keys.checkpoint, public_key);
	if (err == ERR_OK)
		err = ledger_verify(site->store, site->config.site, public_key, &hooks, &result);
	if (err == ERR_CORRUPT)
		site_tell_damage(site, "see does_not_hold above");
	else if (err != ERR_OK)
		log_error("not_verified", "error=%s", err_text(err));
	printf("entries %" PRIu64 ", checkpoints %" PRIu64 ", parts %" PRIu64 ", segments %" PRIu64 ", faults %" PRIu64 "\n", result.entries,
	       result.checkpoints, result.parts, result.blobs, result.faults);
	return exit_code_of(err);
}

enum exit_code maintain_check(const char *root, bool with_store)
{
	struct site *site = calloc(1, sizeof *site);
	enum exit_code code;

	if (site == NULL)
		return EXIT_NO_MEMORY;
	code = site_open(root, site);
	if (code == EXIT_DONE && with_store)
		code = check_store(site);
	if (code == EXIT_DONE)
		printf("%s holds%s\n", site->home.root, with_store ? ", store included" : "");
	site_close(site);
	free(site);
	return code;
}

static enum exit_code rebuild(struct site *site)
{
	const struct broker_options options = site_broker_options(site);
	unsigned percent = 0;
	enum err err = broker_rebuild(&options, site->store, progress, &percent);

	if (err == ERR_CORRUPT)
		site_tell_damage(site, "an entry does not parse or does not fit those before it");
	else if (err != ERR_OK)
		log_error("not_rebuilt", "error=%s", err_text(err));
	else
		printf("every table was derived anew from the entries\n");
	return exit_code_of(err);
}

enum exit_code maintain_rebuild(const char *root)
{
	struct site *site = calloc(1, sizeof *site);
	enum exit_code code;

	if (site == NULL)
		return EXIT_NO_MEMORY;
	code = site_open(root, site);
	if (code == EXIT_DONE)
		code = site_open_store(site, false);
	if (code == EXIT_DONE)
		code = rebuild(site);
	site_close(site);
	free(site);
	return code;
}
