/* SPDX-License-Identifier: Apache-2.0 */
/* An invitation's one-time key: what it lets in, what it does not, and what is left when it was refused. */
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "contract/checkpoint.h"
#include "contract/limits.h"
#include "house.h"

static const char *const ids[] = { "alpha", "beta", "delta", "gamma" };
static struct house house;
static struct visitor guest;
static uint8_t invitation[CURVE_BYTES], invitation_secret[CURVE_BYTES];
static struct buf signing, sealing;
static Pb__FromClient message;
static Pb__Enrol enrol;

/* A house with alpha invited, connected by the invitation, and an Enrol that holds. */
static void open_invited(void)
{
	house_open(&house, NULL);
	house_directory(&house, ids, 4);
	visitor_new(&guest, &house, "alpha");
	require_ok(curve_key_new(invitation, invitation_secret));
	visitor_invite(&guest, invitation);
	visitor_connect(&guest, invitation, invitation_secret);
	buf_init(&signing, 8192);
	buf_init(&sealing, 8192);
	require_ok(certificate_request(guest.signing, guest.address, "desk-1", &signing));
	require_ok(certificate_request(guest.sealing, guest.address, "desk-1", &sealing));
	pb__from_client__init(&message);
	pb__enrol__init(&enrol);
	enrol.device_name = pb_of_text("desk-1");
	enrol.curve_key = pb_of_bytes(bytes_of(guest.curve_public, CURVE_BYTES));
	enrol.signing_request = pb_of_bytes(buf_bytes(&signing));
	enrol.sealing_request = pb_of_bytes(buf_bytes(&sealing));
	message.body_case = PB__FROM_CLIENT__BODY_ENROL;
	message.enrol = &enrol;
}

static void close_invited(void)
{
	visitor_free(&guest);
	buf_free(&signing);
	buf_free(&sealing);
	house_close(&house);
}

static const Pb__Enrolled *ask(void)
{
	visitor_send(&guest, &message, bytes_of(NULL, 0));
	return visitor_await(&guest, PB__FROM_BROKER__BODY_ENROLLED)->enrolled;
}

static void check_refused(Pb__RefusalCode code, const char *subject)
{
	const Pb__Enrolled *enrolled = ask();

	require(enrolled->refusal != NULL);
	check_int(enrolled->refusal->code, code);
	check_text(enrolled->refusal->subject, subject);
	check_uint(enrolled->device, 0);
	check_uint(enrolled->signing_certificate.len, 0);
}

static void test_everything_a_device_needs(void)
{
	uint8_t key[ED25519_BYTES];
	const Pb__Enrolled *enrolled;
	struct checkpoint head;

	open_invited();
	enrolled = ask();
	require(enrolled->refusal == NULL && enrolled->accepted != NULL);
	check_text(enrolled->site, HOUSE_SITE);
	check_text(enrolled->agency, guest.address);
	check_uint(enrolled->epoch, 1);
	check_uint(enrolled->device, 1);
	check_bytes(bytes_of_pb(enrolled->site_certificate), certificate_der(house.keys.certificate));
	require_ok(ed25519_public(house.keys.checkpoint, key));
	check_bytes(bytes_of_pb(enrolled->checkpoint_key), bytes_of(key, sizeof key));
	check_ok(checkpoint_open(bytes_of_text(enrolled->checkpoint), HOUSE_SITE "/1", key, &head));
	require_ok(certificate_from_der(bytes_of_pb(enrolled->signing_certificate), &guest.signing_certificate));
	check_ok(certificate_check(guest.signing_certificate, house.keys.certificate, CERTIFICATE_SIGNS, guest.address, clock_wall_us()));
	close_invited();
}

/* Whatever is wrong with it, the invitation is not used up: the person corrects it and asks again. */
static void test_refused_and_corrected(void)
{
	char name[LIMIT_LABEL + 2];

	open_invited();
	enrol.signing_request = pb_of_bytes(bytes_of_text("no request"));
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "signing_request");
	enrol.signing_request = pb_of_bytes(buf_bytes(&signing));
	enrol.sealing_request.len--;
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "sealing_request");
	enrol.sealing_request = pb_of_bytes(buf_bytes(&sealing));
	enrol.curve_key.len--;
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "bind_device.curve_key");
	enrol.curve_key.len++;
	memset(name, 'n', LIMIT_LABEL + 1);
	name[LIMIT_LABEL + 1] = '\0';
	enrol.device_name = name;
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE, "bind_device.device_name");
	name[LIMIT_LABEL] = '\0';
	check(ask()->refusal == NULL);
	close_invited();
}

static void test_request_at_its_bound(void)
{
	static uint8_t large[LIMIT_REQUEST_BYTES + 1];

	open_invited();
	enrol.signing_request = pb_of_bytes(bytes_of(large, LIMIT_REQUEST_BYTES + 1));
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE, "bind_device.signing_request");
	enrol.signing_request.len--;
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "signing_request"); /* within the bound, but none */
	close_invited();
}

/* Enrolled or not, the connection has no session: nothing of it is counted as one. */
static void test_no_session_is_left(void)
{
	open_invited();
	enrol.curve_key.len = 0;
	check_refused(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "bind_device.curve_key");
	check_uint(house_sessions(&house), 0);
	enrol.curve_key.len = CURVE_BYTES;
	check(ask()->refusal == NULL);
	check_uint(house_sessions(&house), 0);
	close_invited();
}

