/* SPDX-License-Identifier: Apache-2.0 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/signature.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "crypto/library.h"
#include "unit.h"

/* PEM of pkey, PKCS#8; freed by the caller. */
static struct buf pem_of(EVP_PKEY *pkey, const EVP_CIPHER *cipher)
{
	BIO *writer = BIO_new(BIO_s_mem());
	struct buf pem;

	buf_init(&pem, 16384);
	require(PEM_write_bio_PKCS8PrivateKey(writer, pkey, cipher, "secret", cipher ? 6 : 0, NULL, NULL) == 1);
	buf_put(&pem, library_written(writer));
	BIO_free(writer);
	require_ok(pem.err);
	return pem;
}

static void check_refused(EVP_PKEY *pkey, const EVP_CIPHER *cipher, enum key_type type)
{
	struct private_key *key = NULL;
	struct buf pem = pem_of(pkey, cipher);

	check_err(private_key_from_pem(type, buf_bytes(&pem), &key), ERR_FORMAT);
	check(key == NULL);
	buf_free(&pem);
	EVP_PKEY_free(pkey);
}

static void test_round_trip(void)
{
	static const enum key_type types[] = { KEY_P256, KEY_ED25519 };

	for (size_t i = 0; i < 2; i++) {
		struct private_key *key = NULL;
		struct private_key *again = NULL;
		struct buf pem, pem_again;

		buf_init(&pem, 1024);
		buf_init(&pem_again, 1024);
		require_ok(private_key_new(types[i], &key));
		require_ok(private_key_to_pem(key, &pem));
		check(pem.len > 100 && memcmp(pem.data, "-----BEGIN PRIVATE KEY-----\n", 28) == 0);
		require_ok(private_key_from_pem(types[i], buf_bytes(&pem), &again));
		require_ok(private_key_to_pem(again, &pem_again));
		check_bytes(buf_bytes(&pem_again), buf_bytes(&pem));
		private_key_free(key);
		private_key_free(again);
		key = NULL;
		check_err(private_key_from_pem(types[1 - i], buf_bytes(&pem), &key), ERR_FORMAT);
		check(key == NULL);
		buf_free(&pem);
		buf_free(&pem_again);
	}
	private_key_free(NULL);
}

static void test_fresh(void)
{
	struct buf first, second;
	struct private_key *key = NULL;

	buf_init(&first, 1024);
	buf_init(&second, 1024);
	require_ok(private_key_new(KEY_P256, &key));
	require_ok(private_key_to_pem(key, &first));
	private_key_free(key);
	require_ok(private_key_new(KEY_P256, &key));
	require_ok(private_key_to_pem(key, &second));
	private_key_free(key);
	check(!bytes_equal(buf_bytes(&first), buf_bytes(&second)));
	buf_free(&first);
	buf_free(&second);
}

static void test_other_keys(void)
{
	check_refused(EVP_EC_gen("P-384"), NULL, KEY_P256);
	check_refused(EVP_EC_gen("secp256k1"), NULL, KEY_P256);
	check_refused(EVP_RSA_gen(1024), NULL, KEY_P256);
	check_refused(EVP_PKEY_Q_keygen(NULL, NULL, "X25519"), NULL, KEY_ED25519);
}

/* It must not ask for a password at the terminal, nor try an empty one. */
static void test_encrypted(void)
{
	check_refused(EVP_EC_gen("P-256"), EVP_aes_256_cbc(), KEY_P256);
}

/* The curve spelt out instead of named: the way to bring in a curve that only looks like P-256. */
static void test_explicit_curve(void)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	EC_KEY *inner = EVP_PKEY_get1_EC_KEY(pkey);
	EVP_PKEY *spelt = EVP_PKEY_new();

	EC_KEY_set_asn1_flag(inner, OPENSSL_EC_EXPLICIT_CURVE);
	require(EVP_PKEY_assign_EC_KEY(spelt, inner) == 1);
	EVP_PKEY_free(pkey);
	check_refused(spelt, NULL, KEY_P256);
}

/* A public half that belongs to another private one. */
static void test_mixed_halves(void)
{
	EVP_PKEY *one = EVP_EC_gen("P-256");
	EVP_PKEY *other = EVP_EC_gen("P-256");
	EC_KEY *mixed = EVP_PKEY_get1_EC_KEY(one);
	EVP_PKEY *pkey = EVP_PKEY_new();

	require(EC_KEY_set_public_key(mixed, EC_KEY_get0_public_key(EVP_PKEY_get0_EC_KEY(other))) == 1);
	require(EVP_PKEY_assign_EC_KEY(pkey, mixed) == 1);
	EVP_PKEY_free(one);
	EVP_PKEY_free(other);
	check_refused(pkey, NULL, KEY_P256);
}

static void test_garbage(void)
{
	struct private_key *key = NULL;
	uint8_t noise[300];
	struct buf pem;

	check_err(private_key_from_pem(KEY_P256, bytes_of(NULL, 0), &key), ERR_FORMAT);
	check_err(private_key_from_pem(KEY_P256, bytes_of_text("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"), &key), ERR_FORMAT);
	for (int i = 0; i < 50; i++) {
		unit_random_bytes(noise, sizeof(noise));
		check_err(private_key_from_pem(KEY_P256, bytes_of(noise, sizeof(noise)), &key), ERR_FORMAT);
	}
	buf_init(&pem, 1u << 20);
	require(buf_grow(&pem, 100000) != NULL);
	memset(pem.data, '\n', pem.len);
	check_err(private_key_from_pem(KEY_P256, buf_bytes(&pem), &key), ERR_FORMAT);
	buf_free(&pem);
	check(key == NULL);
}

/* Whatever letter of the file is lost or changed: no crash, and never another key. */
static void test_changed(void)
{
	struct private_key *key = NULL;
	struct buf pem;

	buf_init(&pem, 1024);
	require_ok(private_key_new(KEY_P256, &key));
	require_ok(private_key_to_pem(key, &pem));
	for (size_t i = 0; i < pem.len; i++) {
		struct private_key *found = NULL;
		uint8_t kept = pem.data[i];

		unit_context("letter %zu", i);
		check(private_key_from_pem(KEY_P256, bytes_of(pem.data, i), &found) != ERR_OK || EVP_PKEY_eq(found->pkey, key->pkey) == 1);
		private_key_free(found);
		found = NULL;
		pem.data[i] = kept == 'A' ? 'B' : 'A';
		check(private_key_from_pem(KEY_P256, buf_bytes(&pem), &found) != ERR_OK || EVP_PKEY_eq(found->pkey, key->pkey) == 1);
		private_key_free(found);
		pem.data[i] = kept;
	}
	private_key_free(key);
	buf_free(&pem);
}

static void test_no_room(void)
{
	struct private_key *key = NULL;
	struct buf pem;

	buf_init(&pem, 20);
	require_ok(private_key_new(KEY_P256, &key));
	check_err(private_key_to_pem(key, &pem), ERR_TOO_LARGE);
	private_key_free(key);
	buf_free(&pem);
}

UNIT_SUITE("crypto/private_key",
	{ "to PEM and back", test_round_trip },
	{ "keys are fresh", test_fresh },
	{ "keys of other kinds are refused", test_other_keys },
	{ "an encrypted key is refused without asking", test_encrypted },
	{ "a curve that is spelt out is refused", test_explicit_curve },
	{ "halves that do not belong together are refused", test_mixed_halves },
	{ "garbage is refused", test_garbage },
	{ "a changed file gives no other key", test_changed },
	{ "no room for it", test_no_room });
