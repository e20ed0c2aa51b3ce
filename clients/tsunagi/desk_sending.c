/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/desk_sending.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/folder.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "tsunagi/csv_sheets.h"
#include "tsunagi/desk_why.h"
#include "tsunagi/input_file.h"
#include "tsunagi/json_row.h"
#include "tsunagi/words.h"

#define FILES_MAX 1000u /* looked at in one round */

/* One file under way. */
struct sending {
	const struct desk_folder *folder;
	const struct agency_client *client;
	struct desk_results *results;
	const char *name;
	size_t refused, waiting;
};

/* From the message's content, where it has none of its own. */
static void put_key(json_t *message)
{
	char *text = json_object_get(message, "key") != NULL ? NULL : json_dumps(message, JSON_COMPACT | JSON_SORT_KEYS);
	char key[2 * DIGEST_BYTES + 6] = "desk:";
	struct digest digest;

	if (text == NULL)
		return;
	digest = digest_of(bytes_of_text(text));
	text_hex(digest_bytes(&digest), key + 5);
	json_object_set_new(message, "key", json_string(key));
	free(text);
}

/* What an attachment's name leads to.  Whoever may write to the folder may not send what else this user can read: nothing but a file that lies
 * beside the sheet, and no link. */
enum beside { BESIDE_IT, BESIDE_SOON, BESIDE_NOT };

static enum beside look_beside(const struct desk_folder *folder, json_t *row)
{
	const char *name = json_row_text(row, "path");
	char *whole = *name == '\0' || strchr(name, '/') != NULL ? NULL : path_join(folder->outbox, name);
	enum beside beside = BESIDE_NOT;
	struct stat status;

	if (whole != NULL && lstat(whole, &status) == 0 && S_ISREG(status.st_mode))
		beside = desk_file_is_settled(whole) ? BESIDE_IT : BESIDE_SOON;
	if (beside == BESIDE_IT)
		json_object_set_new(row, "path", json_string(whole));
	free(whole);
	return beside;
}

/* The worst of all. */
static enum beside place_attachments(const struct desk_folder *folder, json_t *message)
{
	enum beside worst = BESIDE_IT;
	json_t *row;
	size_t index;

	json_array_foreach(json_object_get(message, "attach"), index, row) {
		enum beside beside = look_beside(folder, row);

		worst = beside > worst ? beside : worst;
	}
	return worst;
}

static void say(struct sending *sending, size_t number, const json_t *row)
{
	const json_t *error = json_object_get(row, "error");
	const char *state = json_row_text(row, "state");
	char why[2000];

	desk_why(error, why, sizeof why);
	if (strcmp(state, "accepted") == 0)
		desk_results_say(sending->results, sending->name, number, json_row_text(row, "code"), words("sheet", "シート"), words("accepted", "受付済み"),
				 json_is_true(json_object_get(row, "duplicate")) ? words("it was sent before", "前に送信済みです") : "");
	else
		desk_results_say(sending->results, sending->name, number, "", words("sheet", "シート"), words("refused", "できません"), why);
}

/* A csv_sheets_row: message is ours. */
static void send_row(void *context, size_t number, json_t *message, const char *fault)
{
	struct sending *sending = context;
	enum beside beside = BESIDE_IT;
	json_t *row;

	if (message != NULL) {
		put_key(message);
		beside = place_attachments(sending->folder, message);
	}
	if (beside != BESIDE_IT) {
		json_decref(message);
		message = NULL;
		fault = words("an attachment is named as it lies beside the sheet in outbox/, without a folder", "添付は outbox/ にシートと並べて置き、フォルダー名を付けずに書いてください");
	}
	if (beside == BESIDE_SOON) {
		sending->waiting++; /* it is still being written */
		return;
	}
	row = csv_sheets_send(sending->client, number, message, fault);
	if (strcmp(json_row_text(row, "state"), "outbox") == 0) {
		sending->waiting++; /* safe, and under its key: asked again until it was answered */
	} else {
		sending->refused += strcmp(json_row_text(row, "state"), "refused") == 0;
		say(sending, number, row);
	}
	json_decref(row);
}

static void send_json(struct sending *sending, const char *path)
{
	json_t *message = NULL;
	struct buf content;

	if (input_file_read(path, &content) == OUTCOME_DONE)
		message = json_loadb((const char *)content.data, content.len, JSON_REJECT_DUPLICATES, NULL);
	buf_free(&content);
	if (!json_is_object(message)) {
		json_decref(message);
		message = NULL;
	}
	send_row(sending, 0, message, words("this is no JSON of a message", "連絡の JSON ではありません"));
}

static bool is_json(const char *name)
{
	size_t length = strlen(name);

	return length > 5 && strcmp(name + length - 5, ".json") == 0;
}

static void send_file(struct sending *sending)
{
	char *path = path_join(sending->folder->outbox, sending->name);

	if (path != NULL && desk_file_is_settled(path)) {
		if (is_json(sending->name))
			send_json(sending, path);
		else if (csv_sheets_each(path, (int)CSV_GUESS, send_row, sending) != OUTCOME_DONE)
			send_row(sending, 0, NULL, words("there is no heading line that can be read", "読み取れる見出し行がありません"));
		if (sending->waiting == 0 && !desk_file_move(path, sending->refused > 0 ? sending->folder->refused : sending->folder->sent))
			desk_results_say(sending->results, sending->name, 0, "", "", words("cannot be moved", "移動できません"), words("look at the folder's rights", "フォルダーの権限を確認してください"));
	}
	free(path);
}

static int wanted(const struct dirent *entry)
{
	return is_json(entry->d_name) || csv_sheets_named(entry->d_name);
}

void desk_sending_send(const struct desk_folder *folder, const struct agency_client *client, struct desk_results *results)
{
	struct dirent **files = NULL;
	int count = scandir(folder->outbox, &files, wanted, alphasort);

	for (int i = 0; i < count; i++) {
		struct sending sending = { .folder = folder, .client = client, .results = results, .name = files[i]->d_name };

		if ((unsigned)i < FILES_MAX)
			send_file(&sending);
		free(files[i]);
	}
	free(files);
	tsg_client_set_timeout(client->tsg, client->timeout_ms); /* csv_sheets_send waits no more once one is in the outbox */
}
