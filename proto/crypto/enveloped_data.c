/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/enveloped_data.c - see enveloped_data.h for the contract. */
#include "crypto/enveloped_data.h"

#include <limits.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "crypto/library.h"

#define CLEAR_MAX ((size_t)INT_MAX - (1u << 20)) /* bytes: the library counts the whole structure in an int */

/* CMS_KEY_PARAM lets the key derivation be set: by itself, OpenSSL 3.0 takes SHA-1. */
static bool add_recipient(CMS_ContentInfo *cms, const struct certificate *recipient)
{
	CMS_RecipientInfo *info = CMS_add1_recipient(cms, recipient->x509, NULL, NULL, CMS_KEY_PARAM);
	EVP_PKEY_CTX *agreement = info ? CMS_RecipientInfo_get0_pkey_ctx(info) : NULL;

	return agreement && EVP_PKEY_CTX_set_ecdh_kdf_md(agreement, EVP_sha256()) == 1;
}

CMS_RecipientInfo *enveloped_add_key(CMS_ContentInfo *cms, const uint8_t key[ENVELOPED_KEY_BYTES], struct bytes identifier)
{
	uint8_t *key_copy = OPENSSL_memdup(key, ENVELOPED_KEY_BYTES); /* both are cms's once added */
	uint8_t *identifier_copy = OPENSSL_memdup(identifier.data, identifier.len);
	CMS_RecipientInfo *info = NULL;

	if (key_copy && identifier_copy)
		info = CMS_add0_recipient_key(cms, NID_id_aes256_wrap, key_copy, ENVELOPED_KEY_BYTES, identifier_copy, identifier.len, NULL, NULL,
					      NULL);
	if (!info) {
		OPENSSL_clear_free(key_copy, ENVELOPED_KEY_BYTES);
		OPENSSL_free(identifier_copy);
	}
	return info;
}

/* What CMS_final does, but straight from our memory: it would read through a buffer that it frees without wiping. */
static bool fill(CMS_ContentInfo *cms, struct bytes clear)
{
	BIO *writer = CMS_set_detached(cms, 0) == 1 ? CMS_dataInit(cms, NULL) : NULL; /* not detached: cms holds what is encrypted */
	bool done = writer && (clear.len == 0 || BIO_write(writer, clear.data, (int)clear.len) == (int)clear.len) &&
		    BIO_flush(writer) == 1 && CMS_dataFinal(cms, writer) == 1;

	BIO_free_all(writer);
	return done;
}

/* Encrypts clear for the recipients that cms has, and appends the whole. */
static enum err encrypt(CMS_ContentInfo *cms, struct bytes clear, struct buf *out)
{
	uint8_t *at = NULL;
	int len = 0;

	if (fill(cms, clear))
		len = i2d_CMS_ContentInfo(cms, NULL);
	if (len <= 0)
		return library_error(ERR_CRYPTO);
	at = buf_grow(out, (size_t)len);
	if (!at)
		return out->err;
	return i2d_CMS_ContentInfo(cms, &at) == len ? ERR_OK : library_error(ERR_CRYPTO);
}

static bool may_be_sealed_to(const struct certificate *certificate)
{
	return (X509_get_key_usage(certificate->x509) & KU_KEY_AGREEMENT) != 0;
}

enum err enveloped_seal(struct bytes clear, const struct certificate *const *recipients, size_t count, struct buf *out)
{
	CMS_ContentInfo *cms = NULL;
	enum err err = ERR_OK;

	if (count == 0 || count > ENVELOPED_RECIPIENTS_MAX)
		return ERR_USAGE;
	if (clear.len > CLEAR_MAX)
		return ERR_TOO_LARGE;
	library_begin();
	cms = CMS_AuthEnvelopedData_create(EVP_aes_256_gcm());
	if (!cms)
		return library_error(ERR_CRYPTO);
	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		if (!may_be_sealed_to(recipients[i]))
			err = ERR_USAGE;
		else if (!add_recipient(cms, recipients[i]))
			err = library_error(ERR_CRYPTO);
	}
	if (err == ERR_OK)
		err = encrypt(cms, clear, out);
	CMS_ContentInfo_free(cms);
	return err;
}

enum err enveloped_seal_under(struct bytes clear, const uint8_t key[ENVELOPED_KEY_BYTES], struct bytes identifier, struct buf *out)
{
	CMS_ContentInfo *cms = NULL;
	enum err err = ERR_OK;

	if (clear.len > CLEAR_MAX)
		return ERR_TOO_LARGE;
	library_begin();
	cms = CMS_AuthEnvelopedData_create(EVP_aes_256_gcm());
	if (cms && enveloped_add_key(cms, key, identifier))
		err = encrypt(cms, clear, out);
	else
		err = library_error(ERR_CRYPTO);
	CMS_ContentInfo_free(cms);
	return err;
}

