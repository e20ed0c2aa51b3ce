/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/dev_site.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "tsunagi/out.h"
#include "tsunagi/ready.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

#define START_US (20 * INT64_C(1000000))
#define STOP_US (10 * INT64_C(1000000))
#define PATHS (PATH_MAX + 64)

void dev_bundle_name(const char *agency, char name[DEV_BUNDLE_NAME])
{
	size_t used = (size_t)snprintf(name, DEV_BUNDLE_NAME, "TSUNAGI_BUNDLE_");

	for (const char *from = agency; *from != '\0' && used + 1 < DEV_BUNDLE_NAME; from++)
		name[used++] = *from == '-' ? '_' : (char)toupper((unsigned char)*from);
	name[used] = '\0';
}

void dev_site_bundle(const struct dev_site *site, const char *agency, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s.bundle", site->folder, agency);
}

static enum outcome make_home(struct dev_site *site)
{
	char root[TEMPORARY_FOLDER_PATH + 8];
	char endpoint[TEMPORARY_FOLDER_PATH + 40];
	const char *endpoints[] = { endpoint };
	const struct home_plan plan = { TEST_SITE, TEST_SITE_CODE, endpoints, 1, clock_wall_us(), true };
	struct home_fault fault = { "", "" };

	snprintf(root, sizeof root, "%s/home", site->folder);
	snprintf(endpoint, sizeof endpoint, "ipc://%s/run/agencies.sock", root);
	if (home_at(root, &site->home) != ERR_OK || home_create(&site->home, &plan, &fault) != ERR_OK)
		return out_problem(OUTCOME_REFUSED, "DEV_HOME", words("A long TMPDIR makes socket paths too long; try TMPDIR=/tmp.",
								      "TMPDIR が長いとソケットのパスが長くなりすぎます。TMPDIR=/tmp を試してください。"),
				   "%s: %s", fault.path, fault.text);
	return OUTCOME_DONE;
}

/* Beside this program when installed, beside it in a build folder otherwise, else by PATH. */
static void daemon_path(char path[PATHS])
{
	static const char *const places[] = { "tsunagid", "../../daemon/tsunagid", "../sbin/tsunagid" };
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	self[length < 0 ? 0 : length] = '\0';
	slash = strrchr(self, '/');
	if (slash != NULL) {
		*slash = '\0';
		for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
			snprintf(path, PATHS, "%s/%s", self, places[i]);
			if (access(path, X_OK) == 0)
				return;
		}
	}
	snprintf(path, PATHS, "tsunagid");
}

static enum outcome start_daemon(struct dev_site *site)
{
	char program[PATHS];
	char log[TEMPORARY_FOLDER_PATH + 16];
	pid_t parent = getpid();
	sigset_t none;
	pid_t child;
	int fd;

	daemon_path(program);
	snprintf(log, sizeof log, "%s/tsunagid.log", site->folder);
	fflush(NULL);
	child = fork();
	if (child == 0) {
		setsid(); /* a terminal's interrupt is for CMD */
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
		if (getppid() == parent)
			execlp(program, "tsunagid", "--home", site->home.root, (char *)NULL);
		_exit(127);
	}
	if (child < 0)
		return out_problem(OUTCOME_REFUSED, "DEV_START", NULL, "%s: %s", program, strerror(errno));
	site->daemon = child;
	return ready_wait(&site->home, clock_mono_us() + START_US, child);
}

static void show_log(const struct dev_site *site)
{
	char path[TEMPORARY_FOLDER_PATH + 16];
	struct buf log;

	snprintf(path, sizeof path, "%s/tsunagid.log", site->folder);
	buf_init(&log, 1024u * 1024u);
	if (file_read(path, &log) == ERR_OK && buf_text(&log) != NULL)
		out_note("%s", buf_text(&log));
	buf_free(&log);
}

/* Every agency takes everything, everywhere, always. */
static enum outcome write_directory(const struct dev_site *site, const char *const *agencies, size_t count, char path[TEMPORARY_FOLDER_PATH + 20])
{
	struct buf text;
	enum err err;

