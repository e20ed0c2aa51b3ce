/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/signed_data.c - see signed_data.h for the contract. */
#include "crypto/signed_data.h"

#include <limits.h>

#include <openssl/cms.h>
#include <openssl/err.h>

#include "crypto/library.h"

/* The signed attributes as DER orders and writes them, up to the 32 bytes of the message digest at their end: SET OF
 * { contentType id-data }, { messageDigest }.  The library would write the same, but adds the time of its clock when it signs. */
static const uint8_t attributes_head[] = {
	0x31, 0x4b,
	0x30, 0x18, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03,
	0x31, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01,
	0x30, 0x2f, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04,
	0x31, 0x22, 0x04, 0x20,
};

/* The library frees content without wiping it. */
static void free_with_content(CMS_ContentInfo *cms)
{
	ASN1_OCTET_STRING **content_at = cms ? CMS_get0_content(cms) : NULL;

	if (content_at && *content_at && ASN1_STRING_length(*content_at) > 0)
		secret_wipe((*content_at)->data, (size_t)ASN1_STRING_length(*content_at));
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
}

static bool add_attributes(CMS_SignerInfo *signer_info, const struct digest *digest)
{
	return CMS_signed_add1_attr_by_NID(signer_info, NID_pkcs9_contentType, V_ASN1_OBJECT, OBJ_nid2obj(NID_pkcs7_data), -1) == 1 &&
	       CMS_signed_add1_attr_by_NID(signer_info, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest->bytes, DIGEST_BYTES) == 1;
}

/* Puts the signature over the attributes into the signer info. */
static enum err sign(CMS_SignerInfo *signer_info, const struct digest *digest, const struct private_key *signer_key)
{
	uint8_t attributes[sizeof(attributes_head) + DIGEST_BYTES];
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t len = sizeof(signature);
	X509_ALGOR *algorithm = NULL;
	enum err err;

	memcpy(attributes, attributes_head, sizeof(attributes_head));
	memcpy(attributes + sizeof(attributes_head), digest->bytes, DIGEST_BYTES);
	err = signature_sign_p256(signer_key, bytes_of(attributes, sizeof(attributes)), signature, &len);
	if (err != ERR_OK)
		return err;
	CMS_SignerInfo_get0_algs(signer_info, NULL, NULL, NULL, &algorithm);
	if (X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_ecdsa_with_SHA256), V_ASN1_UNDEF, NULL) != 1 ||
	    ASN1_OCTET_STRING_set(CMS_SignerInfo_get0_signature(signer_info), signature, (int)len) != 1)
		return library_error(ERR_CRYPTO);
	return ERR_OK;
}

static enum err fill(CMS_ContentInfo *cms, struct bytes content, const struct certificate *signer, const struct private_key *signer_key)
{
	CMS_SignerInfo *signer_info =
		CMS_add1_signer(cms, signer->x509, signer_key->pkey, EVP_sha256(), CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL);
	ASN1_OCTET_STRING **content_at = CMS_get0_content(cms);
	struct digest digest = digest_of(content);

	if (!signer_info || !content_at || !*content_at || ASN1_OCTET_STRING_set(*content_at, content.data, (int)content.len) != 1 ||
	    !add_attributes(signer_info, &digest))
		return library_error(ERR_CRYPTO);
	return sign(signer_info, &digest, signer_key);
}

static enum err encode(CMS_ContentInfo *cms, struct buf *out)
{
	int len = i2d_CMS_ContentInfo(cms, NULL);
	uint8_t *at = len > 0 ? buf_grow(out, (size_t)len) : NULL;

	if (out->err != ERR_OK)
		return out->err;
	return at && i2d_CMS_ContentInfo(cms, &at) == len ? ERR_OK : library_error(ERR_CRYPTO);
}

enum err signed_data_make(struct bytes content, const struct certificate *signer, const struct private_key *signer_key, struct buf *out)
{
	CMS_ContentInfo *cms = NULL;
	enum err err = ERR_OK;

