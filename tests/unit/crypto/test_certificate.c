/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/certificate.h"

#include <stdio.h>

#include <openssl/x509v3.h>

#include "crypto/library.h"
#include "site.h"
#include "unit.h"

static void test_fields(void)
{
	const struct certificate *certificate = home_site()->link.signing;
	struct digest digest = digest_of(certificate_der(certificate));
	int64_t from_us = 0;
	int64_t until_us = 0;

	check_text(certificate_subject(certificate), LINK_ADDRESS);
	check_text(certificate_subject(home_site()->root), "chiba-city");
	check(digest_equal(certificate_digest(certificate), &digest));
	certificate_validity(certificate, &from_us, &until_us);
	check_int(from_us, FROM_US);
	check_int(until_us, UNTIL_US);
}

static void test_der(void)
{
	const struct certificate *certificate = home_site()->link.signing;
	struct certificate *again = NULL;

	require_ok(certificate_from_der(certificate_der(certificate), &again));
	check_bytes(certificate_der(again), certificate_der(certificate));
	check(digest_equal(certificate_digest(again), certificate_digest(certificate)));
	check_ok(certificate_check(again, home_site()->root, CERTIFICATE_SIGNS, LINK_ADDRESS, NOW_US));
	certificate_free(again);
	certificate_free(NULL);
}

static void test_pem(void)
{
	const struct certificate *certificate = home_site()->desk.sealing;
	struct certificate *again = NULL;
	struct buf pem;

	buf_init(&pem, 8192);
	require_ok(certificate_to_pem(certificate, &pem));
	require_ok(certificate_from_pem(buf_bytes(&pem), &again));
	check_bytes(certificate_der(again), certificate_der(certificate));
	certificate_free(again);
	again = NULL;
	check_err(certificate_from_pem(bytes_of(pem.data, pem.len / 2), &again), ERR_FORMAT);
	check_err(certificate_from_pem(bytes_of(NULL, 0), &again), ERR_FORMAT);
	check_err(certificate_from_pem(certificate_der(certificate), &again), ERR_FORMAT);
	check(again == NULL);
	pem.limit = pem.len + 10;
	check_err(certificate_to_pem(certificate, &pem), ERR_TOO_LARGE);
	buf_free(&pem);
}

/* Two in a file: the first counts. */
static void test_pem_chain(void)
{
	struct certificate *first = NULL;
	struct buf pem;

	buf_init(&pem, 8192);
	require_ok(certificate_to_pem(home_site()->desk.sealing, &pem));
	require_ok(certificate_to_pem(home_site()->root, &pem));
	require_ok(certificate_from_pem(buf_bytes(&pem), &first));
	check_text(certificate_subject(first), DESK_ADDRESS);
	certificate_free(first);
	buf_free(&pem);
}

static void test_exactly_one(void)
{
	struct bytes der = certificate_der(home_site()->link.signing);
	struct certificate *certificate = NULL;
	uint8_t longer[CERTIFICATE_MAX + 1] = { 0 };

	memcpy(longer, der.data, der.len);
	check_err(certificate_from_der(bytes_of(longer, der.len + 1), &certificate), ERR_FORMAT);
	memcpy(longer + der.len, der.data, der.len);
	check_err(certificate_from_der(bytes_of(longer, 2 * der.len), &certificate), ERR_FORMAT);
	check_err(certificate_from_der(bytes_of(longer, sizeof(longer)), &certificate), ERR_FORMAT);
	check_err(certificate_from_der(bytes_of(NULL, 0), &certificate), ERR_FORMAT);
	for (size_t len = 0; len < der.len; len++)
		check_err(certificate_from_der(bytes_of(der.data, len), &certificate), ERR_FORMAT);
	check(certificate == NULL);
}

/* The same certificate in BER that is not DER would bear another digest, and so another name. */
static void test_other_encoding(void)
{
	struct bytes der = certificate_der(home_site()->link.signing);
	struct certificate *certificate = NULL;
	uint8_t padded[CERTIFICATE_MAX];

	require(der.data[0] == 0x30 && der.data[1] == 0x82);
	memcpy(padded, (const uint8_t[]){ 0x30, 0x83, 0x00 }, 3);
	memcpy(padded + 3, der.data + 2, der.len - 2);
	check_err(certificate_from_der(bytes_of(padded, der.len + 1), &certificate), ERR_FORMAT);
	check(certificate == NULL);
}

