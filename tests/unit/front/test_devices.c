/* SPDX-License-Identifier: Apache-2.0 */
/* A device admits another of its agency, replaces its own keys, and ends one, by signed orders. */
#include <string.h>

#include "contract/limits.h"
#include "house.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };
static struct house house;
static struct visitor first, second;

static void open_first(void)
{
	house_open(&house, NULL);
	house_directory(&house, ids, 3);
	visitor_new(&first, &house, "alpha");
	visitor_new(&second, &house, "alpha");
	visitor_enrol(&first);
}

static void close_both(void)
{
	visitor_free(&first);
	visitor_free(&second);
	house_close(&house);
}

/* The reply to first's order that binds second's keys as that device. */
static const Pb__Reply *bind(uint32_t device, const char *signing_request)
{
	Pb__Statement said = PB__STATEMENT__INIT;
	Pb__BindDevice bound = PB__BIND_DEVICE__INIT;
	struct buf signing, sealing;
	struct parcels parcels;

	buf_init(&signing, 4096);
	buf_init(&sealing, 4096);
	require_ok(certificate_request(second.signing, second.address, "desk-2", &signing));
	require_ok(certificate_request(second.sealing, second.address, "desk-2", &sealing));
	bound.device = device;
	bound.device_name = (char *)(uintptr_t)"desk-2";
	bound.curve_key = pb_of_bytes(bytes_of(second.curve_public, CURVE_BYTES));
	bound.signing_request = pb_of_bytes(signing_request != NULL ? bytes_of_text(signing_request) : buf_bytes(&signing));
	bound.sealing_request = pb_of_bytes(buf_bytes(&sealing));
	said.body_case = PB__STATEMENT__BODY_BIND_DEVICE;
	said.bind_device = &bound;
	parcels_begin(&parcels);
	parcels_statement(&parcels, &said);
	visitor_send_batch(&first, &parcels, NULL);
	parcels_free(&parcels);
	buf_free(&signing);
	buf_free(&sealing);
	return visitor_replies(&first)->replies[0];
}

static void test_further_device(void)
{
	const Pb__Welcome *welcome;
	const Pb__Reply *reply;

	open_first();
	reply = bind(0, NULL);
	require(reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	visitor_connect(&second, second.curve_public, second.curve_secret);
	welcome = visitor_hello(&second);
	check_uint(welcome->device, 2);
	require(welcome->n_bindings == 2);
	check_text(welcome->bindings[1]->device_name, "desk-2");
	close_both();
}

static void test_replaced_keys(void)
{
	const Pb__Notice *notice;
	const Pb__Welcome *welcome;

	open_first();
	require(bind(1, NULL)->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	do /* its session was made with a key that is no more */
		notice = visitor_await(&first, PB__FROM_BROKER__BODY_NOTICE)->notice;
	while (notice->kind != PB__NOTICE_KIND__NOTICE_KIND_CLOSING);
	check_int(notice->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_REVOKED);
	visitor_connect(&second, second.curve_public, second.curve_secret);
	welcome = visitor_hello(&second);
	check_uint(welcome->device, 1);
	check_uint(welcome->n_bindings, 1);
	visitor_connect(&first, first.curve_public, first.curve_secret);
	visitor_say_hello(&first, 0, first.address, WIRE_VERSION);
	check(visitor_receive(&first, 500) == NULL);
	close_both();
}

static void test_bad_request(void)
{
	const Pb__Reply *reply;

	open_first();
	reply = bind(0, "no request");
	require(reply->outcome_case == PB__REPLY__OUTCOME_REFUSAL);
	check_int(reply->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	check_text(reply->refusal->subject, "signing_request");
	close_both();
}

static void test_ended_device(void)
{
	Pb__Statement said = PB__STATEMENT__INIT;
	Pb__UnbindDevice unbind = PB__UNBIND_DEVICE__INIT;
	struct parcels parcels;
	const Pb__Notice *notice;

	open_first();
	require(bind(0, NULL)->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	visitor_connect(&second, second.curve_public, second.curve_secret);
	visitor_hello(&second);
	unbind.device = 2;
	said.body_case = PB__STATEMENT__BODY_UNBIND_DEVICE;
	said.unbind_device = &unbind;
	parcels_begin(&parcels);
	parcels_statement(&parcels, &said);
	visitor_send_batch(&first, &parcels, NULL);
	check_int(visitor_replies(&first)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	do
		notice = visitor_await(&second, PB__FROM_BROKER__BODY_NOTICE)->notice;
	while (notice->kind != PB__NOTICE_KIND__NOTICE_KIND_CLOSING);
	check_int(notice->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_REVOKED);
	parcels_free(&parcels);
	close_both();
}

static void test_certificates_are_told(void)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	open_first();
	read.what_case = PB__READ__WHAT_CERTIFICATE_SHA256;
	read.certificate_sha256 = pb_of_bytes(digest_bytes(&first.signer));
	result = visitor_read(&first, &read);
	require(result->result_case == PB__READ_RESULT__RESULT_CERTIFICATE);
	check_text(result->certificate->agency, "alpha");
	check_bytes(bytes_of_pb(result->certificate->signing_certificate), certificate_der(first.signing_certificate));
	read.certificate_sha256 = pb_of_bytes(bytes_of_text("short"));
	check_int(visitor_read(&first, &read)->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM);
	close_both();
}

static void test_reads_of_nothing(void)
{
	Pb__Read read = PB__READ__INIT;

	open_first();
	read.number = 77;
	read.what_case = PB__READ__WHAT_RECEIPT_SEQ;
	read.receipt_seq = UINT64_MAX;
	check_int(visitor_read(&first, &read)->result_case, PB__READ_RESULT__RESULT_REFUSAL);
	read.what_case = PB__READ__WHAT_CONSISTENCY_FROM;
	read.consistency_from = 1000000;
	check_int(visitor_read(&first, &read)->result_case, PB__READ_RESULT__RESULT_REFUSAL);
	read.consistency_from = 1;
	check_int(visitor_read(&first, &read)->result_case, PB__READ_RESULT__RESULT_CONSISTENCY);
	read.what_case = PB__READ__WHAT_BLOB_SHA256;
	read.blob_sha256 = pb_of_bytes(digest_bytes(&first.signer));
	check_int(visitor_read(&first, &read)->result_case, PB__READ_RESULT__RESULT_REFUSAL);
	read.what_case = PB__READ__WHAT_TRACE_MESSAGE_ID;
	read.trace_message_id = pb_of_bytes(bytes_of_text("too short"));
	check_int(visitor_read(&first, &read)->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	read.what_case = PB__READ__WHAT_RECEIPT_MESSAGE_ID;
	read.receipt_message_id = read.trace_message_id;
	check_uint(visitor_read(&first, &read)->number, 77);
	close_both();
}

UNIT_SUITE("front/devices",
	{ "a further device", test_further_device },
	{ "keys replaced", test_replaced_keys },
	{ "a request that is none", test_bad_request },
	{ "a device ended", test_ended_device },
	{ "certificates are told to every agency", test_certificates_are_told },
	{ "reads of what is not there", test_reads_of_nothing });
