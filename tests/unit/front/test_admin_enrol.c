/* SPDX-License-Identifier: Apache-2.0 */
/* Devices by the operator's hand, and what the directory shows of them afterwards. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "contract/limits.h"
#include "house.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };
static struct house house;
static struct visitor alpha;
static struct arena arena;
static struct buf signing, sealing;
static Pb__AdminRequest request;
static Pb__AdminEnrolRequest by_hand;
static Pb__Enrol enrol;

/* A request of alpha's that holds. */
static void open_house(void)
{
	house_open(&house, NULL);
	house_directory(&house, ids, 3);
	visitor_new(&alpha, &house, "alpha");
	arena_init(&arena, 1 << 24);
	buf_init(&signing, 8192);
	buf_init(&sealing, 8192);
	require_ok(certificate_request(alpha.signing, alpha.address, "desk-1", &signing));
	require_ok(certificate_request(alpha.sealing, alpha.address, "desk-1", &sealing));
	pb__admin_request__init(&request);
	pb__admin_enrol_request__init(&by_hand);
	pb__enrol__init(&enrol);
	enrol.device_name = pb_of_text("desk-1");
	enrol.curve_key = pb_of_bytes(bytes_of(alpha.curve_public, CURVE_BYTES));
	enrol.signing_request = pb_of_bytes(buf_bytes(&signing));
	enrol.sealing_request = pb_of_bytes(buf_bytes(&sealing));
	by_hand.agency = alpha.id;
	by_hand.enrol = &enrol;
	request.body_case = PB__ADMIN_REQUEST__BODY_ENROL_REQUEST;
	request.enrol_request = &by_hand;
}

static void close_house(void)
{
	visitor_free(&alpha);
	arena_free(&arena);
	buf_free(&signing);
	buf_free(&sealing);
	house_close(&house);
}

static const Pb__AdminReply *ask(void)
{
	return house_ask(&house, &request, &arena);
}

static void check_refused(Pb__RefusalCode code, const char *subject)
{
	const Pb__AdminReply *reply = ask();

	require(reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
	check_int(reply->refusal->code, code);
	check_text(reply->refusal->subject, subject);
	check_uint(reply->seq, 0); /* nothing was recorded */
}

static void test_enrolled(void)
{
	const Pb__AdminReply *reply;
	struct certificate *certificate;

	open_house();
	reply = ask();
	require(reply->body_case == PB__ADMIN_REPLY__BODY_ENROLLED && reply->enrolled->refusal == NULL);
	check_text(reply->enrolled->agency, alpha.address);
	check_text(reply->enrolled->site, HOUSE_SITE);
	check(reply->seq > 0);
	require_ok(certificate_from_der(bytes_of_pb(reply->enrolled->sealing_certificate), &certificate));
	check_ok(certificate_check(certificate, house.keys.certificate, CERTIFICATE_SEALED_TO, alpha.address, clock_wall_us()));
	certificate_free(certificate);
	close_house();
}

static void test_forms(void)
{
	static uint8_t large[LIMIT_REQUEST_BYTES + 1];
	char name[LIMIT_LABEL + 2];

	open_house();
	enrol.curve_key.len--;
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "enrol");
	enrol.curve_key.len++;
	memset(name, 'n', LIMIT_LABEL + 1);
	name[LIMIT_LABEL + 1] = '\0';
	enrol.device_name = name;
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "enrol");
	enrol.device_name = pb_of_text("desk-1");
	enrol.signing_request = pb_of_bytes(bytes_of(large, sizeof large));
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "enrol");
	enrol.signing_request.len--; /* within the bound, but no request */
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "signing_request");
	enrol.signing_request = pb_of_bytes(buf_bytes(&signing));
	enrol.sealing_request = pb_of_bytes(bytes_of(large, sizeof large));
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "enrol");
	enrol.sealing_request = pb_of_bytes(bytes_of(NULL, 0));
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "sealing_request");
	enrol.sealing_request = pb_of_bytes(buf_bytes(&sealing));
	by_hand.enrol = NULL;
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "alpha");
	by_hand.enrol = &enrol;
	check_int(ask()->body_case, PB__ADMIN_REPLY__BODY_ENROLLED); /* after all that */
	close_house();
}

static void test_agencies(void)
{
	static const char *const fewer[] = { "beta", "gamma" };

	open_house();
	by_hand.agency = pb_of_text("");
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY, "");
	by_hand.agency = alpha.address; /* an id is wanted, no address */
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY, alpha.address);
	by_hand.agency = alpha.id;
	house_directory(&house, fewer, 2);
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY, "alpha"); /* closed */
	close_house();
}

/* ---- what is shown of it ---- */

