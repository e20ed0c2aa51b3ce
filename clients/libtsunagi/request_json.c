/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/request_json.c - see requests.h: legs and requests as programs and people read them. */
#include <ctype.h>
#include <string.h>

#include "contract/json.h"
#include "contract/request_states.h"
#include "contract/vocabulary_texts.h"
#include "libtsunagi/requests.h"

static const struct {
	Pb__LegAction action;
	const char *word;
} words[] = {
	{ PB__LEG_ACTION__LEG_ACTION_SEEN, "seen" },	     { PB__LEG_ACTION__LEG_ACTION_ASK, "ask" },
	{ PB__LEG_ACTION__LEG_ACTION_ANSWER, "answer" },     { PB__LEG_ACTION__LEG_ACTION_ACCEPT, "accept" },
	{ PB__LEG_ACTION__LEG_ACTION_DECLINE, "decline" },   { PB__LEG_ACTION__LEG_ACTION_REDIRECT, "redirect" },
	{ PB__LEG_ACTION__LEG_ACTION_START, "start" },	     { PB__LEG_ACTION__LEG_ACTION_REPORT, "report" },
	{ PB__LEG_ACTION__LEG_ACTION_HOLD, "hold" },	     { PB__LEG_ACTION__LEG_ACTION_RESUME, "resume" },
	{ PB__LEG_ACTION__LEG_ACTION_COMPLETE, "complete" }, { PB__LEG_ACTION__LEG_ACTION_WITHDRAW, "withdraw" },
};

const char *request_action_word(Pb__LegAction action)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].action == action)
			return words[i].word;
	return NULL;
}

/* The word of a value under name, and what people call it under name_text; nothing for UNSPECIFIED. */
static void put_word(json_t *json, const char *name, const ProtobufCEnumDescriptor *list, int value)
{
	const char *word = value == 0 ? NULL : json_word(list, value);
	const char *text = word == NULL ? NULL : vocabulary_text(list, value, language_of_environment());
	char text_name[64];

	if (word == NULL)
		return;
	json_object_set_new(json, name, json_string(word));
	snprintf(text_name, sizeof text_name, "%s_text", name);
	if (text != NULL)
		json_object_set_new(json, text_name, json_string(text));
}

static void put_time(json_t *json, const char *name, int64_t us)
{
	if (us != 0)
		json_object_set_new(json, name, json_time(us));
}

static void put_text(json_t *json, const char *name, const char *text)
{
	if (*text != '\0')
		json_object_set_new(json, name, json_string(text));
}

static json_t *action_json(const char *word, const char *text)
{
	return json_pack("{s:s, s:s*}", "action", word, "text", text);
}

static json_t *allowed_json(const Pb__LegShown *leg)
{
	json_t *list = json_array();

	for (size_t i = 0; i < leg->n_allowed; i++) {
		const char *word = request_action_word(leg->allowed[i]);

		if (word != NULL)
			json_array_append_new(list, action_json(word, vocabulary_text(&pb__leg_action__descriptor, (int)leg->allowed[i],
										      language_of_environment())));
	}
	return list;
}

static json_t *id_json(const ProtobufCBinaryData *id)
{
	return id->len == ID_BYTES ? json_id(id->data) : NULL;
}

static void put_code(json_t *json, const ProtobufCBinaryData *bytes)
{
	char code[ID_CODE_TEXT];
	struct id id;

	if (id_from_bytes(bytes_of_pb(*bytes), &id) != ERR_OK)
		return;
	id_code(&id, code);
	json_object_set_new(json, "code", json_string(code));
}

static void put_state(json_t *json, const Pb__LegShown *leg)
{
	put_word(json, "state", &pb__leg_state__descriptor, (int)leg->state);
	put_word(json, "holder", &pb__party__descriptor, (int)leg->holder);
	put_text(json, "holder_agency", leg->holder_agency);
	put_time(json, "due", leg->due_at_us);
	json_object_set_new(json, "overdue", json_boolean(leg->overdue));
	if (leg->provisional)
		json_object_set_new(json, "provisional", json_true());
	put_word(json, "urgency", &pb__urgency__descriptor, (int)leg->urgency);
	put_time(json, "since", leg->since_us);
	put_time(json, "seen_at", leg->seen_at_us);
	put_time(json, "last_word_at", leg->last_word_us);
	put_word(json, "reason", &pb__reason__descriptor, (int)leg->reason);
	put_word(json, "outcome", &pb__outcome__descriptor, (int)leg->outcome);
	put_text(json, "next_agency", leg->next_agency);
	if (leg->dead_letter)
		json_object_set_new(json, "dead_letter", json_true());
}

