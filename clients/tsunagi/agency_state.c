/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_state.h"

#include "base/clock.h"
#include "contract/codec.h"
#include "contract/json.h"
#include "tsunagi/words.h"

size_t agency_devices(const Pb__AgencyState *state)
{
	size_t count = 0;

	for (size_t i = 0; state != NULL && i < state->n_bindings; i++)
		count += state->bindings[i]->ends_at_us == 0;
	return count;
}

/* Stable, for programs. */
static const char *state_code(const Pb__AgencyState *state)
{
	if (agency_devices(state) > 0)
		return "enrolled";
	if (state != NULL && state->invited_until_us > clock_wall_us())
		return "invited";
	return state != NULL && state->n_bindings > 0 ? "revoked" : "not_enrolled";
}

const char *agency_state_word(const Pb__AgencyState *state)
{
	const char *code = state_code(state);

	switch (*code) {
	case 'e':
		return words("enrolled", "登録済み");
	case 'i':
		return words("invited", "招待中");
	case 'r':
		return words("revoked", "失効");
	default:
		return words("not enrolled", "未登録");
	}
}

void agency_fingerprint(const Pb__Binding *binding, char text[FINGERPRINT_TEXT])
{
	fingerprint(bytes_of_pb(binding->signing_certificate), bytes_of_pb(binding->sealing_certificate), text);
}

static void put_time(json_t *json, const char *name, int64_t us)
{
	if (us != 0)
		json_object_set_new(json, name, json_time(us));
}

static json_t *binding_json(const Pb__Binding *binding)
{
	char print[FINGERPRINT_TEXT];
	json_t *json;

	agency_fingerprint(binding, print);
	if (binding->signing_certificate.len == 0) /* not shown: directory_hide */
		*print = '\0';
	json = json_pack("{s:I,s:s,s:s,s:I,s:b,s:b}", "device", (json_int_t)binding->device, "device_name", binding->device_name, "fingerprint", print,
			 "seq", (json_int_t)binding->seq, "in_force", binding->ends_at_us == 0, "compromised", binding->compromised != 0);
	put_time(json, "bound_at", binding->bound_at_us);
	put_time(json, "ends_at", binding->ends_at_us);
	return json;
}

json_t *agency_state_json(const Pb__AgencyState *state)
{
	json_t *devices;
	json_t *json;

	if (state == NULL)
		return json_pack("{s:s,s:[],s:i}", "state", state_code(state), "devices", "waiting", 0);
	devices = json_array();
	for (size_t i = 0; i < state->n_bindings; i++)
		json_array_append_new(devices, binding_json(state->bindings[i]));
	json = json_pack("{s:s,s:s,s:o,s:I}", "agency", state->agency, "state", state_code(state), "devices", devices, "waiting",
			 (json_int_t)state->waiting);
	put_time(json, "last_seen", state->last_seen_us);
	put_time(json, "invited_until", state->invited_until_us);
	if (state->standing != NULL)
		json_object_set_new(json, "standing", json_of_message(&state->standing->base));
	return json;
}