static const Pb__DirectoryView *show(void)
{
	static Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	Pb__AdminRequest asked = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;

	asked.body_case = PB__ADMIN_REQUEST__BODY_DIRECTORY_SHOW;
	asked.directory_show = &nothing;
	reply = house_ask(&house, &asked, &arena);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_DIRECTORY);
	return reply->directory;
}

static void test_without_directory(void)
{
	const Pb__DirectoryView *view;

	house_open(&house, NULL);
	arena_init(&arena, 1 << 20);
	view = show();
	check(view->file == NULL);
	check_uint(view->n_agencies, 0);
	check_uint(view->version, 0);
	arena_free(&arena);
	house_close(&house);
}

/* An invitation shows as long as it is open: the one that runs longest, and none that was used. */
static void test_invitations(void)
{
	uint8_t first[CURVE_BYTES], second[CURVE_BYTES], secret[CURVE_BYTES];
	int64_t before_us, until_us;

	open_house();
	before_us = clock_wall_us();
	require_ok(curve_key_new(first, secret));
	visitor_invite(&alpha, first);
	until_us = show()->agencies[0]->invited_until_us;
	check(until_us >= before_us + 60000000 && until_us <= clock_wall_us() + 60000000);
	check_int(show()->agencies[1]->invited_until_us, 0);
	require_ok(curve_key_new(second, secret));
	visitor_invite(&alpha, second);
	check(show()->agencies[0]->invited_until_us > until_us);
	check(visitor_enrol_with(&alpha, second, secret)->refusal == NULL);
	check_int(show()->agencies[0]->invited_until_us, until_us); /* the other one is still open */
	check_uint(show()->agencies[0]->n_bindings, 1);
	close_house();
}

static void revoke(bool compromised)
{
	Pb__AdminRequest asked = PB__ADMIN_REQUEST__INIT;
	Pb__AdminRevoke revoked = PB__ADMIN_REVOKE__INIT;

	revoked.agency = alpha.id;
	revoked.compromised = compromised;
	revoked.reason = pb_of_text("lost");
	asked.body_case = PB__ADMIN_REQUEST__BODY_AGENCY_REVOKE;
	asked.agency_revoke = &revoked;
	require(house_ask(&house, &asked, &arena)->body_case == PB__ADMIN_REPLY__BODY_DONE);
}

/* Ended devices stay in sight, as what they ended: an operator must be able to see it afterwards. */
static void test_revoked_devices(void)
{
	const Pb__AgencyState *state;

	open_house();
	require(ask()->body_case == PB__ADMIN_REPLY__BODY_ENROLLED);
	revoke(true);
	require_ok(curve_key_new(alpha.curve_public, alpha.curve_secret));
	require(ask()->body_case == PB__ADMIN_REPLY__BODY_ENROLLED);
	state = show()->agencies[0];
	require(state->n_bindings == 2);
	check_uint(state->bindings[0]->device, 1);
	check(state->bindings[0]->ends_at_us >= state->bindings[0]->bound_at_us);
	check(state->bindings[0]->compromised);
	check_uint(state->bindings[1]->device, 2);
	check_int(state->bindings[1]->ends_at_us, 0);
	check(!state->bindings[1]->compromised);
	check(state->bindings[1]->seq > state->bindings[0]->seq);
	revoke(false);
	check(!show()->agencies[0]->bindings[1]->compromised);
	check(show()->agencies[0]->bindings[0]->compromised);
	close_house();
}

/* After many years of devices: the newest are shown, in order. */
static void test_many_devices(void)
{
	enum { MADE = 4 * LIMIT_DEVICES + 3 };
	const Pb__AgencyState *state;

	open_house();
	for (unsigned i = 0; i < MADE; i++) {
		require_ok(curve_key_new(alpha.curve_public, alpha.curve_secret));
		require(ask()->body_case == PB__ADMIN_REPLY__BODY_ENROLLED);
		if (i + 1 < MADE)
			revoke(false);
	}
	state = show()->agencies[0];
	require(state->n_bindings == 4 * LIMIT_DEVICES);
	for (size_t i = 0; i < state->n_bindings; i++) {
		check_uint(state->bindings[i]->device, 4 + i);
		check((state->bindings[i]->ends_at_us == 0) == (i + 1 == state->n_bindings));
	}
	close_house();
}

UNIT_SUITE("front/admin_enrol",
	{ "enrolled by hand", test_enrolled },
	{ "forms that do not hold", test_forms },
	{ "agencies that are none", test_agencies },
	{ "shown without a directory", test_without_directory },
	{ "shown: invitations", test_invitations },
	{ "shown: devices that ended", test_revoked_devices },
	{ "shown: the newest of many devices", test_many_devices });
