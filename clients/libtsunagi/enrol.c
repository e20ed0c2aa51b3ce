/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/enrol.c - see tsunagi/tsunagi.h: enrolment over the network.
 *
 * The keys are on disk before they are named to anyone.  If the answer is lost, the same call again finds the pending bundle: the
 * invitation is used then, but the device's own key is admitted, and the session's Welcome brings its certificates. */
#include <stdlib.h>

#include "base/clock.h"
#include "contract/limits.h"
#include "contract/merkle.h"
#include "libtsunagi/api.h"
#include "libtsunagi/bundle_session.h"
#include "libtsunagi/enrolment.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/proof.h"

struct enrolling {
	struct bundle *bundle;
	struct failure failure;
	struct arena arena;
	int64_t until_us;
};

static int read_invitation(struct enrolling *enrolling, const char *path, const char *device_name, const char *bundle_file, json_t **ret_json)
{
	json_t *json = NULL;
	const char *address = NULL, *reason = NULL, *expires = NULL;
	int64_t expires_us = 0;
	enum err err = json_file_read(path, "tsunagi-invitation", &json);
	int result = TSG_OK;

	if (err == ERR_NOT_FOUND)
		return failure_tell(&enrolling->failure, PROBLEM_FILE_MISSING, path, NULL);
	address = field_text(json, "agency");
	expires = field_text(json, "expires_at");
	if (err != ERR_OK || address == NULL)
		result = failure_tell(&enrolling->failure, PROBLEM_INVITATION, path, err == ERR_OK ? "agency" : err_text(err));
	else if (expires != NULL && clock_parse(expires, &expires_us) == ERR_OK && expires_us < clock_wall_us())
		result = failure_tell(&enrolling->failure, PROBLEM_INVITATION_EXPIRED, expires, NULL);
	else
		result = enrolment_begin(address, device_name, bundle_file, &enrolling->bundle, &enrolling->failure);
	if (result == TSG_OK) {
		reason = enrolment_read_site(json, enrolling->bundle);
		if (reason != NULL)
			result = failure_tell(&enrolling->failure, PROBLEM_INVITATION, path, reason);
	}
	if (result != TSG_OK) {
		json_decref(json);
		return result;
	}
	*ret_json = json;
	return TSG_OK;
}

/* ---- with the invitation's key ---- */

static int fault_of(struct enrolling *enrolling, struct channel *channel)
{
	static const enum problem problems[] = {
		[CHANNEL_FAULT_NONE] = PROBLEM_NO_WELCOME,       [CHANNEL_FAULT_NAME] = PROBLEM_NAME,
		[CHANNEL_FAULT_CONNECT] = PROBLEM_CONNECT,       [CHANNEL_FAULT_BROKER_KEY] = PROBLEM_BROKER_KEY,
		[CHANNEL_FAULT_NOT_ADMITTED] = PROBLEM_NOT_ADMITTED, [CHANNEL_FAULT_LOST] = PROBLEM_CONNECTION_LOST,
		[CHANNEL_FAULT_DROPPED] = PROBLEM_CONNECTION_LOST,
	};

	return failure_tell(&enrolling->failure, problems[channel_fault(channel)], channel_endpoint(channel), NULL);
}

static enum err say_enrol(struct enrolling *enrolling, struct channel *channel)
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__Enrol enrol = PB__ENROL__INIT;
	struct buf signing, sealing;
	enum err err = ERR_OK;

	buf_init(&signing, LIMIT_REQUEST_BYTES);
	buf_init(&sealing, LIMIT_REQUEST_BYTES);
	err = enrolment_requests(enrolling->bundle, &signing, &sealing);
	if (err == ERR_OK) {
		enrol.device_name = enrolling->bundle->device_name;
		enrol.curve_key = pb_of_bytes(bytes_of(enrolling->bundle->curve_public, CURVE_BYTES));
		enrol.signing_request = pb_of_bytes(buf_bytes(&signing));
		enrol.sealing_request = pb_of_bytes(buf_bytes(&sealing));
		message.body_case = PB__FROM_CLIENT__BODY_ENROL;
		message.enrol = &enrol;
		err = control_send(channel, &message, NULL, 0);
	}
	buf_free(&signing);
	buf_free(&sealing);
	return err;
}

