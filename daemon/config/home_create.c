/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "config/config.h"
#include "config/fault_texts.h"
#include "config/home_fault.h"
#include "contract/identifiers.h"

#define ROOT_YEARS 10
#define YEAR_US (365 * 86400 * INT64_C(1000000))
#define MAKING_BYTES (64u * 1024u)

enum err home_fault_set(struct home_fault *fault, const char *path, enum err err, const char *text)
{
	snprintf(fault->path, sizeof fault->path, "%s", path);
	snprintf(fault->text, sizeof fault->text, "%s", text != NULL ? fault_text(text, language_of_environment()) : err_text(err));
	return err;
}

static enum err check_plan(const struct home *home, const struct home_plan *plan, struct home_fault *fault)
{
	const char *reason;

	if (!text_is_label(bytes_of_text(plan->site)))
		return home_fault_set(fault, home->root, ERR_RANGE, "the site's name must be a label: 1 to 63 of a-z, 0-9, inner hyphens");
	if (!identifier_local_government(plan->local_government_code))
		return home_fault_set(fault, home->root, ERR_RANGE, "the code must be six digits with the right check digit");
	if (plan->endpoint_count > CONFIG_ENDPOINTS)
		return home_fault_set(fault, home->root, ERR_RANGE, "too many endpoints");
	for (size_t i = 0; i < plan->endpoint_count; i++)
		if (config_check_endpoint(plan->endpoints[i], &reason) != ERR_OK)
			return home_fault_set(fault, home->root, ERR_RANGE, reason);
	if (access(home->options, F_OK) == 0)
		return home_fault_set(fault, home->options, ERR_EXISTS, "there is a site here already");
	return ERR_OK;
}

static enum err make_directories(const struct home *home, struct home_fault *fault)
{
	const struct {
		const char *path;
		mode_t mode;
	} wanted[] = { { home->root, 0750 }, { home->keys, 0700 }, { home->store, 0700 }, { home->run, 0750 } };

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		enum err err = folder_make(wanted[i].path, wanted[i].mode);

		if (err != ERR_OK)
			return home_fault_set(fault, wanted[i].path, err, NULL);
	}
	return ERR_OK;
}

static enum err write_new(const char *path, const struct buf *content, mode_t mode, struct home_fault *fault)
{
	enum err err = content->err != ERR_OK ? content->err : file_write_new(path, buf_bytes(content), mode);

	if (err == ERR_EXISTS)
		return home_fault_set(fault, path, err, "it is there already: an earlier start was interrupted; remove keys/ and start again");
	return err == ERR_OK ? ERR_OK : home_fault_set(fault, path, err, NULL);
}

static void wipe(struct buf *secret)
{
	if (secret->data != NULL)
		secret_wipe(secret->data, secret->cap);
	buf_free(secret);
}

static enum err make_curve_key(const struct home *home, struct home_fault *fault)
{
	uint8_t public_key[CURVE_BYTES];
	uint8_t secret_key[CURVE_BYTES];
	char hex[2 * CURVE_BYTES + 1];
	struct buf text;
	enum err err = curve_key_new(public_key, secret_key);

	buf_init(&text, MAKING_BYTES);
	if (err == ERR_OK) {
		text_hex(bytes_of(secret_key, sizeof secret_key), hex);
		buf_put_text(&text, hex);
		buf_put_text(&text, "\n");
		err = write_new(home->curve_key, &text, 0600, fault);
	} else {
		home_fault_set(fault, home->curve_key, err, NULL);
	}
	secret_wipe(secret_key, sizeof secret_key);
	secret_wipe(hex, sizeof hex);
	wipe(&text);
	return err;
}

static enum err make_key(const char *path, enum key_type type, struct private_key **ret_key, struct home_fault *fault)
{
	struct private_key *key = NULL;
	struct buf pem;
	enum err err;

	buf_init(&pem, MAKING_BYTES);
	err = private_key_new(type, &key);
	if (err == ERR_OK)
		err = private_key_to_pem(key, &pem);
	if (err == ERR_OK)
		err = write_new(path, &pem, 0600, fault);
	else
		home_fault_set(fault, path, err, NULL);
	wipe(&pem);
	if (err == ERR_OK)
		*ret_key = key;
	else
		private_key_free(key);
	return err;
}

static enum err make_certificate(const struct home *home, const struct home_plan *plan, const struct private_key *key,
				 struct home_fault *fault)
{
	struct certificate *root = NULL;
	struct buf pem;
	enum err err;

	buf_init(&pem, MAKING_BYTES);
	err = certificate_root_new(plan->site, key, plan->now_us, plan->now_us + ROOT_YEARS * YEAR_US, &root);
	if (err == ERR_OK)
		err = certificate_to_pem(root, &pem);
	if (err == ERR_OK)
		err = write_new(home->site_certificate, &pem, 0644, fault);
	else
		home_fault_set(fault, home->site_certificate, err, NULL);
	certificate_free(root);
	buf_free(&pem);
	return err;
}

static enum err make_keys(const struct home *home, const struct home_plan *plan, struct home_fault *fault)
{
	struct private_key *checkpoint = NULL;
	struct private_key *site = NULL;
	enum err err = make_curve_key(home, fault);

	if (err == ERR_OK)
		err = make_key(home->checkpoint_key, KEY_ED25519, &checkpoint, fault);
	if (err == ERR_OK)
		err = make_key(home->site_key, KEY_P256, &site, fault);
	if (err == ERR_OK)
		err = make_certificate(home, plan, site, fault);
	private_key_free(checkpoint);
	private_key_free(site);
	return err;
}

static enum err make_options(const struct home *home, const struct home_plan *plan, struct home_fault *fault)
{
	struct buf text;
	enum err err;

	buf_init(&text, MAKING_BYTES);
	config_sample(plan->site, plan->local_government_code, plan->endpoints, plan->endpoint_count, &text);
	if (plan->test_site)
		buf_put_text(&text, "\n# Made as a throw-away site.\ntest_site: 1\n");
	err = write_new(home->options, &text, 0640, fault);
	buf_free(&text);
	return err;
}

enum err home_create(const struct home *home, const struct home_plan *plan, struct home_fault *fault)
{
	enum err err = check_plan(home, plan, fault);

	if (err == ERR_OK)
		err = make_directories(home, fault);
	if (err == ERR_OK)
		err = make_keys(home, plan, fault);
	if (err == ERR_OK)
		err = make_options(home, plan, fault);
	return err;
}
