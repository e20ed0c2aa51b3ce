/* SPDX-License-Identifier: Apache-2.0 */
/* What goes wrong on purpose: to whom it was meant for, as often as was asked for, and not otherwise. */
#include "front/fault.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "alone.h"

#define FAULT(name) PB__DEV_FAULT__DEV_FAULT_##name

static struct house house;
static struct alone alone;
static struct front *const front = &alone.front;
static int here[3], there[3];
static struct peer *peers[3]; /* of link, link-2 and desk */

static void open_all(void)
{
	static const char *const addresses[3] = { "link@chiba-city", "link-2@chiba-city", "desk@chiba-city" };

	house_open(&house, NULL);
	alone_open(&alone, &house, &alone_roomy);
	for (size_t i = 0; i < 3; i++) {
		int pair[2];

		require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
		here[i] = pair[0];
		there[i] = pair[1];
		peers[i] = alone_peer(&alone, (uint32_t)(5 + i), (uint32_t)(7 + i), here[i]);
		snprintf(peers[i]->address, sizeof peers[i]->address, "%s", addresses[i]);
	}
}

static void close_all(void)
{
	for (size_t i = 0; i < 3; i++) {
		close(here[i]);
		close(there[i]);
	}
	alone_close(&alone);
	house_close(&house);
}

static bool is_cut(size_t connection)
{
	char byte;

	return recv(there[connection], &byte, 1, 0) == 0;
}

static void arm(Pb__DevFault what, const char *agency, unsigned times)
{
	struct fault fault = { .what = what, .times = times };

	snprintf(fault.agency, sizeof fault.agency, "%s", agency);
	require_ok(faults_arm(&front->faults, &fault));
}

static size_t armed(void)
{
	return atomic_load(&front->faults.count);
}

static void test_cut_now(void)
{
	open_all();
	arm(FAULT(CUT), "link", 1);
	faults_begin(front);
	check(is_cut(0));
	check(!is_cut(1)); /* whose name only begins like it */
	check(!is_cut(2));
	check_uint(armed(), 0);
	arm(FAULT(CUT), "", 1);
	faults_begin(front);
	check(is_cut(1));
	check(is_cut(2));
	check_uint(armed(), 0);
	close_all();
}

/* Nobody is there: the next batch of that agency is not looked at. */
static void test_cut_later(void)
{
	open_all();
	arm(FAULT(CUT), "other", 1);
	arm(FAULT(CUT), "desk", 2);
	faults_begin(front);
	check(is_cut(2));
	check_uint(armed(), 2);
	check(!fault_cuts(front, peers[0]));
	peers[2] = alone_peer(&alone, 20, 9, here[1]);
	snprintf(peers[2]->address, sizeof peers[2]->address, "desk@chiba-city");
	faults_begin(front); /* not once more because another was armed */
	check(peers[2]->state == PEER_OPEN);
	check(fault_cuts(front, peers[2]));
	check_uint(armed(), 1);
	close_all();
}

static Pb__FromBroker answer_of(Pb__Replies *replies, Pb__Reply **reply, Pb__Reply__OutcomeCase outcome)
{
	Pb__FromBroker frame = PB__FROM_BROKER__INIT;

	pb__replies__init(replies);
	pb__reply__init(*reply);
	(*reply)->outcome_case = outcome;
	replies->n_replies = 1;
	replies->replies = reply;
	frame.body_case = PB__FROM_BROKER__BODY_REPLIES;
	frame.replies = replies;
	return frame;
}

static void test_lose_ack(void)
{
	Pb__FromBroker frame, pong = PB__FROM_BROKER__INIT;
	Pb__Replies replies;
	Pb__Reply made;
	Pb__Reply *reply = &made;

	open_all();
	frame = answer_of(&replies, &reply, PB__REPLY__OUTCOME_ACCEPTED);
	check(!fault_loses(front, peers[0], &frame)); /* nothing is armed */
	arm(FAULT(LOSE_ACK), "link", 1);
	pong.body_case = PB__FROM_BROKER__BODY_PONG;
	check(!fault_loses(front, peers[0], &pong));
	check(!fault_loses(front, peers[2], &frame));
	frame = answer_of(&replies, &reply, PB__REPLY__OUTCOME_REFUSAL);
	check(!fault_loses(front, peers[0], &frame)); /* what was refused may be said */
	frame = answer_of(&replies, &reply, PB__REPLY__OUTCOME_ACCEPTED);
	check(fault_loses(front, peers[0], &frame));
	check(is_cut(0));
	check(!fault_loses(front, peers[1], &frame));
	check_uint(armed(), 0);
	close_all();
}

/* A whole batch in one run is an acceptance too. */
static void test_lose_a_run(void)
{
	Pb__FromBroker frame = PB__FROM_BROKER__INIT;
	Pb__Replies replies = PB__REPLIES__INIT;
	Pb__AcceptedRun run = PB__ACCEPTED_RUN__INIT;

	open_all();
	replies.run = &run;
	frame.body_case = PB__FROM_BROKER__BODY_REPLIES;
	frame.replies = &replies;
	arm(FAULT(LOSE_ACK), "", 2);
	check(fault_loses(front, peers[2], &frame));
	check(fault_loses(front, peers[1], &frame));
	check(!fault_loses(front, peers[0], &frame));
	close_all();
}

static void test_no_more_than_there_is_room_for(void)
{
	const struct fault fault = { .what = FAULT(DUPLICATE), .times = 1 };

	open_all();
	for (unsigned i = 0; i < FAULTS_MOST; i++)
		check_ok(faults_arm(&front->faults, &fault));
	check_err(faults_arm(&front->faults, &fault), ERR_BUSY);
	check_uint(armed(), FAULTS_MOST);
	close_all();
}

/* What is noted is so once a fault asks for it, of its agency, and comes to another session than the one that had it. */
static void test_duplicate(void)
{
	const struct handout_item items[2] = { { .item = 16, .seq = 1 }, { .item = 17, .seq = 1 } };

	open_all();
	fault_note(front, peers[2], items, 2);
	check_uint(front->faults.repeat_count, 0);
	arm(FAULT(DUPLICATE), "desk", 1);
	fault_note(front, peers[0], items, 2);
	check_uint(front->faults.repeat_count, 0);
	fault_note(front, peers[2], items, 2);
	check_uint(front->faults.repeat_count, 1);
	check_uint(armed(), 0);
	check_uint(front->faults.repeats[0].count, 2);
	check(front->faults.repeats[0].items[1].redelivered);
	fault_repeats(front, peers[2]);
	fault_repeats(front, peers[0]);
	check_uint(front->faults.repeat_count, 1);
	close_all();
}

UNIT_SUITE("front/fault",
	{ "connections are cut now", test_cut_now },
	{ "or when something comes", test_cut_later },
	{ "an answer that says accepted is lost", test_lose_ack },
	{ "and one of a whole batch", test_lose_a_run },
	{ "no more than there is room for", test_no_more_than_there_is_room_for },
	{ "what is handed out again", test_duplicate });
