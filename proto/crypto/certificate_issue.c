/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/certificate_issue.c - roots, requests and what a root issues; see certificate.h for the contract. */
#include "crypto/certificate.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "crypto/library.h"

#define SERIAL_BYTES 16
#define KEY_IDENTIFIER_BYTES 20
#define MICROSECONDS 1000000
#define LAST_SECOND INT64_C(253402300799) /* 9999-12-31T23:59:59Z, the last that a certificate can hold */

/* Numbers of the bits in keyUsage (RFC 5280 4.2.1.3). */
enum { USAGE_DIGITAL_SIGNATURE = 0, USAGE_KEY_AGREEMENT = 4, USAGE_CERTIFICATE_SIGN = 5, USAGE_CRL_SIGN = 6 };

static enum err check_name(const char *name)
{
	struct bytes text = bytes_of_text(name);

	if (text.len == 0 || text.len > CERTIFICATE_NAME_MAX)
		return ERR_RANGE;
	return text_check(text, NULL) == TEXT_OK ? ERR_OK : ERR_FORMAT;
}

static enum err check_names(const char *common_name, const char *unit)
{
	enum err err = check_name(common_name);

	if (err == ERR_OK && unit && *unit)
		err = check_name(unit);
	return err;
}

static enum err check_times(int64_t from_us, int64_t until_us)
{
	return from_us >= 0 && from_us <= until_us && until_us / MICROSECONDS <= LAST_SECOND ? ERR_OK : ERR_RANGE;
}

/* Given as UTF8String, the library does not apply its 64-character limit. */
static bool add_name(X509_NAME *to, int nid, const char *text)
{
	return X509_NAME_add_entry_by_NID(to, nid, V_ASN1_UTF8STRING, (const unsigned char *)text, -1, -1, 0) == 1;
}

static bool fill_name(X509_NAME *to, const char *common_name, const char *unit)
{
	return add_name(to, NID_commonName, common_name) &&
	       (!unit || !*unit || add_name(to, NID_organizationalUnitName, unit));
}

/* Positive, and of the same length always. */
static bool set_serial(X509 *x509)
{
	uint8_t number[SERIAL_BYTES];
	BIGNUM *serial = NULL;
	bool done;

	random_bytes(number, sizeof(number));
	number[0] = (uint8_t)((number[0] & 0x7f) | 0x40);
	serial = BN_bin2bn(number, SERIAL_BYTES, NULL);
	done = serial && BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x509));
	BN_free(serial);
	return done;
}

static bool set_times(X509 *x509, int64_t from_us, int64_t until_us)
{
	return ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)(from_us / MICROSECONDS)) &&
	       ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)(until_us / MICROSECONDS));
}

static bool add_constraints(X509 *x509, bool authority)
{
	BASIC_CONSTRAINTS *constraints = BASIC_CONSTRAINTS_new();
	bool done = constraints != NULL;

	if (done && authority) {
		constraints->ca = 1;
		constraints->pathlen = ASN1_INTEGER_new();
		done = constraints->pathlen && ASN1_INTEGER_set(constraints->pathlen, 0) == 1;
	}
	done = done && X509_add1_ext_i2d(x509, NID_basic_constraints, constraints, 1, X509V3_ADD_DEFAULT) == 1;
	BASIC_CONSTRAINTS_free(constraints);
	return done;
}

static bool add_usage(X509 *x509, int bit, int further_bit)
{
	ASN1_BIT_STRING *usage = ASN1_BIT_STRING_new();
	bool done = usage && ASN1_BIT_STRING_set_bit(usage, bit, 1) == 1 && ASN1_BIT_STRING_set_bit(usage, further_bit, 1) == 1 &&
		    X509_add1_ext_i2d(x509, NID_key_usage, usage, 1, X509V3_ADD_DEFAULT) == 1;

	ASN1_BIT_STRING_free(usage);
	return done;
}

/* The first 160 bits of the SHA-256 of the public key's bits (RFC 7093 2, method 1): no SHA-1 anywhere. */
static ASN1_OCTET_STRING *key_identifier(const X509 *x509)
{
	const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(x509);
	struct digest digest = digest_of(bytes_of(ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits)));
	ASN1_OCTET_STRING *identifier = ASN1_OCTET_STRING_new();

	if (identifier && ASN1_OCTET_STRING_set(identifier, digest.bytes, KEY_IDENTIFIER_BYTES) != 1) {
		ASN1_OCTET_STRING_free(identifier);
		return NULL;
	}
	return identifier;
}

static bool add_subject_key(X509 *x509)
{
	ASN1_OCTET_STRING *identifier = key_identifier(x509);
	bool done = identifier && X509_add1_ext_i2d(x509, NID_subject_key_identifier, identifier, 0, X509V3_ADD_DEFAULT) == 1;

	ASN1_OCTET_STRING_free(identifier);
	return done;
}

static bool add_authority_key(X509 *x509, const X509 *root)
{
	AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
	bool done = false;

	if (authority) {
		authority->keyid = key_identifier(root);
		done = authority->keyid &&
		       X509_add1_ext_i2d(x509, NID_authority_key_identifier, authority, 0, X509V3_ADD_DEFAULT) == 1;
	}
	AUTHORITY_KEYID_free(authority);
	return done;
}

