/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/enrolment.c - see enrolment.h for the contract. */
#include "libtsunagi/enrolment.h"

#include <unistd.h>

#include "contract/fingerprint.h"
#include "contract/limits.h"
#include "libtsunagi/fields.h"
#include "tsunagi/tsunagi.h"

const char *enrolment_read_site(const json_t *file, struct bundle *bundle)
{
	const char *site = field_text(file, "site");
	const char *address = field_text(file, "agency");
	struct certificate *root = NULL;

	if (field_number(file, "version", 1000, 0) != 1)
		return "version: not one that this software reads";
	if (address == NULL || strcmp(address, bundle->address) != 0 || site == NULL || strcmp(site, bundle->site) != 0)
		return "agency: another than this bundle's";
	if (bundle_set_endpoints(bundle, json_object_get(file, "endpoints")) != ERR_OK)
		return "endpoints: 1 to 8 addresses that begin with tcp:// or ipc://";
	if (field_bytes(file, "broker_key", bundle->broker_key, CURVE_BYTES) != ERR_OK)
		return "broker_key: not 32 bytes in base64";
	if (field_bytes(file, "checkpoint_key", bundle->checkpoint_key, ED25519_BYTES) != ERR_OK)
		return "checkpoint_key: not 32 bytes in base64";
	if (field_certificate(file, "site_certificate", &root) != ERR_OK)
		return "site_certificate: no certificate in PEM";
	certificate_free(bundle->site_certificate);
	bundle->site_certificate = root;
	bundle->epoch = (uint32_t)field_number(file, "epoch", UINT32_MAX, 0);
	return NULL;
}

enum err enrolment_requests(const struct bundle *bundle, struct buf *signing, struct buf *sealing)
{
	enum err err = certificate_request(bundle->signing_key, bundle->address, bundle->device_name, signing);

	return err == ERR_OK ? certificate_request(bundle->sealing[0].key, bundle->address, bundle->device_name, sealing) : err;
}

int enrolment_adopt(struct bundle *bundle, struct bytes signing, struct bytes sealing, uint32_t device, int64_t now_us, struct failure *failure)
{
	struct certificate *signs = NULL, *sealed_to = NULL;
	enum err err = certificate_from_der(signing, &signs);

	if (err == ERR_OK)
		err = certificate_from_der(sealing, &sealed_to);
	if (err != ERR_OK) {
		certificate_free(signs);
		return failure_tell(failure, PROBLEM_ANSWER, "a certificate is none", NULL);
	}
	certificate_free(bundle->signing_certificate);
	certificate_free(bundle->sealing[0].certificate);
	bundle->signing_certificate = signs;
	bundle->sealing[0].certificate = sealed_to;
	if (bundle_check(bundle, now_us) != ERR_OK)
		return failure_tell(failure, PROBLEM_ANSWER, "a certificate is not the site's, not this agency's, or not of the keys made here", NULL);
	bundle->device = device;
	bundle->pending = false;
	return TSG_OK;
}

/* A pending bundle for this agency is gone on with: its keys may be enrolled already. */
static int take_up(const char *address, const char *bundle_file, struct bundle **ret_bundle, struct failure *failure)
{
	struct bundle *bundle = NULL;
	const char *reason = NULL;
	enum err err = bundle_read(bundle_file, &bundle, &reason);

	if (err != ERR_OK)
		return failure_tell(failure, err == ERR_PERMISSION ? PROBLEM_BUNDLE_OPEN_TO_OTHERS : PROBLEM_BUNDLE, bundle_file, reason);
	if (!bundle->pending || strcmp(bundle->address, address) != 0) {
		bundle_free(bundle);
		return failure_tell(failure, PROBLEM_BUNDLE_EXISTS, bundle_file, NULL);
	}
	*ret_bundle = bundle;
	return TSG_OK;
}

int enrolment_begin(const char *address, const char *device_name, const char *bundle_file, struct bundle **ret_bundle, struct failure *failure)
{
	struct bundle *bundle = NULL;
	enum err err = ERR_OK;

	if (access(bundle_file, F_OK) == 0)
		return take_up(address, bundle_file, ret_bundle, failure);
	err = bundle_new(address, device_name, &bundle);
	if (err == ERR_RANGE)
		return failure_tell(failure, PROBLEM_USAGE, "agency is agency@site, the device's name has at most 63 bytes", NULL);
	if (err == ERR_OK)
		err = bundle_write(bundle, bundle_file);
	if (err != ERR_OK) {
		bundle_free(bundle);
		return failure_err(failure, err, bundle_file);
	}
	*ret_bundle = bundle;
	return TSG_OK;
}

static void print_of(const struct bundle *bundle, char text[FINGERPRINT_TEXT])
{
	struct buf signing, sealing;

	if (bundle->signing_certificate != NULL) {
		fingerprint(certificate_der(bundle->signing_certificate), certificate_der(bundle->sealing[0].certificate), text);
		return;
	}
	buf_init(&signing, LIMIT_REQUEST_BYTES);
	buf_init(&sealing, LIMIT_REQUEST_BYTES);
	text[0] = '\0';
	if (enrolment_requests(bundle, &signing, &sealing) == ERR_OK)
		fingerprint(buf_bytes(&signing), buf_bytes(&sealing), text);
	buf_free(&signing);
	buf_free(&sealing);
}

json_t *enrolment_json(const struct bundle *bundle, const char *state)
{
	char print[FINGERPRINT_TEXT];

	print_of(bundle, print);
	return json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}", "type", "enrolment", "agency", bundle->address, "device_name", bundle->device_name, "device",
			 (json_int_t)bundle->device, "fingerprint", print, "state", state);
}
