/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/receiving.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "contract/json.h"
#include "tsunagi/act_words.h"
#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/words.h"

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

void receiving_watch_signals(void)
{
	const struct sigaction action = { .sa_handler = stop };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool receiving_stopped(void)
{
	return stopped != 0;
}

bool receiving_acknowledge(struct receiving *receiving, tsg_delivery *delivery)
{
	int result = tsg_ack(delivery);

	if (result == TSG_OK) {
		receiving->acknowledged++;
		return true;
	}
	receiving->undecided++;
	if (!out_json_wanted())
		agency_client_problem(&receiving->client, result);
	return false;
}

void receiving_refuse(struct receiving *receiving, tsg_delivery *delivery, const char *code, const char *text)
{
	int result = tsg_refuse(delivery, code, text);

	receiving->refused++;
	if (result != TSG_OK && !out_json_wanted())
		agency_client_problem(&receiving->client, result);
}

/* The value under name, at the top or in the envelope. */
static json_t *find(json_t *json, const char *name)
{
	json_t *value = json_object_get(json, name);

	return value != NULL ? value : json_object_get(json_object_get(json, "envelope"), name);
}

void receiving_place(tsg_delivery *delivery, const char *directory, char *place, size_t size)
{
	if (tsg_delivery_is_notice(delivery))
		snprintf(place, size, "%s/notices/%s.json", directory, tsg_delivery_message_id(delivery));
	else
		snprintf(place, size, "%s/%s", directory, tsg_delivery_message_id(delivery));
}

/* A notice names no person: all of it may be told. */
static json_t *notice_summary(tsg_delivery *delivery, const char *state)
{
	json_t *summary = json_loads(tsg_delivery_json(delivery), 0, NULL);

	if (json_object_get(summary, "state") != NULL) /* of the leg: here it is that of the notice */
		json_object_set(summary, "leg_state", json_object_get(summary, "state"));
	json_object_set_new(summary, "state", json_string(state));
	return summary;
}

json_t *receiving_summary(tsg_delivery *delivery, const char *state)
{
	static const char *const fields[] = { "message_id", "item", "sender", "kind", "ask", "urgency", "case_id", "thread_id", "released", "leg_act", "close",
					      "conference_act", "consent_act", "announcement_act", "undeclared_classes", "after_dead_letter", NULL };
	json_t *whole;
	json_t *summary;
	char code[ID_CODE_TEXT];
	struct id id;

	if (tsg_delivery_is_notice(delivery))
		return notice_summary(delivery, state);
	whole = json_loads(tsg_delivery_json(delivery), 0, NULL);
	summary = json_pack("{s:s,s:s,s:b}", "type", "delivery", "state", state, "redelivered", tsg_delivery_redelivered(delivery));
	for (size_t i = 0; fields[i] != NULL; i++)
		if (find(whole, fields[i]) != NULL)
			json_object_set(summary, fields[i], find(whole, fields[i]));
	json_object_set_new(summary, "message_id", json_string(tsg_delivery_message_id(delivery)));
	if (id_parse(tsg_delivery_message_id(delivery), &id) == ERR_OK) {
		id_code(&id, code);
		json_object_set_new(summary, "code", json_string(code));
	}
	json_decref(whole);
	return summary;
}

static const char *state_word(const char *state)
{
	static const struct {
		const char *state;
		const char *text[2];
	} rows[] = {
		{ "acknowledged", { "acknowledged", "受領" } },
		{ "put_off", { "left for later", "後で再配達" } },
		{ "refused", { "sent back", "差し戻し" } },
		{ "undecided", { "stored, not confirmed yet", "保存済み、受領は未確定" } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].state, state) == 0)
			return words_of(rows[i].text);
	return state;
}

static void tell_notice(tsg_delivery *delivery, const json_t *summary, const char *state, const char *directory)
{
	out_text(words("%s: notice %s, %s: %s%s%s%s\n", "%s:通知 %s、%s:%s%s%s%s\n"), state_word(state), tsg_delivery_message_id(delivery),
		 json_row_text(summary, "title"), tsg_delivery_text(delivery),
		 tsg_delivery_redelivered(delivery) ? words(" (may be a repeat)", "(再配達の可能性)") : "", directory == NULL ? "" : words(" In ", " 保存先 "),
		 directory == NULL ? "" : directory);
}

void receiving_tell(tsg_delivery *delivery, const char *state, const char *directory)
{
	json_t *summary = receiving_summary(delivery, state);
	char what[ACT_WORDS];
	int urgency = 0;

	if (directory != NULL)
		json_object_set_new(summary, "directory", json_string(directory));
	if (out_json_wanted()) {
		out_json_line(summary);
		return;
	}
	if (tsg_delivery_is_notice(delivery)) {
		tell_notice(delivery, summary, state, directory);
		json_decref(summary);
		return;
	}
	act_words(summary, what);
	json_word_value(&pb__urgency__descriptor, json_row_text(summary, "urgency"), &urgency);
	out_text(words("%s: %s (%s), %s, %s, from %s%s%s%s%s\n", "%s:%s(%s)%s、%s、差出 %s%s%s%s%s\n"), state_word(state), json_row_text(summary, "message_id"),
		 json_row_text(summary, "code"), what, urgency_word((Pb__Urgency)urgency), json_row_text(summary, "sender"),
		 tsg_delivery_released(delivery) ? words(", released on acceptance", "、受理により開示") : "",
		 tsg_delivery_redelivered(delivery) ? words(", may be a repeat", "、再配達の可能性") : "", directory == NULL ? "" : words(", in ", "、保存先 "),
		 directory == NULL ? "" : directory);
	json_decref(summary);
}
