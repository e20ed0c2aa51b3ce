/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/result_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "tsunagi/words.h"

#define RESULT_BYTES (64u * 1024u * 1024u)

static enum err write_file(const char *path, const char *text)
{
	struct buf content;
	enum err err;

	buf_init(&content, RESULT_BYTES);
	buf_put_text(&content, text);
	buf_put_text(&content, "\n");
	err = content.err != ERR_OK ? content.err : file_write_new(path, buf_bytes(&content), 0600);
	buf_free(&content);
	return err;
}

enum outcome result_file_put(const struct call *call, json_t *json, const char *what)
{
	const char *path = args_text(&call->args, "out");
	char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
	enum outcome outcome = OUTCOME_DONE;
	enum err err;

	json_decref(json);
	if (text == NULL)
		return out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", words("Out of memory.", "メモリーが足りません。"));
	err = path == NULL ? ERR_OK : write_file(path, text);
	if (err != ERR_OK) {
		outcome = out_problem(OUTCOME_REFUSED, err == ERR_EXISTS ? "FILE_EXISTS" : "FILE", NULL, "%s: %s", path, err_text(err));
	} else if (path == NULL) {
		puts(text);
	} else {
		out_text(words("The %s is in %s.\n", "%s を %s に書きました。\n"), what, path);
		if (out_json_wanted())
			out_json(json_pack("{s:s}", "file", path));
	}
	free(text);
	return outcome;
}
