/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_client.h"
#include "tsunagi/json_row.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static enum outcome tell_enrolled(json_t *json, const char *bundle)
{
	if (json == NULL)
		return OUTCOME_REFUSED;
	out_text(words("Enrolled: %s, device %s; the bundle is %s (keep it secret: it holds this device's keys).\n"
		       "  fingerprint  %s\n"
		       "Compare it with the operator by telephone.\n",
		       "登録しました:%s、端末 %s。バンドルは %s です(この端末の鍵が入っています。他に渡さないでください)。\n"
		       "  指紋  %s\n"
		       "運用担当と電話で照合してください。\n"),
		 json_row_text(json, "agency"), json_row_text(json, "device_name"), bundle, json_row_text(json, "fingerprint"));
	json_object_set_new(json, "bundle", json_string(bundle));
	if (out_json_wanted())
		out_json(json_incref(json));
	json_decref(json);
	return OUTCOME_DONE;
}

static enum outcome tell_request(json_t *json, const char *bundle, const char *request)
{
	if (json == NULL)
		return OUTCOME_REFUSED;
	out_text(words("Carry %s to the operator; the keys wait in %s.\n"
		       "  fingerprint of the request  %s\n"
		       "When the answer comes: tsunagi enrol --answer FILE --as %s\n",
		       "%s を運用担当に渡してください。鍵は %s に保管しました。\n"
		       "  依頼の指紋  %s\n"
		       "回答が届いたら:tsunagi enrol --answer ファイル --as %s\n"),
		 request, bundle, json_row_text(json, "fingerprint"), bundle);
	json_object_set_new(json, "bundle", json_string(bundle));
	json_object_set_new(json, "request", json_string(request));
	if (out_json_wanted())
		out_json(json_incref(json));
	json_decref(json);
	return OUTCOME_DONE;
}

enum outcome cmd_enrol(const struct call *call)
{
	const char *invitation = call_operand(call, 0);
	const char *request = args_text(&call->args, "request");
	const char *answer = args_text(&call->args, "answer");
	const char *agency = args_text(&call->args, "agency");
	const char *device = args_text(&call->args, "device");
	const char *bundle;
	char *text = NULL;
	int timeout_ms = AGENCY_WAIT_MS;
	int result;
	enum outcome outcome;

	if ((invitation != NULL) + (request != NULL) + (answer != NULL) != 1)
		return call_usage(call, "%s", words("give an INVITATION, or --request FILE, or --answer FILE",
						    "招待ファイル、--request ファイル、--answer ファイル のどれか一つを指定してください"));
	if (request != NULL && agency == NULL)
		return call_usage(call, "%s", words("--request needs --agency AGENCY@SITE", "--request には --agency 機関@拠点 が必要です"));
	outcome = agency_bundle(call, &bundle);
	if (outcome == OUTCOME_DONE)
		outcome = agency_timeout(call, &timeout_ms);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (device == NULL)
		device = "desk-1";
	if (request != NULL)
		result = tsg_enrol_request(agency, device, bundle, request, &text);
	else if (answer != NULL)
		result = tsg_enrol_answer(bundle, answer, &text);
	else
		result = tsg_enrol(invitation, device, bundle, timeout_ms, &text);
	if (result != TSG_OK) {
		outcome = agency_problem(result, text);
		tsg_free(text);
		return outcome;
	}
	return request != NULL ? tell_request(agency_json(text), bundle, request) : tell_enrolled(agency_json(text), bundle);
}
