/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/certificate.h - X.509 certificates of a site's devices, and the site's own root that issues them.
 *
 * A device has two: one to sign (digitalSignature), one to be sealed to (keyAgreement); both P-256, subject CN = agency@site,
 * OU = device name, issued by the site's root (P-256, CA:TRUE, CN = site).  Private keys never leave the device: it sends PKCS#10 requests.
 *
 * A certificate never changes once made: any thread may use it.  Times are whole seconds inside certificates. */
#pragma once
#include "crypto/digest.h"
#include "crypto/signature.h"

#define CERTIFICATE_MAX 4096u     /* bytes of DER, for requests too */
#define CERTIFICATE_NAME_MAX 256u /* bytes of CN or OU: RFC 5280's 64 would not hold the longest address */

enum certificate_use { CERTIFICATE_SIGNS, CERTIFICATE_SEALED_TO };

struct certificate;

/* ERR_FORMAT unless der is exactly one certificate in DER, of a P-256 key, with exactly one CN; its signature is not looked at.
 * Takes a quarter of a millisecond, nearly all of it OpenSSL decoding the key: keep the certificate where many signatures come. */
enum err certificate_from_der(struct bytes der, struct certificate **ret_certificate);
void certificate_free(struct certificate *certificate);

/* Borrowed as long as the certificate lives. */
struct bytes certificate_der(const struct certificate *certificate);
const struct digest *certificate_digest(const struct certificate *certificate); /* SHA-256 of the DER */
const char *certificate_subject(const struct certificate *certificate);         /* CN */

/* Microseconds since 1970-01-01 UTC. */
void certificate_validity(const struct certificate *certificate, int64_t *ret_from_us, int64_t *ret_until_us);

/* A self-signed root for a site.  ERR_RANGE when site is empty or over CERTIFICATE_NAME_MAX, or the times are out of order,
 * before 1970 or after 9999; ERR_FORMAT when site holds control or private-use characters; ERR_USAGE when key is not P-256. */
enum err certificate_root_new(const char *site, const struct private_key *key, int64_t from_us, int64_t until_us,
			      struct certificate **ret_certificate);

/* A PKCS#10 request for key, subject CN = address, OU = device name (may be empty); DER appended to out.  Names as above. */
enum err certificate_request(const struct private_key *key, const char *address, const char *device_name, struct buf *out);

/* Issues a certificate for a request whose own signature holds (ERR_AUTH) and whose key is P-256 (ERR_FORMAT).  Subject and use are the
 * caller's, never the request's.  The 16-byte random serial number is drawn here.  Names and times as for certificate_root_new. */
enum err certificate_issue(const struct certificate *root, const struct private_key *root_key, struct bytes request,
			   const char *address, const char *device_name, enum certificate_use use, int64_t from_us,
			   int64_t until_us, struct certificate **ret_certificate);

/* ERR_AUTH unless it was issued by exactly this root, for exactly this use, for this subject (address; NULL: any), is no authority
 * itself, and both it and the root are valid at at_us. */
enum err certificate_check(const struct certificate *certificate, const struct certificate *root, enum certificate_use use,
			   const char *address, int64_t at_us);

/* ECDSA P-256 with SHA-256 over the message, by the certificate's key.  ERR_AUTH when it does not hold.  Any thread. */
enum err certificate_verify(const struct certificate *certificate, struct bytes message, struct bytes signature);

/* PEM of the certificate appended to out; and the reverse, of the first certificate in it. */
enum err certificate_to_pem(const struct certificate *certificate, struct buf *out);
enum err certificate_from_pem(struct bytes pem, struct certificate **ret_certificate);
