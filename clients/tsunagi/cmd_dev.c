/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "tsunagi/command.h"
#include "tsunagi/dev_site.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define AGENCIES_MAX 32

/* "a,b" as labels; OUTCOME_USAGE when one is none. */
static enum outcome split(const struct call *call, char *text, const char *agencies[AGENCIES_MAX], size_t *ret_count)
{
	char *rest = text;
	char *one;

	*ret_count = 0;
	while ((one = strsep(&rest, ",")) != NULL) {
		if (!text_is_label(bytes_of_text(one)) || strcmp(one, DEV_COORDINATOR) == 0)
			return call_usage(call, words("--agencies: \"%s\" is no id (lower-case letters, digits, inner hyphens)",
						      "--agencies:「%s」は ID ではありません(半角の英小文字・数字・ハイフン)"),
					  one);
		if (*ret_count == AGENCIES_MAX)
			return call_usage(call, words("at most %d agencies", "機関は %d までです"), AGENCIES_MAX);
		agencies[(*ret_count)++] = one;
	}
	return OUTCOME_DONE;
}

/* TSUNAGI_BUNDLE_LINK and the like; the first agency is also the one of TSUNAGI_BUNDLE. */
static void export_bundle(const struct dev_site *site, const char *agency, bool first)
{
	char name[DEV_BUNDLE_NAME];
	char path[PATH_MAX];

	dev_bundle_name(agency, name);
	dev_site_bundle(site, agency, path);
	setenv(name, path, 1);
	if (first)
		setenv("TSUNAGI_BUNDLE", path, 1);
}

/* So that CMD finds the same `tsunagi` as the one that runs. */
static void export_path(void)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
	const char *path = getenv("PATH");
	char *slash;
	char *longer;

	if (length <= 0)
		return;
	self[length] = '\0';
	slash = strrchr(self, '/');
	if (slash == NULL)
		return;
	*slash = '\0';
	if (asprintf(&longer, "%s:%s", self, path == NULL ? "/usr/bin:/bin" : path) < 0)
		return;
	setenv("PATH", longer, 1);
	free(longer);
}

static volatile sig_atomic_t running; /* CMD's process */

static void pass_on(int number)
{
	if (running > 0)
		kill((pid_t)running, number);
}

/* What asks this program to end is CMD's to answer. Between the two calls it waits, so that none finds a site half made or a CMD
 * that is not known yet, and leaves the site behind. Returns how it was before. */
static sigset_t ends_hold(void)
{
	const struct sigaction pass = { .sa_handler = pass_on };
	sigset_t ends, before;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_BLOCK, &ends, &before);
	sigaction(SIGTERM, &pass, NULL);
	sigaction(SIGHUP, &pass, NULL);
	return before;
}

static void ends_release(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

static void become(char *const *command, const sigset_t *before)
{
	const char *shell = getenv("SHELL");
	char *const fallback[] = { (char *)(uintptr_t)(shell != NULL && *shell != '\0' ? shell : "/bin/sh"), NULL };

	signal(SIGPIPE, SIG_DFL);
	signal(SIGTERM, SIG_DFL); /* it may come before the other program is there */
	signal(SIGHUP, SIG_DFL);
	ends_release(before);
	if (command[0] == NULL)
		command = fallback;
	execvp(command[0], command);
	fprintf(stderr, "tsunagi: %s: %s\n", command[0], strerror(errno));
	_exit(127);
}

static int run_program(char *const *command, const sigset_t *before)
{
	int status = 0;
	pid_t child;
	pid_t ended;

	fflush(NULL);
	child = fork();
	if (child == 0)
		become(command, before);
	if (child < 0)
		return 126;
	running = child;
	ends_release(before);
	signal(SIGINT, SIG_IGN); /* the terminal gives it to CMD as well, and what CMD makes of it is the end */
	while ((ended = waitpid(child, &status, 0)) < 0 && errno == EINTR)
		;
	running = 0;
	if (ended < 0)
		return 126;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void greet(const char *const *agencies, size_t count)
{
	out_note("%s", words("TEST site dev-test is up; it goes with this shell (exit ends it). In the environment:",
			     "TEST 拠点 dev-test を起動しました。このシェルを終えると消えます(exit)。環境変数:"));
	out_note("  TSUNAGI_HOME");
	for (size_t i = 0; i < count; i++) {
		char name[DEV_BUNDLE_NAME];

		dev_bundle_name(agencies[i], name);
		out_note("  %s", name);
	}
}

enum outcome cmd_dev(const struct call *call)
{
	const char *given = args_text(&call->args, "agencies");
	char *text = strdup(given == NULL ? "a,b" : given);
	const char *agencies[AGENCIES_MAX];
	struct dev_site site;
	size_t count = 0;
	enum outcome outcome;
	sigset_t before;

	if (text == NULL)
		return OUTCOME_REFUSED;
	outcome = split(call, text, agencies, &count);
	if (outcome == OUTCOME_DONE) {
		before = ends_hold();
		outcome = dev_site_start(agencies, count, &site);
		if (outcome == OUTCOME_DONE) {
			setenv("TSUNAGI_HOME", site.home.root, 1);
			for (size_t i = 0; i < count; i++)
				export_bundle(&site, agencies[i], i == 0);
			export_path();
			if (call->args.operand_count == 0)
				greet(agencies, count);
			outcome = (enum outcome)run_program(call->args.operands, &before);
			dev_site_stop(&site);
		}
	}
	free(text);
	return outcome;
}
