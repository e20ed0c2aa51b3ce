/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/enveloped_scan.h"

#include <openssl/cms.h>

#include "crypto/library.h"
#include "outer.h"
#include "site.h"
#include "unit.h"

static uint8_t content[500];

static struct buf write(const struct outer_way *way)
{
	struct buf out;

	buf_init(&out, 1u << 20);
	outer_write(way, bytes_of(content, sizeof(content)), &out);
	return out;
}

static void check_way(const char *what, struct outer_way way, enum enveloped_kind kind, enum err expected)
{
	struct buf sealed = write(&way);
	struct enveloped found = { .encrypted.len = 4711 };

	unit_context("%s", what);
	check_err(enveloped_scan(buf_bytes(&sealed), kind, &found), expected);
	check_uint(found.encrypted.len, expected == ERR_OK ? sizeof(content) : 4711);
	buf_free(&sealed);
}

static void test_ways(void)
{
	check_way("ours", (struct outer_way){ 0 }, ENVELOPED_TO_CERTIFICATE, ERR_OK);
	check_way("ours, named by key", (struct outer_way){ .by_key_identifier = true }, ENVELOPED_TO_CERTIFICATE, ERR_FORMAT);
	check_way("ours, under a key", (struct outer_way){ .under_key = true }, ENVELOPED_UNDER_KEY, ERR_OK);
	check_way("a key where a certificate belongs", (struct outer_way){ .under_key = true }, ENVELOPED_TO_CERTIFICATE, ERR_FORMAT);
	check_way("a certificate where a key belongs", (struct outer_way){ 0 }, ENVELOPED_UNDER_KEY, ERR_FORMAT);
	check_way("a shorter key", (struct outer_way){ .cipher = EVP_aes_128_gcm() }, ENVELOPED_TO_CERTIFICATE, ERR_FORMAT);
	check_way("a middling key", (struct outer_way){ .cipher = EVP_aes_192_gcm() }, ENVELOPED_TO_CERTIFICATE, ERR_FORMAT);
	check_way("nothing authentic", (struct outer_way){ .cipher = EVP_aes_256_cbc() }, ENVELOPED_TO_CERTIFICATE, ERR_FORMAT);
	check_way("SHA-1 in the derivation", (struct outer_way){ .key_derivation = EVP_sha1() }, ENVELOPED_TO_CERTIFICATE, ERR_FORMAT);
	check_way("SHA-384 in the derivation", (struct outer_way){ .key_derivation = EVP_sha384() }, ENVELOPED_TO_CERTIFICATE, ERR_FORMAT);
	check_way("other content", (struct outer_way){ .bare = true }, ENVELOPED_TO_CERTIFICATE, ERR_FORMAT);
}

/* The library by itself opens what bears four bytes of its tag: one in 2^32 forgeries would pass. */
static void test_short_tag(void)
{
	struct buf sealed = write(&(struct outer_way){ 0 });
	struct buf cut;
	struct enveloped found;

	buf_init(&cut, 1u << 20);
	for (uint8_t tag_len = 4; tag_len <= 16; tag_len++) {
		const unsigned char *at;
		CMS_ContentInfo *cms;
		BIO *writer = BIO_new(BIO_s_mem());

		unit_context("%u bytes", tag_len);
		buf_clear(&cut);
		outer_cut_tag(buf_bytes(&sealed), tag_len, &cut);
		at = cut.data;
		cms = d2i_CMS_ContentInfo(NULL, &at, (long)cut.len);
		if (tag_len == 4 || tag_len >= 12)
			check_int(CMS_decrypt(cms, home_site()->link.sealing_key->pkey, home_site()->link.sealing->x509, NULL, writer, CMS_BINARY), 1);
		check_err(enveloped_scan(buf_bytes(&cut), ENVELOPED_TO_CERTIFICATE, &found), tag_len == 16 ? ERR_OK : ERR_FORMAT);
		CMS_ContentInfo_free(cms);
		BIO_free(writer);
	}
	buf_free(&cut);
	buf_free(&sealed);
}

static void test_cut_and_trailing(void)
{
	struct buf sealed = write(&(struct outer_way){ 0 });
	struct enveloped found;

	for (size_t len = 0; len < sealed.len; len++)
		check_err(enveloped_scan(bytes_of(sealed.data, len), ENVELOPED_TO_CERTIFICATE, &found), ERR_FORMAT);
	buf_put_byte(&sealed, 0);
	check_err(enveloped_scan(buf_bytes(&sealed), ENVELOPED_TO_CERTIFICATE, &found), ERR_FORMAT);
	buf_free(&sealed);
}

/* However many recipients it claims, and however long one is, no more than the bounds are looked at. */
static void test_bounds(void)
{
	check_way("two keys", (struct outer_way){ .under_key = true, .recipients = 2 }, ENVELOPED_UNDER_KEY, ERR_FORMAT);
	check_way("as many as may be", (struct outer_way){ .recipients = ENVELOPED_RECIPIENTS_MAX }, ENVELOPED_TO_CERTIFICATE, ERR_OK);
	check_way("one more", (struct outer_way){ .recipients = ENVELOPED_RECIPIENTS_MAX + 1 }, ENVELOPED_TO_CERTIFICATE, ERR_FORMAT);
	check_way("a long one", (struct outer_way){ .under_key = true, .identifier_len = 900 }, ENVELOPED_UNDER_KEY, ERR_OK);
	check_way("one too long", (struct outer_way){ .under_key = true, .identifier_len = 1024 }, ENVELOPED_UNDER_KEY, ERR_FORMAT);
}

/* A length that takes three octets. */
static void test_long(void)
{
	static uint8_t long_content[70000];
	struct buf sealed;
	struct enveloped found;

	buf_init(&sealed, 1u << 20);
	outer_write(&(struct outer_way){ 0 }, bytes_of(long_content, sizeof(long_content)), &sealed);
	check_ok(enveloped_scan(buf_bytes(&sealed), ENVELOPED_TO_CERTIFICATE, &found));
	check_uint(found.encrypted.len, sizeof(long_content));
	buf_free(&sealed);
}

/* A flipped bit never makes it see another length than there is, and never crashes. */
static void test_changed(void)
{
	struct buf sealed = write(&(struct outer_way){ 0 });

	for (size_t i = 0; i < sealed.len * 8; i++) {
		struct enveloped found = { .encrypted.len = sizeof(content) };

		sealed.data[i / 8] ^= (uint8_t)(1u << i % 8);
		(void)!enveloped_scan(buf_bytes(&sealed), ENVELOPED_TO_CERTIFICATE, &found);
		check_uint(found.encrypted.len, sizeof(content));
		sealed.data[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	buf_free(&sealed);
}

UNIT_SUITE("crypto/enveloped_scan",
	{ "our way alone", test_ways },
	{ "a tag that was cut short is refused", test_short_tag },
	{ "whole and nothing behind it", test_cut_and_trailing },
	{ "so many and so long, no more", test_bounds },
	{ "long content", test_long },
	{ "flipped bits", test_changed });
