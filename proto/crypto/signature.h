/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/signature.h - key pairs and signatures: ECDSA P-256 for agencies, Ed25519 for the site's checkpoints, X25519 for CURVE.
 *
 * A key may be used by several threads at once. */
#pragma once
#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

#define SIGNATURE_P256_MAX 80 /* DER */
#define ED25519_BYTES 32
#define ED25519_SIGNATURE 64
#define CURVE_BYTES 32

struct private_key;

enum key_type { KEY_P256, KEY_ED25519 };

/* A fresh pair; ret_key is the caller's, freed with private_key_free. */
enum err private_key_new(enum key_type type, struct private_key **ret_key);

/* PKCS#8 PEM, unencrypted: files that hold it are 0600.  ERR_FORMAT when it is not such a key of that type. */
enum err private_key_from_pem(enum key_type type, struct bytes pem, struct private_key **ret_key);
enum err private_key_to_pem(const struct private_key *key, struct buf *out);
void private_key_free(struct private_key *key);

/* ECDSA with SHA-256 over the message, DER; *len is in: room (at least SIGNATURE_P256_MAX), out: used. */
enum err signature_sign_p256(const struct private_key *key, struct bytes message, uint8_t *signature, size_t *len);

/* Pure Ed25519 (RFC 8032). */
enum err signature_sign_ed25519(const struct private_key *key, struct bytes message, uint8_t signature[ED25519_SIGNATURE]);
enum err ed25519_public(const struct private_key *key, uint8_t public_key[ED25519_BYTES]);

/* ERR_AUTH when it does not hold. */
enum err ed25519_verify(const uint8_t public_key[ED25519_BYTES], struct bytes message, struct bytes signature);

/* A CURVE pair (RFC 7748 X25519), as CurveZMQ wants it: raw 32 bytes each. */
enum err curve_key_new(uint8_t public_key[CURVE_BYTES], uint8_t secret_key[CURVE_BYTES]);
enum err curve_key_public(const uint8_t secret_key[CURVE_BYTES], uint8_t public_key[CURVE_BYTES]);
