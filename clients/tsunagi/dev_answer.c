/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/dev_answer.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tsunagi/action_call.h"
#include "tsunagi/json_row.h"
#include "tsunagi/words.h"

static const struct dev_answer answers[] = {
	{ "seen", { "seen" }, NULL, NULL },
	{ "ask", { "ask" }, "accept", "TENTATIVE" },
	{ "accept", { "accept" }, NULL, "ACCEPTED" },
	{ "decline", { "decline" }, NULL, "DECLINED" },
	{ "redirect", { "redirect" }, NULL, NULL },
	{ "start", { "accept", "start" }, NULL, "ACCEPTED" },
	{ "report", { "accept", "start", "report" }, NULL, "ACCEPTED" },
	{ "hold", { "accept", "start", "hold" }, NULL, "ACCEPTED" },
	{ "complete", { "accept", "start", "complete" }, NULL, "ACCEPTED" },
	{ "silence", { NULL }, NULL, NULL },
};

const struct dev_answer *dev_answer_find(const char *word)
{
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		if (strcmp(answers[i].word, word) == 0)
			return &answers[i];
	return NULL;
}

/* An option as a code, or what fits without it. */
static void put_code(const struct call *call, const char *option, const char *without, json_t *action)
{
	const char *text = args_text(&call->args, option);
	char code[64];
	size_t len = 0;

	for (text = text != NULL ? text : without; text[len] != '\0' && len + 1 < sizeof code; len++)
		code[len] = text[len] == '-' ? '_' : (char)toupper((unsigned char)text[len]);
	code[len] = '\0';
	json_object_set_new(action, option, json_string(code));
}

static void put_text(const struct call *call, const char *option, const char *name, const char *without, json_t *action)
{
	const char *text = args_text(&call->args, option);

	if (text != NULL || without != NULL)
		json_object_set_new(action, name, json_string(text != NULL ? text : without));
}

static void put_needs(const struct call *call, const char *step, const char *today, const char *later, json_t *action)
{
	if (strcmp(step, "ask") == 0 || strcmp(step, "report") == 0)
		put_text(call, "text", "text", words("TEST: said by `tsunagi dev answer`", "TEST:「tsunagi dev answer」による応答です"), action);
	if (strcmp(step, "accept") == 0 && strcmp(call_operand(call, 1), step) == 0)
		put_text(call, "on", "on", NULL, action);
	if (strcmp(step, "start") == 0)
		json_object_set_new(action, "on", json_string(today));
	if (strcmp(step, "hold") == 0)
		put_text(call, "on", "on", later, action);
	if (strcmp(step, "decline") == 0)
		put_code(call, "reason", "FULL", action);
	if (strcmp(step, "hold") == 0)
		put_code(call, "reason", "SUPPORT_REFUSED", action);
	if (strcmp(step, "decline") == 0 && args_text(&call->args, "next") == NULL)
		json_object_set_new(action, "none_known", json_true());
	if (strcmp(step, "decline") == 0 || strcmp(step, "redirect") == 0)
		put_text(call, "next", "next_agency", NULL, action);
	if (strcmp(step, "complete") == 0)
		put_code(call, "outcome", "RESOLVED", action);
}

json_t *dev_answer_request(const struct call *call, const char *message_id, const char *step, const char *today, const char *later)
{
	char name[40], key[100];
	json_t *action;

	snprintf(name, sizeof name, "request.%s", step);
	snprintf(key, sizeof key, "dev-%s-%s", message_id, step);
	action = json_pack("{s:s, s:s, s:s}", "action", name, "id", message_id, "key", key);
	if (action != NULL)
		put_needs(call, step, today, later, action);
	return action;
}

json_t *dev_answer_conference(const struct dev_answer *answer, const char *message_id)
{
	return json_pack("{s:s, s:s, s:s}", "action", "conference.answer", "id", message_id, "answer", answer->conference);
}

enum dev_arrival dev_arrival_of(const json_t *delivery, const char **ret_id)
{
	const char *kind = json_row_text(delivery, "kind");
	const char *act = json_row_text(json_object_get(delivery, "leg_act"), "action");
	const char *meeting = json_row_text(json_object_get(delivery, "conference_act"), "action");

	*ret_id = json_row_text(delivery, "message_id");
	if (strcmp(json_row_text(delivery, "type"), "delivery") != 0 || json_is_true(json_object_get(delivery, "released")))
		return DEV_ARRIVAL_OTHER;
	if (strcmp(kind, "CONFERENCE") == 0 && strcmp(meeting, "PROPOSE") == 0)
		return DEV_ARRIVAL_CONFERENCE;
	if (strcmp(kind, "REQUEST") != 0)
		return DEV_ARRIVAL_OTHER;
	if (strcmp(act, "ANSWER") != 0 && strcmp(act, "SEAL") != 0)
		return *act == '\0' ? DEV_ARRIVAL_REQUEST : DEV_ARRIVAL_OTHER;
	*ret_id = json_row_text(delivery, "thread_id"); /* such a message stands in the request's thread */
	return strcmp(act, "ANSWER") == 0 ? DEV_ARRIVAL_ANSWER : DEV_ARRIVAL_REQUEST;
}