static enum err parse(struct bytes sealed, enum enveloped_kind kind, size_t clear_max, CMS_ContentInfo **ret_cms)
{
	const unsigned char *at = sealed.data;
	CMS_ContentInfo *cms = NULL;
	struct enveloped found;
	enum err err;

	if (sealed.len > INT_MAX)
		return ERR_TOO_LARGE;
	err = enveloped_scan(sealed, kind, &found);
	if (err != ERR_OK)
		return err;
	if (found.encrypted.len > clear_max)
		return ERR_TOO_LARGE;
	library_begin();
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)sealed.len);
	if (!cms)
		return library_error(ERR_FORMAT);
	*ret_cms = cms;
	return ERR_OK;
}

/* Decrypts with the key that cms has been given by now; the tag is verified at the end, before anything is shown. */
static enum err decrypt(CMS_ContentInfo *cms, BIO **ret_clear)
{
	BIO *writer = BIO_new(BIO_s_mem());

	if (!writer || CMS_decrypt(cms, NULL, NULL, NULL, writer, CMS_BINARY) != 1) {
		BIO_free(writer);
		return library_error(ERR_AUTH);
	}
	ERR_clear_error();
	*ret_clear = writer;
	return ERR_OK;
}

static bool is_for(CMS_ContentInfo *cms, X509 *x509)
{
	STACK_OF(CMS_RecipientInfo) *infos = CMS_get0_RecipientInfos(cms);

	for (int i = 0; i < sk_CMS_RecipientInfo_num(infos); i++) {
		CMS_RecipientInfo *info = sk_CMS_RecipientInfo_value(infos, i);
		STACK_OF(CMS_RecipientEncryptedKey) *keys = CMS_RecipientInfo_kari_get0_reks(info);

		for (int j = 0; j < sk_CMS_RecipientEncryptedKey_num(keys); j++) {
			if (CMS_RecipientEncryptedKey_cert_cmp(sk_CMS_RecipientEncryptedKey_value(keys, j), x509) == 0)
				return true;
		}
	}
	return false;
}

enum err enveloped_unlock(struct bytes sealed, const struct certificate *own, const struct private_key *own_key, size_t clear_max,
			  CMS_ContentInfo **ret_cms)
{
	CMS_ContentInfo *cms = NULL;
	enum err err = parse(sealed, ENVELOPED_TO_CERTIFICATE, clear_max, &cms);

	if (err != ERR_OK)
		return err;
	if (!is_for(cms, own->x509))
		err = library_error(ERR_NOT_FOUND);
	else if (CMS_decrypt_set1_pkey(cms, own_key->pkey, own->x509) != 1)
		err = library_error(ERR_AUTH);
	if (err == ERR_OK)
		*ret_cms = cms;
	else
		CMS_ContentInfo_free(cms);
	return err;
}

enum err enveloped_open(struct bytes sealed, const struct certificate *own, const struct private_key *own_key, size_t clear_max,
			BIO **ret_clear)
{
	CMS_ContentInfo *cms = NULL;
	enum err err = enveloped_unlock(sealed, own, own_key, clear_max, &cms);

	if (err == ERR_OK)
		err = decrypt(cms, ret_clear);
	CMS_ContentInfo_free(cms);
	return err;
}

enum err enveloped_open_under(struct bytes sealed, const uint8_t key[ENVELOPED_KEY_BYTES], struct bytes identifier, size_t clear_max,
			      BIO **ret_clear)
{
	uint8_t key_copy[ENVELOPED_KEY_BYTES]; /* the library takes them writable, and writes to neither */
	uint8_t identifier_copy[64];
	CMS_ContentInfo *cms = NULL;
	enum err err = ERR_USAGE;

	if (identifier.len == 0 || identifier.len > sizeof(identifier_copy))
		return err;
	err = parse(sealed, ENVELOPED_UNDER_KEY, clear_max, &cms);
	if (err != ERR_OK)
		return err;
	memcpy(key_copy, key, ENVELOPED_KEY_BYTES);
	memcpy(identifier_copy, identifier.data, identifier.len);
	if (CMS_decrypt_set1_key(cms, key_copy, ENVELOPED_KEY_BYTES, identifier_copy, identifier.len) != 1)
		err = library_error(ERR_AUTH);
	else
		err = decrypt(cms, ret_clear);
	secret_wipe(key_copy, sizeof(key_copy));
	CMS_ContentInfo_free(cms);
	return err;
}
