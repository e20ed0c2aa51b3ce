/* SPDX-License-Identifier: Apache-2.0 */
/* A message through its stations: all of them for its sender and for operators, its own for each recipient, none for anybody else. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "trio.h"

static struct trio trio;

static void two_attempts(struct config *config)
{
	config->attempts = 2;
}

static const Pb__ReadResult *read_trace(struct visitor *visitor, const uint8_t id[16])
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;
	unsigned tries = 0;

	read.what_case = PB__READ__WHAT_TRACE_MESSAGE_ID;
	read.trace_message_id = pb_of_bytes(bytes_of(id, 16));
	do /* costly reads have a share of the time, and are told to come again beyond it */
		result = visitor_read(visitor, &read);
	while (result->result_case == PB__READ_RESULT__RESULT_REFUSAL &&
	       result->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED && tries++ < 10000);
	return result;
}

static const Pb__Trace *trace_of(struct visitor *visitor, const uint8_t id[16])
{
	const Pb__ReadResult *result = read_trace(visitor, id);

	require(result->result_case == PB__READ_RESULT__RESULT_TRACE);
	check_bytes(bytes_of_pb(result->trace->message_id), bytes_of(id, 16));
	for (size_t i = 1; i < result->trace->n_stations; i++)
		check(result->trace->stations[i - 1]->seq <= result->trace->stations[i]->seq);
	return result->trace;
}

static void check_station(const Pb__Trace *trace, size_t index, const char *what, const char *agency, const char *note)
{
	unit_context("station %zu", index);
	require(index < trace->n_stations);
	check_text(trace->stations[index]->what, what);
	check_text(trace->stations[index]->agency, agency);
	check_text(trace->stations[index]->note, note);
}

static void test_each_station(void)
{
	const struct visitor *to[] = { &trio.beta };
	int64_t before_us = clock_wall_us();
	const Pb__Trace *trace;
	struct taken taken;
	uint8_t id[16];
	uint64_t seq;

	trio_open(&trio, two_attempts);
	seq = trio_note(&trio.alpha, to, 1, id, NULL);
	trace = trace_of(&trio.alpha, id);
	check_uint(trace->n_stations, 1);
	check_station(trace, 0, "SUBMIT", "alpha", "");
	check_uint(trace->stations[0]->seq, seq);
	check_uint(trace->stations[0]->item, 0);
	check(trace->stations[0]->at_us >= before_us && trace->stations[0]->at_us <= clock_wall_us());
	taken = trio_take(&trio.beta);
	trace = trace_of(&trio.alpha, id);
	check_uint(trace->n_stations, 2);
	check_station(trace, 1, "HANDOUT", "beta", "");
	check_uint(trace->stations[1]->item, taken.item);
	trio_refuse(&trio.beta, &taken, PB__REFUSE_REASON__REFUSE_REASON_RETRY_LATER);
	trace = trace_of(&trio.alpha, id);
	check_uint(trace->n_stations, 3);
	check_station(trace, 2, "REFUSE", "beta", "attempts=1 reason=RETRY_LATER");
	taken = trio_take(&trio.beta);
	trace = trace_of(&trio.alpha, id);
	check_uint(trace->n_stations, 3); /* the last of each, in the order of the ledger */
	check_station(trace, 1, "REFUSE", "beta", "attempts=1 reason=RETRY_LATER");
	check_station(trace, 2, "HANDOUT", "beta", "times=2");
	trio_acknowledge(&trio.beta, &taken);
	trace = trace_of(&trio.alpha, id);
	check_uint(trace->n_stations, 4);
	check_station(trace, 3, "ACKNOWLEDGE", "beta", "");
	trio_close(&trio);
}

static void test_who_sees_what(void)
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;
	const Pb__Trace *trace;
	struct taken taken;
	uint8_t id[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 2, id, NULL);
	taken = trio_take(&trio.beta);
	trio_acknowledge(&trio.beta, &taken);
	trio_take(&trio.gamma);
	check_uint(trace_of(&trio.alpha, id)->n_stations, 4);
	trace = trace_of(&trio.beta, id);
	check_uint(trace->n_stations, 3);
	check_station(trace, 0, "SUBMIT", "alpha", "");
	check_station(trace, 1, "HANDOUT", "beta", "");
	check_station(trace, 2, "ACKNOWLEDGE", "beta", "");
	trace = trace_of(&trio.gamma, id); /* and not a word of beta */
	check_uint(trace->n_stations, 2);
	check_station(trace, 1, "HANDOUT", "gamma", "");
	request.body_case = PB__ADMIN_REQUEST__BODY_TRACE;
	request.trace = pb_of_bytes(bytes_of(id, 16));
	reply = trio_ask(&trio, &request);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_TRACE);
	check_uint(reply->trace->n_stations, 4);
	check(reply->seq > trace->stations[1]->seq); /* the look is an entry of its own */
	trio_close(&trio);
}

static void test_nobody_elses(void)
{
	const struct visitor *to[] = { &trio.beta };
	const Pb__ReadResult *result;
	uint8_t id[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 1, id, NULL);
	result = read_trace(&trio.gamma, id);
	require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	id[15] ^= 1;
	result = read_trace(&trio.alpha, id); /* the same word for what is not there: nobody learns which */
	require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	trio_close(&trio);
}

