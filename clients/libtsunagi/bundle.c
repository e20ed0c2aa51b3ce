/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/bundle.c - see bundle.h for the contract; bundle_file.c reads and writes the file. */
#include "libtsunagi/bundle.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "contract/limits.h"
#include "crypto/seal.h"

static enum err bundle_name(struct bundle *bundle, const char *address, const char *device_name)
{
	struct bytes agency, site;

	if (strlen(address) > LIMIT_ADDRESS || strlen(device_name) >= sizeof bundle->device_name ||
	    text_check(bytes_of_text(device_name), NULL) != TEXT_OK ||
	    !text_split_address(bytes_of_text(address), &agency, &site))
		return ERR_RANGE;
	snprintf(bundle->address, sizeof bundle->address, "%s", address);
	snprintf(bundle->agency, sizeof bundle->agency, "%.*s", (int)agency.len, (const char *)agency.data);
	snprintf(bundle->site, sizeof bundle->site, "%.*s", (int)site.len, (const char *)site.data);
	snprintf(bundle->device_name, sizeof bundle->device_name, "%s", device_name);
	return ERR_OK;
}

enum err bundle_new(const char *address, const char *device_name, struct bundle **ret_bundle)
{
	struct bundle *bundle = calloc(1, sizeof *bundle);
	enum err err = ERR_OK;

	if (bundle == NULL)
		return ERR_NOMEM;
	bundle->pending = true;
	err = bundle_name(bundle, address, device_name);
	if (err == ERR_OK)
		err = curve_key_new(bundle->curve_public, bundle->curve_secret);
	if (err == ERR_OK)
		err = private_key_new(KEY_P256, &bundle->signing_key);
	if (err == ERR_OK)
		err = private_key_new(KEY_P256, &bundle->sealing[0].key);
	if (err != ERR_OK) {
		bundle_free(bundle);
		return err;
	}
	bundle->sealing_count = 1;
	*ret_bundle = bundle;
	return ERR_OK;
}

static void forget_endpoints(struct bundle *bundle)
{
	for (size_t i = 0; i < bundle->endpoint_count; i++)
		free(bundle->endpoints[i]);
	bundle->endpoint_count = 0;
}

void bundle_free(struct bundle *bundle)
{
	if (bundle == NULL)
		return;
	forget_endpoints(bundle);
	certificate_free(bundle->site_certificate);
	certificate_free(bundle->signing_certificate);
	private_key_free(bundle->signing_key);
	for (size_t i = 0; i < BUNDLE_SEALING; i++) {
		private_key_free(bundle->sealing[i].key);
		certificate_free(bundle->sealing[i].certificate);
	}
	secret_wipe(bundle, sizeof *bundle);
	free(bundle);
}

enum err bundle_set_endpoints(struct bundle *bundle, const json_t *endpoints)
{
	size_t count = json_array_size(endpoints);

	if (count == 0 || count > BUNDLE_ENDPOINTS)
		return ERR_RANGE;
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(endpoints, i));

		if (text == NULL || strlen(text) > 255 || (strncmp(text, "tcp://", 6) != 0 && strncmp(text, "ipc://", 6) != 0))
			return ERR_RANGE;
	}
	forget_endpoints(bundle);
	for (size_t i = 0; i < count; i++) {
		bundle->endpoints[i] = strdup(json_string_value(json_array_get(endpoints, i)));
		if (bundle->endpoints[i] == NULL)
			return ERR_NOMEM;
		bundle->endpoint_count++;
	}
	return ERR_OK;
}

static enum err signing_fits(const struct bundle *bundle)
{
	static const char probe[] = "tsunagi-key-check-v1";
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t len = sizeof signature;
	enum err err = signature_sign_p256(bundle->signing_key, bytes_of_text(probe), signature, &len);

	return err != ERR_OK ? err : certificate_verify(bundle->signing_certificate, bytes_of_text(probe), bytes_of(signature, len));
}

static enum err sealing_fits(const struct bundle_sealing *pair)
{
	static const char probe[] = "tsunagi-key-check-v1";
	struct buf sealed, clear;
	enum err err = ERR_OK;

	buf_init(&sealed, 4096);
	buf_init(&clear, 4096);
	err = seal_to(bytes_of_text(probe), pair->certificate, &sealed);
	if (err == ERR_OK)
		err = open_sealed(buf_bytes(&sealed), pair->certificate, pair->key, &clear);
	if (err == ERR_OK && !bytes_equal(buf_bytes(&clear), bytes_of_text(probe)))
		err = ERR_AUTH;
	buf_free(&sealed);
	buf_free(&clear);
	return err;
}

enum err bundle_check(const struct bundle *bundle, int64_t now_us)
{
	enum err err = ERR_OK;

	if (bundle->site_certificate == NULL || bundle->signing_certificate == NULL || bundle->sealing[0].certificate == NULL)
		return ERR_AUTH;
	err = certificate_check(bundle->signing_certificate, bundle->site_certificate, CERTIFICATE_SIGNS, bundle->address, now_us);
	if (err == ERR_OK)
		err = certificate_check(bundle->sealing[0].certificate, bundle->site_certificate, CERTIFICATE_SEALED_TO,
					bundle->address, now_us);
	if (err == ERR_OK)
		err = signing_fits(bundle);
	if (err == ERR_OK)
		err = sealing_fits(&bundle->sealing[0]);
	return err == ERR_NOMEM ? err : err == ERR_OK ? ERR_OK : ERR_AUTH;
}

void bundle_add_sealing(struct bundle *bundle, struct private_key *key, struct certificate *certificate)
{
	struct bundle_sealing *last = &bundle->sealing[BUNDLE_SEALING - 1];

	private_key_free(last->key);
	certificate_free(last->certificate);
	memmove(bundle->sealing + 1, bundle->sealing, (BUNDLE_SEALING - 1) * sizeof bundle->sealing[0]);
	bundle->sealing[0] = (struct bundle_sealing){ key, certificate };
	if (bundle->sealing_count < BUNDLE_SEALING)
		bundle->sealing_count++;
}

bool bundle_knows(const struct bundle *bundle, const struct digest *signing, const struct digest *sealing)
{
	if (bundle->signing_certificate != NULL && digest_equal(certificate_digest(bundle->signing_certificate), signing) &&
	    digest_equal(certificate_digest(bundle->sealing[0].certificate), sealing))
		return true;
	for (size_t i = 0; i < bundle->known_count; i++)
		if (digest_equal(&bundle->known[i].signing, signing) && digest_equal(&bundle->known[i].sealing, sealing))
			return true;
	return false;
}

bool bundle_knows_signer(const struct bundle *bundle, const struct digest *signing)
{
	if (bundle->signing_certificate != NULL && digest_equal(certificate_digest(bundle->signing_certificate), signing))
		return true;
	for (size_t i = 0; i < bundle->known_count; i++)
		if (digest_equal(&bundle->known[i].signing, signing))
			return true;
	return false;
}

void bundle_learn(struct bundle *bundle, const struct digest *signing, const struct digest *sealing)
{
	if (bundle_knows(bundle, signing, sealing))
		return;
	if (bundle->known_count == BUNDLE_KNOWN)
		memmove(bundle->known, bundle->known + 1, --bundle->known_count * sizeof bundle->known[0]);
	bundle->known[bundle->known_count++] = (struct bundle_binding){ *signing, *sealing };
}