static void put_co_support(json_t *json, const Pb__LegShown *leg)
{
	if (leg->co_support)
		json_object_set_new(json, "co_support", json_true());
}

static void put_request(json_t *json, const Pb__LegShown *leg)
{
	put_word(json, "request_state", &pb__request_state__descriptor, (int)leg->request_state);
	put_time(json, "request_due", leg->request_due_at_us);
	put_word(json, "closed_with", &pb__outcome__descriptor, (int)leg->closed_with);
}

/* What programs may rely on is there in every leg: null where there is no case, nobody holds it, nothing is due, nobody looked. */
static void put_promised(json_t *json)
{
	static const char *const promised[] = { "request", "case", "ask", "from", "to", "state", "holder", "due", "overdue", "urgency", "since", "seen_at" };

	for (size_t i = 0; i < sizeof promised / sizeof *promised; i++)
		if (json_object_get(json, promised[i]) == NULL)
			json_object_set_new(json, promised[i], json_null());
}

json_t *request_leg_json(const Pb__LegShown *leg, const char *self)
{
	bool sent = strcmp(leg->from, self) == 0;
	json_t *json = json_pack("{s:s, s:I, s:o*, s:o*, s:s, s:s, s:s}", "type", "leg", "leg", (json_int_t)leg->leg, "request", id_json(&leg->request_id),
				 "case", id_json(&leg->case_id), "from", leg->from, "to", leg->to, "part", sent ? "SENDER" : "RECIPIENT");

	if (json == NULL)
		return NULL;
	put_code(json, &leg->request_id);
	put_word(json, "ask", &pb__ask__descriptor, (int)leg->ask);
	if (leg->take != PB__TAKE__TAKE_UNSPECIFIED)
		json_object_set_new(json, "take", json_string(json_word(&pb__take__descriptor, (int)leg->take)));
	put_co_support(json, leg);
	put_state(json, leg);
	put_request(json, leg);
	put_promised(json);
	json_object_set_new(json, "allowed", allowed_json(leg));
	return json;
}

/* What the reader may do to the request: any of its legs' actions, and to close the whole. */
static json_t *all_allowed(const struct request_found *found)
{
	enum language language = language_of_environment();
	struct request_standing standing = request_standing_found(found);
	json_t *list = json_array();
	uint32_t set = 0;

	for (size_t i = 0; i < found->count; i++)
		for (size_t k = 0; k < found->legs[i]->n_allowed; k++)
			set |= found->legs[i]->allowed[k] < 32 ? UINT32_C(1) << found->legs[i]->allowed[k] : 0;
	for (unsigned action = 0; action < LEG_ACTION_COUNT; action++) {
		const char *word = (set >> action & 1) != 0 ? request_action_word((Pb__LegAction)action) : NULL;

		if (word != NULL)
			json_array_append_new(list, action_json(word, vocabulary_text(&pb__leg_action__descriptor, (int)action, language)));
	}
	for (size_t i = 0; i < found->count; i++)
		if (leg_is_open(found->legs[i]->state))
			return list;
	if (found->ours && standing.open)
		json_array_append_new(list, action_json("close", language == LANGUAGE_JA ? "依頼を閉じる" : "close the request"));
	return list;
}

json_t *request_json(const struct request_found *found, const char *self)
{
	const Pb__LegShown *first = found->legs[0];
	json_t *json = json_pack("{s:s, s:s, s:o*, s:s, s:s, s:o}", "type", "request", "request", found->text, "case", id_json(&first->case_id), "from",
				 first->from, "part", found->ours ? "SENDER" : "RECIPIENT", "allowed", all_allowed(found));
	json_t *legs = json_array();

	if (json == NULL || legs == NULL) {
		json_decref(json);
		json_decref(legs);
		return NULL;
	}
	put_code(json, &first->request_id);
	put_word(json, "ask", &pb__ask__descriptor, (int)first->ask);
	put_word(json, "urgency", &pb__urgency__descriptor, (int)first->urgency);
	if (first->take != PB__TAKE__TAKE_UNSPECIFIED)
		json_object_set_new(json, "take", json_string(json_word(&pb__take__descriptor, (int)first->take)));
	put_co_support(json, first);
	put_request(json, first);
	for (size_t i = 0; i < found->count; i++)
		json_array_append_new(legs, request_leg_json(found->legs[i], self));
	json_object_set_new(json, "legs", legs);
	return json;
}
