/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/seal.h - parts signed and then encrypted (CMS, RFC 5652), and attachment segments.
 *
 * A part is AuthEnvelopedData (RFC 5083, AES-256-GCM per RFC 5084) for the recipient agency's devices and the sender's own
 * (ECDH P-256 with the X9.63 KDF over SHA-256, AES-256 key wrap), around SignedData (ECDSA P-256 with SHA-256, signed attributes, the signer's certificate
 * included) around the content.  Any CMS tool opens it.  Nothing here reads a clock: the signed attributes hold no time.
 *
 * All of it may be called from any thread.  Opening refuses whatever is not exactly such a structure before the library parses
 * it, and shows nothing of what was changed.  Costs some 0.3 ms per recipient to seal and 0.6 ms to open. */
#pragma once
#include "crypto/certificate.h"

#define SEAL_KEY_BYTES 32
#define SEAL_RECIPIENTS_MAX 32u

/* Appends the sealed part (DER) to out.
 *   content     clear bytes; borrowed
 *   signer      its certificate and key, a pair
 *   recipients  count certificates with use CERTIFICATE_SEALED_TO, 1 to SEAL_RECIPIENTS_MAX
 * ERR_USAGE (recipients other than that), ERR_CRYPTO (also when signer and key are no pair), ERR_NOMEM, ERR_TOO_LARGE (out's
 * limit): out's content is unspecified then. */
enum err seal_part(struct bytes content, const struct certificate *signer, const struct private_key *signer_key,
		   const struct certificate *const *recipients, size_t count, struct buf *out);

/* Opens what seal_part made.
 *   own, own_key  one recipient pair
 *   out           clear content appended
 *   ret_signer    the certificate that signed it, as found inside: the caller checks issuer, subject, validity
 * ERR_NOT_FOUND  not sealed to this certificate
 * ERR_AUTH       changed on the way, or the signature does not hold
 * ERR_FORMAT     not such a structure, or other algorithms than those above
 * ERR_TOO_LARGE  more than out's limit leaves room for: told before anything is decrypted
 * out's content is as before but for ERR_OK, ret_signer is the caller's, freed with certificate_free. */
enum err open_part(struct bytes sealed, const struct certificate *own, const struct private_key *own_key, struct buf *out,
		   struct certificate **ret_signer);

/* The key that this one part's content is encrypted with: with it anybody opens the part, and nothing else that is sealed to the same
 * certificate.  Errors as open_part; that the content is as it was sealed is not looked at.  The caller wipes ret_key (secret_wipe). */
enum err part_content_key(struct bytes sealed, const struct certificate *own, const struct private_key *own_key, uint8_t ret_key[SEAL_KEY_BYTES]);

/* As open_part, by that key alone.  ERR_AUTH also when the key is not its own. */
enum err open_part_by_key(struct bytes sealed, const uint8_t key[SEAL_KEY_BYTES], struct buf *out, struct certificate **ret_signer);

/* One attachment segment under a KEK recipient (key identifier: 8 bytes, the big-endian segment number): AuthEnvelopedData, AES-256-GCM.
 * The segment number and the total are bound: they stand before the clear bytes as two be32. */
enum err seal_segment(const uint8_t key[SEAL_KEY_BYTES], uint32_t number, uint32_t total, struct bytes clear, struct buf *out);

/* ERR_AUTH when the key is not its key, it was changed, or it is not segment number of total; ERR_FORMAT, ERR_TOO_LARGE as above. */
enum err open_segment(const uint8_t key[SEAL_KEY_BYTES], uint32_t number, uint32_t total, struct bytes sealed, struct buf *out);

/* For a whole file meant for one certificate (transfers, backups): encrypted only, same algorithms as a part's outer layer. */
enum err seal_to(struct bytes clear, const struct certificate *recipient, struct buf *out);
enum err open_sealed(struct bytes sealed, const struct certificate *own, const struct private_key *own_key, struct buf *out);
