/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/bundle_file.c - see bundle.h for the contract. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "libtsunagi/bundle.h"
#include "libtsunagi/fields.h"

#define BUNDLE_TYPE "tsunagi-bundle"
#define BUNDLE_VERSION 1

/* Each reader gives the name of the field that is wrong, or NULL. */

static const char *read_names(struct bundle *bundle, const json_t *json)
{
	const char *address = field_text(json, "agency");
	const char *name = field_text(json, "device_name");
	struct bytes agency, site;

	if (field_number(json, "version", UINT32_MAX, 0) != BUNDLE_VERSION)
		return "version: not one that this software reads";
	if (address == NULL || strlen(address) >= sizeof bundle->address ||
	    !text_split_address(bytes_of_text(address), &agency, &site))
		return "agency: no agency@site";
	if (name == NULL || strlen(name) >= sizeof bundle->device_name)
		return "device_name: missing or too long";
	snprintf(bundle->address, sizeof bundle->address, "%s", address);
	snprintf(bundle->agency, sizeof bundle->agency, "%.*s", (int)agency.len, (const char *)agency.data);
	snprintf(bundle->site, sizeof bundle->site, "%.*s", (int)site.len, (const char *)site.data);
	snprintf(bundle->device_name, sizeof bundle->device_name, "%s", name);
	bundle->pending = json_is_true(json_object_get(json, "pending"));
	bundle->device = (uint32_t)field_number(json, "device", UINT32_MAX, 0);
	bundle->epoch = (uint32_t)field_number(json, "epoch", UINT32_MAX, 0);
	return NULL;
}

static const char *read_broker(struct bundle *bundle, const json_t *json)
{
	if (bundle_set_endpoints(bundle, json_object_get(json, "endpoints")) != ERR_OK)
		return "endpoints: 1 to 8 addresses that begin with tcp:// or ipc://";
	if (field_bytes(json, "broker_key", bundle->broker_key, CURVE_BYTES) != ERR_OK)
		return "broker_key: not 32 bytes in base64";
	if (field_bytes(json, "checkpoint_key", bundle->checkpoint_key, ED25519_BYTES) != ERR_OK)
		return "checkpoint_key: not 32 bytes in base64";
	if (field_certificate(json, "site_certificate", &bundle->site_certificate) != ERR_OK)
		return "site_certificate: no certificate in PEM";
	return NULL;
}

static const char *read_sealing(struct bundle *bundle, const json_t *json)
{
	const json_t *list = json_object_get(json, "sealing");
	size_t count = json_array_size(list);

	if (count == 0 || count > BUNDLE_SEALING)
		return "sealing: 1 to 16 pairs";
	for (size_t i = 0; i < count; i++) {
		const json_t *pair = json_array_get(list, i);

		if (field_key(pair, "key", &bundle->sealing[i].key) != ERR_OK)
			return "sealing.key: no P-256 key in PEM";
		if (!bundle->pending && field_certificate(pair, "certificate", &bundle->sealing[i].certificate) != ERR_OK)
			return "sealing.certificate: no certificate in PEM";
	}
	bundle->sealing_count = count;
	return NULL;
}

static const char *read_keys(struct bundle *bundle, const json_t *json)
{
	const json_t *signing = json_object_get(json, "signing");

	if (field_bytes(json, "curve_public_key", bundle->curve_public, CURVE_BYTES) != ERR_OK ||
	    field_bytes(json, "curve_secret_key", bundle->curve_secret, CURVE_BYTES) != ERR_OK)
		return "curve_public_key, curve_secret_key: not 32 bytes in base64";
	if (field_key(signing, "key", &bundle->signing_key) != ERR_OK)
		return "signing.key: no P-256 key in PEM";
	if (!bundle->pending && field_certificate(signing, "certificate", &bundle->signing_certificate) != ERR_OK)
		return "signing.certificate: no certificate in PEM";
	return read_sealing(bundle, json);
}

static const char *read_known(struct bundle *bundle, const json_t *json)
{
	const json_t *list = json_object_get(json, "known_bindings");
	size_t count = json_array_size(list);

	if (count > BUNDLE_KNOWN)
		return "known_bindings: more than 64";
	for (size_t i = 0; i < count; i++) {
		const json_t *row = json_array_get(list, i);

		if (field_digest(row, "signing", &bundle->known[i].signing) != ERR_OK ||
		    field_digest(row, "sealing", &bundle->known[i].sealing) != ERR_OK)
			return "known_bindings: signing and sealing are SHA-256 in hexadecimal digits";
	}
	bundle->known_count = count;
	return NULL;
}

