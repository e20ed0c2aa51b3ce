/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "house.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };
static struct house house;
static struct arena arena;

static void open_house(void)
{
	house_open(&house, NULL);
	house_directory(&house, ids, 3);
	arena_init(&arena, 1 << 24);
}

static void close_house(void)
{
	arena_free(&arena);
	house_close(&house);
}

static const Pb__AdminReply *ask(Pb__AdminRequest__BodyCase body)
{
	static Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	static Pb__AdminQueueList list = PB__ADMIN_QUEUE_LIST__INIT;
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;

	request.body_case = body;
	request.status = &nothing;
	if (body == PB__ADMIN_REQUEST__BODY_QUEUE_LIST)
		request.queue_list = &list;
	return house_ask(&house, &request, &arena);
}

static void submit(struct visitor *from, struct visitor *to, uint8_t id[16])
{
	const struct visitor *all[] = { to };
	struct parcels parcels;

	parcels_begin(&parcels);
	parcels_note(&parcels, from, all, 1, 500, id, NULL);
	visitor_send_batch(from, &parcels, NULL);
	require(visitor_replies(from)->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	parcels_free(&parcels);
}

static bool has_condition(const Pb__Status *status, const char *code)
{
	for (size_t i = 0; i < status->n_conditions; i++)
		if (strcmp(status->conditions[i]->code, code) == 0)
			return true;
	return false;
}

static void test_status(void)
{
	const Pb__AdminReply *reply;
	struct visitor alpha;

	open_house();
	reply = ask(PB__ADMIN_REQUEST__BODY_STATUS);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_STATUS);
	check_text(reply->status->site, HOUSE_SITE);
	check_text(reply->status->version, TSUNAGI_VERSION);
	check_uint(reply->status->agencies, 3);
	check_uint(reply->status->enrolled, 0);
	check_uint(reply->status->entries, 2);
	check_uint(reply->status->n_lanes, 4);
	check(reply->status->accepting);
	check(has_condition(reply->status, "no_agency"));
	check(reply->status->memory_bytes > 0);
	visitor_new(&alpha, &house, "alpha");
	visitor_enrol(&alpha);
	reply = ask(PB__ADMIN_REQUEST__BODY_STATUS);
	check_uint(reply->status->enrolled, 1);
	check_uint(reply->status->sessions, 1);
	check(!has_condition(reply->status, "no_agency"));
	visitor_free(&alpha);
	close_house();
}

static void test_queue_and_trace(void)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;
	struct visitor alpha, beta;
	uint8_t id[16];

	open_house();
	visitor_new(&alpha, &house, "alpha");
	visitor_new(&beta, &house, "beta");
	visitor_enrol(&alpha);
	visitor_enrol(&beta);
	submit(&alpha, &beta, id);
	reply = ask(PB__ADMIN_REQUEST__BODY_QUEUE_LIST);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_QUEUE);
	check(reply->seq > 0); /* the look itself is an entry */
	require(reply->queue->n_items == 1);
	check_text(reply->queue->items[0]->from, alpha.address);
	check_text(reply->queue->items[0]->to, beta.address);
	check_text(reply->queue->items[0]->state, "waiting");
	check_uint(reply->queue->items[0]->size, 500);
	request.body_case = PB__ADMIN_REQUEST__BODY_TRACE;
	request.trace = pb_of_bytes(bytes_of(id, 16));
	reply = house_ask(&house, &request, &arena);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_TRACE);
	check_text(reply->trace->stations[0]->what, "SUBMIT");
	request.body_case = PB__ADMIN_REQUEST__BODY_QUEUE_SHOW;
	request.queue_show = pb_of_bytes(bytes_of(id, 16));
	check_uint(house_ask(&house, &request, &arena)->queue->n_items, 1);
	id[15] ^= 1;
	check_int(house_ask(&house, &request, &arena)->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	visitor_free(&alpha);
	visitor_free(&beta);
	close_house();
}

static void test_directory_show(void)
{
	const Pb__AdminReply *reply;
	struct visitor alpha;

	open_house();
	visitor_new(&alpha, &house, "alpha");
	visitor_enrol(&alpha);
	reply = ask(PB__ADMIN_REQUEST__BODY_DIRECTORY_SHOW);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_DIRECTORY);
	check_uint(reply->directory->file->n_agencies, 3);
	require(reply->directory->n_agencies == 3);
	check_text(reply->directory->agencies[0]->agency, "alpha");
	check_uint(reply->directory->agencies[0]->n_bindings, 1);
	check(reply->directory->agencies[0]->last_seen_us > 0);
	check_uint(reply->directory->agencies[1]->n_bindings, 0);
	visitor_free(&alpha);
	close_house();
}

