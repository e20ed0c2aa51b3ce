/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/content_key.c - a part by the key of its content; see seal.h for the contract.
 *
 * The library keeps that key to itself.  But it wraps it for whomever one adds, and so it wraps it here under a key of ours, which we undo. */
#include "crypto/seal.h"

#include "crypto/enveloped_data.h"
#include "crypto/library.h"
#include "crypto/signed_data.h"

/* The DER of cms with its content's key wrapped once more, under this one. */
static enum err wrap_again(CMS_ContentInfo *cms, const uint8_t wrapping[ENVELOPED_KEY_BYTES], uint8_t **ret_der, size_t *ret_len)
{
	CMS_RecipientInfo *info = enveloped_add_key(cms, wrapping, bytes_of_text("ours"));
	int len = info && CMS_RecipientInfo_encrypt(cms, info) == 1 ? i2d_CMS_ContentInfo(cms, ret_der) : 0;

	if (len <= 0)
		return library_error(ERR_CRYPTO);
	*ret_len = (size_t)len;
	return ERR_OK;
}

static enum err unwrap(struct bytes wrapped, const uint8_t wrapping[ENVELOPED_KEY_BYTES], uint8_t ret_key[SEAL_KEY_BYTES])
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t key[SEAL_KEY_BYTES + 8]; /* the library writes past the key, within what was wrapped */
	int len = 0;
	enum err err = ERR_CRYPTO;

	if (context && wrapped.len == sizeof(key)) {
		EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
		if (EVP_DecryptInit_ex(context, EVP_aes_256_wrap(), NULL, wrapping, NULL) == 1 &&
		    EVP_DecryptUpdate(context, key, &len, wrapped.data, (int)wrapped.len) == 1 && len == SEAL_KEY_BYTES)
			err = ERR_OK;
	}
	if (err == ERR_OK)
		memcpy(ret_key, key, SEAL_KEY_BYTES);
	else
		err = library_error(err);
	secret_wipe(key, sizeof(key));
	EVP_CIPHER_CTX_free(context);
	return err;
}

enum err part_content_key(struct bytes sealed, const struct certificate *own, const struct private_key *own_key, uint8_t ret_key[SEAL_KEY_BYTES])
{
	uint8_t wrapping[ENVELOPED_KEY_BYTES];
	CMS_ContentInfo *cms = NULL;
	struct bytes wrapped;
	uint8_t *der = NULL;
	size_t len = 0;
	enum err err = enveloped_unlock(sealed, own, own_key, SIZE_MAX, &cms);

	if (err != ERR_OK)
		return err;
	random_bytes(wrapping, sizeof(wrapping));
	err = wrap_again(cms, wrapping, &der, &len);
	if (err == ERR_OK)
		err = enveloped_scan_wrapped(bytes_of(der, len), &wrapped) ? unwrap(wrapped, wrapping, ret_key) : ERR_CRYPTO;
	secret_wipe(wrapping, sizeof(wrapping));
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	return err;
}

/* AES-256-GCM with nothing but the content under its tag (RFC 5083: there are no attributes).  clear: as long as what is encrypted. */
static enum err decrypt(const struct enveloped *found, const uint8_t key[SEAL_KEY_BYTES], uint8_t *clear)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t tag[16];
	int len = 0;
	bool holds = context && found->tag.len == sizeof(tag);

	if (holds)
		memcpy(tag, found->tag.data, sizeof(tag));
	holds = holds && EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, found->nonce.data) == 1 &&
		EVP_DecryptUpdate(context, clear, &len, found->encrypted.data, (int)found->encrypted.len) == 1 &&
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, sizeof(tag), tag) == 1 && EVP_DecryptFinal_ex(context, clear + len, &len) == 1;
	EVP_CIPHER_CTX_free(context);
	return holds ? ERR_OK : library_error(ERR_AUTH);
}

enum err open_part_by_key(struct bytes sealed, const uint8_t key[SEAL_KEY_BYTES], struct buf *out, struct certificate **ret_signer)
{
	struct enveloped found;
	uint8_t *clear = NULL;
	enum err err = out->err;

	if (err == ERR_OK)
		err = sealed.len > INT_MAX ? ERR_TOO_LARGE : enveloped_scan(sealed, ENVELOPED_TO_CERTIFICATE, &found);
	if (err != ERR_OK)
		return err;
	library_begin();
	clear = OPENSSL_malloc(found.encrypted.len + 1);
	if (!clear)
		return library_error(ERR_NOMEM);
	err = decrypt(&found, key, clear);
	if (err == ERR_OK)
		err = signed_data_open(bytes_of(clear, found.encrypted.len), out, ret_signer);
	OPENSSL_clear_free(clear, found.encrypted.len + 1);
	return err;
}
