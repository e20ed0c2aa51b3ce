/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/enrol_by_hand.c - see tsunagi/tsunagi.h: enrolment with files, where no network may be used. */
#include "base/clock.h"
#include "contract/fingerprint.h"
#include "contract/limits.h"
#include "libtsunagi/api.h"
#include "libtsunagi/enrolment.h"
#include "libtsunagi/fields.h"

static json_t *request_json(const struct bundle *bundle)
{
	struct buf signing, sealing;
	json_t *json = NULL;

	buf_init(&signing, LIMIT_REQUEST_BYTES);
	buf_init(&sealing, LIMIT_REQUEST_BYTES);
	if (enrolment_requests(bundle, &signing, &sealing) == ERR_OK)
		json = json_pack("{s:s, s:i, s:s, s:s, s:o, s:o, s:o}", "type", "tsunagi-request", "version", 1, "agency", bundle->address, "device_name",
				 bundle->device_name, "curve_key", json_base64(bytes_of(bundle->curve_public, CURVE_BYTES)), "signing_request",
				 json_base64(buf_bytes(&signing)), "sealing_request", json_base64(buf_bytes(&sealing)));
	buf_free(&signing);
	buf_free(&sealing);
	return json;
}

/* The fingerprint is of the very requests in the file: signatures over them are not the same twice. */
static json_t *request_told(const struct bundle *bundle, const json_t *request)
{
	json_t *told = enrolment_json(bundle, "requested");
	struct buf signing, sealing;
	char print[FINGERPRINT_TEXT];

	buf_init(&signing, LIMIT_REQUEST_BYTES);
	buf_init(&sealing, LIMIT_REQUEST_BYTES);
	if (told != NULL && field_run(request, "signing_request", &signing) == ERR_OK && field_run(request, "sealing_request", &sealing) == ERR_OK) {
		fingerprint(buf_bytes(&signing), buf_bytes(&sealing), print);
		json_object_set_new(told, "fingerprint", json_string(print));
	}
	buf_free(&signing);
	buf_free(&sealing);
	return told;
}

int tsg_enrol_request(const char *agency_address, const char *device_name, const char *bundle_file, const char *request_file, char **ret_json)
{
	struct failure failure = { 0 };
	struct bundle *bundle = NULL;
	json_t *request = NULL;
	enum err err = ERR_OK;
	int result = TSG_OK;

	if (agency_address == NULL || device_name == NULL || bundle_file == NULL || request_file == NULL || ret_json == NULL)
		return TSG_USAGE;
	result = enrolment_begin(agency_address, device_name, bundle_file, &bundle, &failure);
	if (result == TSG_OK) {
		request = request_json(bundle);
		err = request == NULL ? ERR_CRYPTO : json_file_write(request_file, request);
		if (err != ERR_OK)
			result = failure_err(&failure, err, request_file);
	}
	if (result == TSG_OK)
		result = api_give(&failure, request_told(bundle, request), ret_json);
	else
		*ret_json = failure_text(&failure);
	json_decref(request);
	bundle_free(bundle);
	return result;
}

static void learn_known(struct bundle *bundle, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct digest signing, sealing;

		if (field_digest(json_array_get(list, i), "signing", &signing) == ERR_OK &&
		    field_digest(json_array_get(list, i), "sealing", &sealing) == ERR_OK)
			bundle_learn(bundle, &signing, &sealing);
	}
}

static int adopt_answer(struct bundle *bundle, const json_t *answer, const char *path, struct failure *failure)
{
	struct certificate *signing = NULL, *sealing = NULL;
	const char *reason = enrolment_read_site(answer, bundle);
	int result = TSG_OK;

	if (reason == NULL && field_certificate(answer, "signing_certificate", &signing) != ERR_OK)
		reason = "signing_certificate: no certificate in PEM";
	if (reason == NULL && field_certificate(answer, "sealing_certificate", &sealing) != ERR_OK)
		reason = "sealing_certificate: no certificate in PEM";
	if (reason != NULL)
		result = failure_tell(failure, PROBLEM_INVITATION, path, reason);
	else
		result = enrolment_adopt(bundle, certificate_der(signing), certificate_der(sealing),
					 (uint32_t)field_number(answer, "device", UINT32_MAX, 0), clock_wall_us(), failure);
	certificate_free(signing);
	certificate_free(sealing);
	if (result == TSG_OK)
		learn_known(bundle, json_object_get(answer, "known_bindings"));
	return result;
}

int tsg_enrol_answer(const char *bundle_file, const char *answer_file, char **ret_json)
{
	struct failure failure = { 0 };
	struct bundle *bundle = NULL;
	const char *reason = NULL;
	json_t *answer = NULL;
	enum err err = ERR_OK;
	int result = TSG_OK;

	if (bundle_file == NULL || answer_file == NULL || ret_json == NULL)
		return TSG_USAGE;
	err = bundle_read(bundle_file, &bundle, &reason);
	if (err != ERR_OK)
		result = failure_tell(&failure, err == ERR_NOT_FOUND ? PROBLEM_FILE_MISSING : PROBLEM_BUNDLE, bundle_file, reason);
	else if (!bundle->pending)
		result = failure_tell(&failure, PROBLEM_BUNDLE_EXISTS, bundle_file, NULL);
	if (result == TSG_OK) {
		err = json_file_read(answer_file, "tsunagi-answer", &answer);
		result = err == ERR_OK ? adopt_answer(bundle, answer, answer_file, &failure) : failure_err(&failure, err, answer_file);
	}
	if (result == TSG_OK) {
		err = bundle_write(bundle, bundle_file);
		if (err != ERR_OK)
			result = failure_err(&failure, err, bundle_file);
	}
	if (result == TSG_OK)
		result = api_give(&failure, enrolment_json(bundle, "enrolled"), ret_json);
	else
		*ret_json = failure_text(&failure);
	json_decref(answer);
	bundle_free(bundle);
	return result;
}