	buf_init(&text, 256u * 1024u);
	buf_printf(&text, "site: %s\nlocal_government_code: \"%s\"\nnames: {ja: 試験用の拠点, en: Test site}\nzone: Asia/Tokyo\nagencies:\n", TEST_SITE,
		   TEST_SITE_CODE);
	for (size_t i = 0; i <= count; i++) {
		const char *id = i < count ? agencies[i] : DEV_COORDINATOR;
		const char *coordinator = i < count ? DEV_COORDINATOR : agencies[0];

		buf_printf(&text,
			   "  - id: %s\n    names: {ja: 試験 %s, en: Test %s}\n    sector: welfare\n    categories: [test]\n    areas: [\"*\"]\n"
			   "    hours: {always: true}\n    coordinator: %s\n    confirmed_on: \"2026-10-01\"\n",
			   id, id, id, coordinator);
	}
	snprintf(path, TEMPORARY_FOLDER_PATH + 20, "%s/directory.yaml", site->folder);
	err = text.err != ERR_OK ? text.err : file_write_new(path, buf_bytes(&text), 0600);
	buf_free(&text);
	return err == ERR_OK ? OUTCOME_DONE : out_problem(OUTCOME_REFUSED, "FILE", NULL, "%s: %s", path, err_text(err));
}

/* This program with other words, as a person would type them; its results are not ours, its problems are. */
static enum outcome run_self(const struct dev_site *site, const char *const *arguments)
{
	const char *words_list[16] = { "tsunagi", "--home", site->home.root };
	size_t count = 3;
	int status = 0;
	pid_t child;
	pid_t ended = -1;

	while (*arguments != NULL && count + 1 < sizeof words_list / sizeof *words_list)
		words_list[count++] = *arguments++;
	words_list[count] = NULL;
	child = fork();
	if (child == 0) {
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
		execv("/proc/self/exe", (char *const *)(uintptr_t)words_list);
		_exit(127);
	}
	while (child > 0 && (ended = waitpid(child, &status, 0)) < 0 && errno == EINTR)
		;
	return ended > 0 && WIFEXITED(status) ? (enum outcome)WEXITSTATUS(status) : OUTCOME_REFUSED;
}

static enum outcome enrol(const struct dev_site *site, const char *agency)
{
	char invitation[PATH_MAX];
	char bundle[PATH_MAX];
	const char *const add[] = { "agency", "add", agency, "--out", invitation, NULL };
	const char *const take[] = { "enrol", invitation, "--device", "dev", "--as", bundle, NULL };
	enum outcome outcome;

	snprintf(invitation, sizeof invitation, "%s/%s.invitation", site->folder, agency);
	dev_site_bundle(site, agency, bundle);
	outcome = run_self(site, add);
	return outcome == OUTCOME_DONE ? run_self(site, take) : outcome;
}

static enum outcome fill(struct dev_site *site, const char *const *agencies, size_t count)
{
	char path[TEMPORARY_FOLDER_PATH + 20];
	const char *const load[] = { "directory", "load", path, NULL };
	enum outcome outcome = make_home(site);

	if (outcome == OUTCOME_DONE)
		outcome = start_daemon(site);
	if (outcome == OUTCOME_DONE)
		outcome = write_directory(site, agencies, count, path);
	if (outcome == OUTCOME_DONE)
		outcome = run_self(site, load);
	for (size_t i = 0; outcome == OUTCOME_DONE && i < count; i++)
		outcome = enrol(site, agencies[i]);
	return outcome;
}

enum outcome dev_site_start(const char *const *agencies, size_t count, struct dev_site *ret_site)
{
	struct dev_site site = { .daemon = 0 };
	enum outcome outcome;

	if (temporary_folder_make("tsunagi-dev", site.folder) != ERR_OK)
		return out_problem(OUTCOME_REFUSED, "DEV_HOME", NULL, words("No temporary directory: %s.", "一時ディレクトリを作れません:%s。"), strerror(errno));
	outcome = fill(&site, agencies, count);
	if (outcome == OUTCOME_DONE) {
		*ret_site = site;
		return OUTCOME_DONE;
	}
	show_log(&site);
	dev_site_stop(&site);
	return outcome;
}

void dev_site_stop(struct dev_site *site)
{
	int64_t until = clock_mono_us() + STOP_US;

	if (site->daemon > 0) {
		kill(site->daemon, SIGTERM);
		while (waitpid(site->daemon, NULL, WNOHANG) == 0) {
			if (clock_mono_us() > until)
				kill(site->daemon, SIGKILL);
			nanosleep(&(struct timespec){ 0, 5000000 }, NULL);
		}
	}
	temporary_folder_remove(site->folder);
	site->daemon = 0;
}
