/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "contract/fingerprint.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/display.h"
#include "tsunagi/invite.h"
#include "tsunagi/site_files.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define INVITED_US (7 * INT64_C(86400) * 1000000)

/* "link@chiba-city" and "link" name the same agency here. */
static void agency_id(const char *name, char id[64])
{
	struct bytes agency = bytes_of_text(name);
	struct bytes site;

	text_split_address(bytes_of_text(name), &agency, &site);
	snprintf(id, 64, "%.*s", (int)agency.len, (const char *)agency.data);
}

static enum outcome add_by_invitation(const struct call *call, const struct site *site, const char *path)
{
	struct invitation invitation = { .agency = call_operand(call, 0), .path = path };
	struct args_fault fault;
	char expires[DISPLAY_TIME];
	int64_t valid_us;
	uint64_t seq = 0;
	enum outcome outcome;

	if (args_duration(&call->args, "expires", INVITED_US, &valid_us, &fault) != ERR_OK)
		return call_fault(call, &fault);
	invitation.valid_us = valid_us;
	invitation.expires_at_us = clock_wall_us() + valid_us;
	outcome = invite(call, site, &invitation, &seq);
	if (outcome != OUTCOME_DONE)
		return outcome;
	display_time(invitation.expires_at_us, expires);
	out_text(words("%s is invited until %s: %s (entry %" PRIu64 ")\n"
		       "Hand the file over in person or by a safe way: whoever has it can enrol as this agency, once.\n"
		       "When it has enrolled, compare fingerprints by telephone: tsunagi agency show %s\n",
		       "%s を %s まで招待しました:%s(記録 %" PRIu64 ")\n"
		       "このファイルがあれば一度だけその機関として登録できます。手渡しなど安全な方法で渡してください。\n"
		       "登録が済んだら電話で指紋を照合してください:tsunagi agency show %s\n"),
		 invitation.agency, expires, invitation.path, seq, invitation.agency);
	if (out_json_wanted())
		out_json(json_pack("{s:s,s:s,s:s,s:I}", "agency", invitation.agency, "invitation", invitation.path, "expires_at", expires, "seq",
				   (json_int_t)seq));
	return OUTCOME_DONE;
}

static enum outcome write_answer(const struct call *call, const struct site *site, const char *address, const Pb__Enrolled *enrolled,
				 const char *path)
{
	const char *endpoints[CONFIG_ENDPOINTS];
	size_t count = 0;
	json_t *file;
	enum outcome outcome = invite_endpoints(call, endpoints, &count);
	enum err err;

	if (outcome != OUTCOME_DONE)
		return outcome;
	file = site_file_new("tsunagi-answer", &site->config, &site->keys, enrolled->epoch == 0 ? 1 : enrolled->epoch, endpoints, count);
	if (file != NULL) {
		json_object_set_new(file, "agency", json_string(address));
		json_object_set_new(file, "device", json_integer((json_int_t)enrolled->device));
		site_file_certificate(file, "signing_certificate", bytes_of_pb(enrolled->signing_certificate));
		site_file_certificate(file, "sealing_certificate", bytes_of_pb(enrolled->sealing_certificate));
	}
	err = site_file_write(file, path);
	json_decref(file);
	if (err != ERR_OK)
		return out_problem(OUTCOME_REFUSED, err == ERR_EXISTS ? "FILE_EXISTS" : "FILE",
				   words("The device is enrolled already; `tsunagi agency revoke` undoes it, then ask again.",
					 "端末はすでに登録されました。取り消すには `tsunagi agency revoke` の後、もう一度行ってください。"),
				   "%s: %s", path, err_text(err));
	return OUTCOME_DONE;
}

static enum outcome tell_answer(const Pb__Enrolled *enrolled, const char *address, const char *print, uint64_t seq, const char *path)
{
	char after[FINGERPRINT_TEXT];

