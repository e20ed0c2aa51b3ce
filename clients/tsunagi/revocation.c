/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/revocation.h"

#include <inttypes.h>

#include "tsunagi/admin_client.h"
#include "tsunagi/agency_state.h"
#include "tsunagi/words.h"

static bool any_in_force(const Pb__AgencyState *state)
{
	for (size_t i = 0; i < state->n_bindings; i++)
		if (state->bindings[i]->ends_at_us == 0)
			return true;
	return false;
}

/* Where no device is in force, those that ended as closed are meant. */
static void show_devices(const Pb__AgencyState *state, bool compromised)
{
	bool in_force = any_in_force(state);

	for (size_t i = 0; i < state->n_bindings; i++) {
		const Pb__Binding *binding = state->bindings[i];

		if (binding->ends_at_us == 0)
			out_text(words("  device %u  %s\n", "  端末 %u  %s\n"), binding->device, binding->device_name);
		else if (compromised && !in_force && !binding->compromised)
			out_text(words("  device %u  %s: it ended as closed, and is called compromised now\n",
				       "  端末 %u  %s:閉鎖として終了済み。漏えいの疑いに改めます\n"),
				 binding->device, binding->device_name);
	}
}

void revocation_show(const char *agency, const Pb__AgencyState *state, bool compromised)
{
	out_text(words("%s: these end at once%s:\n", "%s:次のものが直ちに終わります%s:\n"), agency,
		 compromised ? words(", as compromised", "(漏えいの疑いとして)") : "");
	if (state != NULL)
		show_devices(state, compromised);
	if (state != NULL && state->invited_until_us != 0)
		out_text("  %s\n", words("its open invitations", "未使用の招待"));
	if (compromised)
		out_text("  %s\n", words("what it sent and nobody has been handed yet goes into quarantine (`queue --state quarantined`)",
					 "送信済みで未配達の連絡は隔離される(`queue --state quarantined`)"));
	if (state != NULL && state->waiting > 0)
		out_text(words("  %" PRIu64 " message(s) wait for it; they can be opened by its present keys only\n",
			       "  待っている連絡 %" PRIu64 " 件。今の鍵でしか開けません\n"),
			 state->waiting);
}

json_t *revocation_effect(const char *agency, const Pb__AgencyState *state, bool compromised)
{
	return json_pack("{s:s,s:s,s:o}", "agency", agency, "as", compromised ? "compromised" : "closed", "ends", agency_state_json(state));
}

enum outcome revocation_do(const struct call *call, const char *agency, bool compromised, bool renewed, uint64_t *ret_seq)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminRevoke revoked = PB__ADMIN_REVOKE__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	revoked.agency = pb_of_text(agency);
	revoked.compromised = compromised;
	revoked.renewed = renewed;
	revoked.reason = pb_of_text(args_text(&call->args, "reason"));
	request.body_case = PB__ADMIN_REQUEST__BODY_AGENCY_REVOKE;
	request.agency_revoke = &revoked;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		*ret_seq = reply->seq;
	arena_free(&arena);
	return outcome;
}
