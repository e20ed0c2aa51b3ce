/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/enveloped_scan.c - see enveloped_scan.h for the contract. */
#include "crypto/enveloped_scan.h"

#include "crypto/der.h"

#define GCM_NONCE_BYTES 12
#define GCM_TAG_BYTES 16
#define WRAPPED_KEY_BYTES 40 /* a 256-bit key under RFC 3394 */

/* Tags of RecipientInfo (RFC 5652 6.2). */
#define RECIPIENT_AGREED DER_CONTEXT_CONSTRUCTED(1)
#define RECIPIENT_UNDER_KEY DER_CONTEXT_CONSTRUCTED(2)

/* Object identifiers as DER writes their content. */
static const uint8_t auth_enveloped_data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17 };
static const uint8_t data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01 };
static const uint8_t aes256_gcm[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e };
static const uint8_t aes256_wrap[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2d };
static const uint8_t ecdh_sha256_kdf[] = { 0x2b, 0x81, 0x04, 0x01, 0x0b, 0x01 };

#define TAKE_OBJECT(left, object) der_take_exactly((left), DER_OBJECT, bytes_of((object), sizeof(object)))

/* AES-256 wrap with no parameters, or with the NULL that some writers add. */
static bool take_wrap_algorithm(struct bytes *left)
{
	struct bytes algorithm;

	if (!der_take(left, DER_SEQUENCE, &algorithm) || !TAKE_OBJECT(&algorithm, aes256_wrap))
		return false;
	return algorithm.len == 0 || (der_take_exactly(&algorithm, DER_NULL, bytes_of(NULL, 0)) && algorithm.len == 0);
}

static bool take_wrapped_key(struct bytes *left, struct bytes *ret_wrapped)
{
	return der_take(left, DER_OCTET_STRING, ret_wrapped) && ret_wrapped->len == WRAPPED_KEY_BYTES;
}

static bool take_agreement_algorithm(struct bytes *left)
{
	struct bytes algorithm;

	return der_take(left, DER_SEQUENCE, &algorithm) && TAKE_OBJECT(&algorithm, ecdh_sha256_kdf) &&
	       take_wrap_algorithm(&algorithm) && algorithm.len == 0;
}

/* One encrypted key for one certificate, named by issuer and serial number. */
static bool take_encrypted_keys(struct bytes *left)
{
	struct bytes keys, key, name, wrapped;

	return der_take(left, DER_SEQUENCE, &keys) && der_take(&keys, DER_SEQUENCE, &key) && keys.len == 0 &&
	       der_take(&key, DER_SEQUENCE, &name) && take_wrapped_key(&key, &wrapped) && key.len == 0;
}

static bool is_agreed(struct bytes recipient)
{
	struct bytes originator;

	return der_take_small(&recipient, 3) && der_take(&recipient, DER_CONTEXT_CONSTRUCTED(0), &originator) &&
	       take_agreement_algorithm(&recipient) && take_encrypted_keys(&recipient) && recipient.len == 0;
}

static bool is_under_key(struct bytes recipient, struct bytes *ret_wrapped)
{
	struct bytes identifier, key_identifier;

	return der_take_small(&recipient, 4) && der_take(&recipient, DER_SEQUENCE, &identifier) &&
	       der_take(&identifier, DER_OCTET_STRING, &key_identifier) && identifier.len == 0 &&
	       take_wrap_algorithm(&recipient) && take_wrapped_key(&recipient, ret_wrapped) && recipient.len == 0;
}

static bool take_recipient(struct bytes *left, enum enveloped_kind kind)
{
	uint8_t tag = kind == ENVELOPED_TO_CERTIFICATE ? RECIPIENT_AGREED : RECIPIENT_UNDER_KEY;
	struct bytes recipient, wrapped;

	if (!der_take(left, tag, &recipient) || recipient.len > ENVELOPED_RECIPIENT_BYTES_MAX)
		return false;
	return kind == ENVELOPED_TO_CERTIFICATE ? is_agreed(recipient) : is_under_key(recipient, &wrapped);
}

static bool take_recipients(struct bytes *left, enum enveloped_kind kind)
{
	size_t most = kind == ENVELOPED_TO_CERTIFICATE ? ENVELOPED_RECIPIENTS_MAX : 1;
	struct bytes recipients;
	size_t count = 0;

	if (!der_take(left, DER_SET, &recipients) || recipients.len == 0)
		return false;
	while (recipients.len > 0) {
		if (++count > most || !take_recipient(&recipients, kind))
			return false;
	}
	return true;
}

static bool take_cipher(struct bytes *left, struct bytes *ret_nonce)
{
	struct bytes algorithm, parameters;

	return der_take(left, DER_SEQUENCE, &algorithm) && TAKE_OBJECT(&algorithm, aes256_gcm) &&
	       der_take(&algorithm, DER_SEQUENCE, &parameters) && algorithm.len == 0 &&
	       der_take(&parameters, DER_OCTET_STRING, ret_nonce) && ret_nonce->len == GCM_NONCE_BYTES &&
	       der_take_small(&parameters, GCM_TAG_BYTES) && parameters.len == 0;
}

static bool take_encrypted(struct bytes *left, struct enveloped *found)
{
	struct bytes content;

	return der_take(left, DER_SEQUENCE, &content) && TAKE_OBJECT(&content, data) && take_cipher(&content, &found->nonce) &&
	       der_take(&content, DER_CONTEXT(0), &found->encrypted) && content.len == 0;
}

/* Version 0, then the recipients. */
static bool take_beginning(struct bytes sealed, struct bytes *ret_inner)
{
	struct bytes outer, wrapped;

	return der_take(&sealed, DER_SEQUENCE, &outer) && sealed.len == 0 && TAKE_OBJECT(&outer, auth_enveloped_data) &&
	       der_take(&outer, DER_CONTEXT_CONSTRUCTED(0), &wrapped) && outer.len == 0 && der_take(&wrapped, DER_SEQUENCE, ret_inner) &&
	       wrapped.len == 0 && der_take_small(ret_inner, 0);
}

enum err enveloped_scan(struct bytes sealed, enum enveloped_kind kind, struct enveloped *ret_found)
{
	struct enveloped found;
	struct bytes inner;

	if (!take_beginning(sealed, &inner) || !take_recipients(&inner, kind) || !take_encrypted(&inner, &found))
		return ERR_FORMAT;
	if (!der_take(&inner, DER_OCTET_STRING, &found.tag) || found.tag.len != GCM_TAG_BYTES || inner.len > 0)
		return ERR_FORMAT;
	*ret_found = found;
	return ERR_OK;
}

bool enveloped_scan_wrapped(struct bytes written, struct bytes *ret_wrapped)
{
	struct bytes inner, recipients, recipient;

	if (!take_beginning(written, &inner) || !der_take(&inner, DER_SET, &recipients))
		return false;
	while (der_take(&recipients, RECIPIENT_AGREED, &recipient))
		continue;
	return der_take(&recipients, RECIPIENT_UNDER_KEY, &recipient) && is_under_key(recipient, ret_wrapped);
}
