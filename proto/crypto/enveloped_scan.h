/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/enveloped_scan.h - for this room only: a look through AuthEnvelopedData (RFC 5083) before the library parses it.
 *
 * The library tells nobody which cipher and tag length such a structure asks for, would accept a tag of four bytes, and
 * allocates for each element it finds.  So what passes here is DER of bounded size with AES-256-GCM, a 12-byte nonce, a
 * 16-byte tag, id-data inside, no attributes, and one kind of recipient. */
#pragma once
#include "base/bytes.h"
#include "base/err.h"

#define ENVELOPED_RECIPIENTS_MAX 32u        /* RecipientInfos in one structure */
#define ENVELOPED_RECIPIENT_BYTES_MAX 1024u /* of one RecipientInfo */

enum enveloped_kind {
	ENVELOPED_TO_CERTIFICATE, /* KeyAgreeRecipientInfo: ECDH, X9.63 KDF with SHA-256, AES-256 wrap */
	ENVELOPED_UNDER_KEY       /* KEKRecipientInfo: AES-256 wrap */
};

/* What stands in such a structure, borrowed from it.  Clear bytes are as many as encrypted ones. */
struct enveloped {
	struct bytes nonce, encrypted, tag;
};

/* ERR_FORMAT unless sealed is exactly one such structure. */
enum err enveloped_scan(struct bytes sealed, enum enveloped_kind kind, struct enveloped *ret_found);

/* The wrapped key of the first KEKRecipientInfo of a structure that the library just wrote, whatever other recipients it has. */
bool enveloped_scan_wrapped(struct bytes written, struct bytes *ret_wrapped);
