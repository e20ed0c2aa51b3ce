/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/sheet_source.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "content.pb-c.h"
#include "contract/json.h"
#include "contract/limits.h"
#include "tsunagi/display.h"
#include "tsunagi/ids.h"
#include "tsunagi/input_file.h"
#include "tsunagi/json_row.h"
#include "tsunagi/out.h"
#include "tsunagi/words.h"

struct faults {
	const char *name;
	size_t count;
	struct json_fault first;
};

static void on_fault(void *context, const struct json_fault *fault)
{
	struct faults *faults = context;

	if (faults->count++ == 0)
		faults->first = *fault;
}

static enum outcome tell_fault(const struct faults *faults)
{
	char reason[DISPLAY_LINE];

	display_clean(words_language() == LANGUAGE_JA ? faults->first.reason_ja : faults->first.reason, reason, sizeof reason);
	return out_problem(OUTCOME_REFUSED, "MESSAGE", words("`tsunagi check FILE` tells every problem.", "`tsunagi check ファイル` ですべての問題を示します。"),
			   "%s: %s: %s", faults->name, faults->first.path, reason);
}

/* The sheet as its schema has it: dates in one form, nothing unknown, no bad text. */
static enum outcome hold_against_schema(const char *name, const json_t *sheet, json_t **ret_sheet)
{
	json_t *content = json_pack("{s:O}", "sheet", sheet);
	struct faults faults = { .name = name };
	const ProtobufCMessage *message = NULL;
	struct arena arena;
	json_t *whole = NULL;
	enum err err;

	arena_init(&arena, LIMIT_DECODE_BYTES);
	err = content == NULL ? ERR_NOMEM : json_to_message(content, &pb__content__descriptor, &arena, &message, on_fault, &faults);
	if (err == ERR_OK && (whole = json_of_message(message)) != NULL)
		*ret_sheet = json_incref(json_object_get(whole, "sheet"));
	json_decref(whole);
	json_decref(content);
	arena_free(&arena);
	if (faults.count > 0)
		return tell_fault(&faults);
	if (err == ERR_OK && whole == NULL)
		err = ERR_NOMEM;
	return err == ERR_OK ? OUTCOME_DONE : out_problem(OUTCOME_REFUSED, "MESSAGE", NULL, "%s: %s", name, err_text(err));
}

enum outcome sheet_source_take(const char *name, const json_t *message, json_t **ret_request)
{
	const json_t *sheet = json_object_get(message, "sheet");
	json_t *checked = NULL, *request;
	enum outcome outcome;

	if (strcmp(json_row_text(message, "kind"), "REQUEST") != 0)
		return out_problem(OUTCOME_REFUSED, "NO_REQUEST", words("Only requests have a sheet to print.", "印刷できるシートがあるのは依頼だけです。"),
				   words("%s is no request.", "%s は依頼ではありません。"), name);
	if (sheet == NULL && json_object_get(message, "parts") == NULL)
		return out_problem(OUTCOME_REFUSED, "NO_REQUEST", words("`tsunagi template request` shows a sheet.", "`tsunagi template request` で形を確認できます。"),
				   words("%s has no sheet.", "%s にシートがありません。"), name);
	if (sheet != NULL) {
		outcome = hold_against_schema(name, sheet, &checked);
		if (outcome != OUTCOME_DONE)
			return outcome;
	}
	request = json_copy((json_t *)(uintptr_t)message);
	if (checked != NULL)
		json_object_set_new(request, "sheet", checked);
	*ret_request = request;
	return OUTCOME_DONE;
}

static enum outcome read_file(const char *path, json_t **ret_request)
{
	json_t *message = NULL;
	json_error_t error;
	struct buf content;
	enum outcome outcome = input_file_read(path, &content);

	if (outcome == OUTCOME_DONE) {
		message = json_loadb((const char *)content.data, content.len, JSON_REJECT_DUPLICATES, &error);
		outcome = json_is_object(message) ? sheet_source_take(path, message, ret_request)
						  : out_problem(OUTCOME_REFUSED, "JSON", words("A sheet as JSON, or message.json of a stored delivery, is needed.",
											       "シートの JSON か、受け取って保存した message.json が必要です。"),
								words("%s is no JSON of a message.", "%s は連絡の JSON ではありません。"), path);
	}
	json_decref(message);
	buf_free(&content);
	return outcome;
}

/* The stored delivery that was asked for, as a path to be freed; NULL when there is none. */
static char *stored(const char *from, const struct id_query *query)
{
	DIR *directory = opendir(from);
	struct dirent *entry;
	char *path = NULL;
	struct id id;

	while (directory != NULL && path == NULL && (entry = readdir(directory)) != NULL)
		if (id_parse(entry->d_name, &id) == ERR_OK && id_query_matches(query, bytes_of(id.bytes, ID_BYTES)) &&
		    asprintf(&path, "%s/%s/message.json", from, entry->d_name) < 0)
			path = NULL;
	if (directory != NULL)
		closedir(directory);
	return path;
}

/* A stored delivery is a directory whose name is an id, so a directory is no file here. */
static bool is_file(const char *name)
{
	struct stat status;

	return strcmp(name, "-") == 0 || (stat(name, &status) == 0 && !S_ISDIR(status.st_mode));
}

enum outcome sheet_source_read(const char *name, const char *from, json_t **ret_request)
{
	struct id_query query;
	char *path;
	enum outcome outcome;

	if (from == NULL || is_file(name))
		return read_file(name, ret_request);
	if (id_query_parse(name, &query) != ERR_OK)
		return out_problem(OUTCOME_NOT_THERE, "NO_FILE", words("Ids: a UUID, or a short code with its check character.", "番号は UUID か、検査文字付きの短い番号です。"),
				   words("%s is neither a file nor an id.", "%s はファイルでも番号でもありません。"), name);
	path = stored(from, &query);
	if (path == NULL)
		return out_problem(OUTCOME_NOT_THERE, "NOT_STORED", words("`tsunagi receive --out DIR` stores what arrives.", "`tsunagi receive --out DIR` で届いた連絡を保存できます。"),
				   words("%s holds no delivery %s.", "%s に %s の連絡はありません。"), from, name);
	outcome = read_file(path, ret_request);
	free(path);
	return outcome;
}