/* The binding stands in the ledger that the site's key vouches for. */
static bool recorded(const struct bundle *bundle, const Pb__Enrolled *enrolled)
{
	struct checkpoint checkpoint;
	struct proved_entry proved;
	struct arena arena;
	char origin[CHECKPOINT_ORIGIN_MAX];
	const char *reason = NULL;
	struct proof_entry entry = { 0 };

	if (enrolled->accepted == NULL)
		return false;
	checkpoint_origin(bundle->site, enrolled->epoch, origin);
	if (checkpoint_open(bytes_of_text(enrolled->checkpoint), origin, bundle->checkpoint_key, &checkpoint) != ERR_OK)
		return false;
	entry.header = bytes_of_pb(enrolled->accepted->header);
	entry.body_hash = bytes_of_pb(enrolled->accepted->body_hash);
	entry.inclusion = bytes_of_pb(enrolled->accepted->inclusion);
	arena_init(&arena, 4096);
	return proof_check_entry(&entry, &checkpoint, &arena, &proved, &reason) == ERR_OK;
}

static int take_enrolled(struct enrolling *enrolling, const Pb__Enrolled *enrolled)
{
	struct bundle *bundle = enrolling->bundle;
	int result = TSG_OK;

	if (enrolled->refusal != NULL)
		return failure_refused(&enrolling->failure, enrolled->refusal);
	if (strcmp(enrolled->site, bundle->site) != 0 || strcmp(enrolled->agency, bundle->address) != 0)
		return failure_tell(&enrolling->failure, PROBLEM_ANSWER, "it is for another agency or site", NULL);
	if (!bytes_equal(bytes_of_pb(enrolled->checkpoint_key), bytes_of(bundle->checkpoint_key, ED25519_BYTES)) ||
	    !bytes_equal(bytes_of_pb(enrolled->site_certificate), certificate_der(bundle->site_certificate)))
		return failure_tell(&enrolling->failure, PROBLEM_ANSWER, "its keys are not those of the invitation", NULL);
	if (!recorded(bundle, enrolled))
		return failure_tell(&enrolling->failure, PROBLEM_ANSWER, "it does not stand in the site's ledger", NULL);
	result = enrolment_adopt(bundle, bytes_of_pb(enrolled->signing_certificate), bytes_of_pb(enrolled->sealing_certificate), enrolled->device,
				 clock_wall_us(), &enrolling->failure);
	bundle->epoch = enrolled->epoch;
	return result;
}

/* One look at what came; TSG_TIMEOUT: nothing that ends the enrolment yet. */
static int look(struct enrolling *enrolling, struct channel *channel)
{
	const Pb__FromBroker *message = NULL;
	struct bytes data;
	enum err err = control_receive(channel, &enrolling->arena, &message, &data);

	if (err == ERR_TIMEOUT)
		return TSG_TIMEOUT;
	if (err != ERR_OK)
		return failure_tell(&enrolling->failure, PROBLEM_BROKER_TALK, err_text(err), NULL);
	if (message->body_case == PB__FROM_BROKER__BODY_ENROLLED)
		return take_enrolled(enrolling, message->enrolled);
	if (message->body_case == PB__FROM_BROKER__BODY_NOTICE && message->notice->refusal != NULL)
		return failure_refused(&enrolling->failure, message->notice->refusal);
	return TSG_TIMEOUT;
}

static int talk(struct enrolling *enrolling, struct channel *channel)
{
	bool said = false;
	int result = TSG_TIMEOUT;

	channel_connect(channel);
	while (result == TSG_TIMEOUT && channel_failures(channel) < 3) {
		channel_work(channel);
		if (channel_fault(channel) == CHANNEL_FAULT_NOT_ADMITTED)
			break;
		if (channel_state(channel) == CHANNEL_CONNECTED && !said)
			said = say_enrol(enrolling, channel) == ERR_OK;
		else if (channel_state(channel) != CHANNEL_CONNECTED)
			said = false;
		result = look(enrolling, channel);
		if (result != TSG_TIMEOUT || clock_mono_us() >= enrolling->until_us)
			break;
		if (!channel_has_input(channel))
			channel_wait(channel, enrolling->until_us);
	}
	return result == TSG_TIMEOUT ? fault_of(enrolling, channel) : result;
}

static int with_invitation(struct enrolling *enrolling, const json_t *invitation)
{
	struct channel *channel = NULL;
	struct wire_keys keys;
	int result = TSG_OK;
	enum err err = ERR_OK;

	memcpy(keys.broker, enrolling->bundle->broker_key, CURVE_BYTES);
	err = field_bytes(invitation, "curve_secret_key", keys.own_secret, CURVE_BYTES);
	if (err == ERR_OK)
		err = curve_key_public(keys.own_secret, keys.own_public);
	if (err != ERR_OK)
		return failure_tell(&enrolling->failure, PROBLEM_INVITATION, "curve_secret_key", "not 32 bytes in base64");
	err = channel_new(enrolling->bundle->endpoints, enrolling->bundle->endpoint_count, &keys, &channel);
	secret_wipe(&keys, sizeof keys);
	if (err != ERR_OK)
		return failure_err(&enrolling->failure, err, "the connection");
	result = talk(enrolling, channel);
	channel_free(channel, 0);
	return result;
}

