/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/library.h - for this room only: OpenSSL's objects behind our opaque types, and its errors as ours.
 *
 * Each public call of the room empties OpenSSL's error queue before it starts and before it returns, so that no call is
 * judged by what an earlier one left there. */
#pragma once
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "crypto/digest.h"

#define ED25519_SECRET 64 /* bytes: the seed, then the public key, as libsodium keeps it */

/* Never changes once made, so that any thread may use it. */
struct private_key {
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *signing;          /* P-256: ready to sign and copied for each signature; Ed25519: NULL */
	uint8_t ed25519[ED25519_SECRET]; /* Ed25519 only */
};

/* Never changes once made, so that any thread may use it. */
struct certificate {
	X509 *x509;              /* its extensions are cached already */
	EVP_PKEY_CTX *verifying; /* ready to verify and copied for each signature */
	uint8_t *der;
	size_t der_len;
	struct digest digest;
	char *subject;
	int64_t from_us;
	int64_t until_us;
};

/* Empties the error queue. */
void library_begin(void);

/* Empties the error queue: ERR_NOMEM when it tells of missing memory, otherwise the given error. */
enum err library_error(enum err otherwise);

/* True for an elliptic curve key on P-256, the curve given by name. */
bool library_is_p256(const EVP_PKEY *pkey);

/* A reader over borrowed bytes; NULL when it cannot be made or len is over INT_MAX. */
BIO *library_reader(struct bytes bytes);

/* What a memory writer holds, borrowed from it. */
struct bytes library_written(BIO *writer);

/* A password callback that gives none: an encrypted PEM is refused, never asked about at the terminal. */
int library_no_password(char *to, int size, int for_writing, void *context);

/* In certificate.c: a certificate around x509, which becomes the certificate's on ERR_OK only.  Errors as certificate_from_der. */
enum err certificate_adopt(X509 *x509, struct certificate **ret_certificate);
