/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/desk_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "tsunagi/csv.h"
#include "tsunagi/desk_reply_action.h"
#include "tsunagi/out.h"
#include "tsunagi/words.h"

#define SETTLED_US (2 * INT64_C(1000000)) /* since the last write */
#define US_PER_S INT64_C(1000000)

static const char welcome[] =
	"つなぎ:このフォルダーの使い方\n"
	"\n"
	"inbox/      届いた連絡です。番号.html を開いて読み、印刷できます。\n"
	"reply.csv   返事を一行ずつ書いて保存してください。数秒で送られます。\n"
	"            番号、返答(受けます・受けられません・質問 など)、理由、日付、機関、結果、内容、対象機関。\n"
	"            受けられないときは理由と、ほかに力になれる機関(分からなければ「なし」)が要ります。\n"
	"            対象機関は、一つの依頼に複数の機関の分があるとき(閉鎖した機関に代わるとき、依頼先が複数のとき)だけ書きます。\n"
	"outbox/     送るシート(.csv か .json)を入れてください。送られると sent/ に移ります。\n"
	"            断られた行があると refused/ に移ります。直してもう一度入れれば、送れていない行だけが送られます。\n"
	"result.csv  行やファイルごとの結果です。このファイルは書き換えないでください。\n"
	"\n"
	"開いたままのファイルは、閉じるまで読み書きしません。\n"
	"\n"
	"Tsunagi: inbox/ holds what arrived as pages to read and print; write answers into reply.csv, a row each; put sheets to be sent\n"
	"into outbox/; result.csv tells what became of each row and file.\n";

/* Every place's path; NULL where memory is short. */
static bool name_places(struct desk_folder *folder)
{
	folder->inbox = path_join(folder->path, "inbox");
	folder->messages = folder->inbox == NULL ? NULL : path_join(folder->inbox, "messages");
	folder->outbox = path_join(folder->path, "outbox");
	folder->sent = path_join(folder->path, "sent");
	folder->refused = path_join(folder->path, "refused");
	folder->state = path_join(folder->path, ".tsunagi");
	folder->replies = path_join(folder->path, "reply.csv");
	folder->results = path_join(folder->path, "result.csv");
	return folder->messages != NULL && folder->outbox != NULL && folder->sent != NULL && folder->refused != NULL && folder->state != NULL &&
	       folder->replies != NULL && folder->results != NULL;
}

static enum err write_welcome(const struct desk_folder *folder)
{
	char *path = path_join(folder->path, "はじめに.txt");
	enum err err = path == NULL ? ERR_NOMEM : file_write_new(path, bytes_of_text(welcome), 0660);

	free(path);
	return err == ERR_EXISTS ? ERR_OK : err;
}

/* An empty reply.csv with its heading, for whoever opens it first. */
static enum err write_replies(const struct desk_folder *folder)
{
	size_t count = 0, cell = 0;
	const char *const *titles = desk_reply_titles(&count);
	struct buf text;
	enum err err;

	buf_init(&text, 4096);
	csv_put_start(folder->encoding, &text);
	err = csv_put_row(titles, count, folder->encoding, &text, &cell);
	if (err == ERR_OK)
		err = file_write_new(folder->replies, buf_bytes(&text), 0660);
	buf_free(&text);
	return err == ERR_EXISTS ? ERR_OK : err;
}

/* A name that was typed wrong would be waited for by nobody: the folder that people share is made by them. */
static bool is_there(const char *path)
{
	struct stat stat_buf;

	return stat(path, &stat_buf) == 0;
}

static enum err make_places(const struct desk_folder *folder)
{
	const char *const places[] = { folder->path, folder->inbox, folder->messages, folder->outbox, folder->sent, folder->refused, folder->state };
	enum err err = ERR_OK;

	if (!is_there(folder->path))
		return ERR_NOT_FOUND;
	for (size_t i = 0; i < sizeof places / sizeof *places && err == ERR_OK; i++)
		err = folder_make(places[i], 0770);
	if (err == ERR_OK)
		err = write_welcome(folder);
	return err == ERR_OK ? write_replies(folder) : err;
}