static const Pb__ReadResult *read_code(struct visitor *visitor, uint64_t tail)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;
	unsigned tries = 0;

	read.what_case = PB__READ__WHAT_FIND_CODE;
	read.find_code = tail;
	do
		result = visitor_read(visitor, &read);
	while (result->result_case == PB__READ_RESULT__RESULT_REFUSAL &&
	       result->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED && tries++ < 10000);
	return result;
}

static void check_code(struct visitor *visitor, uint64_t tail, const uint8_t id[16])
{
	const Pb__ReadResult *result = read_code(visitor, tail);

	unit_context("code %" PRIu64, tail);
	if (id != NULL && result->result_case == PB__READ_RESULT__RESULT_FOUND_ID) {
		check_bytes(bytes_of_pb(result->found_id), bytes_of(id, 16));
		return;
	}
	check(id == NULL);
	require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
}

static uint64_t tail_of(const uint8_t bytes[16])
{
	struct id id;

	memcpy(id.bytes, bytes, 16);
	return id_tail(&id);
}

/* What people read to each other finds the message for its sender, for who was handed it and for operators, long after it was delivered. */
static void test_short_codes(void)
{
	const struct visitor *to[] = { &trio.beta };
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	uint8_t id[16], later[16];
	struct taken taken;
	uint64_t entries;

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 1, id, NULL);
	taken = trio_take(&trio.beta);
	trio_acknowledge(&trio.beta, &taken);
	trio_note(&trio.alpha, to, 1, later, NULL);
	check_code(&trio.alpha, tail_of(id), id);
	check_code(&trio.beta, tail_of(id), id);
	check_code(&trio.gamma, tail_of(id), NULL); /* not its own: the same word as for what is not there */
	check_code(&trio.alpha, tail_of(id) ^ 1, NULL);
	request.body_case = PB__ADMIN_REQUEST__BODY_FIND_CODE;
	request.find_code = tail_of(id);
	entries = trio_ask(&trio, &request)->seq;
	check_uint(entries, 0); /* nothing of it was shown: no entry */
	check_bytes(bytes_of_pb(trio_ask(&trio, &request)->found), bytes_of(id, 16));
	request.find_code ^= 1;
	check_int(trio_ask(&trio, &request)->body_case, PB__ADMIN_REPLY__BODY_FOUND);
	check_uint(trio_ask(&trio, &request)->found.len, 0);
	trio_close(&trio);
}

static uint8_t same_id[16];

static void with_same_id(Pb__View *view)
{
	view->message_id = pb_of_bytes(bytes_of(same_id, 16));
	view->case_id = view->message_id;
}

/* Ids are the senders' own, and two may have chosen the same: each is shown its own. */
static void test_two_of_one_id(void)
{
	const struct visitor *to[] = { &trio.gamma };
	uint64_t first, second;

	trio_open(&trio, NULL);
	first = trio_note(&trio.alpha, to, 1, same_id, NULL);
	second = trio_note(&trio.beta, to, 1, (uint8_t[16]){ 0 }, with_same_id);
	check(first != second);
	check_uint(trace_of(&trio.alpha, same_id)->stations[0]->seq, first);
	check_uint(trace_of(&trio.beta, same_id)->stations[0]->seq, second);
	check_text(trace_of(&trio.beta, same_id)->stations[0]->agency, "beta");
	trio_close(&trio);
}

/* A session lost: told as what it was, without a reason that nobody gave. */
static void test_lost_session(void)
{
	const struct visitor *to[] = { &trio.beta };
	const Pb__Trace *trace;
	uint8_t id[16];

	trio_open(&trio, two_attempts);
	trio_note(&trio.alpha, to, 1, id, NULL);
	trio_take(&trio.beta);
	trio_lose(&trio, &trio.beta);
	trace = trace_of(&trio.alpha, id);
	require(trace->n_stations == 3);
	check_text(trace->stations[2]->what, "LEASE_LOST");
	check(strncmp(trace->stations[2]->note, "attempts=", 9) == 0);
	check(strstr(trace->stations[2]->note, "reason=") == NULL);
	trio_close(&trio);
}

/* What passes between a confidential agency and its proxy is the proxy's alone, to operators too. */
static void test_confidential_is_its_proxy(void)
{
	const struct visitor *to[] = { &trio.gamma };
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;
	struct taken taken;
	uint8_t id[16];

	trio_open(&trio, NULL);
	trio_note(&trio.beta, to, 1, id, NULL);
	taken = trio_take(&trio.gamma);
	trio_acknowledge(&trio.gamma, &taken);
	trio_hide_beta(&trio);
	request.body_case = PB__ADMIN_REQUEST__BODY_TRACE;
	request.trace = pb_of_bytes(bytes_of(id, 16));
	reply = trio_ask(&trio, &request);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_TRACE && reply->trace->n_stations == 3);
	for (size_t i = 0; i < 3; i++)
		check_text(reply->trace->stations[i]->agency, "gamma");
	check_station(trace_of(&trio.gamma, id), 0, "SUBMIT", "beta", "");
	check_station(trace_of(&trio.beta, id), 0, "SUBMIT", "beta", "");
	trio_close(&trio);
}

UNIT_SUITE("front/trace",
	{ "each station", test_each_station },
	{ "who sees what", test_who_sees_what },
	{ "nobody else's", test_nobody_elses },
	{ "short codes", test_short_codes },
	{ "two messages of one id", test_two_of_one_id },
	{ "a lost session", test_lost_session },
	{ "a confidential agency is its proxy", test_confidential_is_its_proxy });
