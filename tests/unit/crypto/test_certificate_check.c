/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/certificate.h"

#include <openssl/x509v3.h>

#include "crypto/library.h"
#include "site.h"
#include "unit.h"

static void test_holds(void)
{
	const struct site *site = home_site();

	check_ok(certificate_check(site->link.signing, site->root, CERTIFICATE_SIGNS, LINK_ADDRESS, NOW_US));
	check_ok(certificate_check(site->link.sealing, site->root, CERTIFICATE_SEALED_TO, LINK_ADDRESS, NOW_US));
	check_ok(certificate_check(site->desk.signing, site->root, CERTIFICATE_SIGNS, NULL, NOW_US));
}

static void test_use(void)
{
	const struct site *site = home_site();

	check_err(certificate_check(site->link.signing, site->root, CERTIFICATE_SEALED_TO, LINK_ADDRESS, NOW_US), ERR_AUTH);
	check_err(certificate_check(site->link.sealing, site->root, CERTIFICATE_SIGNS, LINK_ADDRESS, NOW_US), ERR_AUTH);
}

static void test_subject(void)
{
	static const char *const others[] = { DESK_ADDRESS, "", "link@chiba-cit", "link@chiba-city2", "LINK@chiba-city", "link" };
	const struct site *site = home_site();

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		check_err(certificate_check(site->link.signing, site->root, CERTIFICATE_SIGNS, others[i], NOW_US), ERR_AUTH);
}

static void test_validity(void)
{
	const struct site *site = home_site();
	const struct certificate *signing = site->link.signing;

	check_ok(certificate_check(signing, site->root, CERTIFICATE_SIGNS, NULL, FROM_US));
	check_ok(certificate_check(signing, site->root, CERTIFICATE_SIGNS, NULL, UNTIL_US));
	check_err(certificate_check(signing, site->root, CERTIFICATE_SIGNS, NULL, FROM_US - 1), ERR_AUTH);
	check_err(certificate_check(signing, site->root, CERTIFICATE_SIGNS, NULL, UNTIL_US + 1), ERR_AUTH);
	check_err(certificate_check(signing, site->root, CERTIFICATE_SIGNS, NULL, INT64_MIN), ERR_AUTH);
	check_err(certificate_check(signing, site->root, CERTIFICATE_SIGNS, NULL, INT64_MAX), ERR_AUTH);
}

/* A certificate does not outlive its root. */
static void test_root_validity(void)
{
	const struct site *site = home_site();
	struct certificate *longer =
		issue(site, site->link.signing_key, LINK_ADDRESS, CERTIFICATE_SIGNS, FROM_US - 5000000, UNTIL_US + 5000000);

	check_ok(certificate_check(longer, site->root, CERTIFICATE_SIGNS, NULL, UNTIL_US));
	check_err(certificate_check(longer, site->root, CERTIFICATE_SIGNS, NULL, UNTIL_US + 1000000), ERR_AUTH);
	check_err(certificate_check(longer, site->root, CERTIFICATE_SIGNS, NULL, FROM_US - 1000000), ERR_AUTH);
	certificate_free(longer);
}

static void test_issuer(void)
{
	const struct site *site = home_site();
	const struct site *namesake = namesake_site();

	check_ok(certificate_check(namesake->link.signing, namesake->root, CERTIFICATE_SIGNS, LINK_ADDRESS, NOW_US));
	check_err(certificate_check(namesake->link.signing, site->root, CERTIFICATE_SIGNS, LINK_ADDRESS, NOW_US), ERR_AUTH);
	check_err(certificate_check(site->link.signing, namesake->root, CERTIFICATE_SIGNS, LINK_ADDRESS, NOW_US), ERR_AUTH);
}

/* A device's certificate is no root, for itself or for another; nor is the root a device. */
static void test_no_chain(void)
{
	const struct site *site = home_site();

	check_err(certificate_check(site->desk.signing, site->link.signing, CERTIFICATE_SIGNS, NULL, NOW_US), ERR_AUTH);
	check_err(certificate_check(site->link.signing, site->link.signing, CERTIFICATE_SIGNS, NULL, NOW_US), ERR_AUTH);
	check_err(certificate_check(site->root, site->root, CERTIFICATE_SIGNS, NULL, NOW_US), ERR_AUTH);
}

