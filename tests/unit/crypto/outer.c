/* SPDX-License-Identifier: Apache-2.0 */
#include "outer.h"

#include <openssl/ec.h>

#include "crypto/library.h"
#include "site.h"
#include "unit.h"

void outer_encode(CMS_ContentInfo *cms, struct buf *out)
{
	unsigned char *der = NULL;
	int len = i2d_CMS_ContentInfo(cms, &der);

	require(len > 0);
	buf_put(out, bytes_of(der, (size_t)len));
	require_ok(out->err);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
}

static void add_certificate(CMS_ContentInfo *cms, const struct outer_way *way)
{
	unsigned flags = CMS_KEY_PARAM | (way->by_key_identifier ? CMS_USE_KEYID : 0u);
	CMS_RecipientInfo *info = CMS_add1_recipient(cms, home_site()->link.sealing->x509, NULL, NULL, flags);
	const EVP_MD *key_derivation = way->key_derivation ? way->key_derivation : EVP_sha256();

	require(info != NULL);
	require(EVP_PKEY_CTX_set_ecdh_kdf_md(CMS_RecipientInfo_get0_pkey_ctx(info), key_derivation) == 1);
}

static void add_key(CMS_ContentInfo *cms, const struct outer_way *way)
{
	static const uint8_t key[32];
	size_t identifier_len = way->identifier_len ? way->identifier_len : 8;
	uint8_t *identifier = OPENSSL_malloc(identifier_len);

	require(identifier != NULL);
	memset(identifier, 0, identifier_len);
	require(CMS_add0_recipient_key(cms, NID_undef, OPENSSL_memdup(key, sizeof(key)), sizeof(key), identifier, identifier_len, NULL, NULL,
				       NULL) != NULL);
}

void outer_write(const struct outer_way *way, struct bytes clear, struct buf *out)
{
	const EVP_CIPHER *cipher = way->cipher ? way->cipher : EVP_aes_256_gcm();
	bool authentic = EVP_CIPHER_get_mode(cipher) == EVP_CIPH_GCM_MODE;
	CMS_ContentInfo *cms = authentic ? CMS_AuthEnvelopedData_create(cipher) : CMS_EnvelopedData_create(cipher);
	BIO *reader = library_reader(clear);

	require(cms != NULL && reader != NULL);
	for (size_t i = 0; i == 0 || i < way->recipients; i++) {
		if (way->under_key)
			add_key(cms, way);
		else
			add_certificate(cms, way);
	}
	if (way->bare)
		require(CMS_set1_eContentType(cms, OBJ_nid2obj(NID_pkcs7_signed)) == 1);
	require(CMS_set_detached(cms, 0) == 1);
	require(CMS_final(cms, reader, NULL, CMS_BINARY) == 1);
	BIO_free(reader);
	outer_encode(cms, out);
}

static void shorten(uint8_t *length, size_t by)
{
	be16_put(length, (uint16_t)(be16_get(length) - by));
}

/* Three structures lie around the tag, each with a length of two octets: at 2, 19 and 23. */
void outer_cut_tag(struct bytes sealed, uint8_t tag_len, struct buf *out)
{
	static const uint8_t tag_length_16[] = { 0x02, 0x01, 0x10 };
	size_t by = 16u - tag_len;
	uint8_t *in_parameters;
	uint8_t *start;

	require(sealed.len > 300 && sealed.data[1] == 0x82 && sealed.data[18] == 0x82 && sealed.data[22] == 0x82);
	buf_put(out, bytes_of(sealed.data, sealed.len - by));
	require_ok(out->err);
	start = out->data + out->len - (sealed.len - by);
	shorten(start + 2, by);
	shorten(start + 19, by);
	shorten(start + 23, by);
	in_parameters = memmem(start, sealed.len - by, tag_length_16, sizeof(tag_length_16));
	require(in_parameters != NULL);
	in_parameters[2] = tag_len;
	start[sealed.len - 17] = tag_len;
}
