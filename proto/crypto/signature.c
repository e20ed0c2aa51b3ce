/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/signature.c - see signature.h for the contract.
 *
 * Ed25519 is libsodium's: a checkpoint is signed in every commit, while all in it wait, and OpenSSL 3.0 takes three times as long
 * (measured: 80 against 29 us to sign, 222 against 82 us to verify). */
#include "crypto/signature.h"

#include <openssl/err.h>
#include <sodium.h>

#include "crypto/library.h"

_Static_assert(ED25519_BYTES == crypto_sign_PUBLICKEYBYTES && ED25519_SIGNATURE == crypto_sign_BYTES &&
		       ED25519_SECRET == crypto_sign_SECRETKEYBYTES,
	       "libsodium's Ed25519");

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
	if (key->signing) /* it is P-256 */
		return ERR_USAGE;
	library_begin();
	return crypto_sign_detached(signature, NULL, message.data, message.len, key->ed25519) == 0 ? ERR_OK : ERR_CRYPTO;
}

enum err ed25519_public(const struct private_key *key, uint8_t public_key[ED25519_BYTES])
{
	if (key->signing) /* it is P-256 */
		return ERR_USAGE;
	library_begin();
	memcpy(public_key, key->ed25519 + ED25519_SECRET - ED25519_BYTES, ED25519_BYTES);
	return ERR_OK;
}

enum err ed25519_verify(const uint8_t public_key[ED25519_BYTES], struct bytes message, struct bytes signature)
{
	if (signature.len != ED25519_SIGNATURE)
		return ERR_AUTH;
	library_begin();
	if (sodium_init() < 0)
		return ERR_CRYPTO;
	return crypto_sign_verify_detached(signature.data, message.data, message.len, public_key) == 0 ? ERR_OK : ERR_AUTH;
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