static Pb__RefusalCode notice_code(void)
{
	return visitor_await(&guest, PB__FROM_BROKER__BODY_NOTICE)->notice->refusal->code;
}

/* Used: the connection is still there, but its key is nobody's by now. */
static void test_only_once(void)
{
	open_invited();
	check(ask()->refusal == NULL);
	visitor_send(&guest, &message, bytes_of(NULL, 0));
	check_int(notice_code(), PB__REFUSAL_CODE__REFUSAL_CODE_INVITATION);
	close_invited();
}

/* The number of its agency's devices, as a welcome tells it: the writer, whose answer may be lost, may take a moment. */
static size_t bound_devices(void)
{
	for (unsigned tries = 0; tries < 20; tries++) {
		const Pb__FromBroker *answer;

		visitor_connect(&guest, guest.curve_public, guest.curve_secret); /* a key that was refused is not tried again by itself */
		visitor_say_hello(&guest, 0, guest.address, WIRE_VERSION);
		answer = visitor_receive(&guest, 500);
		if (answer != NULL && answer->body_case == PB__FROM_BROKER__BODY_WELCOME)
			return answer->welcome->n_bindings;
	}
	return 0;
}

/* Sent twice at once, before anybody answered: one of them, and one only, binds a device; the other is told that this is no session. */
static void test_twice_at_once(void)
{
	const Pb__FromBroker *answer;
	unsigned enrolled = 0;

	open_invited();
	visitor_send(&guest, &message, bytes_of(NULL, 0));
	visitor_send(&guest, &message, bytes_of(NULL, 0));
	do {
		answer = visitor_receive(&guest, 10000);
		require(answer != NULL);
		enrolled += answer->body_case == PB__FROM_BROKER__BODY_ENROLLED && answer->enrolled->refusal == NULL;
	} while (answer->body_case != PB__FROM_BROKER__BODY_NOTICE);
	check(enrolled <= 1);
	check_uint(bound_devices(), 1);
	close_invited();
}

/* While the writer decides, the one-time key's connection is still no session: what a device may read or send it may not. */
static void test_nothing_else_meanwhile(void)
{
	static const Pb__FromClient__BodyCase bodies[] = { PB__FROM_CLIENT__BODY_READ, PB__FROM_CLIENT__BODY_BLOB_PUT,
							   PB__FROM_CLIENT__BODY_CREDIT, PB__FROM_CLIENT__BODY_BATCH };
	Pb__FromClient other = PB__FROM_CLIENT__INIT;
	Pb__Read read = PB__READ__INIT;
	Pb__Credit credit = PB__CREDIT__INIT;
	Pb__BlobPut put = PB__BLOB_PUT__INIT;
	Pb__Batch batch = PB__BATCH__INIT;

	read.what_case = PB__READ__WHAT_INBOX_AFTER;
	open_invited();
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		const Pb__FromBroker *answer;
		bool told = false;

		unit_context("body %d", (int)bodies[i]);
		if (i > 0) {
			visitor_free(&guest);
			visitor_new(&guest, &house, ids[i]);
			require_ok(curve_key_new(invitation, invitation_secret));
			visitor_invite(&guest, invitation);
			visitor_connect(&guest, invitation, invitation_secret);
		}
		other.body_case = bodies[i];
		if (bodies[i] == PB__FROM_CLIENT__BODY_READ)
			other.read = &read;
		else if (bodies[i] == PB__FROM_CLIENT__BODY_BLOB_PUT)
			other.blob_put = &put;
		else if (bodies[i] == PB__FROM_CLIENT__BODY_CREDIT)
			other.credit = &credit;
		else
			other.batch = &batch;
		visitor_send(&guest, &message, bytes_of(NULL, 0));
		visitor_send(&guest, &other, bytes_of(NULL, 0));
		while (!told && (answer = visitor_receive(&guest, 10000)) != NULL) {
			check(answer->body_case == PB__FROM_BROKER__BODY_ENROLLED || answer->body_case == PB__FROM_BROKER__BODY_NOTICE);
			told = answer->body_case == PB__FROM_BROKER__BODY_NOTICE;
		}
		check(told);
	}
	close_invited();
}

static void test_when_stopping(void)
{
	open_invited();
	front_close_doors(house.front);
	visitor_send(&guest, &message, bytes_of(NULL, 0));
	check_int(notice_code(), PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING);
	close_invited();
}

/* A device's own key, though good, is no invitation. */
static void test_with_a_devices_key(void)
{
	open_invited();
	check(ask()->refusal == NULL);
	visitor_connect(&guest, guest.curve_public, guest.curve_secret);
	visitor_send(&guest, &message, bytes_of(NULL, 0));
	check_int(notice_code(), PB__REFUSAL_CODE__REFUSAL_CODE_INVITATION);
	visitor_hello(&guest);
	visitor_send(&guest, &message, bytes_of(NULL, 0)); /* nor has a session any use for it */
	check_int(notice_code(), PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	close_invited();
}

UNIT_SUITE("front/intake_enrol",
	{ "everything that a device needs", test_everything_a_device_needs },
	{ "refused, corrected, enrolled", test_refused_and_corrected },
	{ "a request at its bound", test_request_at_its_bound },
	{ "no session is left", test_no_session_is_left },
	{ "an invitation is used once", test_only_once },
	{ "twice at once", test_twice_at_once },
	{ "nothing else meanwhile", test_nothing_else_meanwhile },
	{ "when stopping", test_when_stopping },
	{ "with a device's own key", test_with_a_devices_key });
