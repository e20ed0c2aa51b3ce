/* SPDX-License-Identifier: Apache-2.0 */
#include "front/admin_serve.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "contract/codec.h"
#include "front/refusals.h"

#define TRANSFER_US (10 * INT64_C(1000000)) /* for one request to come in, or one reply to go out */
#define LOGIN_BYTES 4096

/* ---- bytes, with a deadline ---- */

struct connection_end {
	int fd;
	int stop_fd;
	int64_t deadline_us; /* monotonic */
};

static enum err wait_for(const struct connection_end *end, short events)
{
	struct pollfd waits[] = { { end->fd, events, 0 }, { end->stop_fd, POLLIN, 0 } };
	int64_t left_us = end->deadline_us - clock_mono_us();

	if (left_us <= 0)
		return ERR_TIMEOUT;
	if (poll(waits, 2, (int)(left_us / 1000 + 1)) < 0 && errno != EINTR)
		return err_from_errno(errno);
	return waits[1].revents != 0 ? ERR_STOPPED : ERR_OK;
}

static enum err receive_all(const struct connection_end *end, uint8_t *to, size_t len)
{
	while (len > 0) {
		ssize_t got = recv(end->fd, to, len, 0);
		enum err err = ERR_OK;

		if (got == 0)
			return ERR_NOT_FOUND;
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return err_from_errno(errno);
		if (got < 0)
			err = wait_for(end, POLLIN);
		if (err != ERR_OK)
			return err;
		if (got > 0) {
			to += got;
			len -= (size_t)got;
		}
	}
	return ERR_OK;
}

static enum err send_all(const struct connection_end *end, struct bytes bytes)
{
	while (bytes.len > 0) {
		ssize_t sent = send(end->fd, bytes.data, bytes.len, MSG_NOSIGNAL);
		enum err err = ERR_OK;

		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return err_from_errno(errno);
		if (sent < 0)
			err = wait_for(end, POLLOUT);
		if (err != ERR_OK)
			return err;
		if (sent > 0)
			bytes = bytes_of(bytes.data + sent, bytes.len - (size_t)sent);
	}
	return ERR_OK;
}

/* ERR_TOO_LARGE before a byte is taken for a request that is. */
static enum err receive_request(struct connection_end *end, struct buf *request, uint32_t *ret_size)
{
	uint8_t head[4];
	uint8_t *room;
	enum err err;

	end->deadline_us = clock_mono_us() + TRANSFER_US;
	err = receive_all(end, head, sizeof head);
	if (err != ERR_OK)
		return err;
	*ret_size = be32_get(head);
	if (*ret_size > ADMIN_REQUEST_BYTES)
		return ERR_TOO_LARGE;
	if (*ret_size == 0)
		return ERR_OK; /* no member of the oneof: the decoder says so */
	room = buf_grow(request, *ret_size);
	return room != NULL ? receive_all(end, room, *ret_size) : request->err;
}

static enum err send_reply(struct connection_end *end, const Pb__AdminReply *reply)
{
	struct buf out;
	enum err err;

	buf_init(&out, ADMIN_REPLY_BYTES);
	buf_grow(&out, 4);
	err = codec_pack(&reply->base, &out);
	if (err == ERR_OK) {
		be32_put(out.data, (uint32_t)(out.len - 4));
		end->deadline_us = clock_mono_us() + TRANSFER_US;
		err = send_all(end, buf_bytes(&out));
	}
	buf_free(&out);
	return err;
}

/* ---- who asks ---- */

static void name_operator(int fd, struct arena *arena, Pb__Operator *operator)
{
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t len = sizeof peer;
	struct passwd entry;
	struct passwd *found = NULL;
	char room[LOGIN_BYTES];
	char *login = NULL;

	pb__operator__init(operator);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return;
	operator->uid = peer.uid;
	if (getpwuid_r(peer.uid, &entry, room, sizeof room, &found) == 0 && found != NULL)
		login = arena_text(arena, bytes_of_text(found->pw_name));
	if (login != NULL)
		operator->login = login;
}

/* ---- one request ---- */

void admin_refuse(struct admin_call *call, Pb__RefusalCode code, const char *subject, int64_t value, int64_t bound)
{
	const Pb__Refusal made = refusal_of(code, subject, value, bound);
	const Pb__Refusal *kept;

	pb__admin_reply__init(&call->reply);
	kept = refusal_keep(&call->arena, &made);
	call->reply.body_case = PB__ADMIN_REPLY__BODY_REFUSAL;
	call->reply.refusal = (Pb__Refusal *)(uintptr_t)kept;
}

enum err admin_reading(struct admin_call *call)
{
	return call->txn != NULL ? ERR_OK : txn_begin_read(call->front->store, &call->txn);
}

static void decode_and_answer(struct admin_call *call, struct bytes request)
{
	struct codec_fault fault;
	enum err err = CODEC_DECODE(admin_request, request, &call->asked, &call->request, &fault);

	if (err == ERR_OK)
		admin_answer(call);
	else
		admin_refuse(call, err == ERR_TOO_LARGE ? PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY : PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED,
			     fault.path, 0, 0);
}

static enum err serve_one(struct front *front, struct connection_end *end, struct buf *request)
{
	struct admin_call call = { .front = front };
	uint32_t size = 0;
	enum err err = receive_request(end, request, &size);

	if (err != ERR_OK && err != ERR_TOO_LARGE)
		return err;
	arena_init(&call.arena, ADMIN_ARENA_BYTES);
	arena_init(&call.asked, ADMIN_ARENA_BYTES);
	buf_init(&call.kept, ADMIN_REPLY_BYTES);
	pb__admin_reply__init(&call.reply);
	name_operator(end->fd, &call.asked, &call.operator);
	if (err == ERR_OK)
		decode_and_answer(&call, buf_bytes(request));
	else
		admin_refuse(&call, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE, "request", size, ADMIN_REQUEST_BYTES);
	if (send_reply(end, &call.reply) != ERR_OK)
		err = ERR_IO;
	txn_abort(call.txn);
	buf_free(&call.kept);
	arena_free(&call.arena);
	arena_free(&call.asked);
	return err;
}

void admin_serve(struct front *front, int fd, int stop_fd)
{
	struct connection_end end = { .fd = fd, .stop_fd = stop_fd };
	enum err err;

	do {
		struct buf request;

		buf_init(&request, ADMIN_REQUEST_BYTES);
		err = serve_one(front, &end, &request);
		buf_free(&request);
	} while (err == ERR_OK);
}