enum outcome desk_folder_open(const char *path, enum csv_encoding encoding, struct desk_folder *ret_folder)
{
	enum err err = ERR_NOMEM;

	*ret_folder = (struct desk_folder){ .encoding = encoding, .path = strdup(path) };
	if (ret_folder->path != NULL && name_places(ret_folder))
		err = make_places(ret_folder);
	if (err == ERR_NOT_FOUND)
		return out_problem(OUTCOME_NOT_THERE, "FOLDER",
				   words("Name the folder that the desk shares, or make it first: mkdir.",
					 "窓口で共有しているフォルダーを指定するか、先に作ってください(mkdir)。"),
				   words("%s: there is no such folder.", "%s:そのフォルダーはありません。"), path);
	return err == ERR_OK ? OUTCOME_DONE
			     : out_problem(OUTCOME_REFUSED, "FOLDER",
					   words("It must be a directory that this user may write to.", "この利用者が書き込めるフォルダーが必要です。"), "%s: %s", path, err_text(err));
}

void desk_folder_free(struct desk_folder *folder)
{
	free(folder->path);
	free(folder->inbox);
	free(folder->messages);
	free(folder->outbox);
	free(folder->sent);
	free(folder->refused);
	free(folder->state);
	free(folder->replies);
	free(folder->results);
	*folder = (struct desk_folder){ 0 };
}

/* ---- files ---- */

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* Whether a file with this name, made of format and the file's own name, stands beside it. */
static bool has_beside(const char *path, const char *format, const char *name)
{
	size_t folder = (size_t)(file_name(path) - path);
	char beside[4400];
	int written = snprintf(beside, sizeof beside, "%.*s", (int)folder, path);

	if (written < 0 || (size_t)written >= sizeof beside - 300)
		return true; /* a name that nobody can have written is left alone */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(beside + written, sizeof beside - (size_t)written, format, name);
#pragma GCC diagnostic pop
	return access(beside, F_OK) == 0;
}

/* LibreOffice puts .~lock.NAME# beside what it has open; Excel ~$NAME, Word the same without the name's first two characters. */
bool desk_file_is_open(const char *path)
{
	const char *name = file_name(path);

	return has_beside(path, ".~lock.%s#", name) || has_beside(path, "~$%s", name) || (strlen(name) > 2 && has_beside(path, "~$%s", name + 2));
}

static bool is_tools_own(const char *name)
{
	size_t length = strlen(name);

	return name[0] == '.' || name[0] == '~' || length < 5 || strcmp(name + length - 4, ".tmp") == 0 || strcmp(name + length - 1, "~") == 0;
}

/* Whether another program holds a lock that speaks of writing. */
static bool is_locked(const char *path)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	bool locked = descriptor < 0 || (fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK);

	if (descriptor >= 0)
		close(descriptor);
	return locked;
}

bool desk_file_is_settled(const char *path)
{
	struct stat status;
	int64_t written_us;

	if (is_tools_own(file_name(path)) || lstat(path, &status) != 0 || !S_ISREG(status.st_mode) || desk_file_is_open(path))
		return false;
	written_us = (int64_t)status.st_mtim.tv_sec * US_PER_S + status.st_mtim.tv_nsec / 1000;
	return written_us + SETTLED_US <= clock_wall_us() && !is_locked(path);
}

bool desk_file_move(const char *path, const char *place)
{
	char to[4400];

	if (snprintf(to, sizeof to, "%s/%s", place, file_name(path)) >= (int)sizeof to)
		return false;
	if (access(to, F_OK) == 0 &&
	    snprintf(to, sizeof to, "%s/%lld-%s", place, (long long)clock_wall_us(), file_name(path)) >= (int)sizeof to)
		return false;
	return rename(path, to) == 0 && folder_sync(place) == ERR_OK && folder_sync_parent(path) == ERR_OK;
}
