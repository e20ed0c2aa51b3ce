/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/request_act.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tsunagi/agency_client.h"
#include "tsunagi/input_file.h"
#include "tsunagi/outgoing.h"
#include "tsunagi/request_print.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

/* An option that is one word or text of the action. */
static void put_text(const struct call *call, const char *option, const char *name, json_t *action)
{
	if (args_has(&call->args, option))
		json_object_set_new(action, name, json_string(args_text(&call->args, option)));
}

/* A code, as people type one: "support-refused" for SUPPORT_REFUSED. */
static void put_code(const struct call *call, const char *option, json_t *action)
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

static void put_flag(const struct call *call, const char *option, const char *name, json_t *action)
{
	if (args_has(&call->args, option))
		json_object_set_new(action, name, json_true());
}

static void put_list(const struct call *call, const char *option, json_t *action)
{
	json_t *list = json_array();
	const char *text;

	for (size_t i = 0; (text = args_nth(&call->args, option, i)) != NULL; i++)
		json_array_append_new(list, json_string(text));
	if (json_array_size(list) > 0)
		json_object_set(action, option, list);
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

/* --text TEXT, or "-": from stdin, so that a person's affairs need not stand on a command line. */
static enum outcome put_words(const struct call *call, json_t *action)
{
	const char *text = args_text(&call->args, "text");
	struct buf content;
	json_t *value = NULL;
	enum outcome outcome = OUTCOME_DONE;

	if (text == NULL)
		return OUTCOME_DONE;
	if (strcmp(text, "-") != 0) {
		json_object_set_new(action, "text", json_string(text));
		return OUTCOME_DONE;
	}
	outcome = input_file_read("-", &content);
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

static enum outcome read_action(const struct call *call, const char *word, json_t **ret_action)
{
	char name[40];
	json_t *action = NULL;
	enum outcome outcome = OUTCOME_DONE;

	snprintf(name, sizeof name, "request.%s", word);
	action = json_pack("{s:s, s:s}", "action", name, "id", call_operand(call, 0));
	put_list(call, "to", action);
	put_code(call, "reason", action);
	put_code(call, "outcome", action);
	put_text(call, "on", "on", action);
	put_text(call, "next", "next_agency", action);
	put_flag(call, "none-known", "none_known", action);
	put_flag(call, "purge", "purge", action);
	put_text(call, "key", "key", action);
	put_attachments(call, action);
	if (args_has(&call->args, "classes"))
		json_object_set_new(action, "text_classes", outgoing_classes(args_text(&call->args, "classes")));
	outcome = put_words(call, action);
	if (outcome == OUTCOME_DONE)
		*ret_action = action;
	else
		json_decref(action);
	return outcome;
}

/* The library's act, whose receipt comes with TSG_IN_OUTBOX as well. */
static enum outcome act(struct agency_client *client, const json_t *action)
{
	char *request = json_dumps(action, JSON_COMPACT);
	char *answer = NULL;
	json_t *receipt = NULL;
	int result = request == NULL ? TSG_NO_MEMORY : tsg_act_json(client->tsg, request, strlen(request), &answer);

	free(request);
	if (result != TSG_OK && result != TSG_IN_OUTBOX) {
		tsg_free(answer);
		return agency_client_problem(client, result);
	}
	receipt = agency_json(answer);
	if (receipt == NULL)
		return OUTCOME_REFUSED;
	test_site_mark(receipt);
	if (out_json_wanted())
		out_json(json_incref(receipt));
	else
		request_print_receipt(receipt);
	if (result == TSG_IN_OUTBOX && !out_json_wanted())
		agency_client_problem(client, result);
	json_decref(receipt);
	return agency_outcome(result);
}

enum outcome request_act(const struct call *call, const char *word)
{
	struct agency_client client;
	json_t *action = NULL;
	enum outcome outcome = read_action(call, word, &action);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_open(call, &client);
	if (outcome == OUTCOME_DONE) {
		outcome = act(&client, action);
		agency_client_close(&client);
	}
	json_decref(action);
	return outcome;
}
