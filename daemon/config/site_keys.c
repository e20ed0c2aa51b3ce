/* SPDX-License-Identifier: Apache-2.0 */
#include "config/home.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "config/home_fault.h"

#define KEY_FILE_BYTES (16u * 1024u)

static enum err check_directory(const struct home *home, struct home_fault *fault)
{
	struct stat status;

	if (stat(home->keys, &status) != 0)
		return home_fault_set(fault, home->keys, err_from_errno(errno), NULL);
	if ((status.st_mode & 077) != 0 || status.st_uid != geteuid())
		return home_fault_set(fault, home->keys, ERR_PERMISSION, "it must belong to the daemon's user alone: chmod 0700");
	return ERR_OK;
}

/* Reads a secret and hands its text to use; wipes it. */
static enum err with_secret(const char *path, struct home_fault *fault, enum err (*use)(struct bytes text, struct site_keys *keys),
			    struct site_keys *keys)
{
	struct buf text;
	enum err err;

	buf_init(&text, KEY_FILE_BYTES);
	err = file_read_secret(path, &text);
	if (err != ERR_OK)
		home_fault_set(fault, path, err, err == ERR_PERMISSION ? "a key must belong to the daemon's user alone: chmod 0600" : NULL);
	else if ((err = use(buf_bytes(&text), keys)) != ERR_OK)
		home_fault_set(fault, path, err, "it does not hold such a key");
	if (text.data != NULL)
		secret_wipe(text.data, text.cap);
	buf_free(&text);
	return err;
}

static enum err use_curve(struct bytes text, struct site_keys *keys)
{
	char hex[2 * CURVE_BYTES + 1];
	bool holds;

	if (text.len != 2 * CURVE_BYTES + 1 || text.data[2 * CURVE_BYTES] != '\n')
		return ERR_FORMAT;
	memcpy(hex, text.data, 2 * CURVE_BYTES);
	hex[2 * CURVE_BYTES] = '\0';
	holds = text_unhex(hex, keys->curve_secret, CURVE_BYTES);
	secret_wipe(hex, sizeof hex);
	return holds ? curve_key_public(keys->curve_secret, keys->curve_public) : ERR_FORMAT;
}

static enum err use_checkpoint(struct bytes text, struct site_keys *keys)
{
	return private_key_from_pem(KEY_ED25519, text, &keys->checkpoint);
}

static enum err use_site(struct bytes text, struct site_keys *keys)
{
	return private_key_from_pem(KEY_P256, text, &keys->site);
}

static enum err load_certificate(const struct home *home, struct home_fault *fault, struct site_keys *keys)
{
	struct buf pem;
	enum err err;

	buf_init(&pem, KEY_FILE_BYTES);
	err = file_read(home->site_certificate, &pem);
	if (err == ERR_OK)
		err = certificate_from_pem(buf_bytes(&pem), &keys->certificate);
	buf_free(&pem);
	return err == ERR_OK ? ERR_OK : home_fault_set(fault, home->site_certificate, err, NULL);
}

/* The certificate must be this key's: what is signed with the one must verify with the other. */
static enum err check_pair(const struct home *home, struct home_fault *fault, const struct site_keys *keys)
{
	struct bytes message = bytes_of_text("site key and certificate");
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t len = sizeof signature;
	enum err err = signature_sign_p256(keys->site, message, signature, &len);

	if (err == ERR_OK)
		err = certificate_verify(keys->certificate, message, bytes_of(signature, len));
	return err == ERR_OK ? ERR_OK : home_fault_set(fault, home->site_certificate, err, "it is not the certificate of site.key");
}

enum err site_keys_load(const struct home *home, struct site_keys *ret_keys, struct home_fault *fault)
{
	struct site_keys keys = { 0 };
	enum err err = check_directory(home, fault);

	if (err == ERR_OK)
		err = with_secret(home->curve_key, fault, use_curve, &keys);
	if (err == ERR_OK)
		err = with_secret(home->checkpoint_key, fault, use_checkpoint, &keys);
	if (err == ERR_OK)
		err = with_secret(home->site_key, fault, use_site, &keys);
	if (err == ERR_OK)
		err = load_certificate(home, fault, &keys);
	if (err == ERR_OK)
		err = check_pair(home, fault, &keys);
	if (err == ERR_OK)
		*ret_keys = keys;
	else
		site_keys_free(&keys);
	return err;
}

void site_keys_free(struct site_keys *keys)
{
	if (keys == NULL)
		return;
	private_key_free(keys->checkpoint);
	private_key_free(keys->site);
	certificate_free(keys->certificate);
	secret_wipe(keys, sizeof *keys);
}
