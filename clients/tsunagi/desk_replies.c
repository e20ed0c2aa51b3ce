/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/desk_replies.c - reply.csv read and carried out; see desk_replies.h for the contract.
 *
 * A row is known by the hash of its cells.  Its action goes out under that hash as its key, so that whatever happens between the broker's
 * answer and our note of it, the row takes effect once; rows that were answered, either way, are noted and passed over. */
#include "tsunagi/desk_replies.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "tsunagi/csv.h"
#include "tsunagi/desk_reply_action.h"
#include "tsunagi/desk_why.h"
#include "tsunagi/input_file.h"
#include "tsunagi/json_row.h"
#include "tsunagi/words.h"

#define HASH_TEXT (2 * DIGEST_BYTES + 1)
#define DONE_BYTES (64u * 1024u * 1024u)

struct carrying {
	const struct desk_folder *folder;
	const struct agency_client *client;
	struct desk_results *results;
	char *done_path;
	struct buf done; /* hashes, a line each */
	const json_t *heading;
};

static void row_hash(const json_t *cells, char to[HASH_TEXT])
{
	struct digest digest;
	struct buf text;
	const json_t *cell;
	size_t index;

	buf_init(&text, INPUT_BYTES);
	json_array_foreach(cells, index, cell) {
		buf_put_text(&text, json_string_value(cell));
		buf_put_byte(&text, 0x1f);
	}
	while (text.len > 0 && text.data[text.len - 1] == 0x1f) /* empty cells at the end come and go with the tool that wrote them */
		text.len--;
	digest = digest_of(buf_bytes(&text));
	text_hex(digest_bytes(&digest), to);
	buf_free(&text);
}

static bool is_done(struct carrying *carrying, const char *hash)
{
	const char *text = buf_text(&carrying->done);

	return text != NULL && strstr(text, hash) != NULL;
}

static void note_done(struct carrying *carrying, const char *hash)
{
	int descriptor = open(carrying->done_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	char line[HASH_TEXT + 1];

	snprintf(line, sizeof line, "%s\n", hash);
	buf_put_text(&carrying->done, line);
	if (descriptor < 0)
		return; /* it is carried out again under the same key, and has no further effect */
	if (file_put(descriptor, bytes_of_text(line)) == ERR_OK)
		fdatasync(descriptor);
	close(descriptor);
}

static const char *asked(const json_t *cells)
{
	const char *text = json_string_value(json_array_get(cells, 1));

	return text == NULL ? "" : text;
}

/* Whether another try may go better: nothing is said of the row then, and it is not noted. */
static bool passes(int result)
{
	return result == TSG_UNREACHABLE || result == TSG_TIMEOUT || result == TSG_NO_MEMORY || result == TSG_IO;
}

static void say_failure(struct carrying *carrying, size_t row, const json_t *cells, const char *error_json)
{
	json_t *error = json_loads(error_json, 0, NULL);
	const json_t *told = json_object_get(error, "error");
	char why[2000];

	desk_why(told, why, sizeof why);
	desk_results_say(carrying->results, "reply.csv", row, json_row_text(NULL, ""), asked(cells), words("refused", "できません"), why);
	json_decref(error);
}

static void say_done(struct carrying *carrying, size_t row, const json_t *cells, const char *id, char *answer)
{
	json_t *result = agency_json(answer);

	desk_results_say(carrying->results, "reply.csv", row, id, asked(cells), words("done", "済み"),
			 json_is_true(json_object_get(result, "duplicate")) ? words("it was done before", "前に受け付け済みです") : "");
	json_decref(result);
}

/* True when the row is answered, whatever the answer. */
static bool act(struct carrying *carrying, size_t row, const json_t *cells, const json_t *action)
{
	char *text = json_dumps(action, JSON_COMPACT), *answer = NULL;
	int result = text == NULL ? TSG_NO_MEMORY : tsg_act_json(carrying->client->tsg, text, strlen(text), &answer);

	free(text);
	if (result == TSG_OK) {
		say_done(carrying, row, cells, json_row_text(action, "id"), answer);
		return true;
	}
	tsg_free(answer);
	if (result == TSG_IN_OUTBOX || passes(result))
		return false; /* under its key: asked again until the broker has said so */
	say_failure(carrying, row, cells, tsg_last_error(carrying->client->tsg));
	return true;
}

static void carry_out(struct carrying *carrying, size_t row, const json_t *cells)
{
	char hash[HASH_TEXT], key[HASH_TEXT + 8], fault[300] = "";
	json_t *action = NULL;
	bool answered = true;

	row_hash(cells, hash);
	if (is_done(carrying, hash))
		return;
	if (desk_reply_action(carrying->heading, cells, &action, fault) == OUTCOME_DONE) {
		snprintf(key, sizeof key, "desk:%s", hash);
		json_object_set_new(action, "key", json_string(key));
		answered = act(carrying, row, cells, action);
	} else {
		desk_results_say(carrying->results, "reply.csv", row, "", asked(cells), words("refused", "できません"), fault);
	}
	json_decref(action);
	if (answered)
		note_done(carrying, hash);
}

static void each_row(struct carrying *carrying, const json_t *rows)
{
	for (size_t i = 1; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const json_t *cells = json_object_get(row, "cells");
		size_t number = (size_t)json_integer_value(json_object_get(row, "row"));
		const json_t *fault = json_object_get(row, "fault");
		json_t *wrong = fault == NULL ? NULL : json_pack("[ss]", "", json_string_value(json_array_get(fault, words_language() == LANGUAGE_JA ? 1 : 0)));
		char hash[HASH_TEXT];

		if (cells != NULL) {
			carry_out(carrying, number, cells);
			continue;
		}
		row_hash(wrong, hash);
		if (!is_done(carrying, hash)) {
			desk_results_say(carrying->results, "reply.csv", number, "", "", words("refused", "できません"), asked(wrong));
			note_done(carrying, hash);
		}
		json_decref(wrong);
	}
}

static bool read_rows(const struct desk_folder *folder, json_t **ret_rows)
{
	struct buf content;
	bool read;

	buf_init(&content, INPUT_BYTES);
	read = file_read(folder->replies, &content) == ERR_OK && csv_read(buf_bytes(&content), CSV_GUESS, ret_rows) == ERR_OK;
	buf_free(&content);
	return read;
}

void desk_replies_carry_out(const struct desk_folder *folder, const struct agency_client *client, struct desk_results *results)
{
	struct carrying carrying = { .folder = folder, .client = client, .results = results, .done_path = path_join(folder->state, "replies") };
	json_t *rows = NULL;

	buf_init(&carrying.done, DONE_BYTES);
	if (carrying.done_path != NULL && desk_file_is_settled(folder->replies) && read_rows(folder, &rows)) {
		enum err err = file_read(carrying.done_path, &carrying.done);

		carrying.heading = json_object_get(json_array_get(rows, 0), "cells");
		if ((err == ERR_OK || err == ERR_NOT_FOUND) && carrying.heading != NULL)
			each_row(&carrying, rows);
	}
	json_decref(rows);
	buf_free(&carrying.done);
	free(carrying.done_path);
}
