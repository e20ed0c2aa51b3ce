/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec.h"
#include "front/intake.h"
#include "front/refusals.h"

struct issuing {
	const struct site_keys *keys;
	const char *address;
	const char *device_name;
	int64_t from_us, until_us;
	struct arena *arena;
};

static enum err issue(const struct issuing *issuing, struct bytes request, enum certificate_use use, ProtobufCBinaryData *ret_der)
{
	struct certificate *certificate = NULL;
	enum err err = certificate_issue(issuing->keys->certificate, issuing->keys->site, request, issuing->address, issuing->device_name,
					 use, issuing->from_us, issuing->until_us, &certificate);

	if (err != ERR_OK)
		return err;
	err = pb_keep(issuing->arena, certificate_der(certificate), ret_der);
	certificate_free(certificate);
	return err;
}

static bool refused(enum err err, const char *subject, Pb__Refusal *ret_refusal)
{
	bool theirs = err == ERR_FORMAT || err == ERR_AUTH;

	*ret_refusal = refusal_of(theirs ? PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED : PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL, subject, 0, 0);
	return false;
}

bool issue_certificates(const struct site_keys *keys, const char *address, const char *device_name, struct bytes signing_request,
			struct bytes sealing_request, int64_t from_us, int64_t valid_us, struct arena *arena,
			Pb__BindEntry *entry, Pb__Refusal *ret_refusal)
{
	struct issuing issuing = { keys, address, device_name, from_us, from_us + valid_us, arena };
	int64_t root_from_us, root_until_us;
	enum err err;

	certificate_validity(keys->certificate, &root_from_us, &root_until_us);
	if (issuing.from_us < root_from_us)
		issuing.from_us = root_from_us;
	if (issuing.until_us > root_until_us)
		issuing.until_us = root_until_us;
	if (issuing.from_us >= issuing.until_us)
		return refused(ERR_RANGE, "site_certificate", ret_refusal); /* the root has run out */
	err = issue(&issuing, signing_request, CERTIFICATE_SIGNS, &entry->signing_certificate);
	if (err != ERR_OK)
		return refused(err, "signing_request", ret_refusal);
	err = issue(&issuing, sealing_request, CERTIFICATE_SEALED_TO, &entry->sealing_certificate);
	return err == ERR_OK || refused(err, "sealing_request", ret_refusal);
}
