/* SPDX-License-Identifier: Apache-2.0 */
/* The shared folder: what is made, what is left alone while somebody works on it, and result.csv. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "tsunagi/desk_folder.h"
#include "tsunagi/desk_results.h"
#include "unit.h"

static const char *in_folder(const char *name)
{
	static char path[400];

	snprintf(path, sizeof path, "%s/%s", unit_folder(), name);
	return path;
}

static void put(const char *name, const char *text)
{
	require_ok(file_write(in_folder(name), bytes_of_text(text), 0660));
}

/* As if it had been written so many seconds ago. */
static void age(const char *name, int64_t seconds)
{
	struct timespec times[2] = { { .tv_sec = (time_t)(clock_wall_us() / 1000000 - seconds) }, { .tv_sec = (time_t)(clock_wall_us() / 1000000 - seconds) } };

	require(utimensat(AT_FDCWD, in_folder(name), times, 0) == 0);
}

static const char *content(const char *path)
{
	static char text[65536];
	struct buf bytes;

	buf_init(&bytes, sizeof text - 1);
	text[0] = '\0';
	if (file_read(path, &bytes) == ERR_OK && buf_text(&bytes) != NULL)
		snprintf(text, sizeof text, "%s", buf_text(&bytes));
	buf_free(&bytes);
	return text;
}

static void test_places(void)
{
	static const char *const places[] = { "inbox/messages", "outbox", "sent", "refused", ".tsunagi", "reply.csv", "はじめに.txt" };
	struct desk_folder folder;
	char shared[400];

	snprintf(shared, sizeof shared, "%s", in_folder("shared"));
	check_int(desk_folder_open(shared, CSV_UTF8, &folder), OUTCOME_NOT_THERE); /* a name typed wrong would be waited for by nobody */
	check(access(shared, F_OK) != 0);
	desk_folder_free(&folder);
	require(mkdir(shared, 0770) == 0);
	check_int(desk_folder_open(shared, CSV_UTF8, &folder), OUTCOME_DONE);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char name[200];

		snprintf(name, sizeof name, "shared/%s", places[i]);
		unit_context("%s", places[i]);
		check(access(in_folder(name), F_OK) == 0);
	}
	unit_context(" ");
	check_text(content(folder.replies), "\xef\xbb\xbf番号,返答,理由,日付,機関,結果,内容,対象機関\r\n");
	require_ok(file_write(folder.replies, bytes_of_text("the desk's own"), 0660));
	desk_folder_free(&folder);
	check_int(desk_folder_open(shared, CSV_UTF8, &folder), OUTCOME_DONE);
	check_text(content(folder.replies), "the desk's own"); /* never written again */
	desk_folder_free(&folder);
}

static void test_no_folder(void)
{
	struct desk_folder folder;

	put("file", "a file stands here");
	check_int(desk_folder_open(in_folder("file"), CSV_UTF8, &folder), OUTCOME_REFUSED);
	desk_folder_free(&folder);
	check_int(desk_folder_open(in_folder("a/b/c"), CSV_UTF8, &folder), OUTCOME_NOT_THERE);
	desk_folder_free(&folder);
}

static void test_settled(void)
{
	put("sheet.csv", "x");
	check(!desk_file_is_settled(in_folder("sheet.csv"))); /* written just now */
	age("sheet.csv", 5);
	check(desk_file_is_settled(in_folder("sheet.csv")));
	age("sheet.csv", -300); /* the file server's clock runs ahead */
	check(!desk_file_is_settled(in_folder("sheet.csv")));
	check(!desk_file_is_settled(in_folder("not-there.csv")));
	require(mkdir(in_folder("folder.csv"), 0700) == 0);
	age("folder.csv", 5);
	check(!desk_file_is_settled(in_folder("folder.csv")));
	require(symlink("/etc/passwd", in_folder("link.csv")) == 0);
	check(!desk_file_is_settled(in_folder("link.csv"))); /* nothing outside the folder is ever sent */
	require(mkfifo(in_folder("pipe.csv"), 0600) == 0);
	check(!desk_file_is_settled(in_folder("pipe.csv"))); /* and nothing blocks */
}

static void test_office_locks(void)
{
	static const char *const locks[] = { ".~lock.sheet.csv#", "~$sheet.csv", "~$eet.csv" };

	put("sheet.csv", "x");
	age("sheet.csv", 5);
	for (size_t i = 0; i < sizeof locks / sizeof *locks; i++) {
		unit_context("%s", locks[i]);
		put(locks[i], "");
		check(desk_file_is_open(in_folder("sheet.csv")));
		check(!desk_file_is_settled(in_folder("sheet.csv")));
		require(unlink(in_folder(locks[i])) == 0);
		check(desk_file_is_settled(in_folder("sheet.csv")));
	}
}

static void test_tools_own_names(void)
{
	static const char *const names[] = { ".hidden.csv", "~$sheet.csv", "sheet.csv~", "sheet.csv.tmp", "a.c" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		unit_context("%s", names[i]);
		put(names[i], "x");
		age(names[i], 5);
		check(!desk_file_is_settled(in_folder(names[i])));
	}
}

