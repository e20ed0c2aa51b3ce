/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/outgoing.h"

#include <string.h>
#include <strings.h>

#include "tsunagi/forwarding.h"
#include "tsunagi/input_file.h"
#include "tsunagi/words.h"

static const char *ending(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash == NULL ? path : slash, '.');

	return dot == NULL ? "" : dot + 1;
}

const char *outgoing_media_type(const char *path)
{
	static const struct {
		const char *ending;
		const char *type;
	} known[] = {
		{ "pdf", "application/pdf" }, { "txt", "text/plain" },	 { "csv", "text/csv" },	  { "png", "image/png" },
		{ "jpg", "image/jpeg" },      { "jpeg", "image/jpeg" }, { "json", "application/json" }, { "zip", "application/zip" },
		{ "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
		{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcasecmp(known[i].ending, ending(path)) == 0)
			return known[i].type;
	return "application/octet-stream";
}

static void put_recipients(const struct call *call, json_t *message)
{
	json_t *list = json_array();
	const char *to;

	for (size_t i = 0; (to = args_nth(&call->args, "to", i)) != NULL; i++)
		json_array_append_new(list, json_string(to));
	json_object_set_new(message, "to", list);
}

json_t *outgoing_classes(const char *text)
{
	json_t *list = json_array();

	while (text != NULL && *text != '\0') {
		size_t length = strcspn(text, ",");

		json_array_append_new(list, json_stringn(text, length));
		text += length + (text[length] == ',');
	}
	return list;
}

static void put_attachments(const struct call *call, json_t *message)
{
	json_t *list = json_object_get(message, "attach");
	const char *path;

	if (list == NULL || json_is_null(list)) { /* what else is no list is refused with the message */
		list = json_array();
		json_object_set_new(message, "attach", list);
	}
	for (size_t i = 0; (path = args_nth(&call->args, "attach", i)) != NULL; i++)
		json_array_append_new(list, json_pack("{s:s,s:s,s:o}", "path", path, "media_type", outgoing_media_type(path), "classes",
						      outgoing_classes(args_text(&call->args, "classes"))));
}

static enum outcome parse(const char *path, const struct buf *content, json_t **ret_message)
{
	json_error_t error;
	json_t *message = json_loadb((const char *)content->data, content->len, JSON_REJECT_DUPLICATES, &error);

	if (message == NULL)
		return out_problem(OUTCOME_REFUSED, "JSON", words("Check quotes, commas and brackets there; the text must be UTF-8.",
								  "そこの引用符・コンマ・括弧を確認してください。文字コードは UTF-8 です。"),
				   words("%s is no JSON: line %d, %s.", "%s は JSON として読めません:%d 行目、%s。"), path, error.line, error.text);
	if (!json_is_object(message)) {
		json_decref(message);
		return out_problem(OUTCOME_REFUSED, "JSON", words("`tsunagi template request` shows what a message looks like.",
								  "`tsunagi template request` で形を確認できます。"),
				   words("%s is no message: it must be one object in braces.", "%s は連絡ではありません。全体を {} で囲んだ一つの形にしてください。"), path);
	}
	*ret_message = message;
	return OUTCOME_DONE;
}

enum outcome outgoing_read(const struct call *call, json_t **ret_message)
{
	const char *path = call_operand(call, 0);
	struct buf content;
	enum outcome outcome = input_file_read(path, &content);

	if (outcome == OUTCOME_DONE)
		outcome = parse(path, &content, ret_message);
	buf_free(&content);
	if (outcome == OUTCOME_DONE && forwarding_is_delivery(*ret_message)) {
		outcome = forwarding_make(path, ret_message);
		if (outcome != OUTCOME_DONE) {
			json_decref(*ret_message);
			*ret_message = NULL;
		}
	}
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (args_has(&call->args, "to"))
		put_recipients(call, *ret_message);
	if (args_has(&call->args, "key"))
		json_object_set_new(*ret_message, "key", json_string(args_text(&call->args, "key")));
	if (args_has(&call->args, "attach"))
		put_attachments(call, *ret_message);
	return OUTCOME_DONE;
}
