/* SPDX-License-Identifier: Apache-2.0 */
/* The operators' socket as bytes: in pieces, one after another, too many, too few. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "front/admin_serve.h"
#include "house.h"

static struct house house;
static struct arena arena;

static void open_house(void)
{
	house_open(&house, NULL);
	arena_init(&arena, 1 << 24);
}

static void close_house(void)
{
	arena_free(&arena);
	house_close(&house);
}

static void send_all(int fd, struct bytes bytes)
{
	require(send(fd, bytes.data, bytes.len, MSG_NOSIGNAL) == (ssize_t)bytes.len);
}

/* False when the other end hung up instead. */
static bool receive_all(int fd, uint8_t *to, size_t len)
{
	while (len > 0) {
		struct pollfd waits = { fd, POLLIN, 0 };
		ssize_t got;

		require(poll(&waits, 1, UNIT_PATIENCE_MS) == 1);
		got = recv(fd, to, len, 0);
		if (got <= 0)
			return false;
		to += got;
		len -= (size_t)got;
	}
	return true;
}

/* NULL when the other end hung up. */
static const Pb__AdminReply *receive_reply(int fd)
{
	static uint8_t bytes[1 << 20];
	const Pb__AdminReply *reply = NULL;
	uint8_t head[4];

	if (!receive_all(fd, head, sizeof head))
		return NULL;
	require(be32_get(head) <= sizeof bytes && receive_all(fd, bytes, be32_get(head)));
	require_ok(CODEC_DECODE(admin_reply, bytes_of(bytes, be32_get(head)), &arena, &reply, NULL));
	return reply;
}

static void put_request(struct buf *out, Pb__AdminRequest__BodyCase body)
{
	static Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	uint8_t *head;

	request.body_case = body;
	request.status = &nothing;
	head = buf_grow(out, 4);
	require(head != NULL);
	be32_put(head, (uint32_t)codec_size(&request.base));
	require_ok(codec_pack(&request.base, out));
}

static void test_byte_by_byte(void)
{
	struct buf out;
	int fd;

	open_house();
	buf_init(&out, 1000);
	put_request(&out, PB__ADMIN_REQUEST__BODY_CHECKPOINT);
	fd = house_dial(&house);
	for (size_t i = 0; i < out.len; i++)
		send_all(fd, bytes_of(out.data + i, 1));
	check_int(receive_reply(fd)->body_case, PB__ADMIN_REPLY__BODY_CHECKPOINT);
	close(fd);
	buf_free(&out);
	close_house();
}

/* Several in one piece are answered one by one, in order. */
static void test_several_at_once(void)
{
	static const Pb__AdminRequest__BodyCase asked[] = { PB__ADMIN_REQUEST__BODY_CHECKPOINT, PB__ADMIN_REQUEST__BODY_STATUS,
							    PB__ADMIN_REQUEST__BODY_DIRECTORY_SHOW, PB__ADMIN_REQUEST__BODY_STATUS };
	static const Pb__AdminReply__BodyCase answered[] = { PB__ADMIN_REPLY__BODY_CHECKPOINT, PB__ADMIN_REPLY__BODY_STATUS,
							     PB__ADMIN_REPLY__BODY_DIRECTORY, PB__ADMIN_REPLY__BODY_STATUS };
	struct buf out;
	int fd;

	open_house();
	buf_init(&out, 1000);
	for (size_t i = 0; i < 4; i++)
		put_request(&out, asked[i]);
	fd = house_dial(&house);
	send_all(fd, buf_bytes(&out));
	for (size_t i = 0; i < 4; i++)
		check_int(receive_reply(fd)->body_case, answered[i]);
	require(shutdown(fd, SHUT_WR) == 0);
	check(receive_reply(fd) == NULL); /* it has said all: so has the daemon */
	close(fd);
	buf_free(&out);
	close_house();
}

