/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/certificate.h"

#include <openssl/x509v3.h>

#include "crypto/library.h"
#include "site.h"
#include "unit.h"

static struct buf request_for(const struct private_key *key, const char *address, const char *device_name)
{
	struct buf request;

	buf_init(&request, CERTIFICATE_MAX);
	require_ok(certificate_request(key, address, device_name, &request));
	return request;
}

static enum err issue_for(struct bytes request, struct certificate **ret_certificate)
{
	const struct site *site = home_site();

	return certificate_issue(site->root, site->root_key, request, LINK_ADDRESS, DEVICE_NAME, CERTIFICATE_SIGNS, FROM_US, UNTIL_US,
				 ret_certificate);
}

/* Whatever the request calls itself, the certificate bears the issuer's words. */
static void test_subject_is_the_issuers(void)
{
	struct buf request = request_for(home_site()->link.signing_key, "mayor@chiba-city", "anything");
	struct certificate *certificate = NULL;
	char unit[100];

	require_ok(issue_for(buf_bytes(&request), &certificate));
	check_text(certificate_subject(certificate), LINK_ADDRESS);
	check(X509_NAME_get_text_by_NID(X509_get_subject_name(certificate->x509), NID_organizationalUnitName, unit, sizeof(unit)) > 0);
	check_text(unit, DEVICE_NAME);
	check_ok(certificate_check(certificate, home_site()->root, CERTIFICATE_SIGNS, LINK_ADDRESS, NOW_US));
	certificate_free(certificate);
	buf_free(&request);
}

/* RFC 5280's demands: version 3, positive serial of at most 20 octets, critical usage and constraints, identifiers that match. */
static void check_form(const struct certificate *certificate, bool authority)
{
	X509 *x509 = certificate->x509;
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x509);
	int critical = -1;
	ASN1_BIT_STRING *usage = X509_get_ext_d2i(x509, NID_key_usage, &critical, NULL);

	check_int(critical, 1);
	ASN1_BIT_STRING_free(usage);
	BASIC_CONSTRAINTS_free(X509_get_ext_d2i(x509, NID_basic_constraints, &critical, NULL));
	check_int(critical, 1);
	check_int(X509_check_ca(x509), authority ? 1 : 0);
	check_int(X509_get_version(x509), X509_VERSION_3);
	check_int(ASN1_STRING_type(serial), V_ASN1_INTEGER);
	check_int(ASN1_STRING_length(serial), 16);
	check(X509_get0_subject_key_id(x509) != NULL);
}

static void test_form(void)
{
	const struct site *site = home_site();

	check_form(site->root, true);
	check_form(site->link.signing, false);
	check_form(site->link.sealing, false);
	check_int(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(site->link.signing->x509), X509_get0_subject_key_id(site->root->x509)), 0);
	check(ASN1_INTEGER_cmp(X509_get0_serialNumber(site->link.signing->x509), X509_get0_serialNumber(site->link.sealing->x509)) != 0);
	check_uint(X509_get_key_usage(site->root->x509), KU_KEY_CERT_SIGN | KU_CRL_SIGN);
	check_uint(X509_get_key_usage(site->link.signing->x509), KU_DIGITAL_SIGNATURE);
	check_uint(X509_get_key_usage(site->link.sealing->x509), KU_KEY_AGREEMENT);
}

/* As strictly as the library can, the way a foreign tool would look at it. */
static void test_library_verifies(void)
{
	const struct site *site = home_site();
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();

	require(X509_STORE_add_cert(store, site->root->x509) == 1);
	require(X509_STORE_CTX_init(context, store, site->link.signing->x509, NULL) == 1);
	X509_STORE_CTX_set_flags(context, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
	X509_STORE_CTX_set_time(context, 0, (time_t)(NOW_US / 1000000));
	check_int(X509_verify_cert(context), 1);
	check_text(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)), "ok");
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
}

/* An address may have 63 + 1 + 63 characters, twice what OpenSSL puts into a CN by itself. */
static void test_longest_address(void)
{
	struct certificate *certificate = NULL;
	struct buf request;
	char address[128];

	memset(address, 'a', 127);
	address[63] = '@';
	address[127] = '\0';
	request = request_for(home_site()->link.signing_key, address, "");
	require_ok(certificate_issue(home_site()->root, home_site()->root_key, buf_bytes(&request), address, "", CERTIFICATE_SIGNS, FROM_US,
				     UNTIL_US, &certificate));
	check_text(certificate_subject(certificate), address);
	check_ok(certificate_check(certificate, home_site()->root, CERTIFICATE_SIGNS, address, NOW_US));
	check_int(X509_NAME_entry_count(X509_get_subject_name(certificate->x509)), 1);
	certificate_free(certificate);
	buf_free(&request);
}

static void test_names(void)
{
	const struct private_key *key = home_site()->link.signing_key;
	char long_name[CERTIFICATE_NAME_MAX + 2];
	struct certificate *root = NULL;
	struct buf request;

	memset(long_name, 'a', sizeof(long_name));
	long_name[CERTIFICATE_NAME_MAX + 1] = '\0';
	buf_init(&request, CERTIFICATE_MAX);
	check_err(certificate_request(key, "", DEVICE_NAME, &request), ERR_RANGE);
	check_err(certificate_request(key, long_name, DEVICE_NAME, &request), ERR_RANGE);
	check_err(certificate_request(key, LINK_ADDRESS, long_name, &request), ERR_RANGE);
	check_err(certificate_request(key, "a\x1b[2J", DEVICE_NAME, &request), ERR_FORMAT);
	check_err(certificate_request(key, LINK_ADDRESS, "\xff", &request), ERR_FORMAT);
	check_uint(request.len, 0);
	check_err(certificate_root_new("", key, FROM_US, UNTIL_US, &root), ERR_RANGE);
	check_err(certificate_root_new("\xc3", key, FROM_US, UNTIL_US, &root), ERR_FORMAT);
	check(root == NULL);
	buf_free(&request);
}

