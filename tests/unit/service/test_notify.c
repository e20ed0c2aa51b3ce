/* SPDX-License-Identifier: Apache-2.0 */
#include "service/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "unit.h"

static int listen_at(struct sockaddr_un *address, const char *path)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	address->sun_family = AF_UNIX;
	snprintf(address->sun_path, sizeof address->sun_path, "%s", path);
	require(fd >= 0 && bind(fd, (struct sockaddr *)address, sizeof *address) == 0);
	return fd;
}

static void test_told(void)
{
	struct sockaddr_un address = { 0 };
	char path[90], text[100] = "";
	int fd;

	snprintf(path, sizeof path, "%.70s/notify", unit_folder());
	fd = listen_at(&address, path);
	setenv("NOTIFY_SOCKET", path, 1);
	notify("READY=1\nSTATUS=x");
	unsetenv("NOTIFY_SOCKET");
	check_int(recv(fd, text, sizeof text - 1, 0), 16);
	check_text(text, "READY=1\nSTATUS=x");
	close(fd);
}

static void test_nobody_there(void)
{
	static const char *const odd[] = { "", "/", "relative", "/nonexistent/socket", "@nobody-listens-here" };
	char longer[300];

	unsetenv("NOTIFY_SOCKET");
	notify("READY=1");
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		setenv("NOTIFY_SOCKET", odd[i], 1);
		notify("READY=1"); /* comes back */
	}
	memset(longer, 'a', sizeof longer - 1);
	longer[0] = '/';
	longer[sizeof longer - 1] = '\0';
	setenv("NOTIFY_SOCKET", longer, 1);
	notify("READY=1");
	unsetenv("NOTIFY_SOCKET");
	check(true);
}

static void test_watchdog(void)
{
	char pid[20];

	unsetenv("WATCHDOG_USEC");
	check_uint(notify_watchdog_us(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	check_uint(notify_watchdog_us(), 30000000);
	setenv("WATCHDOG_PID", "1", 1); /* meant for somebody else */
	check_uint(notify_watchdog_us(), 0);
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	check_uint(notify_watchdog_us(), 30000000);
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
}

UNIT_SUITE("service/notify",
	{ "one datagram", test_told },
	{ "nobody there", test_nobody_there },
	{ "the watchdog's interval", test_watchdog });
