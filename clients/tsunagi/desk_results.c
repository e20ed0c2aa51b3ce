/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/desk_results.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "tsunagi/csv.h"
#include "tsunagi/display.h"
#include "tsunagi/out.h"
#include "tsunagi/words.h"

#define COLUMNS 7u
#define WAITING_MAX 100000u /* lines kept while the file is open elsewhere; then the oldest are given up */
#define BYTES_MAX (64u * 1024u * 1024u)

static const char *const titles[COLUMNS] = { "日時", "対象", "行", "番号", "内容", "結果", "説明" };

bool desk_results_start(struct desk_results *results, const struct desk_folder *folder)
{
	*results = (struct desk_results){ .folder = folder, .waiting = json_array() };
	return results->waiting != NULL;
}

void desk_results_end(struct desk_results *results)
{
	if (results->waiting != NULL)
		desk_results_write(results);
	json_decref(results->waiting);
	results->waiting = NULL;
}

void desk_results_say(struct desk_results *results, const char *about, size_t row, const char *code, const char *asked, const char *became,
		      const char *why)
{
	char time[DISPLAY_TIME], number[24] = "";

	display_time(clock_wall_us(), time);
	if (row > 0)
		snprintf(number, sizeof number, "%zu", row);
	if (json_array_size(results->waiting) == WAITING_MAX)
		json_array_remove(results->waiting, 0);
	json_array_append_new(results->waiting, json_pack("[sssssss]", time, about, number, code, asked, became, why));
}

/* In the file's encoding; what that cannot hold is told without its own words, never with others in their place. */
static enum err put_line(const json_t *line, enum csv_encoding encoding, struct buf *out)
{
	const char *cells[COLUMNS];
	size_t cell = 0;
	enum err err;

	for (size_t i = 0; i < COLUMNS; i++)
		cells[i] = json_string_value(json_array_get(line, i));
	while ((err = csv_put_row(cells, COLUMNS, encoding, out, &cell)) == ERR_FORMAT && cell < COLUMNS && *cells[cell] != '\0')
		cells[cell] = encoding == CSV_CP932 ? "(この文字コードで表せません)" : "";
	return err;
}

static enum err put_all(const struct desk_results *results, bool fresh, struct buf *out)
{
	enum csv_encoding encoding = results->folder->encoding;
	const json_t *line;
	size_t index, cell = 0;
	enum err err = ERR_OK;

	if (fresh) {
		csv_put_start(encoding, out);
		err = csv_put_row(titles, COLUMNS, encoding, out, &cell);
	}
	json_array_foreach(results->waiting, index, line)
		if (err == ERR_OK)
			err = put_line(line, encoding, out);
	return err;
}

/* All of it or nothing: what was written in part is cut off again. */
static bool append(int descriptor, struct bytes content, off_t size)
{
	bool written = file_put(descriptor, content) == ERR_OK && fdatasync(descriptor) == 0;

	if (!written && ftruncate(descriptor, size) != 0)
		out_note(words("tsunagi: result.csv may end within a line.", "tsunagi: result.csv の最後の行が途中で切れている可能性があります。"));
	return written;
}

void desk_results_write(struct desk_results *results)
{
	const char *path = results->folder->results;
	struct stat status;
	struct buf text;
	int descriptor;

	if (json_array_size(results->waiting) == 0 || desk_file_is_open(path))
		return;
	descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0660);
	if (descriptor < 0)
		return;
	buf_init(&text, BYTES_MAX);
	if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && put_all(results, status.st_size == 0, &text) == ERR_OK &&
	    append(descriptor, buf_bytes(&text), status.st_size))
		json_array_clear(results->waiting);
	buf_free(&text);
	close(descriptor);
}