static void test_times(void)
{
	static const struct {
		int64_t from_us, until_us;
		enum err expected;
	} rows[] = {
		{ 0, 0, ERR_OK },
		{ 0, INT64_C(253402300799000000), ERR_OK },
		{ INT64_C(2524608000000000), INT64_C(2524608000000000), ERR_OK }, /* 2050: the other form of time */
		{ 0, INT64_C(253402300800000000), ERR_RANGE },
		{ -1, 0, ERR_RANGE },
		{ FROM_US, FROM_US - 1, ERR_RANGE },
		{ INT64_MIN, INT64_MAX, ERR_RANGE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct certificate *root = NULL;
		int64_t from_us = -1;
		int64_t until_us = -1;

		unit_context("row %zu", i);
		check_err(certificate_root_new("site", home_site()->root_key, rows[i].from_us, rows[i].until_us, &root), rows[i].expected);
		if (root) {
			certificate_validity(root, &from_us, &until_us);
			check_int(from_us, rows[i].from_us);
			check_int(until_us, rows[i].until_us);
		}
		certificate_free(root);
	}
}

static void test_wrong_keys(void)
{
	const struct site *site = home_site();
	struct certificate *certificate = NULL;
	struct private_key *ed25519 = NULL;
	struct buf request = request_for(site->link.signing_key, LINK_ADDRESS, DEVICE_NAME);

	require_ok(private_key_new(KEY_ED25519, &ed25519));
	check_err(certificate_root_new("site", ed25519, FROM_US, UNTIL_US, &certificate), ERR_USAGE);
	check_err(certificate_request(ed25519, LINK_ADDRESS, DEVICE_NAME, &request), ERR_USAGE);
	check_err(certificate_issue(site->root, site->link.signing_key, buf_bytes(&request), LINK_ADDRESS, DEVICE_NAME, CERTIFICATE_SIGNS,
				    FROM_US, UNTIL_US, &certificate),
		  ERR_USAGE);
	check(certificate == NULL);
	private_key_free(ed25519);
	buf_free(&request);
}

/* Nobody gets a certificate for a key that is not its own: the request is signed as a whole. */
static void test_changed_request(void)
{
	struct buf request = request_for(home_site()->link.signing_key, LINK_ADDRESS, DEVICE_NAME);

	for (size_t i = 0; i < request.len; i++) {
		struct certificate *certificate = NULL;
		uint8_t kept = request.data[i];
		enum err err;

		unit_context("byte %zu", i);
		request.data[i] ^= (uint8_t)(1u << unit_random_below(8));
		err = issue_for(buf_bytes(&request), &certificate);
		check(err == ERR_AUTH || err == ERR_FORMAT);
		request.data[i] = kept;
		check_err(issue_for(bytes_of(request.data, i), &certificate), ERR_FORMAT);
		check(certificate == NULL);
	}
	buf_put_byte(&request, 0);
	check_err(issue_for(buf_bytes(&request), &(struct certificate *){ NULL }), ERR_FORMAT);
	buf_free(&request);
}

/* A request of pkey, signed with this hash. */
static enum err issue_odd(EVP_PKEY *pkey, EVP_PKEY *signer, const EVP_MD *hash)
{
	X509_REQ *request = X509_REQ_new();
	struct certificate *certificate = NULL;
	unsigned char *der = NULL;
	enum err err;
	int len;

	X509_REQ_set_pubkey(request, pkey);
	require(X509_REQ_sign(request, signer, hash) > 0);
	len = i2d_X509_REQ(request, &der);
	err = issue_for(bytes_of(der, (size_t)len), &certificate);
	certificate_free(certificate);
	OPENSSL_free(der);
	X509_REQ_free(request);
	return err;
}

static void test_odd_requests(void)
{
	EVP_PKEY *p256 = EVP_EC_gen("P-256");
	EVP_PKEY *other = EVP_EC_gen("P-256");
	EVP_PKEY *p384 = EVP_EC_gen("P-384");
	EVP_PKEY *rsa = EVP_RSA_gen(1024);

	check_ok(issue_odd(p256, p256, EVP_sha256()));
	check_err(issue_odd(p256, other, EVP_sha256()), ERR_AUTH);
	check_err(issue_odd(p256, p256, EVP_sha1()), ERR_FORMAT);
	check_err(issue_odd(p384, p384, EVP_sha256()), ERR_FORMAT);
	check_err(issue_odd(rsa, rsa, EVP_sha256()), ERR_FORMAT);
	EVP_PKEY_free(p256);
	EVP_PKEY_free(other);
	EVP_PKEY_free(p384);
	EVP_PKEY_free(rsa);
}

UNIT_SUITE("crypto/certificate_issue",
	{ "subject and use are the issuer's", test_subject_is_the_issuers },
	{ "the form that RFC 5280 wants", test_form },
	{ "the library verifies it, strictly", test_library_verifies },
	{ "the longest address fits", test_longest_address },
	{ "names that do not", test_names },
	{ "times, and those that cannot be", test_times },
	{ "keys that do not belong there", test_wrong_keys },
	{ "a changed request gets nothing", test_changed_request },
	{ "requests of other kinds get nothing", test_odd_requests });