/* A certificate that says anything else than what its root signed does not pass, wherever it was changed. */
static void test_changed(void)
{
	struct bytes der = certificate_der(home_site()->link.signing);
	uint8_t changed[CERTIFICATE_MAX];

	memcpy(changed, der.data, der.len);
	for (size_t i = 0; i < der.len; i++) {
		struct certificate *certificate = NULL;

		unit_context("byte %zu", i);
		changed[i] ^= (uint8_t)(1u << unit_random_below(8));
		if (certificate_from_der(bytes_of(changed, der.len), &certificate) == ERR_OK)
			check_err(certificate_check(certificate, home_site()->root, CERTIFICATE_SIGNS, NULL, NOW_US), ERR_AUTH);
		certificate_free(certificate);
		changed[i] = der.data[i];
	}
}

static void test_noise(void)
{
	struct certificate *certificate = NULL;
	uint8_t noise[600];

	for (int i = 0; i < 2000; i++) {
		size_t len = 1 + (size_t)unit_random_below(sizeof(noise));

		unit_random_bytes(noise, len);
		noise[0] = 0x30;
		check_err(certificate_from_der(bytes_of(noise, len), &certificate), ERR_FORMAT);
	}
}

/* A self-signed certificate of pkey with these common names. */
static struct bytes odd_certificate(EVP_PKEY *pkey, const char *first_name, int first_len, const char *second_name, unsigned char **ret_der)
{
	X509 *x509 = X509_new();
	X509_NAME *name = X509_get_subject_name(x509);
	int len;

	X509_set_version(x509, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
	X509_time_adj_ex(X509_getm_notBefore(x509), -1, 0, NULL);
	X509_time_adj_ex(X509_getm_notAfter(x509), 1, 0, NULL);
	X509_set_pubkey(x509, pkey);
	if (first_name)
		X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING, (const unsigned char *)first_name, first_len, -1, 0);
	if (second_name)
		X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING, (const unsigned char *)second_name, -1, -1, 0);
	X509_set_issuer_name(x509, name);
	X509_sign(x509, pkey, EVP_sha256());
	*ret_der = NULL;
	len = i2d_X509(x509, ret_der);
	X509_free(x509);
	require(len > 0);
	return bytes_of(*ret_der, (size_t)len);
}

static void check_odd(EVP_PKEY *pkey, const char *first_name, int first_len, const char *second_name, enum err expected)
{
	struct certificate *certificate = NULL;
	unsigned char *der = NULL;
	struct bytes made = odd_certificate(pkey, first_name, first_len, second_name, &der);

	check_err(certificate_from_der(made, &certificate), expected);
	certificate_free(certificate);
	OPENSSL_free(der);
}

static void test_odd_names(void)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	char long_name[CERTIFICATE_NAME_MAX + 2];

	memset(long_name, 'a', sizeof(long_name));
	check_odd(pkey, LINK_ADDRESS, -1, NULL, ERR_OK);
	check_odd(pkey, NULL, 0, NULL, ERR_FORMAT);
	check_odd(pkey, LINK_ADDRESS, -1, DESK_ADDRESS, ERR_FORMAT);
	check_odd(pkey, "link@chiba-city\0.example", 24, NULL, ERR_FORMAT);
	check_odd(pkey, "link\x1b[2J", 8, NULL, ERR_FORMAT);
	check_odd(pkey, "\xff\xfe", 2, NULL, ERR_FORMAT);
	check_odd(pkey, long_name, CERTIFICATE_NAME_MAX, NULL, ERR_OK);
	check_odd(pkey, long_name, CERTIFICATE_NAME_MAX + 1, NULL, ERR_FORMAT);
	EVP_PKEY_free(pkey);
}

static void test_odd_keys(void)
{
	EVP_PKEY *p384 = EVP_EC_gen("P-384");
	EVP_PKEY *rsa = EVP_RSA_gen(1024);

	check_odd(p384, LINK_ADDRESS, -1, NULL, ERR_FORMAT);
	check_odd(rsa, LINK_ADDRESS, -1, NULL, ERR_FORMAT);
	EVP_PKEY_free(p384);
	EVP_PKEY_free(rsa);
}

UNIT_SUITE("crypto/certificate",
	{ "its fields", test_fields },
	{ "to DER and back", test_der },
	{ "to PEM and back", test_pem },
	{ "the first of several in a file", test_pem_chain },
	{ "exactly one, whole", test_exactly_one },
	{ "no second encoding", test_other_encoding },
	{ "no byte of it may change", test_changed },
	{ "noise is refused", test_noise },
	{ "names that could deceive are refused", test_odd_names },
	{ "other keys are refused", test_odd_keys });
