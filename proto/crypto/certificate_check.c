/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/certificate_check.c - what a certificate vouches for; see certificate.h for the contract. */
#include "crypto/certificate.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "crypto/library.h"

static bool is_for(const struct certificate *certificate, enum certificate_use use)
{
	uint32_t wanted = use == CERTIFICATE_SIGNS ? KU_DIGITAL_SIGNATURE : KU_KEY_AGREEMENT;
	uint32_t flags = X509_get_extension_flags(certificate->x509);

	/* Without the extension every use would be allowed. */
	return (flags & EXFLAG_KUSAGE) && X509_get_key_usage(certificate->x509) == wanted &&
	       !(flags & (EXFLAG_CA | EXFLAG_CRITICAL | EXFLAG_INVALID));
}

static bool is_authority(const struct certificate *root)
{
	uint32_t flags = X509_get_extension_flags(root->x509);

	return (flags & EXFLAG_CA) && !(flags & (EXFLAG_CRITICAL | EXFLAG_INVALID));
}

/* Names, key identifiers and the signature itself: a namesake of the root does not pass. */
static bool is_issued_by(const struct certificate *certificate, const struct certificate *root)
{
	return X509_get_signature_nid(certificate->x509) == NID_ecdsa_with_SHA256 &&
	       X509_check_issued(root->x509, certificate->x509) == X509_V_OK &&
	       X509_verify(certificate->x509, X509_get0_pubkey(root->x509)) == 1;
}

static bool is_valid_at(const struct certificate *certificate, int64_t at_us)
{
	return certificate->from_us <= at_us && at_us <= certificate->until_us;
}

enum err certificate_check(const struct certificate *certificate, const struct certificate *root, enum certificate_use use,
			   const char *address, int64_t at_us)
{
	if (address && strcmp(address, certificate->subject) != 0)
		return ERR_AUTH;
	if (!is_valid_at(certificate, at_us) || !is_valid_at(root, at_us))
		return ERR_AUTH;
	library_begin();
	if (!is_for(certificate, use) || !is_authority(root) || !is_issued_by(certificate, root))
		return library_error(ERR_AUTH);
	return ERR_OK;
}

enum err certificate_verify(const struct certificate *certificate, struct bytes message, struct bytes signature)
{
	struct digest digest = digest_of(message);
	EVP_PKEY_CTX *verifying = NULL;
	enum err err = ERR_OK;

	library_begin();
	verifying = EVP_PKEY_CTX_dup(certificate->verifying);
	if (!verifying)
		err = library_error(ERR_NOMEM);
	else if (EVP_PKEY_verify(verifying, signature.data, signature.len, digest.bytes, DIGEST_BYTES) != 1)
		err = library_error(ERR_AUTH);
	EVP_PKEY_CTX_free(verifying);
	return err;
}