	fingerprint(bytes_of_pb(enrolled->signing_certificate), bytes_of_pb(enrolled->sealing_certificate), after);
	out_text(words("%s is enrolled as device %u (entry %" PRIu64 ").\n"
		       "  fingerprint of the request      %s\n"
		       "  fingerprint of the certificates %s\n"
		       "Compare with the agency by telephone, then carry %s back.\n",
		       "%s を端末 %u として登録しました(記録 %" PRIu64 ")。\n"
		       "  依頼の指紋   %s\n"
		       "  証明書の指紋 %s\n"
		       "電話で機関と照合してから、%s を渡してください。\n"),
		 address, enrolled->device, seq, print, after, path);
	if (out_json_wanted())
		out_json(json_pack("{s:s,s:I,s:s,s:s,s:s,s:I}", "agency", address, "device", (json_int_t)enrolled->device, "answer",
				   path, "request_fingerprint", print, "fingerprint", after, "seq", (json_int_t)seq));
	return OUTCOME_DONE;
}

static enum outcome add_by_request(const struct call *call, const struct site *site, const char *out)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminEnrolRequest asked = PB__ADMIN_ENROL_REQUEST__INIT;
	const char *path = args_text(&call->args, "request");
	const Pb__AdminReply *reply;
	const char *address;
	const char *reason;
	char print[FINGERPRINT_TEXT];
	char wanted[64];
	char id[64];
	struct arena arena;
	enum outcome outcome;
	enum err err;

	arena_init(&arena, ADMIN_ARENA_BYTES);
	err = site_file_request(path, &arena, &address, &asked.enrol, &reason);
	if (err != ERR_OK) {
		outcome = out_problem(err == ERR_NOT_FOUND ? OUTCOME_NOT_THERE : OUTCOME_REFUSED, "REQUEST_FILE", NULL,
				      words("%s is no enrolment request: %s.", "%s は登録依頼として読めません:%s。"), path, reason);
		goto out;
	}
	agency_id(address, id);
	agency_id(call_operand(call, 0), wanted);
	if (strcmp(id, wanted) != 0 || strcmp(address + strlen(id) + 1, site->config.site) != 0) {
		outcome = out_problem(OUTCOME_REFUSED, "OTHER_AGENCY", NULL, words("The request is of %s, not of %s at %s.", "依頼は %s のもので、%s(拠点 %s)のものではありません。"),
				      address, wanted, site->config.site);
		goto out;
	}
	fingerprint(bytes_of_pb(asked.enrol->signing_request), bytes_of_pb(asked.enrol->sealing_request), print);
	asked.agency = id;
	request.body_case = PB__ADMIN_REQUEST__BODY_ENROL_REQUEST;
	request.enrol_request = &asked;
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE && reply->body_case != PB__ADMIN_REPLY__BODY_ENROLLED)
		outcome = admin_unexpected();
	else if (outcome == OUTCOME_DONE && reply->enrolled->refusal != NULL)
		outcome = admin_refused(reply->enrolled->refusal);
	if (outcome == OUTCOME_DONE)
		outcome = write_answer(call, site, address, reply->enrolled, out);
	if (outcome == OUTCOME_DONE)
		outcome = tell_answer(reply->enrolled, address, print, reply->seq, out);
out:
	arena_free(&arena);
	return outcome;
}

enum outcome cmd_agency_add(const struct call *call)
{
	bool by_request = args_text(&call->args, "request") != NULL;
	const char *out = args_text(&call->args, "out");
	struct site site;
	char standard[80];
	char id[64];
	enum outcome outcome;

	agency_id(call_operand(call, 0), id);
	snprintf(standard, sizeof standard, "%s.%s", id, by_request ? "answer" : "invitation");
	if (out == NULL)
		out = standard;
	outcome = site_load(call, &site);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = by_request ? add_by_request(call, &site, out) : add_by_invitation(call, &site, out);
	site_free(&site);
	return outcome;
}
