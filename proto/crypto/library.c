/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/library.c - see library.h for the contract. */
#include "crypto/library.h"

#include <limits.h>

#include <openssl/core_names.h>
#include <openssl/err.h>

void library_begin(void)
{
	ERR_clear_error();
}

enum err library_error(enum err otherwise)
{
	enum err err = otherwise;
	unsigned long code;

	while ((code = ERR_get_error()) != 0) {
		if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
			err = ERR_NOMEM;
	}
	return err;
}

bool library_is_p256(const EVP_PKEY *pkey)
{
	char group[32];
	size_t len = 0;
	int explicit_parameters = 1;

	if (!pkey || !EVP_PKEY_is_a(pkey, "EC"))
		return false;
	if (EVP_PKEY_get_group_name(pkey, group, sizeof(group), &len) != 1 || strcmp(group, "prime256v1") != 0)
		return false;
	return EVP_PKEY_get_int_param(pkey, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit_parameters) == 1 &&
	       explicit_parameters == 0;
}

BIO *library_reader(struct bytes bytes)
{
	if (bytes.len > INT_MAX)
		return NULL;
	return BIO_new_mem_buf(bytes.len > 0 ? (const void *)bytes.data : "", (int)bytes.len);
}

struct bytes library_written(BIO *writer)
{
	char *data = NULL;
	long len = BIO_get_mem_data(writer, &data);

	return bytes_of(data, len > 0 ? (size_t)len : 0);
}

int library_no_password(char *to, int size, int for_writing, void *context)
{
	(void)to;
	(void)size;
	(void)for_writing;
	(void)context;
	return -1;
}
