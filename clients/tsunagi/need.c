/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/need.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "contract/routing_report.h"
#include "tsunagi/directory_source.h"
#include "tsunagi/input_file.h"
#include "tsunagi/words.h"

static enum outcome no_need(const char *path, const char *what, int line)
{
	return out_problem(OUTCOME_REFUSED, "JSON", words("`tsunagi template need` shows what a need looks like.", "`tsunagi template need` で形を確認できます。"),
			   words("%s is no need: line %d, %s.", "%s は困りごととして読めません:%d 行目、%s。"), path, line, what);
}

enum outcome need_read(const char *path, json_t **ret_need)
{
	struct buf content;
	json_error_t error;
	json_t *need = NULL;
	enum outcome outcome = input_file_read(path, &content);

	if (outcome != OUTCOME_DONE)
		goto out;
	need = json_loadb((const char *)content.data, content.len, JSON_REJECT_DUPLICATES, &error);
	if (need == NULL)
		outcome = no_need(path, error.text, error.line);
	else if (!json_is_object(need))
		outcome = no_need(path, words("it must be one object in braces", "全体を {} で囲んでください"), 1);
	if (outcome == OUTCOME_DONE)
		*ret_need = json_incref(need);
out:
	json_decref(need);
	buf_free(&content);
	return outcome;
}

json_t *need_template(void)
{
	return json_pack("{s:[], s:s, s:b, s:n, s:[], s:s, s:n}", "topics", "ward", "", "outside", 0, "age", "facts", "urgency", "ROUTINE", "at");
}

enum outcome need_route(const struct agency_client *client, const json_t *need, bool all, json_t **ret_report)
{
	char *text = json_dumps(need, JSON_COMPACT), *report = NULL;
	int result;

	if (text == NULL)
		return out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", words("Out of memory.", "メモリーが足りません。"));
	result = tsg_route_json(client->tsg, text, strlen(text), all ? 1 : 0, &report);
	free(text);
	if (result != TSG_OK)
		return agency_client_problem(client, result);
	*ret_report = agency_json(report);
	return *ret_report == NULL ? OUTCOME_REFUSED : OUTCOME_DONE;
}

static enum outcome no_rules(const char *directory, enum err err)
{
	if (err == ERR_NOT_FOUND)
		return out_problem(OUTCOME_NOT_THERE, "NO_RULES", words("See rules: in deploy/chiba/directory.yaml.", "deploy/chiba/directory.yaml の rules: をご覧ください。"),
				   words("%s has no routing rules.", "%s に振り分け規則がありません。"), directory);
	return out_problem(OUTCOME_REFUSED, "DIRECTORY", NULL, "%s: %s", directory, err_text(err));
}

enum outcome need_route_file(const char *directory, const json_t *need, bool all, json_t **ret_report)
{
	Pb__DirectorySnapshot snapshot = PB__DIRECTORY_SNAPSHOT__INIT;
	const Pb__DirectoryFile *file = NULL;
	const struct routing *routing = NULL;
	struct arena arena, compiled;
	char *fault = NULL;
	enum err err;
	enum outcome outcome = directory_of_file(directory, &arena, &file);

	arena_init(&compiled, ROUTING_ARENA_BYTES);
	if (outcome != OUTCOME_DONE)
		goto out;
	snapshot.file = (Pb__DirectoryFile *)(uintptr_t)file;
	err = routing_compile(&snapshot, &compiled, &routing);
	if (err != ERR_OK) {
		outcome = no_rules(directory, err);
		goto out;
	}
	err = routing_answer(routing, need, NULL, clock_wall_us(), all, words_language(), ret_report, &fault);
	if (err == ERR_FORMAT)
		outcome = out_problem(OUTCOME_REFUSED, "NEED", words("`tsunagi template need` shows what a need looks like.", "`tsunagi template need` で形を確認できます。"),
				      words("The need cannot be read: %s.", "困りごとを読み取れません:%s。"), fault);
	else if (err != ERR_OK)
		outcome = out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", words("Out of memory.", "メモリーが足りません。"));
out:
	free(fault);
	arena_free(&compiled);
	arena_free(&arena);
	return outcome;
}
