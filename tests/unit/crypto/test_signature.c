/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/signature.h"

#include <pthread.h>
#include <stdio.h>

#include "base/text.h"
#include "site.h"
#include "unit.h"

/* RFC 8032 7.1, TEST 1 to 3. */
static const struct {
	const char *seed, *public_key, *message, *signature;
} ed25519_rows[] = {
	{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
	  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
	{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
	{ "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
	  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
	  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
};

/* PKCS#8 around an Ed25519 seed (RFC 8410 7). */
static struct private_key *key_of_seed(const char *seed_hex)
{
	uint8_t der[16 + ED25519_BYTES] = { 0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
					    0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20 };
	struct private_key *key = NULL;
	char encoded[80], pem[200];

	require(text_unhex(seed_hex, der + 16, ED25519_BYTES));
	text_base64(bytes_of(der, sizeof(der)), encoded);
	snprintf(pem, sizeof(pem), "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n", encoded);
	require_ok(private_key_from_pem(KEY_ED25519, bytes_of_text(pem), &key));
	return key;
}

static void test_ed25519_known(void)
{
	for (size_t i = 0; i < sizeof(ed25519_rows) / sizeof(ed25519_rows[0]); i++) {
		struct private_key *key = key_of_seed(ed25519_rows[i].seed);
		uint8_t expected_key[ED25519_BYTES], public_key[ED25519_BYTES], message[2];
		uint8_t expected[ED25519_SIGNATURE], signature[ED25519_SIGNATURE];
		size_t len = strlen(ed25519_rows[i].message) / 2;

		unit_context("row %zu", i);
		require(text_unhex(ed25519_rows[i].public_key, expected_key, sizeof(expected_key)));
		require(text_unhex(ed25519_rows[i].message, message, len));
		require(text_unhex(ed25519_rows[i].signature, expected, sizeof(expected)));
		check_ok(ed25519_public(key, public_key));
		check_bytes(bytes_of(public_key, sizeof(public_key)), bytes_of(expected_key, sizeof(expected_key)));
		check_ok(signature_sign_ed25519(key, len > 0 ? bytes_of(message, len) : bytes_of(NULL, 0), signature));
		check_bytes(bytes_of(signature, sizeof(signature)), bytes_of(expected, sizeof(expected)));
		check_ok(ed25519_verify(public_key, bytes_of(message, len), bytes_of(signature, sizeof(signature))));
		private_key_free(key);
	}
}

static void test_ed25519_refuses(void)
{
	struct private_key *key = NULL;
	uint8_t public_key[ED25519_BYTES], signature[ED25519_SIGNATURE + 1] = { 0 };
	struct bytes message = bytes_of_text("checkpoint");

	require_ok(private_key_new(KEY_ED25519, &key));
	require_ok(ed25519_public(key, public_key));
	require_ok(signature_sign_ed25519(key, message, signature));
	for (size_t i = 0; i < ED25519_SIGNATURE; i++) {
		signature[i] ^= 0x10;
		check_err(ed25519_verify(public_key, message, bytes_of(signature, ED25519_SIGNATURE)), ERR_AUTH);
		signature[i] ^= 0x10;
	}
	check_ok(ed25519_verify(public_key, message, bytes_of(signature, ED25519_SIGNATURE)));
	check_err(ed25519_verify(public_key, message, bytes_of(signature, ED25519_SIGNATURE + 1)), ERR_AUTH);
	check_err(ed25519_verify(public_key, message, bytes_of(signature, ED25519_SIGNATURE - 1)), ERR_AUTH);
	check_err(ed25519_verify(public_key, message, bytes_of(NULL, 0)), ERR_AUTH);
	check_err(ed25519_verify(public_key, bytes_of_text("checkpoinT"), bytes_of(signature, ED25519_SIGNATURE)), ERR_AUTH);
	public_key[3] ^= 1;
	check_err(ed25519_verify(public_key, message, bytes_of(signature, ED25519_SIGNATURE)), ERR_AUTH);
	private_key_free(key);
}

static void test_p256(void)
{
	const struct device *device = &home_site()->link;
	uint8_t message[200], signature[SIGNATURE_P256_MAX];

	for (size_t len = 0; len <= sizeof(message); len += 40) {
		size_t signature_len = sizeof(signature);

		unit_random_bytes(message, len);
		require_ok(signature_sign_p256(device->signing_key, bytes_of(message, len), signature, &signature_len));
		check(signature_len >= 8 && signature_len <= 72);
		check_ok(certificate_verify(device->signing, bytes_of(message, len), bytes_of(signature, signature_len)));
		check_err(certificate_verify(device->sealing, bytes_of(message, len), bytes_of(signature, signature_len)), ERR_AUTH);
		if (len == 0)
			continue;
		message[unit_random_below(len)] ^= 1;
		check_err(certificate_verify(device->signing, bytes_of(message, len), bytes_of(signature, signature_len)), ERR_AUTH);
	}
}

/* A signature is exactly its DER: no byte may change, go or be added. */
static void test_p256_refuses(void)
{
	const struct device *device = &home_site()->link;
	struct bytes message = bytes_of_text("batch");
	uint8_t signature[SIGNATURE_P256_MAX + 1] = { 0 };
	size_t len = SIGNATURE_P256_MAX;

	require_ok(signature_sign_p256(device->signing_key, message, signature, &len));
	for (size_t i = 0; i < len; i++) {
		signature[i] ^= (uint8_t)(1u << unit_random_below(8));
		check_err(certificate_verify(device->signing, message, bytes_of(signature, len)), ERR_AUTH);
		check_err(certificate_verify(device->signing, message, bytes_of(signature, i)), ERR_AUTH);
		require_ok(signature_sign_p256(device->signing_key, message, signature, &(size_t){ SIGNATURE_P256_MAX }));
		len = (size_t)signature[1] + 2;
	}
	check_err(certificate_verify(device->signing, message, bytes_of(NULL, 0)), ERR_AUTH);
	signature[len] = 0;
	check_err(certificate_verify(device->signing, message, bytes_of(signature, len + 1)), ERR_AUTH);
	check_ok(certificate_verify(device->signing, message, bytes_of(signature, len)));
}

static void test_wrong_use(void)
{
	struct private_key *p256 = NULL;
	struct private_key *ed25519 = NULL;
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t len = sizeof(signature);
	size_t short_len = SIGNATURE_P256_MAX - 1;

	require_ok(private_key_new(KEY_P256, &p256));
	require_ok(private_key_new(KEY_ED25519, &ed25519));
	check_err(signature_sign_p256(ed25519, bytes_of_text("a"), signature, &len), ERR_USAGE);
	check_uint(len, sizeof(signature));
	check_err(signature_sign_p256(p256, bytes_of_text("a"), signature, &short_len), ERR_USAGE);
	check_uint(short_len, SIGNATURE_P256_MAX - 1);
	check_err(signature_sign_ed25519(p256, bytes_of_text("a"), signature), ERR_USAGE);
	check_err(ed25519_public(p256, signature), ERR_USAGE);
	private_key_free(p256);
	private_key_free(ed25519);
}

/* RFC 7748 6.1: Alice and Bob. */
static const struct {
	const char *secret_key, *public_key;
} curve_rows[] = {
	{ "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
	  "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a" },
	{ "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
	  "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f" },
};

static void test_curve_known(void)
{
	for (size_t i = 0; i < sizeof(curve_rows) / sizeof(curve_rows[0]); i++) {
		uint8_t secret_key[CURVE_BYTES], expected[CURVE_BYTES], public_key[CURVE_BYTES];

		unit_context("row %zu", i);
		require(text_unhex(curve_rows[i].secret_key, secret_key, CURVE_BYTES));
		require(text_unhex(curve_rows[i].public_key, expected, CURVE_BYTES));
		require_ok(curve_key_public(secret_key, public_key));
		check_bytes(bytes_of(public_key, CURVE_BYTES), bytes_of(expected, CURVE_BYTES));
	}
}

static void test_curve_new(void)
{
	uint8_t secret_key[2][CURVE_BYTES], public_key[2][CURVE_BYTES], derived[CURVE_BYTES];

	for (int i = 0; i < 2; i++) {
		require_ok(curve_key_new(public_key[i], secret_key[i]));
		require_ok(curve_key_public(secret_key[i], derived));
		check_bytes(bytes_of(derived, CURVE_BYTES), bytes_of(public_key[i], CURVE_BYTES));
	}
	check(memcmp(secret_key[0], secret_key[1], CURVE_BYTES) != 0);
}

#define THREADS 4

/* One key and one certificate, used by all at once. */
static void *sign_and_verify(void *unused)
{
	const struct device *device = &home_site()->desk;

	for (uint8_t i = 0; i < 50; i++) {
		uint8_t signature[SIGNATURE_P256_MAX];
		size_t len = sizeof(signature);
		struct bytes message = bytes_of(&i, 1);

		check_ok(signature_sign_p256(device->signing_key, message, signature, &len));
		check_ok(certificate_verify(device->signing, message, bytes_of(signature, len)));
		check_ok(certificate_check(device->signing, home_site()->root, CERTIFICATE_SIGNS, DESK_ADDRESS, NOW_US));
	}
	return unused;
}

static void test_threads(void)
{
	pthread_t threads[THREADS];

	home_site();
	for (int i = 0; i < THREADS; i++)
		require(pthread_create(&threads[i], NULL, sign_and_verify, NULL) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

UNIT_SUITE("crypto/signature",
	{ "Ed25519 as RFC 8032 shows it", test_ed25519_known },
	{ "Ed25519 refuses what was changed", test_ed25519_refuses },
	{ "P-256 signs and verifies", test_p256 },
	{ "P-256 refuses what was changed", test_p256_refuses },
	{ "a key is used for its own kind only", test_wrong_use },
	{ "CURVE as RFC 7748 shows it", test_curve_known },
	{ "CURVE pairs fit together", test_curve_new },
	{ "several threads share a key", test_threads });
