/* SPDX-License-Identifier: Apache-2.0 */
#include "config/home.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "unit.h"

#define NOW_US INT64_C(1795000000000000)

static const struct home_plan plan = { .site = "chiba-city", .local_government_code = "121002", .now_us = NOW_US };
static struct home home;

static void make_home(void)
{
	struct home_fault fault;
	char root[4200];

	snprintf(root, sizeof root, "%s/home", unit_folder());
	require_ok(home_at(root, &home));
	require_ok(home_create(&home, &plan, &fault));
}

/* Nothing is loaded, and the fault names this file; gives the fault's text. */
static const char *check_refused(enum err err, const char *path)
{
	static struct home_fault fault;
	struct site_keys keys;

	fault = (struct home_fault){ 0 };
	memset(&keys, 0xa5, sizeof keys);
	check_err(site_keys_load(&home, &keys, &fault), err);
	check_text(fault.path, path);
	for (size_t i = 0; i < sizeof keys.curve_secret; i++)
		check_uint(keys.curve_secret[i], 0xa5); /* nothing half-set */
	return fault.text;
}

static void check_loads(void)
{
	struct home_fault fault = { 0 };
	struct site_keys keys;

	if (check_ok(site_keys_load(&home, &keys, &fault)))
		site_keys_free(&keys);
}

static void test_pairs_belong_together(void)
{
	uint8_t again[CURVE_BYTES], signature[ED25519_SIGNATURE], public_key[ED25519_BYTES];
	struct home_fault fault;
	struct site_keys keys;

	make_home();
	require_ok(site_keys_load(&home, &keys, &fault));
	require_ok(curve_key_public(keys.curve_secret, again));
	check_bytes(bytes_of(again, CURVE_BYTES), bytes_of(keys.curve_public, CURVE_BYTES));
	require_ok(signature_sign_ed25519(keys.checkpoint, bytes_of_text("head"), signature));
	require_ok(ed25519_public(keys.checkpoint, public_key));
	check_ok(ed25519_verify(public_key, bytes_of_text("head"), bytes_of(signature, sizeof signature)));
	check_err(certificate_check(keys.certificate, keys.certificate, CERTIFICATE_SIGNS, NULL, NOW_US), ERR_AUTH); /* the root is no device */
	site_keys_free(&keys);
	for (size_t i = 0; i < sizeof keys; i++)
		check_uint(((const uint8_t *)&keys)[i], 0); /* wiped */
}

static void test_two_homes_share_nothing(void)
{
	struct home_fault fault;
	struct site_keys one, other;
	char root[4200];

	make_home();
	require_ok(site_keys_load(&home, &one, &fault));
	snprintf(root, sizeof root, "%s/other", unit_folder());
	require_ok(home_at(root, &home));
	require_ok(home_create(&home, &plan, &fault));
	require_ok(site_keys_load(&home, &other, &fault));
	check(memcmp(one.curve_secret, other.curve_secret, CURVE_BYTES) != 0);
	check(!digest_equal(certificate_digest(one.certificate), certificate_digest(other.certificate)));
	site_keys_free(&one);
	site_keys_free(&other);
}

static void test_modes(void)
{
	static const mode_t bad[] = { 0604, 0640, 0660, 0601, 0620 };
	const char *const secrets[] = { home.curve_key, home.checkpoint_key, home.site_key };

	make_home();
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
		for (size_t j = 0; j < sizeof bad / sizeof *bad; j++) {
			unit_context("%s %o", secrets[i], (unsigned)bad[j]);
			require(chmod(secrets[i], bad[j]) == 0);
			check(strstr(check_refused(ERR_PERMISSION, secrets[i]), "chmod 0600") != NULL);
		}
		require(chmod(secrets[i], 0400) == 0); /* tighter is fine */
		check_loads();
	}
	require(chmod(home.site_certificate, 0666) == 0); /* no secret */
	check_loads();
}

static void test_modes_of_the_directory(void)
{
	static const mode_t bad[] = { 0701, 0710, 0704, 0720, 0755 };

	make_home();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		unit_context("%o", (unsigned)bad[i]);
		require(chmod(home.keys, bad[i]) == 0);
		check(strstr(check_refused(ERR_PERMISSION, home.keys), "chmod 0700") != NULL);
	}
	require(chmod(home.keys, 0500) == 0);
	check_loads();
	require(chmod(home.keys, 0700) == 0);
}

