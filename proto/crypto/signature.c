/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/signature.c - see signature.h for the contract. */
#include "crypto/signature.h"

#include <openssl/err.h>

#include "crypto/library.h"

enum err signature_sign_p256(const struct private_key *key, struct bytes message, uint8_t *signature, size_t *len)
{
	struct digest digest = digest_of(message);
	EVP_PKEY_CTX *signing = NULL;
	size_t room = *len;
	enum err err = ERR_OK;

	if (!key->signing || room < SIGNATURE_P256_MAX)
		return ERR_USAGE;
	library_begin();
	signing = EVP_PKEY_CTX_dup(key->signing);
	if (!signing || EVP_PKEY_sign(signing, signature, &room, digest.bytes, DIGEST_BYTES) != 1)
		err = library_error(ERR_CRYPTO);
	else
		*len = room;
	EVP_PKEY_CTX_free(signing);
	return err;
}

enum err signature_sign_ed25519(const struct private_key *key, struct bytes message, uint8_t signature[ED25519_SIGNATURE])
{
	EVP_MD_CTX *context = NULL;
	size_t len = ED25519_SIGNATURE;
	enum err err = ERR_OK;

	if (key->signing) /* it is P-256 */
		return ERR_USAGE;
	library_begin();
	context = EVP_MD_CTX_new();
	if (!context || EVP_DigestSignInit(context, NULL, NULL, NULL, key->pkey) != 1 ||
	    EVP_DigestSign(context, signature, &len, message.data, message.len) != 1 || len != ED25519_SIGNATURE)
		err = library_error(ERR_CRYPTO);
	EVP_MD_CTX_free(context);
	return err;
}

enum err ed25519_public(const struct private_key *key, uint8_t public_key[ED25519_BYTES])
{
	size_t len = ED25519_BYTES;

	if (key->signing) /* it is P-256 */
		return ERR_USAGE;
	library_begin();
	if (EVP_PKEY_get_raw_public_key(key->pkey, public_key, &len) != 1 || len != ED25519_BYTES)
		return library_error(ERR_CRYPTO);
	return ERR_OK;
}

enum err ed25519_verify(const uint8_t public_key[ED25519_BYTES], struct bytes message, struct bytes signature)
{
	EVP_PKEY *pkey = NULL;
	EVP_MD_CTX *context = NULL;
	enum err err = ERR_AUTH;

	if (signature.len != ED25519_SIGNATURE)
		return err;
	library_begin();
	pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, ED25519_BYTES);
	context = EVP_MD_CTX_new();
	if (pkey && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, pkey) == 1 &&
	    EVP_DigestVerify(context, signature.data, signature.len, message.data, message.len) == 1)
		err = ERR_OK;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	return err == ERR_OK ? ERR_OK : library_error(err);
}

/* Takes pkey over. */
static enum err curve_halves(EVP_PKEY *pkey, uint8_t *public_key, uint8_t *secret_key)
{
	size_t public_len = CURVE_BYTES;
	size_t secret_len = CURVE_BYTES;
	enum err err = ERR_OK;

	if (!pkey || EVP_PKEY_get_raw_public_key(pkey, public_key, &public_len) != 1 || public_len != CURVE_BYTES)
		err = library_error(ERR_CRYPTO);
	else if (secret_key && (EVP_PKEY_get_raw_private_key(pkey, secret_key, &secret_len) != 1 || secret_len != CURVE_BYTES))
		err = library_error(ERR_CRYPTO);
	EVP_PKEY_free(pkey);
	return err;
}

enum err curve_key_new(uint8_t public_key[CURVE_BYTES], uint8_t secret_key[CURVE_BYTES])
{
	library_begin();
	return curve_halves(EVP_PKEY_Q_keygen(NULL, NULL, "X25519"), public_key, secret_key);
}

enum err curve_key_public(const uint8_t secret_key[CURVE_BYTES], uint8_t public_key[CURVE_BYTES])
{
	library_begin();
	return curve_halves(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret_key, CURVE_BYTES), public_key, NULL);
}
