/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/private_key.c - key pairs, from nothing and from PEM; see signature.h for the contract. */
#include "crypto/signature.h"

#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <sodium.h>

#include "crypto/library.h"

#define PEM_MAX (64u * 1024u) /* bytes */

/* Makes ready what every P-256 signature then copies: setting it up anew each time costs a quarter of the signing rate. */
static enum err prepare_signing(struct private_key *key)
{
	key->signing = EVP_PKEY_CTX_new(key->pkey, NULL);
	if (!key->signing || EVP_PKEY_sign_init(key->signing) != 1)
		return library_error(ERR_CRYPTO);
	return ERR_OK;
}

/* The pair in the form that libsodium signs with. */
static enum err prepare_ed25519(struct private_key *key)
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
	size_t len = sizeof(seed);
	enum err err = ERR_OK;

	if (sodium_init() < 0 || EVP_PKEY_get_raw_private_key(key->pkey, seed, &len) != 1 || len != sizeof(seed) ||
	    crypto_sign_seed_keypair(public_key, key->ed25519, seed) != 0)
		err = library_error(ERR_CRYPTO);
	secret_wipe(seed, sizeof(seed));
	return err;
}

/* pkey becomes the key's, or is freed. */
static enum err wrap(enum key_type type, EVP_PKEY *pkey, struct private_key **ret_key)
{
	struct private_key *key = calloc(1, sizeof(*key));
	enum err err = ERR_OK;

	if (!key) {
		EVP_PKEY_free(pkey);
		return ERR_NOMEM;
	}
	key->pkey = pkey;
	err = type == KEY_P256 ? prepare_signing(key) : prepare_ed25519(key);
	if (err != ERR_OK) {
		private_key_free(key);
		return err;
	}
	*ret_key = key;
	return ERR_OK;
}

enum err private_key_new(enum key_type type, struct private_key **ret_key)
{
	EVP_PKEY *pkey = NULL;

	library_begin();
	pkey = type == KEY_P256 ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	if (!pkey)
		return library_error(ERR_CRYPTO);
	return wrap(type, pkey, ret_key);
}

static bool is_of_type(const EVP_PKEY *pkey, enum key_type type)
{
	return type == KEY_P256 ? library_is_p256(pkey) : EVP_PKEY_is_a(pkey, "ED25519") == 1;
}

/* That the public half in the file belongs to the private one. */
static bool is_sound(EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *check = EVP_PKEY_CTX_new(pkey, NULL);
	bool sound = check && EVP_PKEY_check(check) == 1;

	EVP_PKEY_CTX_free(check);
	return sound;
}

enum err private_key_from_pem(enum key_type type, struct bytes pem, struct private_key **ret_key)
{
	BIO *reader = NULL;
	PKCS8_PRIV_KEY_INFO *info = NULL;
	EVP_PKEY *pkey = NULL; /* ours until wrapped */
	enum err err = ERR_FORMAT;

	if (pem.len > PEM_MAX)
		return err;
	library_begin();
	reader = library_reader(pem);
	if (!reader)
		return library_error(ERR_NOMEM);
	info = PEM_read_bio_PKCS8_PRIV_KEY_INFO(reader, NULL, library_no_password, NULL);
	pkey = info ? EVP_PKCS82PKEY(info) : NULL;
	if (!pkey || !is_of_type(pkey, type) || !is_sound(pkey)) {
		err = library_error(ERR_FORMAT);
		goto out;
	}
	err = wrap(type, pkey, ret_key);
	pkey = NULL;
out:
	EVP_PKEY_free(pkey);
	PKCS8_PRIV_KEY_INFO_free(info);
	BIO_free(reader);
	ERR_clear_error();
	return err;
}

enum err private_key_to_pem(const struct private_key *key, struct buf *out)
{
	BIO *writer = NULL; /* wipes what it held when freed */
	enum err err = ERR_OK;

	library_begin();
	writer = BIO_new(BIO_s_mem());
	if (!writer || PEM_write_bio_PKCS8PrivateKey(writer, key->pkey, NULL, NULL, 0, NULL, NULL) != 1) {
		err = library_error(ERR_CRYPTO);
		goto out;
	}
	buf_put(out, library_written(writer));
	err = out->err;
out:
	BIO_free(writer);
	return err;
}

void private_key_free(struct private_key *key)
{
	if (!key)
		return;
	EVP_PKEY_CTX_free(key->signing);
	EVP_PKEY_free(key->pkey);
	secret_wipe(key->ed25519, sizeof(key->ed25519));
	free(key);
}
