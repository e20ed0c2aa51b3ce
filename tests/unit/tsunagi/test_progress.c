/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tsunagi/out.h"
#include "tsunagi/progress.h"
#include "unit.h"

static char shown[4096];

/* What work says on a stderr that is a terminal, or not. */
static const char *seen(bool terminal, void (*work)(void))
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	int before = dup(STDERR_FILENO);
	size_t length = 0;
	ssize_t got;
	int other;

	require(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	other = terminal ? open(ptsname(master), O_RDWR | O_NOCTTY) : open("/dev/null", O_WRONLY);
	dup2(other, STDERR_FILENO);
	out_start(false);
	work();
	fflush(stderr);
	dup2(before, STDERR_FILENO);
	close(before);
	close(other);
	/* The kernel passes it on when it likes; with the other end closed, the end of all is an error. */
	while (terminal && (got = read(master, shown + length, sizeof shown - 1 - length)) > 0)
		length += (size_t)got;
	shown[length] = '\0';
	close(master);
	out_start(false);
	return shown;
}

static void slow(void)
{
	struct progress progress;

	progress_start(&progress, "walking");
	progress.started_us -= 2000000;
	progress_update(&progress, 512, 1024);
	progress_update(&progress, 513, 1024); /* too soon after */
	progress_end(&progress);
}

static void unknown_length(void)
{
	struct progress progress;

	progress_start(&progress, "walking");
	progress.started_us -= 2000000;
	progress_update(&progress, 1234, 0);
	progress_end(&progress);
}

static void quick(void)
{
	struct progress progress;

	progress_start(&progress, "walking");
	progress_update(&progress, 1, 2);
	progress_end(&progress);
}

static void test_shown(void)
{
	const char *text = seen(true, slow);

	check(strstr(text, "walking [###############...............]  50 %") != NULL);
	check(strstr(text, "51 %") == NULL && strchr(text, '\n') == NULL);
	check(strlen(text) > 4 && strcmp(text + strlen(text) - 4, "\r\033[K") == 0); /* and taken away again */
	check(strstr(seen(true, unknown_length), "walking 1,234") != NULL);
}

static void test_not_shown(void)
{
	check_text(seen(true, quick), "");
	check_text(seen(false, slow), "");
}

UNIT_SUITE("tsunagi/progress",
	{ "long work on a terminal shows a bar, then none", test_shown },
	{ "short work, or no terminal: nothing", test_not_shown });
