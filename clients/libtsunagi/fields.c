/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/fields.c - see fields.h for the contract. */
#include "libtsunagi/fields.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/text.h"

#define JSON_FILE_MAX (4u * 1024u * 1024u)

const char *field_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

uint64_t field_number(const json_t *object, const char *name, uint64_t max, uint64_t otherwise)
{
	const json_t *value = json_object_get(object, name);
	json_int_t number = json_integer_value(value);

	return json_is_integer(value) && number >= 0 && (uint64_t)number <= max ? (uint64_t)number : otherwise;
}

enum err field_bytes(const json_t *object, const char *name, uint8_t *to, size_t size)
{
	const char *text = field_text(object, name);
	size_t len = 0;

	if (text == NULL || text_unbase64(bytes_of_text(text), to, size, &len) != ERR_OK || len != size)
		return ERR_FORMAT;
	return ERR_OK;
}

enum err field_run(const json_t *object, const char *name, struct buf *out)
{
	const char *text = field_text(object, name);
	size_t before = out->len;
	size_t room = text == NULL ? 0 : strlen(text) / 4 * 3;
	size_t len = 0;
	uint8_t *to = NULL;

	if (text == NULL)
		return ERR_FORMAT;
	if (text[0] == '\0')
		return ERR_OK;
	if (room == 0)
		return ERR_FORMAT; /* shorter than any base64 */
	to = buf_grow(out, room);
	if (to == NULL)
		return out->err;
	if (text_unbase64(bytes_of_text(text), to, room, &len) != ERR_OK) {
		out->len = before;
		return ERR_FORMAT;
	}
	out->len = before + len;
	return ERR_OK;
}

enum err field_digest(const json_t *object, const char *name, struct digest *ret_digest)
{
	const char *text = field_text(object, name);

	return text != NULL && text_unhex(text, ret_digest->bytes, DIGEST_BYTES) ? ERR_OK : ERR_FORMAT;
}

enum err field_certificate(const json_t *object, const char *name, struct certificate **ret_certificate)
{
	const char *text = field_text(object, name);

	return text == NULL ? ERR_FORMAT : certificate_from_pem(bytes_of_text(text), ret_certificate);
}

enum err field_key(const json_t *object, const char *name, struct private_key **ret_key)
{
	const char *text = field_text(object, name);

	return text == NULL ? ERR_FORMAT : private_key_from_pem(KEY_P256, bytes_of_text(text), ret_key);
}

json_t *json_certificate(const struct certificate *certificate)
{
	struct buf pem;
	json_t *json = NULL;

	buf_init(&pem, 4 * CERTIFICATE_MAX);
	if (certificate_to_pem(certificate, &pem) == ERR_OK && pem.err == ERR_OK)
		json = json_stringn((const char *)pem.data, pem.len);
	buf_free(&pem);
	return json;
}

json_t *json_key(const struct private_key *key)
{
	struct buf pem;
	json_t *json = NULL;

	buf_init(&pem, 4096);
	if (private_key_to_pem(key, &pem) == ERR_OK && pem.err == ERR_OK)
		json = json_stringn((const char *)pem.data, pem.len);
	secret_wipe(pem.data, pem.cap);
	buf_free(&pem);
	return json;
}

enum err json_file_read(const char *path, const char *type, json_t **ret_json)
{
	struct buf content;
	const char *found = NULL;
	json_t *json = NULL;
	enum err err = ERR_OK;

	buf_init(&content, JSON_FILE_MAX);
	err = file_read(path, &content);
	if (err != ERR_OK)
		goto out;
	json = json_loadb((const char *)content.data, content.len, JSON_REJECT_DUPLICATES, NULL);
	found = field_text(json, "type");
	if (found == NULL || strcmp(found, type) != 0) {
		err = ERR_FORMAT;
		goto out;
	}
	*ret_json = json;
	json = NULL;
out:
	json_decref(json);
	if (content.data != NULL)
		secret_wipe(content.data, content.cap);
	buf_free(&content);
	return err;
}

enum err json_file_write(const char *path, const json_t *json)
{
	char *text = json_dumps(json, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	enum err err = ERR_NOMEM;

	if (text == NULL)
		return err;
	err = file_write(path, bytes_of_text(text), 0600);
	secret_wipe(text, strlen(text));
	free(text);
	return err;
}
