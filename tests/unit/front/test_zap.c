/* SPDX-License-Identifier: Apache-2.0 */
#include "front/zap.h"

#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "house.h"

static void take_nothing(void *context)
{
	(void)context;
}

static const struct zap_news no_news = { take_nothing, NULL };

/* Asks as libzmq does, with these frames; gives the status code. */
static void ask_and_hear(void *asking, void *answering, const struct keyring *keyring, struct zap_news news, const struct bytes *frames, size_t count,
			 char code[4])
{
	char frame[300];
	size_t refused;
	int got;

	for (size_t i = 0; i < count; i++)
		require(zmq_send(asking, frames[i].data, frames[i].len, i + 1 < count ? ZMQ_SNDMORE : 0) >= 0);
	require(zap_answer(answering, keyring, news, clock_wall_us(), 10, &refused) == 1);
	for (unsigned i = 0; i < 6; i++) {
		got = zmq_recv(asking, frame, sizeof frame, 0);
		require(got >= 0);
		if (i == 2) {
			memcpy(code, frame, 3);
			code[3] = '\0';
		}
	}
	check_uint(refused, strcmp(code, "200") != 0);
}

static void ask(void *asking, void *answering, const struct keyring *keyring, const struct bytes *frames, size_t count, char code[4])
{
	ask_and_hear(asking, answering, keyring, no_news, frames, count, code);
}

struct arrival {
	struct keyring *keyring;
	struct keyring with_key;
};

static void take_key(void *context)
{
	const struct arrival *arrival = context;

	*arrival->keyring = arrival->with_key;
}

/* An invitation was handed over, and whoever has it knocks at once: the writer had said so before, and only this thread had not looked. */
static void test_a_key_that_comes_with_the_question(void)
{
	uint8_t key[CURVE_BYTES] = { 1 };
	const struct bytes frames[] = { bytes_of_text("1.0"), bytes_of_text("1"), bytes_of_text("tsunagi"), bytes_of_text("127.0.0.1"),
					bytes_of(NULL, 0), bytes_of_text("CURVE"), bytes_of(key, sizeof key) };
	struct key_entry entries[2] = { { .kind = KEY_DEVICE, .agency = 3, .device = 1 }, { .kind = KEY_DEVICE, .agency = 3, .device = 1 } };
	struct keyring keyring = { 0 };
	struct arrival arrival = { &keyring, { .entries = entries, .room = 2, .count = 1 } };
	void *context = zmq_ctx_new();
	void *answering = zmq_socket(context, ZMQ_REP);
	void *asking = zmq_socket(context, ZMQ_REQ);
	char code[4];

	memcpy(entries[0].key, key, sizeof key);
	memcpy(entries[1].key, key, sizeof key);
	require(zmq_bind(answering, "inproc://zap-test") == 0 && zmq_connect(asking, "inproc://zap-test") == 0);
	ask(asking, answering, &keyring, frames, 7, code);
	check_text(code, "400");
	ask_and_hear(asking, answering, &keyring, (struct zap_news){ take_key, &arrival }, frames, 7, code);
	check_text(code, "200");
	zmq_close(asking);
	zmq_close(answering);
	zmq_ctx_term(context);
}