static const char *read_all(struct bundle *bundle, const json_t *json)
{
	const char *reason = read_names(bundle, json);

	if (reason == NULL && (!bundle->pending || json_object_get(json, "endpoints") != NULL))
		reason = read_broker(bundle, json);
	if (reason == NULL)
		reason = read_keys(bundle, json);
	return reason == NULL ? read_known(bundle, json) : reason;
}

enum err bundle_read(const char *path, struct bundle **ret_bundle, const char **ret_reason)
{
	struct bundle *bundle = NULL;
	struct stat status;
	json_t *json = NULL;
	const char *reason = "not a bundle";
	enum err err = json_file_read(path, BUNDLE_TYPE, &json);

	if (err == ERR_OK && stat(path, &status) == 0 && (status.st_mode & 077) != 0)
		err = ERR_PERMISSION;
	if (err == ERR_OK) {
		bundle = calloc(1, sizeof *bundle);
		err = bundle == NULL ? ERR_NOMEM : ERR_OK;
	}
	if (err == ERR_OK) {
		reason = read_all(bundle, json);
		err = reason == NULL ? ERR_OK : ERR_FORMAT;
	}
	json_decref(json);
	if (err != ERR_OK) {
		bundle_free(bundle);
		*ret_reason = err == ERR_FORMAT ? reason : err_text(err);
		return err;
	}
	*ret_bundle = bundle;
	return ERR_OK;
}

static json_t *known_json(const struct bundle *bundle)
{
	json_t *list = json_array();

	for (size_t i = 0; i < bundle->known_count; i++)
		if (json_array_append_new(list, json_pack("{s:o, s:o}", "signing", json_hex(digest_bytes(&bundle->known[i].signing)), "sealing",
							  json_hex(digest_bytes(&bundle->known[i].sealing)))) != 0)
			goto fail;
	return list;
fail:
	json_decref(list);
	return NULL;
}

static json_t *pair_json(const struct private_key *key, const struct certificate *certificate)
{
	json_t *pair = json_pack("{s:o}", "key", json_key(key));

	if (pair != NULL && certificate != NULL && json_object_set_new(pair, "certificate", json_certificate(certificate)) != 0) {
		json_decref(pair);
		return NULL;
	}
	return pair;
}

static json_t *sealing_json(const struct bundle *bundle)
{
	json_t *list = json_array();

	for (size_t i = 0; i < bundle->sealing_count; i++)
		if (json_array_append_new(list, pair_json(bundle->sealing[i].key, bundle->sealing[i].certificate)) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *endpoints_json(const struct bundle *bundle)
{
	json_t *list = json_array();

	for (size_t i = 0; i < bundle->endpoint_count; i++)
		json_array_append_new(list, json_string(bundle->endpoints[i]));
	return list;
}

static int add_broker(json_t *json, const struct bundle *bundle)
{
	json_t *broker = NULL;
	int failed = 0;

	if (bundle->endpoint_count == 0 || bundle->site_certificate == NULL)
		return 0;
	broker = json_pack("{s:o, s:o, s:o, s:o}", "endpoints", endpoints_json(bundle), "broker_key",
			   json_base64(bytes_of(bundle->broker_key, CURVE_BYTES)), "checkpoint_key",
			   json_base64(bytes_of(bundle->checkpoint_key, ED25519_BYTES)), "site_certificate",
			   json_certificate(bundle->site_certificate));
	failed = broker == NULL || json_object_update(json, broker) != 0;
	json_decref(broker);
	return failed;
}

enum err bundle_write(const struct bundle *bundle, const char *path)
{
	json_t *json = json_pack("{s:s, s:i, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "type", BUNDLE_TYPE, "version", BUNDLE_VERSION,
				 "agency", bundle->address, "device_name", bundle->device_name, "device", (json_int_t)bundle->device, "epoch",
				 (json_int_t)bundle->epoch, "curve_public_key", json_base64(bytes_of(bundle->curve_public, CURVE_BYTES)),
				 "curve_secret_key", json_base64(bytes_of(bundle->curve_secret, CURVE_BYTES)), "signing",
				 pair_json(bundle->signing_key, bundle->signing_certificate), "sealing", sealing_json(bundle),
				 "known_bindings", known_json(bundle));
	enum err err = ERR_NOMEM;

	if (json != NULL && add_broker(json, bundle) == 0 &&
	    (!bundle->pending || json_object_set_new(json, "pending", json_true()) == 0))
		err = json_file_write(path, json);
	json_decref(json);
	return err;
}
