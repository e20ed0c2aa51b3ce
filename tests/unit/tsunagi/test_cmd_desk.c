/* SPDX-License-Identifier: Apache-2.0 */
/* desk DIR: arrivals become pages, sheets in outbox/ are sent once, and result.csv tells all of it. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "desk.h"
#include "tsunagi/desk_page.h"
#include "unit.h"

static const char *shared(const char *name)
{
	static char path[600];

	snprintf(path, sizeof path, "%s/shared%s%s", unit_folder(), *name == '\0' ? "" : "/", name);
	return path;
}

static const char *content(const char *name)
{
	static char text[65536];
	struct buf bytes;

	buf_init(&bytes, sizeof text - 1);
	text[0] = '\0';
	if (file_read(shared(name), &bytes) == ERR_OK && buf_text(&bytes) != NULL)
		snprintf(text, sizeof text, "%s", buf_text(&bytes));
	buf_free(&bytes);
	return text;
}

/* A file that somebody put there some time ago. */
static void put(const char *name, const char *text)
{
	const time_t then = (time_t)(clock_wall_us() / 1000000 - 10);
	const struct timespec times[2] = { { .tv_sec = then }, { .tv_sec = then } };

	require_ok(file_write(shared(name), bytes_of_text(text), 0660));
	require(utimensat(AT_FDCWD, shared(name), times, 0) == 0);
}

/* Files in a place of the folder with that ending; the last one's name. */
static size_t count(const char *place, const char *ending, char last[300])
{
	DIR *directory = opendir(shared(place));
	struct dirent *entry;
	size_t found = 0;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		size_t length = strlen(entry->d_name), tail = strlen(ending);

		if (length < tail || strcmp(entry->d_name + length - tail, ending) != 0)
			continue;
		snprintf(last, 300, "%s/%s", place, entry->d_name);
		found++;
	}
	if (directory != NULL)
		closedir(directory);
	return found;
}

static void run_desk(struct desk *desk)
{
	desk_run(desk, false, "desk %s --once --as %s", shared(""), desk->desk->path);
}

static void test_usage(void)
{
	struct desk desk = desk_begin();

	desk_run(&desk, true, "desk %s --encoding ebcdic --as %s", shared(""), desk.desk->path);
	check_int(desk.outcome, OUTCOME_USAGE);
	check(access(shared(""), F_OK) != 0);
	desk_end(&desk);
}

/* With the folder that its people share. */
static struct desk shared_desk(void)
{
	struct desk desk = desk_begin();

	require(mkdir(shared(""), 0770) == 0);
	return desk;
}

static void test_no_folder(void)
{
	struct desk desk = desk_begin();

	run_desk(&desk);
	check_int(desk.outcome, OUTCOME_NOT_THERE);
	check(access(shared(""), F_OK) != 0); /* a name typed wrong would be waited for by nobody */
	desk_end(&desk);
}

static void test_arrival(void)
{
	struct desk desk = shared_desk();
	char id[37], page[300], name[100];

	desk_send(&desk, id);
	run_desk(&desk);
	check_int(desk.outcome, OUTCOME_DONE);
	require(count("inbox", ".html", page) == 1);
	check(strstr(content(page), "<!DOCTYPE html>") != NULL);
	snprintf(name, sizeof name, "inbox/messages/%s/message.json", id);
	check(*content(name) != '\0');
	check(strstr(content("result.csv"), "link@") != NULL);
	run_desk(&desk); /* it was acknowledged: nothing comes again */
	check(count("inbox", ".html", page) == 1);
	check(strstr(strstr(content("result.csv"), "link@") + 1, "link@") == NULL);
	desk_end(&desk);
}

static const char capacity[] = "{\"kind\":\"REQUEST\",\"ask\":\"CAPACITY\",\"urgency\":\"SOON\",\"to\":[\"desk\"],\"basis\":{\"basis\":\"ANONYMOUS\"},"
			       "\"sheet\":{\"topics\":[{\"topic\":\"DEBT\",\"mark\":\"MAIN\"}]}}";

/* A printer program of our own stands before the real one in PATH; what it does is a shell's line. */
static void with_printer(const char *line, struct desk *desk)
{
	char path[1800], before[1000];

	snprintf(before, sizeof before, "%s", getenv("PATH") == NULL ? "" : getenv("PATH"));
	require(mkdir(shared("bin"), 0770) == 0 || access(shared("bin"), F_OK) == 0);
	snprintf(path, sizeof path, "#!/bin/sh\n%s\n", line);
	require_ok(file_write(shared("bin/lp"), bytes_of_text(path), 0700));
	snprintf(path, sizeof path, "%s:%s", shared("bin"), before);
	require(setenv("PATH", path, 1) == 0 && setenv("PRINTED", shared("printed"), 1) == 0);
	desk_run(desk, false, "desk %s --once --print front-desk --as %s", shared(""), desk->desk->path);
	require(setenv("PATH", before, 1) == 0);
}