static void test_malformed_requests(void)
{
	static uint8_t longer[400];
	uint8_t key[CURVE_BYTES] = { 1 };
	const struct bytes good[] = { bytes_of_text("1.0"), bytes_of_text("1"), bytes_of_text("tsunagi"), bytes_of_text("127.0.0.1"),
				      bytes_of(NULL, 0), bytes_of_text("CURVE"), bytes_of(key, sizeof key) };
	struct key_entry entries[2] = { { .kind = KEY_DEVICE, .agency = 3, .device = 1 } };
	struct keyring keyring = { .entries = entries, .room = 2, .count = 1 };
	struct bytes frames[9];
	void *context = zmq_ctx_new();
	void *answering = zmq_socket(context, ZMQ_REP);
	void *asking = zmq_socket(context, ZMQ_REQ);
	char code[4];

	/* Wherever it belongs among two places, one of them is free. */
	memcpy(entries[0].key, key, sizeof key);
	if (keyring_find(&keyring, key, 0) == NULL) {
		entries[1] = entries[0];
		entries[0] = (struct key_entry){ 0 };
	}
	require(zmq_bind(answering, "inproc://zap-test") == 0 && zmq_connect(asking, "inproc://zap-test") == 0);
	ask(asking, answering, &keyring, good, 7, code);
	check_text(code, "200");
	ask(asking, answering, &keyring, good, 6, code); /* no key */
	check_text(code, "400");
	for (size_t i = 0; i < 7; i++)
		frames[i] = good[i];
	frames[7] = bytes_of_text("more");
	ask(asking, answering, &keyring, frames, 8, code);
	check_text(code, "400");
	frames[5] = bytes_of_text("PLAIN");
	ask(asking, answering, &keyring, frames, 7, code);
	check_text(code, "400");
	frames[5] = good[5];
	frames[0] = bytes_of_text("2.0");
	ask(asking, answering, &keyring, frames, 7, code);
	check_text(code, "400");
	frames[0] = good[0];
	frames[6] = bytes_of(longer, sizeof longer);
	ask(asking, answering, &keyring, frames, 7, code);
	check_text(code, "400");
	frames[6] = bytes_of(longer, CURVE_BYTES); /* a key that nobody has */
	ask(asking, answering, &keyring, frames, 7, code);
	check_text(code, "400");
	frames[1] = bytes_of(longer, sizeof longer);
	ask(asking, answering, &keyring, frames, 7, code);
	check_text(code, "400");
	zmq_close(asking);
	zmq_close(answering);
	zmq_ctx_term(context);
}

/* No more than it was asked to in one go, in order, each under its own number. */
static void test_a_few_at_a_time(void)
{
	enum { ASKED = 5 };
	uint8_t key[CURVE_BYTES] = { 1 };
	struct keyring keyring = { 0 };
	void *context = zmq_ctx_new();
	void *answering = zmq_socket(context, ZMQ_REP);
	void *asking[ASKED];
	size_t refused;

	require(zmq_bind(answering, "inproc://zap-test") == 0);
	for (unsigned i = 0; i < ASKED; i++) {
		const struct bytes frames[] = { bytes_of_text("1.0"), bytes_of(&i, sizeof i), bytes_of_text("tsunagi"), bytes_of_text("a"),
						bytes_of(NULL, 0), bytes_of_text("CURVE"), bytes_of(key, sizeof key) };

		asking[i] = zmq_socket(context, ZMQ_REQ);
		require(zmq_connect(asking[i], "inproc://zap-test") == 0);
		for (size_t j = 0; j < 7; j++)
			require(zmq_send(asking[i], frames[j].data, frames[j].len, j < 6 ? ZMQ_SNDMORE : 0) >= 0);
	}
	check_uint(zap_answer(answering, &keyring, no_news, 0, 3, &refused), 3);
	check_uint(refused, 3);
	check_uint(zap_answer(answering, &keyring, no_news, 0, 3, &refused), 2);
	check_uint(refused, 2);
	check_uint(zap_answer(answering, &keyring, no_news, 0, 3, &refused), 0);
	for (unsigned i = 0; i < ASKED; i++) {
		unsigned number = 77;
		char frame[10];

		require(zmq_recv(asking[i], frame, sizeof frame, 0) == 3);
		require(zmq_recv(asking[i], &number, sizeof number, 0) == (int)sizeof number);
		check_uint(number, i);
		for (size_t j = 2; j < 6; j++)
			require(zmq_recv(asking[i], frame, sizeof frame, 0) >= 0);
		check_int(zmq_recv(asking[i], frame, sizeof frame, ZMQ_DONTWAIT), -1); /* six frames and no more */
		zmq_close(asking[i]);
	}
	zmq_close(answering);
	zmq_ctx_term(context);
}

static void test_nothing_asked(void)
{
	struct keyring keyring = { 0 };
	void *context = zmq_ctx_new();
	void *answering = zmq_socket(context, ZMQ_REP);
	size_t refused = 7;

	require(zmq_bind(answering, "inproc://zap-test") == 0);
	check_uint(zap_answer(answering, &keyring, no_news, 0, 10, &refused), 0);
	check_uint(refused, 0);
	zmq_close(answering);
	zmq_ctx_term(context);
}

UNIT_SUITE("front/zap",
	{ "whatever is no known CURVE key is refused", test_malformed_requests },
	{ "a key that comes with the question", test_a_key_that_comes_with_the_question },
	{ "a few at a time", test_a_few_at_a_time },
	{ "nothing asked, nothing answered", test_nothing_asked });