/* A link may lead to where others write. */
static void test_linked_secret(void)
{
	char elsewhere[4200];

	make_home();
	snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere.key", unit_folder());
	require(rename(home.site_key, elsewhere) == 0 && symlink(elsewhere, home.site_key) == 0);
	check_refused(ERR_PERMISSION, home.site_key);
}

static void test_missing(void)
{
	const char *const files[] = { home.site_certificate, home.site_key, home.checkpoint_key, home.curve_key };

	make_home();
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) { /* from the last that is read to the first */
		require(unlink(files[i]) == 0);
		check_refused(ERR_NOT_FOUND, files[i]);
	}
	require(rmdir(home.keys) == 0);
	check_refused(ERR_NOT_FOUND, home.keys);
}

static void test_curve_key_forms(void)
{
	static const char good[] = "00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff\n";
	char text[sizeof good + 10];

	make_home();
	require_ok(file_write(home.curve_key, bytes_of_text(good), 0600));
	check_loads();
	require_ok(file_write(home.curve_key, bytes_of(good, sizeof good - 2), 0600)); /* no line end */
	check_refused(ERR_FORMAT, home.curve_key);
	snprintf(text, sizeof text, "%s\n", good);
	require_ok(file_write(home.curve_key, bytes_of_text(text), 0600));
	check_refused(ERR_FORMAT, home.curve_key);
	snprintf(text, sizeof text, "%s", good);
	text[sizeof good - 2] = 'f'; /* a digit more where the line ends */
	require_ok(file_write(home.curve_key, bytes_of_text(text), 0600));
	check_refused(ERR_FORMAT, home.curve_key);
	snprintf(text, sizeof text, "%s", good);
	text[10] = 'g';
	require_ok(file_write(home.curve_key, bytes_of_text(text), 0600));
	check_refused(ERR_FORMAT, home.curve_key);
	text[10] = '\0'; /* the same length, cut short by a NUL */
	require_ok(file_write(home.curve_key, bytes_of(text, sizeof good - 1), 0600));
	check_refused(ERR_FORMAT, home.curve_key);
	require_ok(file_write(home.curve_key, bytes_of(NULL, 0), 0600));
	check_refused(ERR_FORMAT, home.curve_key);
}

/* Each key's own type, whatever the file's name: an operator who mixes them up is told. */
static void test_exchanged_keys(void)
{
	char spare[4200];

	make_home();
	snprintf(spare, sizeof spare, "%s/spare", unit_folder());
	require(rename(home.site_key, spare) == 0 && rename(home.checkpoint_key, home.site_key) == 0 &&
		rename(spare, home.checkpoint_key) == 0);
	check_refused(ERR_FORMAT, home.checkpoint_key);
}

static void test_too_large(void)
{
	static uint8_t large[16 * 1024 + 1];

	make_home();
	memset(large, 'x', sizeof large);
	require_ok(file_write(home.checkpoint_key, bytes_of(large, sizeof large), 0600));
	check_refused(ERR_TOO_LARGE, home.checkpoint_key);
	require_ok(file_write(home.checkpoint_key, bytes_of(large, sizeof large - 1), 0600));
	check_refused(ERR_FORMAT, home.checkpoint_key);
}

static void test_certificate_that_is_none(void)
{
	make_home();
	require_ok(file_write(home.site_certificate, bytes_of_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), 0644));
	check_refused(ERR_FORMAT, home.site_certificate);
	require_ok(file_write(home.site_certificate, bytes_of(NULL, 0), 0644));
	check_refused(ERR_FORMAT, home.site_certificate);
}

UNIT_SUITE("config/site_keys",
	{ "halves of a pair belong together, and are wiped", test_pairs_belong_together },
	{ "two homes share nothing", test_two_homes_share_nothing },
	{ "any right of others to a secret", test_modes },
	{ "any right of others to the directory", test_modes_of_the_directory },
	{ "a secret behind a link", test_linked_secret },
	{ "each file missing", test_missing },
	{ "forms of the CURVE secret", test_curve_key_forms },
	{ "keys in each other's place", test_exchanged_keys },
	{ "a file that is too large", test_too_large },
	{ "a certificate that is none", test_certificate_that_is_none });