	if (content.len > INT_MAX - SIGNED_DATA_OVERHEAD)
		return ERR_TOO_LARGE;
	library_begin();
	cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL);
	if (!cms)
		return library_error(ERR_CRYPTO);
	err = fill(cms, content, signer, signer_key);
	if (err == ERR_OK)
		err = encode(cms, out);
	free_with_content(cms);
	return err;
}

static bool is_plain(CMS_ContentInfo *cms)
{
	ASN1_OCTET_STRING **content_at = NULL;

	if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed || OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data)
		return false;
	content_at = CMS_get0_content(cms);
	return content_at && *content_at;
}

/* The algorithms, and the attributes that the signature stands on: without them it would be over the content itself, and one
 * made over attributes elsewhere could pass for one over content. */
static bool is_signed_as_agreed(CMS_SignerInfo *signer_info)
{
	X509_ALGOR *digest = NULL;
	X509_ALGOR *signature = NULL;
	const ASN1_OBJECT *type = NULL;

	CMS_SignerInfo_get0_algs(signer_info, NULL, NULL, &digest, &signature);
	if (OBJ_obj2nid(digest->algorithm) != NID_sha256 || OBJ_obj2nid(signature->algorithm) != NID_ecdsa_with_SHA256)
		return false;
	type = CMS_signed_get0_data_by_OBJ(signer_info, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT);
	return type && OBJ_obj2nid(type) == NID_pkcs7_data &&
	       CMS_signed_get0_data_by_OBJ(signer_info, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING);
}

/* The one certificate inside, if it is the one signer's. */
static enum err read_signer(CMS_ContentInfo *cms, struct certificate **ret_signer)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	STACK_OF(X509) *certificates = NULL;
	X509 *x509 = NULL;
	enum err err = ERR_FORMAT;

	if (sk_CMS_SignerInfo_num(infos) != 1 || !is_signed_as_agreed(sk_CMS_SignerInfo_value(infos, 0)))
		return err;
	certificates = CMS_get1_certs(cms);
	x509 = sk_X509_num(certificates) == 1 ? sk_X509_value(certificates, 0) : NULL;
	if (x509 && CMS_SignerInfo_cert_cmp(sk_CMS_SignerInfo_value(infos, 0), x509) == 0 && X509_up_ref(x509) == 1) {
		err = certificate_adopt(x509, ret_signer);
		if (err != ERR_OK)
			X509_free(x509);
	}
	sk_X509_pop_free(certificates, X509_free);
	return err;
}

static enum err open_parsed(CMS_ContentInfo *cms, struct buf *out, struct certificate **ret_signer)
{
	struct certificate *signer = NULL;
	const ASN1_OCTET_STRING *content = NULL;
	enum err err = ERR_FORMAT;

	if (!is_plain(cms))
		return library_error(err);
	err = read_signer(cms, &signer);
	if (err != ERR_OK)
		return library_error(err);
	/* Who the signer is, the caller decides; here only that it signed this. */
	if (CMS_verify(cms, NULL, NULL, NULL, NULL, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) != 1) {
		certificate_free(signer);
		return library_error(ERR_AUTH);
	}
	content = *CMS_get0_content(cms);
	buf_put(out, bytes_of(ASN1_STRING_get0_data(content), (size_t)ASN1_STRING_length(content)));
	if (out->err != ERR_OK) {
		certificate_free(signer);
		return out->err;
	}
	*ret_signer = signer;
	return ERR_OK;
}

enum err signed_data_open(struct bytes signed_data, struct buf *out, struct certificate **ret_signer)
{
	const unsigned char *at = signed_data.data;
	CMS_ContentInfo *cms = NULL;
	enum err err = ERR_FORMAT;

	if (signed_data.len == 0 || signed_data.len > INT_MAX)
		return err;
	library_begin();
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)signed_data.len);
	if (cms && at == signed_data.data + signed_data.len)
		err = open_parsed(cms, out, ret_signer);
	free_with_content(cms);
	return err;
}
