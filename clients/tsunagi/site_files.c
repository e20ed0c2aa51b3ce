/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/site_files.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/text.h"
#include "contract/json.h"
#include "contract/limits.h"

#define SITE_FILE_VERSION 1
#define SITE_FILE_BYTES (256u * 1024u)

void site_file_bytes(json_t *file, const char *name, struct bytes bytes)
{
	json_object_set_new(file, name, json_base64(bytes));
}

void site_file_time(json_t *file, const char *name, int64_t us)
{
	json_object_set_new(file, name, json_time(us));
}

static void put_pem(json_t *file, const char *name, const struct certificate *certificate)
{
	struct buf pem;

	buf_init(&pem, SITE_FILE_BYTES);
	if (certificate_to_pem(certificate, &pem) == ERR_OK && buf_text(&pem) != NULL)
		json_object_set_new(file, name, json_string(buf_text(&pem)));
	buf_free(&pem);
}

void site_file_certificate(json_t *file, const char *name, struct bytes der)
{
	struct certificate *certificate = NULL;

	if (certificate_from_der(der, &certificate) == ERR_OK)
		put_pem(file, name, certificate);
	certificate_free(certificate);
}

json_t *site_file_new(const char *type, const struct config *config, const struct site_keys *keys, uint32_t epoch,
		      const char *const *endpoints, size_t count)
{
	uint8_t checkpoint_key[ED25519_BYTES];
	json_t *list = json_array();
	json_t *file;

	for (size_t i = 0; i < (count == 0 ? config->endpoint_count : count); i++)
		json_array_append_new(list, json_string(count == 0 ? config->endpoints[i] : endpoints[i]));
	file = json_pack("{s:s,s:i,s:s,s:I,s:o}", "type", type, "version", SITE_FILE_VERSION, "site", config->site, "epoch",
			 (json_int_t)epoch, "endpoints", list);
	if (file == NULL || ed25519_public(keys->checkpoint, checkpoint_key) != ERR_OK) {
		json_decref(file);
		return NULL;
	}
	site_file_bytes(file, "broker_key", bytes_of(keys->curve_public, sizeof keys->curve_public));
	site_file_bytes(file, "checkpoint_key", bytes_of(checkpoint_key, sizeof checkpoint_key));
	put_pem(file, "site_certificate", keys->certificate);
	return file;
}

enum err site_file_write(const json_t *file, const char *path)
{
	char *text = file == NULL ? NULL : json_dumps(file, JSON_INDENT(2));
	struct buf content;
	enum err err;

	if (text == NULL)
		return ERR_NOMEM;
	buf_init(&content, SITE_FILE_BYTES);
	buf_put_text(&content, text);
	buf_put_text(&content, "\n");
	err = content.err != ERR_OK ? content.err : file_write_new(path, buf_bytes(&content), 0600);
	if (content.data != NULL)
		secret_wipe(content.data, content.cap);
	secret_wipe(text, strlen(text));
	free(text);
	buf_free(&content);
	return err;
}

/* The bytes under name in the arena; false when they are not there or not base64 of least to most bytes. */
static bool take_bytes(const json_t *json, const char *name, size_t least, size_t most, struct arena *arena, ProtobufCBinaryData *to)
{
	const char *text = json_string_value(json_object_get(json, name));
	uint8_t *bytes = arena_alloc(arena, most);

	if (text == NULL || bytes == NULL || text_unbase64(bytes_of_text(text), bytes, most, &to->len) != ERR_OK || to->len < least)
		return false;
	to->data = bytes;
	return true;
}

static const char *read_request(const json_t *json, struct arena *arena, const char **ret_address, Pb__Enrol *enrol)
{
	const char *type = json_string_value(json_object_get(json, "type"));
	const char *address = json_string_value(json_object_get(json, "agency"));
	const char *name = json_string_value(json_object_get(json, "device_name"));
	struct bytes agency;
	struct bytes site;

	if (type == NULL || strcmp(type, "tsunagi-request") != 0)
		return "its type is not tsunagi-request";
	if (json_integer_value(json_object_get(json, "version")) != SITE_FILE_VERSION)
		return "its version is not 1";
	if (address == NULL || !text_split_address(bytes_of_text(address), &agency, &site))
		return "agency is no agency@site";
	if (name == NULL)
		return "device_name is missing";
	if (!take_bytes(json, "curve_key", CURVE_BYTES, CURVE_BYTES, arena, &enrol->curve_key))
		return "curve_key is not 32 bytes in base64";
	if (!take_bytes(json, "signing_request", 1, LIMIT_REQUEST_BYTES, arena, &enrol->signing_request) ||
	    !take_bytes(json, "sealing_request", 1, LIMIT_REQUEST_BYTES, arena, &enrol->sealing_request))
		return "signing_request or sealing_request is no base64, or too long";
	enrol->device_name = arena_text(arena, bytes_of_text(name));
	*ret_address = arena_text(arena, bytes_of_text(address));
	return enrol->device_name == NULL || *ret_address == NULL ? "out of memory" : NULL;
}

enum err site_file_request(const char *path, struct arena *arena, const char **ret_address, Pb__Enrol **ret_enrol, const char **ret_reason)
{
	Pb__Enrol *enrol = arena_alloc(arena, sizeof *enrol);
	json_t *json = NULL;
	struct buf content;
	enum err err;

	buf_init(&content, SITE_FILE_BYTES);
	err = enrol == NULL ? ERR_NOMEM : file_read(path, &content);
	*ret_reason = err_text(err);
	if (err == ERR_OK) {
		pb__enrol__init(enrol);
		json = json_loadb((const char *)content.data, content.len, JSON_REJECT_DUPLICATES, NULL);
		*ret_reason = json == NULL ? "it is no JSON" : read_request(json, arena, ret_address, enrol);
		err = *ret_reason == NULL ? ERR_OK : ERR_FORMAT;
	}
	json_decref(json);
	buf_free(&content);
	if (err == ERR_OK)
		*ret_enrol = enrol;
	return err;
}