static void send_capacity(struct desk *desk)
{
	char path[400];

	snprintf(path, sizeof path, "%s/capacity.json", unit_folder());
	require_ok(file_write(path, bytes_of_text(capacity), 0600));
	desk_run(desk, false, "send %s --as %s", path, desk->link->path);
	require(desk->outcome == OUTCOME_DONE);
}

static void test_printing(void)
{
	struct desk desk = shared_desk();
	char page[300];

	send_capacity(&desk);
	with_printer("echo \"$@\" >>\"$PRINTED\"; cat >>\"$PRINTED\"", &desk);
	check_int(desk.outcome, OUTCOME_DONE);
	check(strstr(content("printed"), "-d front-desk") != NULL);
	check(strstr(content("printed"), "受入可否") != NULL);
	require(count("inbox", ".html", page) == 1);
	check(strstr(content(page), "つなぎシート") != NULL);
	desk_end(&desk);
}

/* A printer that takes nothing loses nothing: the page is there, and the desk is told. */
static void test_no_printer(void)
{
	struct desk desk = shared_desk();
	char page[300];

	send_capacity(&desk);
	with_printer("exit 1", &desk);
	check_int(desk.outcome, OUTCOME_DONE);
	check(count("inbox", ".html", page) == 1);
	check(strstr(content("result.csv"), "front-desk") != NULL);
	check(strstr(content("result.csv"), "the printer took nothing") != NULL);
	desk_end(&desk);
}

