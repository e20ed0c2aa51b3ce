/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's life in a process of its own, since it takes the signals. */
#include "service/run.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/home.h"
#include "unit.h"

static char root[150], endpoint[200], notices[170];
static int notice_fd;

static void make_home(struct home *home)
{
	const char *endpoints = endpoint;
	struct home_plan plan = { "chiba-city", "121002", &endpoints, 1, clock_wall_us() - 1000000 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct home_fault fault;

	snprintf(root, sizeof root, "%.100s/home", unit_folder());
	snprintf(endpoint, sizeof endpoint, "ipc://%s/a", root);
	snprintf(notices, sizeof notices, "%.80s/n", unit_folder());
	require_ok(home_at(root, home));
	require_ok(home_create(home, &plan, &fault));
	memcpy(address.sun_path, notices, strlen(notices) + 1);
	notice_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	require(notice_fd >= 0 && bind(notice_fd, (struct sockaddr *)&address, sizeof address) == 0);
}

static pid_t start(void)
{
	pid_t pid = fork();

	require(pid >= 0);
	if (pid == 0) {
		setenv("NOTIFY_SOCKET", notices, 1);
		fclose(stderr);
		_exit((int)run(root));
	}
	return pid;
}

/* Waits for a notice that begins so; false when none comes in ten seconds. */
static bool told(const char *begins)
{
	struct pollfd item = { notice_fd, POLLIN, 0 };
	char text[200];
	ssize_t got;

	do {
		if (poll(&item, 1, UNIT_PATIENCE_MS) != 1)
			return false;
		got = recv(notice_fd, text, sizeof text - 1, 0);
		text[got > 0 ? got : 0] = '\0';
	} while (strncmp(text, begins, strlen(begins)) != 0);
	return true;
}

static int end(pid_t pid, int with_signal)
{
	int status = 0;

	if (with_signal != 0)
		kill(pid, with_signal);
	require(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void test_life(void)
{
	struct home home;
	pid_t pid;

	make_home(&home);
	pid = start();
	check(told("READY=1"));
	kill(pid, SIGHUP);
	check(told("RELOADING=1"));
	check(told("READY=1"));
	kill(pid, SIGTERM);
	check(told("STOPPING=1"));
	check_int(end(pid, 0), EXIT_DONE);
	pid = start(); /* and again, on what it left */
	check(told("READY=1"));
	check_int(end(pid, SIGINT), EXIT_DONE);
	close(notice_fd);
}

static void test_one_at_a_time(void)
{
	struct home home;
	pid_t first;

	make_home(&home);
	first = start();
	check(told("READY=1"));
	check_int(end(start(), 0), EXIT_IN_USE);
	check_int(end(first, SIGTERM), EXIT_DONE);
	close(notice_fd);
}

static void test_bad_options(void)
{
	struct home home;
	FILE *file;

	make_home(&home);
	file = fopen(home.options, "a");
	require(file != NULL && fputs("lease: never\n", file) >= 0 && fclose(file) == 0);
	check_int(end(start(), 0), EXIT_BAD_CONFIG);
	close(notice_fd);
}

UNIT_SUITE("service/run",
	{ "starts, reloads, stops, starts again", test_life },
	{ "one daemon a home", test_one_at_a_time },
	{ "bad options", test_bad_options });
