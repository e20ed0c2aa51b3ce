/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/certificate.c - certificates from and to bytes; see certificate.h for the contract. */
#include "crypto/certificate.h"

#include <stdlib.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "crypto/library.h"

#define MICROSECONDS 1000000
#define PEM_MAX (64u * 1024u) /* bytes */

static enum err copy_der(X509 *x509, struct certificate *certificate)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x509, &der);

	if (len <= 0)
		return library_error(ERR_FORMAT);
	certificate->der = der;
	certificate->der_len = (size_t)len;
	certificate->digest = digest_of(bytes_of(der, (size_t)len));
	return (size_t)len <= CERTIFICATE_MAX ? ERR_OK : ERR_FORMAT;
}

/* The one CN, as UTF-8 text that may be shown. */
static enum err copy_subject(X509 *x509, struct certificate *certificate)
{
	const X509_NAME *name = X509_get_subject_name(x509);
	int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	unsigned char *text = NULL;
	int len;

	if (at < 0 || X509_NAME_get_index_by_NID(name, NID_commonName, at) >= 0)
		return ERR_FORMAT;
	len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	if (len < 0)
		return library_error(ERR_FORMAT);
	if (len > 0 && (size_t)len <= CERTIFICATE_NAME_MAX && text_check(bytes_of(text, (size_t)len), NULL) == TEXT_OK)
		certificate->subject = strndup((const char *)text, (size_t)len);
	else
		len = 0;
	OPENSSL_free(text);
	if (len == 0)
		return ERR_FORMAT;
	return certificate->subject ? ERR_OK : ERR_NOMEM;
}

static bool read_time(const ASN1_TIME *time, int64_t *ret_us)
{
	struct tm parts = { 0 };

	if (ASN1_TIME_to_tm(time, &parts) != 1)
		return false;
	*ret_us = (int64_t)timegm(&parts) * MICROSECONDS;
	return true;
}

static enum err prepare_verifying(X509 *x509, struct certificate *certificate)
{
	EVP_PKEY *pkey = X509_get0_pubkey(x509);

	if (!library_is_p256(pkey))
		return library_error(ERR_FORMAT);
	certificate->verifying = EVP_PKEY_CTX_new(pkey, NULL);
	if (!certificate->verifying || EVP_PKEY_verify_init(certificate->verifying) != 1)
		return library_error(ERR_CRYPTO);
	return ERR_OK;
}

static enum err read_fields(X509 *x509, struct certificate *certificate)
{
	enum err err = copy_der(x509, certificate);

	if (err == ERR_OK)
		err = copy_subject(x509, certificate);
	if (err == ERR_OK)
		err = prepare_verifying(x509, certificate);
	if (err != ERR_OK)
		return err;
	if (!read_time(X509_get0_notBefore(x509), &certificate->from_us) ||
	    !read_time(X509_get0_notAfter(x509), &certificate->until_us))
		return library_error(ERR_FORMAT);
	/* Caches the extensions now, so that nothing changes behind other threads later. */
	return X509_check_purpose(x509, -1, 0) == 1 ? ERR_OK : library_error(ERR_FORMAT);
}

enum err certificate_adopt(X509 *x509, struct certificate **ret_certificate)
{
	struct certificate *certificate = calloc(1, sizeof(*certificate));
	enum err err;

	if (!certificate)
		return ERR_NOMEM;
	err = read_fields(x509, certificate);
	if (err != ERR_OK) {
		certificate_free(certificate);
		return err;
	}
	certificate->x509 = x509;
	ERR_clear_error();
	*ret_certificate = certificate;
	return ERR_OK;
}

enum err certificate_from_der(struct bytes der, struct certificate **ret_certificate)
{
	struct certificate *certificate = NULL;
	const unsigned char *at = der.data;
	X509 *x509 = NULL;
	enum err err;

	if (der.len == 0 || der.len > CERTIFICATE_MAX)
		return ERR_FORMAT;
	library_begin();
	x509 = d2i_X509(NULL, &at, (long)der.len);
	if (!x509)
		return library_error(ERR_FORMAT);
	err = certificate_adopt(x509, &certificate);
	if (err != ERR_OK) {
		X509_free(x509);
		return err;
	}
	/* Nothing behind it, and no other encoding of the same: its digest names it. */
	if (!bytes_equal(der, certificate_der(certificate))) {
		certificate_free(certificate);
		return ERR_FORMAT;
	}
	*ret_certificate = certificate;
	return ERR_OK;
}

void certificate_free(struct certificate *certificate)
{
	if (!certificate)
		return;
	EVP_PKEY_CTX_free(certificate->verifying);
	X509_free(certificate->x509);
	OPENSSL_free(certificate->der);
	free(certificate->subject);
	free(certificate);
}

struct bytes certificate_der(const struct certificate *certificate)
{
	return bytes_of(certificate->der, certificate->der_len);
}

const struct digest *certificate_digest(const struct certificate *certificate)
{
	return &certificate->digest;
}

const char *certificate_subject(const struct certificate *certificate)
{
	return certificate->subject;
}

void certificate_validity(const struct certificate *certificate, int64_t *ret_from_us, int64_t *ret_until_us)
{
	*ret_from_us = certificate->from_us;
	*ret_until_us = certificate->until_us;
}

enum err certificate_to_pem(const struct certificate *certificate, struct buf *out)
{
	BIO *writer = NULL;
	enum err err = ERR_OK;

	library_begin();
	writer = BIO_new(BIO_s_mem());
	if (writer && PEM_write_bio_X509(writer, certificate->x509) == 1) {
		buf_put(out, library_written(writer));
		err = out->err;
	} else {
		err = library_error(ERR_CRYPTO);
	}
	BIO_free(writer);
	return err;
}

enum err certificate_from_pem(struct bytes pem, struct certificate **ret_certificate)
{
	unsigned char *der = NULL;
	long len = 0;
	BIO *reader = NULL;
	enum err err;

	if (pem.len > PEM_MAX)
		return ERR_FORMAT;
	library_begin();
	reader = library_reader(pem);
	if (reader && PEM_bytes_read_bio(&der, &len, NULL, PEM_STRING_X509, reader, library_no_password, NULL) == 1)
		err = certificate_from_der(bytes_of(der, (size_t)len), ret_certificate);
	else
		err = library_error(ERR_FORMAT);
	OPENSSL_free(der);
	BIO_free(reader);
	return err;
}