static void test_outbox(void)
{
	struct desk desk = shared_desk();
	char message[4096], last[300];
	struct buf text;

	buf_init(&text, sizeof message - 1);
	require_ok(file_read(desk_message(""), &text));
	snprintf(message, sizeof message, "%s", buf_text(&text));
	buf_free(&text);
	desk_run(&desk, false, "desk %s --once --as %s", shared(""), desk.link->path); /* makes the places */
	put("outbox/good.json", message);
	put("outbox/bad.json", "{");
	put("outbox/notes.txt", "not for us");
	desk_run(&desk, false, "desk %s --once --as %s", shared(""), desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(count("sent", "good.json", last) == 1);
	check(count("refused", "bad.json", last) == 1);
	check(count("outbox", ".txt", last) == 1 && count("outbox", ".json", last) == 0);
	put("outbox/good.json", message); /* the very same again */
	desk_run(&desk, false, "desk %s --once --as %s", shared(""), desk.link->path);
	check(strstr(content("result.csv"), "sent before") != NULL);
	desk_end(&desk);
}

/* Who may write to the share may not have other files of this machine sent. */
static void test_attachments_from_elsewhere(void)
{
	static const char *const paths[] = { "/etc/hostname", "../reply.csv", "link.txt", "missing.txt", "" };
	struct desk desk = shared_desk();
	char last[300], other[400];

	desk_run(&desk, false, "desk %s --once --as %s", shared(""), desk.link->path);
	require(symlink("/etc/hostname", shared("outbox/link.txt")) == 0);
	put("outbox/beside.txt", "enclosed");
	for (size_t i = 0; i <= sizeof paths / sizeof *paths; i++) {
		bool good = i == sizeof paths / sizeof *paths;
		char message[4096], name[60];
		struct buf text;

		snprintf(other, sizeof other, ",\"attach\":[{\"path\":\"%s\",\"classes\":[\"HEALTH\"]}]", good ? "beside.txt" : paths[i]);
		buf_init(&text, sizeof message - 1);
		require_ok(file_read(desk_message(other), &text));
		snprintf(message, sizeof message, "%s", buf_text(&text));
		buf_free(&text);
		snprintf(name, sizeof name, "outbox/%zu.json", i);
		put(name, message);
		desk_run(&desk, false, "desk %s --once --as %s", shared(""), desk.link->path);
		snprintf(name, sizeof name, "%zu.json", i);
		unit_context("%s", other);
		check(count(good ? "sent" : "refused", name, last) == 1);
	}
	check_uint(stage_tally(desk.stage, TALLY_SUBMITTED), 1);
	desk_end(&desk);
}

/* While somebody has a sheet open, or just wrote it, it stays where it is. */
static void test_open_files(void)
{
	struct desk desk = shared_desk();
	char last[300];

	desk_run(&desk, false, "desk %s --once --as %s", shared(""), desk.link->path);
	put("outbox/open.json", "{");
	put("outbox/.~lock.open.json#", "");
	desk_run(&desk, false, "desk %s --once --as %s", shared(""), desk.link->path);
	check(count("outbox", "open.json", last) == 1);
	check(strstr(content("result.csv"), "open.json") == NULL);
	desk_end(&desk);
}

static void test_replies(void)
{
	struct desk desk = shared_desk();
	const char *first = NULL;

	run_desk(&desk);
	put("reply.csv", "番号,返答,理由,日付,機関,結果,内容\r\n1,踊ります,,,,,\r\n\"half");
	run_desk(&desk);
	first = strstr(content("result.csv"), "踊ります");
	require(first != NULL);
	check(strstr(first, "reply.csv,3") != NULL); /* the row that ends nowhere */
	run_desk(&desk);
	first = strstr(content("result.csv"), ",踊ります,");
	check(first != NULL && strstr(first + 1, ",踊ります,") == NULL); /* told once */
	desk_end(&desk);
}

static void test_unreachable(void)
{
	struct desk desk = shared_desk();

	stage_stop(desk.stage);
	run_desk(&desk);
	check_int(desk.outcome, OUTCOME_UNREACHABLE);
	check(access(shared("inbox"), F_OK) == 0); /* the desk can write its replies all the same */
	desk_end(&desk);
}

/* ---- pages of what is no sheet ---- */

static void test_pages(void)
{
	static const struct {
		const char *delivery, *summary, *holds;
		bool sheet;
	} rows[] = {
		{ "{\"kind\":\"NOTE\",\"message_id\":\"01a222a6-b693-790a-9614-5f652bf2244f\",\"sender\":\"link@a\",\"note\":{\"text\":\"<b>急ぎ</b>\"}}", "連絡",
		  "&lt;b&gt;急ぎ&lt;/b&gt;", false },
		{ "{\"kind\":\"REQUEST\",\"sender\":\"link@a\",\"parts\":[],\"leg_act\":{\"action\":\"DECLINE\",\"reason\":\"FULL\",\"none_known\":true}}", "断る",
		  "定員・件数がいっぱい", false },
		{ "{\"kind\":\"CONFERENCE\",\"conference\":{\"title\":\"ケース会議\",\"decisions\":[{\"text\":\"訪問する\"}]}}", "会議", "訪問する", false },
		{ "{\"kind\":\"REQUEST\",\"parts\":[{\"withheld\":true}]}", "依頼", "受けると返事をした後", true },
		{ "{\"type\":\"notice\",\"what\":\"ANSWER_DUE\",\"text\":\"返事の期限です\"}", "通知", "返事の期限です", false },
		{ "{\"type\":\"notice\",\"what\":\"PART_BLOCKED\",\"kind\":\"REQUEST\",\"parts\":[0],\"site\":\"chiba-city\",\"title\":\"一部を提供停止\","
		  "\"text\":\"渡されません\"}", "通知", "一部を提供停止", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *delivery = json_loads(rows[i].delivery, 0, NULL);
		struct buf page;

		require(delivery != NULL);
		unit_context("%s", rows[i].delivery);
		buf_init(&page, 1u << 20);
		desk_page_put(delivery, &page);
		require(buf_text(&page) != NULL);
		check_text(desk_page_summary(delivery), rows[i].summary);
		check(strstr(buf_text(&page), rows[i].holds) != NULL);
		check(desk_page_is_sheet(delivery) == rows[i].sheet);
		check(strstr(buf_text(&page), "<b>急ぎ") == NULL);
		buf_free(&page);
		json_decref(delivery);
	}
}

UNIT_SUITE("tsunagi/cmd_desk",
	{ "called wrongly", test_usage },
	{ "a folder that is not there", test_no_folder },
	{ "an arrival becomes a page", test_arrival },
	{ "paper without a name", test_printing },
	{ "a printer that takes nothing", test_no_printer },
	{ "sheets in outbox/", test_outbox },
	{ "attachments from elsewhere", test_attachments_from_elsewhere },
	{ "files that are open", test_open_files },
	{ "rows of reply.csv, each once", test_replies },
	{ "no broker", test_unreachable },
	{ "pages of what is no sheet", test_pages });