/* ---- the answer was lost: with the device's own key ---- */

static int adopt_from(struct enrolling *enrolling, const Pb__Welcome *welcome)
{
	char origin[CHECKPOINT_ORIGIN_MAX];
	struct checkpoint checkpoint;

	checkpoint_origin(enrolling->bundle->site, welcome->epoch, origin);
	if (checkpoint_open(bytes_of_text(welcome->checkpoint), origin, enrolling->bundle->checkpoint_key, &checkpoint) != ERR_OK)
		return failure_tell(&enrolling->failure, PROBLEM_ANSWER, "its ledger is not signed by the invitation's key", NULL);
	for (size_t i = 0; i < welcome->n_bindings; i++) {
		const Pb__Binding *binding = welcome->bindings[i];

		if (enrolment_adopt(enrolling->bundle, bytes_of_pb(binding->signing_certificate), bytes_of_pb(binding->sealing_certificate),
				    binding->device, clock_wall_us(), &enrolling->failure) == TSG_OK)
			return TSG_OK;
	}
	return failure_tell(&enrolling->failure, PROBLEM_ANSWER, "the broker binds other keys than those made here", NULL);
}

static int with_own_key(struct enrolling *enrolling)
{
	const struct bundle *bundle = enrolling->bundle;
	const Pb__FromBroker *message = NULL;
	struct session *session = NULL;
	struct bytes data;
	int result = TSG_TIMEOUT;

	if (bundle_session_new(bundle, NULL, 0, &session) != ERR_OK)
		return failure_err(&enrolling->failure, ERR_NOMEM, "the connection");
	session_connect(session);
	while (result == TSG_TIMEOUT && session_failures(session) == 0 && clock_mono_us() < enrolling->until_us) {
		if (session_next(session, &message, &data) == SESSION_OPENED)
			result = adopt_from(enrolling, message->welcome);
		else
			session_wait(session, enrolling->until_us);
	}
	session_free(session, 100);
	return result;
}

/* ---- the call ---- */

/* The invitation does not open the door (any more), which is also how it looks when it did before and we did not hear.  An answer that
 * came and did not hold is another matter. */
static bool may_be_enrolled(const struct failure *failure)
{
	return failure->problem == PROBLEM_NOT_ADMITTED || failure->problem == PROBLEM_CONNECTION_LOST || failure->problem == PROBLEM_NO_WELCOME ||
	       failure->problem == PROBLEM_NONE; /* refused by the broker */
}

static int enrol(struct enrolling *enrolling, const json_t *invitation, const char *bundle_file)
{
	struct failure first;
	enum err err = ERR_OK;
	int result = with_invitation(enrolling, invitation);

	if (result != TSG_OK && may_be_enrolled(&enrolling->failure)) {
		first = enrolling->failure;
		if (with_own_key(enrolling) == TSG_OK)
			result = TSG_OK;
		else
			enrolling->failure = first;
	}
	if (result != TSG_OK)
		return result;
	err = bundle_write(enrolling->bundle, bundle_file);
	return err == ERR_OK ? TSG_OK : failure_err(&enrolling->failure, err, bundle_file);
}

int tsg_enrol(const char *invitation_file, const char *device_name, const char *bundle_file, int timeout_ms, char **ret_json)
{
	struct enrolling enrolling = { .until_us = client_deadline(timeout_ms) };
	json_t *invitation = NULL;
	int result = TSG_OK;

	if (invitation_file == NULL || device_name == NULL || bundle_file == NULL || ret_json == NULL)
		return TSG_USAGE;
	arena_init(&enrolling.arena, LIMIT_DECODE_BYTES);
	result = read_invitation(&enrolling, invitation_file, device_name, bundle_file, &invitation);
	if (result == TSG_OK)
		result = enrol(&enrolling, invitation, bundle_file);
	if (result == TSG_OK)
		result = api_give(&enrolling.failure, enrolment_json(enrolling.bundle, "enrolled"), ret_json);
	else
		*ret_json = failure_text(&enrolling.failure);
	json_decref(invitation);
	bundle_free(enrolling.bundle);
	arena_free(&enrolling.arena);
	return result;
}