/* Another process holds a lock for writing. */
static void test_record_lock(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int ready[2], done[2], status = 0;
	char byte;
	pid_t child;

	put("sheet.csv", "x");
	age("sheet.csv", 5);
	require(pipe(ready) == 0 && pipe(done) == 0);
	child = fork();
	if (child == 0) {
		int descriptor = open(in_folder("sheet.csv"), O_RDWR | O_CLOEXEC);

		if (fcntl(descriptor, F_SETLK, &lock) != 0 || write(ready[1], "x", 1) != 1 || read(done[0], &byte, 1) != 1)
			_exit(1);
		_exit(0);
	}
	require(child > 0 && read(ready[0], &byte, 1) == 1);
	check(!desk_file_is_settled(in_folder("sheet.csv")));
	require(write(done[1], "x", 1) == 1 && waitpid(child, &status, 0) == child);
	check_int(status, 0);
	check(desk_file_is_settled(in_folder("sheet.csv")));
	for (int i = 0; i < 2; i++) {
		close(ready[i]);
		close(done[i]);
	}
}

static void test_move(void)
{
	char place[400], path[400];

	require(mkdir(in_folder("sent"), 0700) == 0);
	snprintf(place, sizeof place, "%s", in_folder("sent"));
	put("a.csv", "first");
	snprintf(path, sizeof path, "%s", in_folder("a.csv"));
	check(desk_file_move(path, place));
	check_text(content(in_folder("sent/a.csv")), "first");
	put("a.csv", "second");
	check(desk_file_move(path, place)); /* beside the first, which stays */
	check_text(content(in_folder("sent/a.csv")), "first");
	check(access(path, F_OK) != 0);
	check(!desk_file_move(path, place));
	put("a.csv", "third");
	check(!desk_file_move(path, in_folder("nowhere")));
	check_text(content(path), "third");
}

/* ---- result.csv ---- */

static void test_results(void)
{
	struct desk_results results;
	struct desk_folder folder;
	const char *text = NULL;

	(void)mkdir(in_folder("shared"), 0770);
	require(desk_folder_open(in_folder("shared"), CSV_UTF8, &folder) == OUTCOME_DONE);
	require(desk_results_start(&results, &folder));
	desk_results_write(&results);
	check(access(folder.results, F_OK) != 0); /* nothing to say, no file */
	desk_results_say(&results, "reply.csv", 3, "ZCMNZ-492FH", "受けます", "済み", "");
	desk_results_say(&results, "a.json", 0, "", "シート", "できません", "=HYPERLINK(\"http://example.jp\")");
	desk_results_write(&results);
	text = content(folder.results);
	check(strncmp(text, "\xef\xbb\xbf日時,対象,行,番号,内容,結果,説明\r\n", strlen("\xef\xbb\xbf日時,対象,行,番号,内容,結果,説明\r\n")) == 0);
	check(strstr(text, ",reply.csv,3,ZCMNZ-492FH,受けます,済み,\r\n") != NULL);
	check(strstr(text, "\"'=HYPERLINK(\"\"http://example.jp\"\")\"") != NULL); /* no spreadsheet runs it */
	desk_results_say(&results, "b.json", 0, "", "", "", "");
	desk_results_end(&results);
	text = content(folder.results);
	check(strstr(text, "b.json") != NULL);
	check(strstr(strstr(text, "日時") + 1, "日時") == NULL); /* one heading */
	desk_folder_free(&folder);
}

static void test_results_wait(void)
{
	struct desk_results results;
	struct desk_folder folder;

	(void)mkdir(in_folder("shared"), 0770);
	require(desk_folder_open(in_folder("shared"), CSV_UTF8, &folder) == OUTCOME_DONE);
	require(desk_results_start(&results, &folder));
	put("shared/.~lock.result.csv#", "somebody has it open");
	desk_results_say(&results, "reply.csv", 1, "", "", "済み", "");
	desk_results_write(&results);
	check(access(folder.results, F_OK) != 0);
	check_uint(json_array_size(results.waiting), 1);
	require(unlink(in_folder("shared/.~lock.result.csv#")) == 0);
	desk_results_write(&results);
	check_uint(json_array_size(results.waiting), 0);
	check(strstr(content(folder.results), "済み") != NULL);
	desk_results_end(&results);
	desk_folder_free(&folder);
}

/* In CP932 a character that it lacks is never replaced by another. */
static void test_results_cp932(void)
{
	struct desk_results results;
	struct desk_folder folder;

	(void)mkdir(in_folder("shared"), 0770);
	require(desk_folder_open(in_folder("shared"), CSV_CP932, &folder) == OUTCOME_DONE);
	require(desk_results_start(&results, &folder));
	desk_results_say(&results, "𠮷野.json", 0, "", "", "済み", "");
	desk_results_end(&results);
	check(strstr(content(folder.results), "\x8d\xcf\x82\xdd") != NULL); /* 済み */
	check(strstr(content(folder.results), "?") == NULL);
	desk_folder_free(&folder);
}

UNIT_SUITE("tsunagi/desk_folder",
	{ "what is made, once", test_places },
	{ "where it cannot be", test_no_folder },
	{ "a file that nobody works on", test_settled },
	{ "files that office tools have open", test_office_locks },
	{ "names of tools' own", test_tools_own_names },
	{ "a lock for writing", test_record_lock },
	{ "files that move on", test_move },
	{ "results", test_results },
	{ "results while the file is open", test_results_wait },
	{ "results in CP932", test_results_cp932 });
