/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_daemon.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/home.h"
#include "contract/codec.h"
#include "tsunagi/commands.h"
#include "unit.h"

struct fake_daemon {
	fake_answer *answer;
	void *context;
	struct home home;
	int listening;
	_Atomic unsigned questions;
	pthread_t thread;
};

static void give(int fd, struct bytes bytes)
{
	uint8_t length[4];

	be32_put(length, (uint32_t)bytes.len);
	if (send(fd, length, 4, MSG_NOSIGNAL) == 4)
		(void)!send(fd, bytes.data, bytes.len, MSG_NOSIGNAL);
}

static void serve_one(struct fake_daemon *daemon, int fd)
{
	static uint8_t question[1u << 20];
	const Pb__AdminRequest *request = NULL;
	Pb__AdminReply reply = PB__ADMIN_REPLY__INIT;
	uint8_t length[4];
	struct arena arena;
	struct buf packed;

	if (recv(fd, length, 4, MSG_WAITALL) != 4 || be32_get(length) > sizeof question ||
	    recv(fd, question, be32_get(length), MSG_WAITALL) != (ssize_t)be32_get(length))
		return;
	atomic_fetch_add(&daemon->questions, 1);
	arena_init(&arena, 64u << 20);
	buf_init(&packed, 64u << 20);
	if (daemon->answer == NULL)
		give(fd, bytes_of("\xff\xff\xff", 3));
	else if (CODEC_DECODE(admin_request, bytes_of(question, be32_get(length)), &arena, &request, NULL) == ERR_OK) {
		daemon->answer(daemon->context, request, &arena, &reply);
		if (codec_pack(&reply.base, &packed) == ERR_OK)
			give(fd, buf_bytes(&packed));
	}
	buf_free(&packed);
	arena_free(&arena);
}

static void *serve(void *context)
{
	struct fake_daemon *daemon = context;
	int fd;

	while ((fd = accept(daemon->listening, NULL, NULL)) >= 0) {
		serve_one(daemon, fd);
		close(fd);
	}
	return NULL;
}

struct fake_daemon *fake_daemon_start(fake_answer *answer, void *context)
{
	struct fake_daemon *daemon = calloc(1, sizeof *daemon);
	const struct home_plan plan = { "test-site", "121002", NULL, 0, clock_wall_us() };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct home_fault fault;
	char root[200];

	require(daemon != NULL);
	snprintf(root, sizeof root, "%s/home", unit_folder());
	require_ok(home_at(root, &daemon->home));
	require_ok(home_create(&daemon->home, &plan, &fault));
	require(strlen(daemon->home.admin_socket) < sizeof address.sun_path);
	strcpy(address.sun_path, daemon->home.admin_socket);
	daemon->answer = answer;
	daemon->context = context;
	daemon->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	require(bind(daemon->listening, (struct sockaddr *)&address, sizeof address) == 0 && listen(daemon->listening, 8) == 0);
	require(pthread_create(&daemon->thread, NULL, serve, daemon) == 0);
	return daemon;
}

void fake_daemon_stop(struct fake_daemon *daemon)
{
	shutdown(daemon->listening, SHUT_RDWR);
	pthread_join(daemon->thread, NULL);
	close(daemon->listening);
	free(daemon);
}

unsigned fake_daemon_questions(const struct fake_daemon *daemon)
{
	return atomic_load(&daemon->questions);
}

const char *fake_daemon_home(const struct fake_daemon *daemon)
{
	return daemon->home.root;
}

const struct call *fake_call(const struct fake_daemon *daemon, const char *words)
{
	static struct call call;
	static char text[8192];
	static char *argv[300];
	struct args_fault fault;
	size_t named = 0;
	int argc = 0;

	memset(&call, 0, sizeof call);
	snprintf(text, sizeof text, "%s%s%s", words, daemon == NULL ? "" : " --home ", daemon == NULL ? "" : daemon->home.root);
	for (char *word = strtok(text, " "); word != NULL && argc < 299; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	call.command = command_find(argv, (size_t)argc, &named);
	require(call.command != NULL);
	args_allow(&call.args, commands_common_options);
	args_allow(&call.args, call.command->options);
	require_ok(args_parse(&call.args, argc - (int)named + 1, argv + named - 1, &fault));
	return &call;
}

static struct {
	const struct call *call;
	enum outcome outcome;
} running;

static void run_command(void)
{
	running.outcome = running.call->command->run(running.call);
}

const struct said *fake_run(const struct fake_daemon *daemon, bool json, enum outcome *ret_outcome, const char *format, ...)
{
	const struct said *said;
	char words[4096];
	va_list list;

	va_start(list, format);
	vsnprintf(words, sizeof words, format, list);
	va_end(list);
	running.call = fake_call(daemon, words); /* what fails here must be seen: not while the streams are caught */
	said = said_by(json, run_command);
	*ret_outcome = running.outcome;
	return said;
}
