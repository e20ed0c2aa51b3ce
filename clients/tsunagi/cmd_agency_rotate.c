/* SPDX-License-Identifier: Apache-2.0 */
/* An agency whose devices are lost or replaced: its present keys end, and it is invited anew, since only an agency without a
 * device in force may be invited.  (An agency that still has its keys renews them by itself.) */
#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"
#include "tsunagi/agency_state.h"
#include "tsunagi/confirm.h"
#include "tsunagi/directory_source.h"
#include "tsunagi/display.h"
#include "tsunagi/invite.h"
#include "tsunagi/revocation.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define INVITED_US (7 * INT64_C(86400) * 1000000)

static enum outcome rotate(const struct call *call, const struct site *site, const char *agency, bool enrolled, bool compromised)
{
	struct invitation invitation = { .agency = agency, .path = args_text(&call->args, "out") };
	struct args_fault fault;
	char expires[DISPLAY_TIME];
	uint64_t revoked = 0;
	uint64_t invited = 0;
	int64_t valid_us;
	enum outcome outcome = OUTCOME_DONE;

	if (args_duration(&call->args, "expires", INVITED_US, &valid_us, &fault) != ERR_OK)
		return call_fault(call, &fault);
	if (access(invitation.path, F_OK) == 0)
		return out_problem(OUTCOME_REFUSED, "FILE_EXISTS", words("Name another file with --out.", "--out で別のファイルを指定してください。"),
				   words("%s is there already; nothing was done.", "%s はすでにあります。何もしていません。"), invitation.path);
	if (enrolled)
		outcome = revocation_do(call, agency, compromised, true, &revoked);
	invitation.valid_us = valid_us;
	invitation.expires_at_us = clock_wall_us() + valid_us;
	if (outcome == OUTCOME_DONE)
		outcome = invite(call, site, &invitation, &invited);
	if (outcome != OUTCOME_DONE)
		return outcome;
	display_time(invitation.expires_at_us, expires);
	out_text(words("The old keys of %s ended; it is invited anew until %s: %s (entries %" PRIu64 ", %" PRIu64 ").\n",
		       "%s の古い鍵を終え、%s まで新しく招待しました:%s(記録 %" PRIu64 "、%" PRIu64 ")\n"),
		 agency, expires, invitation.path, revoked, invited);
	if (out_json_wanted())
		out_json(json_pack("{s:s,s:s,s:s,s:I,s:I}", "agency", agency, "invitation", invitation.path, "expires_at", expires, "revoked_seq",
				   (json_int_t)revoked, "seq", (json_int_t)invited));
	return OUTCOME_DONE;
}

enum outcome cmd_agency_rotate(const struct call *call)
{
	bool compromised = args_has(&call->args, "compromised");
	const Pb__DirectoryView *view = NULL;
	const Pb__Agency *agency = NULL;
	const Pb__AgencyState *state = NULL;
	struct arena arena;
	struct site site;
	enum outcome outcome;

	if (args_text(&call->args, "out") == NULL)
		return call_usage(call, "%s", words("--out FILE is needed", "--out ファイル が必要です"));
	outcome = site_load(call, &site);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = directory_in_force(call, &arena, &view);
	if (outcome == OUTCOME_DONE)
		outcome = directory_named(view, call_operand(call, 0), &agency, &state);
	if (outcome == OUTCOME_DONE && agency == NULL)
		outcome = out_problem(OUTCOME_REFUSED, "CLOSED_AGENCY", NULL, words("%s is no longer in the directory.", "%s は機関一覧にありません。"),
				      call_operand(call, 0));
	if (outcome == OUTCOME_DONE) {
		bool enrolled = agency_devices(state) > 0 || (state != NULL && state->invited_until_us != 0);

		revocation_show(agency->id, state, compromised);
		outcome = confirm_given(call) ? rotate(call, &site, agency->id, enrolled, compromised) :
						confirm_missing_of(call, revocation_effect(agency->id, state, compromised));
	}
	arena_free(&arena);
	site_free(&site);
	return outcome;
}
