/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "tsunagi/admin_socket.h"
#include "unit.h"

/* The other side: takes one question, gives one answer as told. */
struct server {
	int listening;
	size_t answer_bytes;  /* of 'x' */
	uint32_t claimed;     /* the length it says */
	bool hangs_up;        /* instead of answering */
	bool silent;          /* until the client goes */
	size_t question_bytes;
	pthread_t thread;
};

static void *serve(void *context)
{
	struct server *server = context;
	int fd = accept(server->listening, NULL, NULL);
	uint8_t length[4];
	char byte;

	if (fd < 0 || recv(fd, length, 4, MSG_WAITALL) != 4)
		return NULL;
	server->question_bytes = be32_get(length);
	for (size_t i = 0; i < server->question_bytes; i++)
		if (recv(fd, &byte, 1, MSG_WAITALL) != 1)
			break;
	be32_put(length, server->claimed);
	if (!server->hangs_up && !server->silent && send(fd, length, 4, MSG_NOSIGNAL) == 4)
		for (size_t i = 0; i < server->answer_bytes; i++)
			if (send(fd, "x", 1, MSG_NOSIGNAL) != 1)
				break;
	if (server->silent)
		recv(fd, &byte, 1, 0);
	close(fd);
	return NULL;
}

static void start(struct server *server, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	require(strlen(path) < sizeof address.sun_path);
	strcpy(address.sun_path, path);
	server->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	require(bind(server->listening, (struct sockaddr *)&address, sizeof address) == 0 && listen(server->listening, 4) == 0);
	require(pthread_create(&server->thread, NULL, serve, server) == 0);
}

static enum err ask(struct server *server, size_t question, int64_t wait_us, struct buf *answer)
{
	static const uint8_t zeroes[300000];
	char path[108];
	int fd = -1;
	enum err err;

	snprintf(path, sizeof path, "%s/s", unit_folder());
	unlink(path);
	start(server, path);
	require_ok(admin_socket_connect(path, &fd));
	err = admin_socket_ask(fd, bytes_of(zeroes, question), clock_mono_us() + wait_us, answer);
	close(fd);
	pthread_join(server->thread, NULL);
	close(server->listening);
	return err;
}

static void test_question_and_answer(void)
{
	static const size_t sizes[] = { 0, 1, 4096, 250000 };
	struct buf answer;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct server server = { .answer_bytes = sizes[i], .claimed = (uint32_t)sizes[i] };

		buf_init(&answer, ADMIN_FRAME_BYTES);
		check_ok(ask(&server, sizes[i], UNIT_PATIENCE_US, &answer));
		check_uint(server.question_bytes, sizes[i]);
		check_uint(answer.len, sizes[i]);
		buf_free(&answer);
	}
}

static void test_other_side_fails(void)
{
	struct server gone = { .hangs_up = true };
	struct server cut = { .answer_bytes = 5, .claimed = 10 };
	struct server silent = { .silent = true };
	struct server huge = { .answer_bytes = 0, .claimed = UINT32_MAX };
	struct server over = { .answer_bytes = 100, .claimed = 100 };
	struct buf answer;
	struct buf small;

	buf_init(&answer, ADMIN_FRAME_BYTES);
	buf_init(&small, 50);
	check_err(ask(&gone, 10, UNIT_PATIENCE_US, &answer), ERR_UNREACHABLE);
	check_err(ask(&cut, 10, UNIT_PATIENCE_US, &answer), ERR_UNREACHABLE);
	check_err(ask(&silent, 10, 50000, &answer), ERR_TIMEOUT);
	check_err(ask(&huge, 10, UNIT_PATIENCE_US, &answer), ERR_TOO_LARGE);
	check_err(ask(&over, 10, UNIT_PATIENCE_US, &small), ERR_TOO_LARGE);
	buf_free(&answer);
	buf_free(&small);
}

static void test_nobody(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listening = socket(AF_UNIX, SOCK_STREAM, 0);
	int fd = -7;
	char path[108];

	snprintf(path, sizeof path, "%s/none", unit_folder());
	check_err(admin_socket_connect(path, &fd), ERR_NOT_FOUND);
	strcpy(address.sun_path, path);
	require(bind(listening, (struct sockaddr *)&address, sizeof address) == 0);
	check_err(admin_socket_connect(path, &fd), ERR_UNREACHABLE); /* a socket that a dead daemon left */
	close(listening);
	check_err(admin_socket_connect(path, &fd), ERR_UNREACHABLE);
	check_int(fd, -7);
}

/* Beyond the 107 bytes of a socket's address. */
static void test_long_path(void)
{
	struct server server = { .answer_bytes = 3, .claimed = 3 };
	char folder[400];
	char path[520];
	char near[108];
	struct buf answer;
	int fd = -1;

	snprintf(folder, sizeof folder, "%s/%0150d", unit_folder(), 7);
	require(mkdir(folder, 0700) == 0);
	snprintf(path, sizeof path, "%s/admin.sock", folder);
	require(chdir(folder) == 0);
	snprintf(near, sizeof near, "admin.sock");
	start(&server, near);
	require(chdir("/") == 0);
	require_ok(admin_socket_connect(path, &fd));
	buf_init(&answer, 100);
	check_ok(admin_socket_ask(fd, bytes_of("q", 1), clock_mono_us() + UNIT_PATIENCE_US, &answer));
	check_uint(answer.len, 3);
	buf_free(&answer);
	close(fd);
	pthread_join(server.thread, NULL);
	close(server.listening);
	snprintf(path, sizeof path, "%s/%0100d", folder, 1);
	check_err(admin_socket_connect(path, &fd), ERR_TOO_LARGE);
}

UNIT_SUITE("tsunagi/admin_socket",
	{ "a question and its answer, of any size", test_question_and_answer },
	{ "the other side hangs up, stays silent or claims too much", test_other_side_fails },
	{ "no file, and nobody behind it", test_nobody },
	{ "a path longer than a socket's address", test_long_path });
