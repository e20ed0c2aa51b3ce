/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/seal.c - see seal.h for the contract. */
#include "crypto/seal.h"

#include "crypto/enveloped_data.h"
#include "crypto/library.h"
#include "crypto/signed_data.h"

_Static_assert(SEAL_RECIPIENTS_MAX == ENVELOPED_RECIPIENTS_MAX, "one bound");

/* How many clear bytes out still takes, with some on top for what is stripped on the way. */
static size_t room(const struct buf *out, size_t overhead)
{
	size_t left = out->limit - out->len;

	return left < SIZE_MAX - overhead ? left + overhead : SIZE_MAX;
}

enum err seal_part(struct bytes content, const struct certificate *signer, const struct private_key *signer_key,
		   const struct certificate *const *recipients, size_t count, struct buf *out)
{
	struct buf signed_data;
	enum err err;

	buf_init(&signed_data, SIZE_MAX);
	err = signed_data_make(content, signer, signer_key, &signed_data);
	if (err == ERR_OK)
		err = enveloped_seal(buf_bytes(&signed_data), recipients, count, out);
	secret_wipe(signed_data.data, signed_data.len);
	buf_free(&signed_data);
	return err;
}

enum err open_part(struct bytes sealed, const struct certificate *own, const struct private_key *own_key, struct buf *out,
		   struct certificate **ret_signer)
{
	BIO *signed_data = NULL; /* wiped when freed */
	enum err err;

	if (out->err != ERR_OK)
		return out->err;
	err = enveloped_open(sealed, own, own_key, room(out, SIGNED_DATA_OVERHEAD), &signed_data);
	if (err == ERR_OK)
		err = signed_data_open(library_written(signed_data), out, ret_signer);
	BIO_free(signed_data);
	return err;
}

enum err seal_to(struct bytes clear, const struct certificate *recipient, struct buf *out)
{
	return enveloped_seal(clear, &recipient, 1, out);
}

enum err open_sealed(struct bytes sealed, const struct certificate *own, const struct private_key *own_key, struct buf *out)
{
	BIO *clear = NULL; /* wiped when freed */
	enum err err;

	if (out->err != ERR_OK)
		return out->err;
	err = enveloped_open(sealed, own, own_key, room(out, 0), &clear);
	if (err == ERR_OK) {
		buf_put(out, library_written(clear));
		err = out->err;
	}
	BIO_free(clear);
	return err;
}
