/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/enveloped_data.h - for this room only: AuthEnvelopedData (RFC 5083) written and opened through the library.
 *
 * Clear bytes come as a memory BIO, which wipes them when it is freed (BIO_free).  They are whole and authentic: what fails
 * its tag is never shown. */
#pragma once
#include <openssl/bio.h>
#include <openssl/cms.h>

#include "crypto/certificate.h"
#include "crypto/enveloped_scan.h"

#define ENVELOPED_KEY_BYTES 32

/* Appends the structure for count certificates, 1 to ENVELOPED_RECIPIENTS_MAX, each to be sealed to (ERR_USAGE otherwise). */
enum err enveloped_seal(struct bytes clear, const struct certificate *const *recipients, size_t count, struct buf *out);

/* ERR_NOT_FOUND, ERR_AUTH, ERR_FORMAT as open_part; ERR_TOO_LARGE, before anything is decrypted, for over clear_max clear bytes. */
enum err enveloped_open(struct bytes sealed, const struct certificate *own, const struct private_key *own_key, size_t clear_max,
			BIO **ret_clear);

/* The same but for the decryption itself: *ret_cms (CMS_ContentInfo_free) holds the content's key then. */
enum err enveloped_unlock(struct bytes sealed, const struct certificate *own, const struct private_key *own_key, size_t clear_max,
			  CMS_ContentInfo **ret_cms);

/* A further recipient that has this key, named by identifier; NULL when memory is short. */
CMS_RecipientInfo *enveloped_add_key(CMS_ContentInfo *cms, const uint8_t key[ENVELOPED_KEY_BYTES], struct bytes identifier);

/* The same with a key that both sides have, which the structure names by identifier. */
enum err enveloped_seal_under(struct bytes clear, const uint8_t key[ENVELOPED_KEY_BYTES], struct bytes identifier, struct buf *out);
enum err enveloped_open_under(struct bytes sealed, const uint8_t key[ENVELOPED_KEY_BYTES], struct bytes identifier, size_t clear_max,
			      BIO **ret_clear);
