/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/signed_data.h"

#include "crypto/library.h"
#include "outer.h"
#include "site.h"
#include "unit.h"

#define ROOM (1u << 16)
#define FLAGS (CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL)

static const char content[] = "who said this";

/* How somebody else might sign: zero is the way we accept. */
struct way {
	const char *what;
	const EVP_MD *(*hash)(void);
	unsigned flags;
	bool two_signers;
	bool further_certificate;
	bool other_content_type;
	bool other_type_attribute;
	bool detached;
	enum err expected;
};

static void add_signers(CMS_ContentInfo *cms, const struct way *way)
{
	const struct site *site = home_site();
	const EVP_MD *hash = way->hash ? way->hash() : EVP_sha256();

	require(CMS_add1_signer(cms, site->link.signing->x509, site->link.signing_key->pkey, hash, FLAGS | way->flags) != NULL);
	if (way->two_signers)
		require(CMS_add1_signer(cms, site->desk.signing->x509, site->desk.signing_key->pkey, hash, FLAGS | way->flags) != NULL);
	if (way->further_certificate)
		require(CMS_add1_cert(cms, site->desk.signing->x509) == 1);
}

static struct buf write(const struct way *way)
{
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, FLAGS | (way->detached ? CMS_DETACHED : 0u));
	BIO *reader = library_reader(bytes_of_text(content));
	struct buf out;

	buf_init(&out, ROOM);
	require(cms != NULL && reader != NULL);
	if (way->other_content_type || way->other_type_attribute)
		require(CMS_set1_eContentType(cms, OBJ_nid2obj(NID_pkcs7_signed)) == 1);
	add_signers(cms, way);
	require(CMS_final(cms, reader, NULL, CMS_BINARY) == 1);
	if (way->other_type_attribute)
		require(CMS_set1_eContentType(cms, OBJ_nid2obj(NID_pkcs7_data)) == 1);
	BIO_free(reader);
	outer_encode(cms, &out);
	return out;
}

static void check_way(const struct way *way)
{
	struct buf made = write(way);
	struct certificate *signer = NULL;
	struct buf clear;

	unit_context("%s", way->what);
	buf_init(&clear, ROOM);
	check_err(signed_data_open(buf_bytes(&made), &clear, &signer), way->expected);
	check_bytes(buf_bytes(&clear), way->expected == ERR_OK ? bytes_of_text(content) : bytes_of(NULL, 0));
	check((signer != NULL) == (way->expected == ERR_OK));
	certificate_free(signer);
	buf_free(&clear);
	buf_free(&made);
}

static void test_ways(void)
{
	static const struct way ways[] = {
		{ .what = "by another tool, with its signing time" },
		{ .what = "named by key", .flags = CMS_USE_KEYID },
		{ .what = "SHA-1", .hash = EVP_sha1, .expected = ERR_FORMAT },
		{ .what = "SHA-384", .hash = EVP_sha384, .expected = ERR_FORMAT },
		{ .what = "no attributes", .flags = CMS_NOATTR, .expected = ERR_FORMAT },
		{ .what = "no certificate", .flags = CMS_NOCERTS, .expected = ERR_FORMAT },
		{ .what = "two signers", .two_signers = true, .expected = ERR_FORMAT },
		{ .what = "a further certificate", .further_certificate = true, .expected = ERR_FORMAT },
		{ .what = "content that is no data", .other_content_type = true, .expected = ERR_FORMAT },
		{ .what = "an attribute that names other content", .other_type_attribute = true, .expected = ERR_FORMAT },
		{ .what = "content left out", .detached = true, .expected = ERR_FORMAT },
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		check_way(&ways[i]);
}

static struct buf make(void)
{
	struct buf out;

	buf_init(&out, ROOM);
	require_ok(signed_data_make(bytes_of_text(content), home_site()->link.signing, home_site()->link.signing_key, &out));
	return out;
}

/* Made by us it verifies in the library with all its checks, and holds no time. */
static void test_library_verifies(void)
{
	struct buf made = make();
	const unsigned char *at = made.data;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)made.len);
	X509_STORE *store = X509_STORE_new();
	BIO *writer = BIO_new(BIO_s_mem());
	CMS_SignerInfo *signer;

	require(cms != NULL && at == made.data + made.len);
	require(X509_STORE_add_cert(store, home_site()->root->x509) == 1);
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)(NOW_US / 1000000));
	X509_VERIFY_PARAM_set_purpose(X509_STORE_get0_param(store), X509_PURPOSE_ANY);
	check_int(CMS_verify(cms, NULL, store, NULL, writer, CMS_BINARY), 1);
	check_bytes(library_written(writer), bytes_of_text(content));
	signer = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	check_int(CMS_signed_get_attr_count(signer), 2);
	check_int(CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1), -1);
	check_int(CMS_unsigned_get_attr_count(signer), -1);
	BIO_free(writer);
	X509_STORE_free(store);
	CMS_ContentInfo_free(cms);
	buf_free(&made);
}