/* What cannot be decoded is refused, and the connection serves on: the length said where the next one begins. */
static void test_goes_on_after_garbage(void)
{
	static const char *const garbage[] = { "\xff\xff\xff", "\x0a", "\x0a\x05", "\x0a\x00\x1a", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01" };
	struct buf out;
	int fd;

	open_house();
	buf_init(&out, 1000);
	put_request(&out, PB__ADMIN_REQUEST__BODY_CHECKPOINT);
	fd = house_dial(&house);
	for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
		struct bytes bytes = bytes_of_text(garbage[i]);
		const Pb__AdminReply *reply;
		uint8_t head[4];

		unit_context("%zu", i);
		be32_put(head, (uint32_t)bytes.len);
		send_all(fd, bytes_of(head, 4));
		send_all(fd, bytes);
		reply = receive_reply(fd);
		require(reply != NULL && reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
		check_int(reply->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
		send_all(fd, buf_bytes(&out));
		check_int(receive_reply(fd)->body_case, PB__ADMIN_REPLY__BODY_CHECKPOINT);
	}
	close(fd);
	buf_free(&out);
	close_house();
}

/* A request announced as larger than any may be: told so before a byte of it is taken, and the end. */
static void test_announced_sizes(void)
{
	static const uint32_t sizes[] = { ADMIN_REQUEST_BYTES + 1, UINT32_MAX };
	uint8_t head[4];
	int fd;

	open_house();
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		const Pb__AdminReply *reply;

		unit_context("%u", sizes[i]);
		fd = house_dial(&house);
		be32_put(head, sizes[i]);
		send_all(fd, bytes_of(head, 4));
		reply = receive_reply(fd);
		require(reply != NULL && reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
		check_int(reply->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE);
		check_int(reply->refusal->value, sizes[i]);
		check_int(reply->refusal->bound, ADMIN_REQUEST_BYTES);
		check(receive_reply(fd) == NULL);
		close(fd);
	}
	fd = house_dial(&house); /* the largest that may be: it is waited for */
	be32_put(head, ADMIN_REQUEST_BYTES);
	send_all(fd, bytes_of(head, 4));
	check_int(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 200), 0);
	close(fd);
	close_house();
}

/* Whoever hangs up in the middle, at any byte, leaves a thread that serves the next one. */
static void test_hangs_up_anywhere(void)
{
	struct buf out;

	open_house();
	buf_init(&out, 1000);
	put_request(&out, PB__ADMIN_REQUEST__BODY_STATUS);
	for (unsigned round = 0; round < 5; round++) {
		for (size_t len = 0; len <= out.len; len++) { /* at its end: before the answer is taken */
			int fd = house_dial(&house);

			if (len > 0)
				send_all(fd, bytes_of(out.data, len));
			close(fd);
		}
	}
	check_uint(house_sessions(&house), 0);
	buf_free(&out);
	close_house();
}

/* More operators than threads: those who wait are served when another one leaves. */
static void test_more_than_threads(void)
{
	enum { SILENT = 3, ASKING = 12 };
	int silent[SILENT], asking[ASKING];
	struct buf out;

	open_house();
	buf_init(&out, 1000);
	put_request(&out, PB__ADMIN_REQUEST__BODY_CHECKPOINT);
	for (size_t i = 0; i < SILENT; i++)
		silent[i] = house_dial(&house);
	for (size_t i = 0; i < ASKING; i++) {
		asking[i] = house_dial(&house);
		send_all(asking[i], buf_bytes(&out));
		require(shutdown(asking[i], SHUT_WR) == 0);
	}
	for (size_t i = 0; i < ASKING; i++) {
		const Pb__AdminReply *reply = receive_reply(asking[i]);

		require(reply != NULL);
		check_int(reply->body_case, PB__ADMIN_REPLY__BODY_CHECKPOINT);
		close(asking[i]);
	}
	for (size_t i = 0; i < SILENT; i++)
		close(silent[i]);
	buf_free(&out);
	close_house();
}

static void test_random_requests(void)
{
	uint8_t noise[200];

	open_house();
	for (unsigned round = 0; round < 300; round++) {
		size_t len = unit_random_below(sizeof noise);
		const Pb__AdminReply *reply;

		unit_random_bytes(noise, len);
		if (len > 0)
			noise[0] = (uint8_t)(0x02 | (unit_random_below(14) << 3)); /* a field of the oneof, with a length */
		arena_reset(&arena);
		reply = house_ask_bytes(&house, bytes_of(noise, len), &arena);
		require(reply != NULL);
		check(reply->body_case != PB__ADMIN_REPLY__BODY__NOT_SET);
	}
	close_house();
}

UNIT_SUITE("front/admin_serve",
	{ "byte by byte", test_byte_by_byte },
	{ "several at once", test_several_at_once },
	{ "it goes on after garbage", test_goes_on_after_garbage },
	{ "announced sizes", test_announced_sizes },
	{ "who hangs up anywhere", test_hangs_up_anywhere },
	{ "more operators than threads", test_more_than_threads },
	{ "random requests", test_random_requests });
