/* SPDX-License-Identifier: Apache-2.0 */
/* outer.h - CMS structures as others might write them, for tests of what we accept. */
#pragma once
#include <openssl/cms.h>

#include "base/buf.h"

/* DER of cms, which is freed; appended to out. */
void outer_encode(CMS_ContentInfo *cms, struct buf *out);

/* How an encrypted structure is written: zero is our own way. */
struct outer_way {
	const EVP_CIPHER *cipher;     /* NULL: AES-256-GCM */
	const EVP_MD *key_derivation; /* NULL: SHA-256 */
	bool by_key_identifier;      /* names the recipient by its key's identifier, not by issuer and serial number */
	bool under_key;              /* for a shared key of zeros, not for a certificate */
	size_t identifier_len;       /* of the shared key's identifier, all zeros; 0: 8 */
	size_t recipients;           /* so many times over; 0: once */
	bool bare;                   /* of a content type that is no data */
};

/* clear for the link's sealing certificate, appended to out. */
void outer_write(const struct outer_way *way, struct bytes clear, struct buf *out);

/* sealed, whose tag is to have tag_len of its 16 bytes, in the parameters as in its place; appended to out. */
void outer_cut_tag(struct bytes sealed, uint8_t tag_len, struct buf *out);