/* A wrong content, wherever it comes from, does not pass under a right signature. */
static void test_changed_content(void)
{
	struct buf made = make();
	uint8_t *place = memmem(made.data, made.len, content, strlen(content));
	struct certificate *signer = NULL;
	struct buf clear;

	buf_init(&clear, ROOM);
	require(place != NULL);
	for (size_t i = 0; i < strlen(content); i++) {
		place[i] ^= 0x01;
		check_err(signed_data_open(buf_bytes(&made), &clear, &signer), ERR_AUTH);
		place[i] ^= 0x01;
	}
	check(clear.len == 0 && signer == NULL);
	buf_free(&clear);
	buf_free(&made);
}

/* Flipped anywhere: either refused, or nothing that counts was changed; a certificate that was changed is not the root's any more. */
static void test_changed(void)
{
	struct buf made = make();

	for (size_t i = 0; i < made.len; i++) {
		uint8_t bit = (uint8_t)(1u << unit_random_below(8));
		struct certificate *signer = NULL;
		struct buf clear;

		unit_context("byte %zu ^ %02x", i, bit);
		buf_init(&clear, ROOM);
		made.data[i] ^= bit;
		if (signed_data_open(buf_bytes(&made), &clear, &signer) == ERR_OK) {
			check_bytes(buf_bytes(&clear), bytes_of_text(content));
			if (!bytes_equal(certificate_der(signer), certificate_der(home_site()->link.signing)))
				check_err(certificate_check(signer, home_site()->root, CERTIFICATE_SIGNS, NULL, NOW_US), ERR_AUTH);
		} else {
			check(clear.len == 0 && signer == NULL);
		}
		made.data[i] ^= bit;
		certificate_free(signer);
		buf_free(&clear);
	}
	buf_free(&made);
}

static void test_cut(void)
{
	struct buf made = make();
	struct certificate *signer = NULL;
	struct buf clear;

	buf_init(&clear, ROOM);
	for (size_t len = 0; len < made.len; len++)
		check_err(signed_data_open(bytes_of(made.data, len), &clear, &signer), ERR_FORMAT);
	buf_put_byte(&made, 0);
	check_err(signed_data_open(buf_bytes(&made), &clear, &signer), ERR_FORMAT);
	check(clear.len == 0 && signer == NULL);
	buf_free(&clear);
	buf_free(&made);
}

static void test_overhead(void)
{
	struct buf made = make();

	check(made.len - strlen(content) < SIGNED_DATA_OVERHEAD - CERTIFICATE_MAX + certificate_der(home_site()->link.signing).len);
	buf_free(&made);
}

UNIT_SUITE("crypto/signed_data",
	{ "the ways of others", test_ways },
	{ "the library verifies ours", test_library_verifies },
	{ "other content", test_changed_content },
	{ "flipped bits", test_changed },
	{ "cut, or with something behind it", test_cut },
	{ "the overhead is as promised", test_overhead });