/* A root of another name with the same key: a site's name is part of who it is. */
static void test_renamed_root(void)
{
	const struct site *site = home_site();
	struct certificate *renamed = NULL;

	require_ok(certificate_root_new("yotsukaido-city", site->root_key, FROM_US, UNTIL_US, &renamed));
	check_err(certificate_check(site->link.signing, renamed, CERTIFICATE_SIGNS, NULL, NOW_US), ERR_AUTH);
	certificate_free(renamed);
}

/* What the root's own key could sign and still must not pass: each row leaves one thing out of the ordinary. */
struct forged {
	const char *what;
	const char *usage;       /* NULL: no such extension */
	const char *constraints; /* likewise */
	const char *further;     /* nid and value of one more, or NULL */
	const EVP_MD *(*hash)(void);
	enum err expected;
};

static bool extend(X509 *x509, int nid, const char *value)
{
	X509_EXTENSION *extension = value ? X509V3_EXT_conf_nid(NULL, NULL, nid, value) : NULL;
	bool done = !value || (extension && X509_add_ext(x509, extension, -1) == 1);

	X509_EXTENSION_free(extension);
	return done;
}

static void check_forged(const struct forged *row)
{
	const struct site *site = home_site();
	struct certificate *certificate = NULL;
	unsigned char *der = NULL;
	X509 *x509 = X509_dup(site->link.signing->x509);
	int len;

	unit_context("%s", row->what);
	while (X509_get_ext_count(x509) > 0)
		X509_EXTENSION_free(X509_delete_ext(x509, 0));
	require(extend(x509, NID_key_usage, row->usage) && extend(x509, NID_basic_constraints, row->constraints));
	if (row->further) {
		ASN1_OBJECT *unknown = OBJ_txt2obj(row->further, 1);
		ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
		X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ(NULL, unknown, 1, value);

		require(X509_add_ext(x509, extension, -1) == 1);
		X509_EXTENSION_free(extension);
		ASN1_OCTET_STRING_free(value);
		ASN1_OBJECT_free(unknown);
	}
	require(X509_sign(x509, site->root_key->pkey, row->hash()) > 0);
	len = i2d_X509(x509, &der);
	X509_free(x509);
	require(len > 0);
	require_ok(certificate_from_der(bytes_of(der, (size_t)len), &certificate));
	check_err(certificate_check(certificate, site->root, CERTIFICATE_SIGNS, LINK_ADDRESS, NOW_US), row->expected);
	certificate_free(certificate);
	OPENSSL_free(der);
}

static void test_forged(void)
{
	static const struct forged rows[] = {
		{ "the ordinary", "critical,digitalSignature", "critical,CA:FALSE", NULL, EVP_sha256, ERR_OK },
		{ "no usage: any would do", NULL, "critical,CA:FALSE", NULL, EVP_sha256, ERR_AUTH },
		{ "both uses", "critical,digitalSignature,keyAgreement", "critical,CA:FALSE", NULL, EVP_sha256, ERR_AUTH },
		{ "signs certificates", "critical,digitalSignature,keyCertSign", "critical,CA:FALSE", NULL, EVP_sha256, ERR_AUTH },
		{ "an authority", "critical,digitalSignature", "critical,CA:TRUE", NULL, EVP_sha256, ERR_AUTH },
		{ "something critical that is unknown", "critical,digitalSignature", "critical,CA:FALSE", "1.3.6.1.4.1.99999.1", EVP_sha256, ERR_AUTH },
		{ "another hash", "critical,digitalSignature", "critical,CA:FALSE", NULL, EVP_sha384, ERR_AUTH },
		{ "a broken hash", "critical,digitalSignature", "critical,CA:FALSE", NULL, EVP_sha1, ERR_AUTH },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_forged(&rows[i]);
}

UNIT_SUITE("crypto/certificate_check",
	{ "holds for what was issued", test_holds },
	{ "one use each", test_use },
	{ "the subject, to the letter", test_subject },
	{ "from first to last moment", test_validity },
	{ "no longer than the root", test_root_validity },
	{ "a namesake of the root is not the root", test_issuer },
	{ "devices issue nothing", test_no_chain },
	{ "the root's name counts", test_renamed_root },
	{ "the root's own signature does not make good what is wrong", test_forged });
