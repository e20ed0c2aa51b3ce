/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tsunagi/agency_client.h"
#include "tsunagi/input_file.h"
#include "tsunagi/outgoing.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

void action_put_text(const struct call *call, const char *option, const char *name, json_t *action)
{
	if (args_has(&call->args, option))
		json_object_set_new(action, name, json_string(args_text(&call->args, option)));
}

void action_put_code(const struct call *call, const char *option, json_t *action)
{
	const char *text = args_text(&call->args, option);
	char word[64];
	size_t len = 0;

	if (text == NULL)
		return;
	for (; text[len] != '\0' && len + 1 < sizeof word; len++)
		word[len] = text[len] == '-' ? '_' : (char)toupper((unsigned char)text[len]);
	word[len] = '\0';
	json_object_set_new(action, option, json_string(word));
}

void action_put_flag(const struct call *call, const char *option, const char *name, json_t *action)
{
	if (args_has(&call->args, option))
		json_object_set_new(action, name, json_true());
}

void action_put_list(const struct call *call, const char *option, const char *name, json_t *action)
{
	json_t *list = json_array();
	const char *text;

	for (size_t i = 0; (text = args_nth(&call->args, option, i)) != NULL; i++)
		json_array_append_new(list, json_string(text));
	if (json_array_size(list) > 0)
		json_object_set(action, name, list);
	json_decref(list);
}

static void put_attachments(const struct call *call, json_t *action)
{
	json_t *list = json_array();
	const char *path;

	for (size_t i = 0; (path = args_nth(&call->args, "attach", i)) != NULL; i++)
		json_array_append_new(list, json_pack("{s:s,s:s}", "path", path, "media_type", outgoing_media_type(path)));
	if (json_array_size(list) > 0)
		json_object_set(action, "attach", list);
	json_decref(list);
}

static enum outcome put_stdin(json_t *action)
{
	struct buf content;
	json_t *value = NULL;
	enum outcome outcome = input_file_read("-", &content);

	while (outcome == OUTCOME_DONE && content.len > 0 && content.data[content.len - 1] == '\n')
		content.len--;
	if (outcome == OUTCOME_DONE)
		value = json_stringn((const char *)content.data, content.len);
	buf_free(&content);
	if (outcome == OUTCOME_DONE && value == NULL)
		return out_problem(OUTCOME_REFUSED, "TEXT", NULL, "%s", words("What came on stdin is no text in UTF-8.", "標準入力が UTF-8 の文字列ではありません。"));
	if (value != NULL)
		json_object_set_new(action, "text", value);
	return outcome;
}

enum outcome action_put_words(const struct call *call, json_t *action)
{
	const char *text = args_text(&call->args, "text");

	action_put_text(call, "key", "key", action);
	put_attachments(call, action);
	if (args_has(&call->args, "classes"))
		json_object_set_new(action, "text_classes", outgoing_classes(args_text(&call->args, "classes")));
	if (text == NULL)
		return OUTCOME_DONE;
	if (strcmp(text, "-") == 0)
		return put_stdin(action);
	json_object_set_new(action, "text", json_string(text));
	return OUTCOME_DONE;
}

enum outcome action_read_file(const char *path, json_t **ret_json)
{
	struct buf content;
	json_t *json = NULL;
	enum outcome outcome = input_file_read(path, &content);

	if (outcome == OUTCOME_DONE)
		json = json_loadb((const char *)content.data, content.len, JSON_REJECT_DUPLICATES, NULL);
	buf_free(&content);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (!json_is_object(json)) {
		json_decref(json);
		return out_problem(OUTCOME_REFUSED, "JSON", words("`tsunagi template conference` shows what it looks like.", "`tsunagi template conference` で形を確認できます。"),
				   words("%s is no JSON object.", "%s は JSON のオブジェクトではありません。"), path);
	}
	*ret_json = json;
	return OUTCOME_DONE;
}

static enum outcome tell(struct agency_client *client, int result, char *text, void (*print)(const json_t *result))
{
	json_t *answer = NULL;

	if (result != TSG_OK && result != TSG_IN_OUTBOX) {
		tsg_free(text);
		return agency_client_problem(client, result);
	}
	answer = agency_json(text);
	if (answer == NULL)
		return OUTCOME_REFUSED;
	test_site_mark(answer);
	if (out_json_wanted())
		out_json(json_incref(answer));
	else
		print(answer);
	if (result == TSG_IN_OUTBOX && !out_json_wanted())
		agency_client_problem(client, result);
	json_decref(answer);
	return agency_outcome(result);
}

enum outcome action_call(const struct call *call, json_t *action, void (*print)(const json_t *result))
{
	char *request = json_dumps(action, JSON_COMPACT);
	struct agency_client client;
	char *text = NULL;
	enum outcome outcome = agency_client_open(call, &client);

	json_decref(action);
	if (outcome == OUTCOME_DONE) {
		int result = request == NULL ? TSG_NO_MEMORY : tsg_act_json(client.tsg, request, strlen(request), &text);

		outcome = tell(&client, result, text, print);
		agency_client_close(&client);
	}
	free(request);
	return outcome;
}
