/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/signed_data.h - for this room only: SignedData (RFC 5652 5) around content, by one signer whose certificate it holds.
 *
 * ECDSA P-256 with SHA-256 over signed attributes: content type and message digest, no signing time, since nothing here
 * reads a clock. */
#pragma once
#include "crypto/certificate.h"

/* What it adds to the content, in bytes, at most: certificate, attributes, signature, lengths. */
#define SIGNED_DATA_OVERHEAD (CERTIFICATE_MAX + 1024u)

/* Appends the DER to out, which grows once at most: nothing of the content stays behind where it was.  ERR_CRYPTO also when signer and
 * key are no pair. */
enum err signed_data_make(struct bytes content, const struct certificate *signer, const struct private_key *signer_key, struct buf *out);

/* Appends the content to out once the signature holds; ret_signer is the certificate inside, itself not checked.
 * ERR_FORMAT  not exactly one such structure with one signer, one certificate and the algorithms above
 * ERR_AUTH    the signature does not hold
 * ERR_TOO_LARGE, ERR_NOMEM */
enum err signed_data_open(struct bytes signed_data, struct buf *out, struct certificate **ret_signer);
