/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "tsunagi/confirm.h"
#include "tsunagi/directory_source.h"
#include "tsunagi/revocation.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static enum outcome revoke_now(const struct call *call, const char *agency, bool compromised)
{
	uint64_t seq = 0;
	enum outcome outcome = revocation_do(call, agency, compromised, false, &seq);

	if (outcome != OUTCOME_DONE)
		return outcome;
	out_text(words("Revoked (entry %" PRIu64 ").\n", "失効しました(記録 %" PRIu64 ")。\n"), seq);
	if (out_json_wanted())
		out_json(json_pack("{s:s,s:s,s:I}", "agency", agency, "revoked", compromised ? "compromised" : "closed", "seq", (json_int_t)seq));
	return OUTCOME_DONE;
}

enum outcome cmd_agency_revoke(const struct call *call)
{
	bool compromised = args_has(&call->args, "compromised");
	const Pb__DirectoryView *view = NULL;
	const Pb__Agency *agency = NULL;
	const Pb__AgencyState *state = NULL;
	struct arena arena;
	const char *id;
	enum outcome outcome;

	if (compromised == args_has(&call->args, "closed"))
		return call_usage(call, "%s", words("say which: --closed or --compromised", "--closed か --compromised のどちらかを指定してください"));
	outcome = directory_in_force(call, &arena, &view);
	if (outcome == OUTCOME_DONE)
		outcome = directory_named(view, call_operand(call, 0), &agency, &state);
	if (outcome == OUTCOME_DONE) {
		id = agency != NULL ? agency->id : state->agency;
		revocation_show(id, state, compromised);
		outcome = confirm_given(call) ? revoke_now(call, id, compromised) :
						confirm_missing_of(call, revocation_effect(id, state, compromised));
	}
	arena_free(&arena);
	return outcome;
}