/* A version 3 certificate of pkey without issuer, extensions and signature. */
static X509 *draft(EVP_PKEY *pkey, const char *common_name, const char *unit, int64_t from_us, int64_t until_us)
{
	X509 *x509 = X509_new();

	if (x509 && X509_set_version(x509, X509_VERSION_3) == 1 && set_serial(x509) && set_times(x509, from_us, until_us) &&
	    X509_set_pubkey(x509, pkey) == 1 && fill_name(X509_get_subject_name(x509), common_name, unit))
		return x509;
	X509_free(x509);
	return NULL;
}

/* Takes x509 over, whatever the result. */
static enum err finish(X509 *x509, const struct private_key *key, struct certificate **ret_certificate)
{
	enum err err = X509_sign(x509, key->pkey, EVP_sha256()) > 0 ? ERR_OK : library_error(ERR_CRYPTO);
	unsigned char *der = NULL;
	int len = 0;

	if (err == ERR_OK && (len = i2d_X509(x509, &der)) <= 0)
		err = library_error(ERR_CRYPTO);
	/* Read back: nothing leaves here that could not be read elsewhere. */
	if (err == ERR_OK)
		err = certificate_from_der(bytes_of(der, (size_t)len), ret_certificate);
	OPENSSL_free(der);
	X509_free(x509);
	return err;
}

enum err certificate_root_new(const char *site, const struct private_key *key, int64_t from_us, int64_t until_us,
			      struct certificate **ret_certificate)
{
	enum err err = check_names(site, NULL);
	X509 *x509 = NULL;

	if (err == ERR_OK)
		err = check_times(from_us, until_us);
	if (err == ERR_OK && !key->signing)
		err = ERR_USAGE;
	if (err != ERR_OK)
		return err;
	library_begin();
	x509 = draft(key->pkey, site, NULL, from_us, until_us);
	if (!x509 || X509_set_issuer_name(x509, X509_get_subject_name(x509)) != 1 || !add_constraints(x509, true) ||
	    !add_usage(x509, USAGE_CERTIFICATE_SIGN, USAGE_CRL_SIGN) || !add_subject_key(x509)) {
		X509_free(x509);
		return library_error(ERR_CRYPTO);
	}
	return finish(x509, key, ret_certificate);
}

enum err certificate_request(const struct private_key *key, const char *address, const char *device_name, struct buf *out)
{
	enum err err = check_names(address, device_name);
	X509_REQ *request = NULL;
	unsigned char *der = NULL;
	int len = 0;

	if (err == ERR_OK && !key->signing)
		err = ERR_USAGE;
	if (err != ERR_OK)
		return err;
	library_begin();
	request = X509_REQ_new();
	if (request && X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1 && X509_REQ_set_pubkey(request, key->pkey) == 1 &&
	    fill_name(X509_REQ_get_subject_name(request), address, device_name) && X509_REQ_sign(request, key->pkey, EVP_sha256()) > 0)
		len = i2d_X509_REQ(request, &der);
	if (len > 0) {
		buf_put(out, bytes_of(der, (size_t)len));
		err = out->err;
	} else {
		err = library_error(ERR_CRYPTO);
	}
	OPENSSL_free(der);
	X509_REQ_free(request);
	return err;
}

/* ret_request is freed with X509_REQ_free. */
static enum err open_request(struct bytes der, X509_REQ **ret_request)
{
	const unsigned char *at = der.data;
	X509_REQ *request = NULL;
	enum err err = ERR_OK;

	if (der.len == 0 || der.len > CERTIFICATE_MAX)
		return ERR_FORMAT;
	request = d2i_X509_REQ(NULL, &at, (long)der.len);
	if (!request || at != der.data + der.len || !library_is_p256(X509_REQ_get0_pubkey(request)) ||
	    X509_REQ_get_signature_nid(request) != NID_ecdsa_with_SHA256)
		err = ERR_FORMAT;
	else if (X509_REQ_verify(request, X509_REQ_get0_pubkey(request)) != 1)
		err = ERR_AUTH;
	if (err != ERR_OK) {
		X509_REQ_free(request);
		return library_error(err);
	}
	*ret_request = request;
	return ERR_OK;
}

enum err certificate_issue(const struct certificate *root, const struct private_key *root_key, struct bytes request,
			   const char *address, const char *device_name, enum certificate_use use, int64_t from_us,
			   int64_t until_us, struct certificate **ret_certificate)
{
	int usage = use == CERTIFICATE_SIGNS ? USAGE_DIGITAL_SIGNATURE : USAGE_KEY_AGREEMENT;
	enum err err = check_names(address, device_name);
	X509_REQ *opened = NULL;
	X509 *x509 = NULL;

	if (err == ERR_OK)
		err = check_times(from_us, until_us);
	library_begin();
	if (err == ERR_OK && X509_check_private_key(root->x509, root_key->pkey) != 1)
		err = library_error(ERR_USAGE);
	if (err == ERR_OK)
		err = open_request(request, &opened);
	if (err != ERR_OK)
		return err;
	x509 = draft(X509_REQ_get0_pubkey(opened), address, device_name, from_us, until_us);
	X509_REQ_free(opened);
	if (!x509 || X509_set_issuer_name(x509, X509_get_subject_name(root->x509)) != 1 || !add_constraints(x509, false) ||
	    !add_usage(x509, usage, usage) || !add_subject_key(x509) || !add_authority_key(x509, root->x509)) {
		X509_free(x509);
		return library_error(ERR_CRYPTO);
	}
	return finish(x509, root_key, ret_certificate);
}