static void test_prove_and_checkpoint(void)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;

	open_house();
	check(strncmp(ask(PB__ADMIN_REQUEST__BODY_CHECKPOINT)->checkpoint, HOUSE_SITE "/1\n", strlen(HOUSE_SITE) + 3) == 0);
	request.body_case = PB__ADMIN_REQUEST__BODY_PROVE;
	request.prove = 1;
	reply = house_ask(&house, &request, &arena);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_PROOF);
	check_uint(reply->proof->body.len, 0);
	check(reply->proof->inclusion.len > 0);
	request.prove = 1000000;
	check_int(house_ask(&house, &request, &arena)->body_case, PB__ADMIN_REPLY__BODY_REFUSAL);
	close_house();
}

static void test_enrol_by_hand(void)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminEnrolRequest by_hand = PB__ADMIN_ENROL_REQUEST__INIT;
	Pb__Enrol enrol = PB__ENROL__INIT;
	const Pb__AdminReply *reply;
	struct visitor alpha;
	struct buf signing, sealing;

	open_house();
	visitor_new(&alpha, &house, "alpha");
	buf_init(&signing, 4096);
	buf_init(&sealing, 4096);
	require_ok(certificate_request(alpha.signing, alpha.address, "desk-1", &signing));
	require_ok(certificate_request(alpha.sealing, alpha.address, "desk-1", &sealing));
	enrol.device_name = (char *)(uintptr_t)"desk-1";
	enrol.curve_key = pb_of_bytes(bytes_of(alpha.curve_public, CURVE_BYTES));
	enrol.signing_request = pb_of_bytes(buf_bytes(&signing));
	enrol.sealing_request = pb_of_bytes(buf_bytes(&sealing));
	by_hand.agency = alpha.id;
	by_hand.enrol = &enrol;
	request.body_case = PB__ADMIN_REQUEST__BODY_ENROL_REQUEST;
	request.enrol_request = &by_hand;
	reply = house_ask(&house, &request, &arena);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_ENROLLED);
	check_uint(reply->enrolled->device, 1);
	visitor_connect(&alpha, alpha.curve_public, alpha.curve_secret);
	check_text(visitor_hello(&alpha)->agency, alpha.address);
	enrol.signing_request = pb_of_bytes(bytes_of_text("no request"));
	check_int(house_ask(&house, &request, &arena)->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	by_hand.agency = (char *)(uintptr_t)"nobody";
	check_int(house_ask(&house, &request, &arena)->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY);
	buf_free(&signing);
	buf_free(&sealing);
	visitor_free(&alpha);
	close_house();
}

static void test_socket_mode(void)
{
	struct stat status;

	open_house();
	require(stat(house.home.admin_socket, &status) == 0);
	check_uint(status.st_mode & 0777, 0660);
	close_house();
	check(stat(house.home.admin_socket, &status) != 0); /* gone with the daemon */
}

static void test_garbage(void)
{
	uint8_t head[4] = { 0xff, 0xff, 0xff, 0xff };
	char byte;
	int fd;

	open_house();
	check_int(house_ask_bytes(&house, bytes_of_text("\xff\xff"), &arena)->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	check_int(house_ask_bytes(&house, bytes_of(NULL, 0), &arena)->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	fd = house_dial(&house);
	require(send(fd, head, 4, MSG_NOSIGNAL) == 4); /* four gigabytes announced: answered and hung up */
	while (recv(fd, &byte, 1, 0) == 1)
		;
	close(fd);
	fd = house_dial(&house);
	require(send(fd, head, 2, MSG_NOSIGNAL) == 2);
	close(fd); /* in the middle of a word */
	check_int(ask(PB__ADMIN_REQUEST__BODY_STATUS)->body_case, PB__ADMIN_REPLY__BODY_STATUS);
	close_house();
}

/* Operators who connect and say nothing hold a thread each; one more is served when one of them gives up or is given up. */
static void test_stop_with_silent_operators(void)
{
	int fds[4];

	open_house();
	for (unsigned i = 0; i < 4; i++)
		fds[i] = house_dial(&house);
	close_house(); /* does not wait for them */
	for (unsigned i = 0; i < 4; i++)
		close(fds[i]);
}

UNIT_SUITE("front/admin",
	{ "status tells numbers and conditions", test_status },
	{ "mailboxes and traces, on the record", test_queue_and_trace },
	{ "the directory with what agencies are", test_directory_show },
	{ "checkpoint and proof", test_prove_and_checkpoint },
	{ "a request brought by hand", test_enrol_by_hand },
	{ "file permissions decide", test_socket_mode },
	{ "garbage", test_garbage },
	{ "stopping does not wait for the silent", test_stop_with_silent_operators });
