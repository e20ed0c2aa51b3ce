/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/records.h"

#include <stdlib.h>
#include <string.h>

#include "contract/json.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/agency_client.h"
#include "tsunagi/code_lists.h"
#include "tsunagi/json_row.h"
#include "tsunagi/when.h"
#include "tsunagi/words.h"

#define PAGE 256u

enum outcome records_span_of(const struct call *call, struct records_span *ret_span)
{
	struct args_fault fault;
	enum outcome outcome = when_option(call, "since", &ret_span->since_us);

	if (outcome == OUTCOME_DONE)
		outcome = when_option(call, "until", &ret_span->until_us);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (args_count(&call->args, "limit", 1, RECORDS_MOST, RECORDS_LIMIT, &ret_span->limit, &fault) != ERR_OK ||
	    args_count(&call->args, "after", 0, INT64_MAX, 0, &ret_span->after, &fault) != ERR_OK)
		return call_fault(call, &fault);
	return OUTCOME_DONE;
}

/* ---- as an agency ---- */

static enum outcome read_as_agency(const struct call *call, const struct records_list *list, const struct records_span *span, bool all, json_t **ret_json)
{
	json_t *action = json_pack("{s:s, s:I, s:I}", "action", list->action, "after", (json_int_t)span->after, "limit", (json_int_t)span->limit);
	json_t *received = records_received(call);
	struct agency_client client;
	enum outcome outcome = agency_client_open(call, &client);

	if (span->since_us != 0)
		json_object_set_new(action, "since", json_time(span->since_us));
	if (span->until_us != 0)
		json_object_set_new(action, "until", json_time(span->until_us));
	if (list->flag != NULL && all)
		json_object_set_new(action, list->flag, json_true());
	if (received != NULL)
		json_object_set_new(action, "received", received);
	if (outcome != OUTCOME_DONE) {
		json_decref(action);
		return outcome;
	}
	outcome = agency_client_act(&client, action, ret_json);
	agency_client_close(&client);
	return outcome;
}

/* ---- as the operator ---- */

union query {
	Pb__ReviewQuery review;
	Pb__ProvisionQuery provision;
};

static enum outcome read_page(const struct call *call, const struct records_list *list, const struct records_span *span, bool all, json_t *rows,
			      uint64_t *ret_more)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	struct records_page page = { 0 };
	const Pb__AdminReply *reply;
	struct arena arena;
	union query query;
	enum outcome outcome;

	list->ask(span, all, &request, &query);
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE && !list->take(reply, &page))
		outcome = admin_unexpected();
	for (size_t i = 0; i < page.count; i++)
		json_array_append_new(rows, json_of_message(page.rows[i]));
	*ret_more = page.more_after;
	arena_free(&arena);
	return outcome;
}

static enum outcome read_as_operator(const struct call *call, const struct records_list *list, const struct records_span *span, bool all, json_t **ret_json)
{
	json_t *rows = json_array();
	struct records_span page = *span;
	uint64_t more = 0;
	enum outcome outcome;

	do {
		uint64_t left = span->limit - json_array_size(rows);

		page.limit = left < PAGE ? left : PAGE;
		outcome = read_page(call, list, &page, all, rows, &more);
		page.after = more;
	} while (outcome == OUTCOME_DONE && more != 0 && json_array_size(rows) < span->limit);
	if (outcome == OUTCOME_DONE)
		*ret_json = json_pack("{s:s, s:O, s:I}", "type", list->name, list->name, rows, "more_after", (json_int_t)more);
	json_decref(rows);
	return outcome;
}

enum outcome records_read(const struct call *call, const struct records_list *list, const struct records_span *span, bool all, json_t **ret_json)
{
	enum outcome outcome;

	*ret_json = NULL;
	if (call_as_agency(call))
		outcome = read_as_agency(call, list, span, all, ret_json);
	else
		outcome = read_as_operator(call, list, span, all, ret_json);
	if (outcome == OUTCOME_DONE)
		records_put_codes(json_object_get(*ret_json, list->name));
	return outcome;
}

void records_put_codes(json_t *rows)
{
	char code[ID_CODE_TEXT];
	json_t *row;
	size_t index;

	json_array_foreach(rows, index, row) {
		json_row_code(row, code);
		json_object_set_new(row, "code", json_string(code));
	}
}

/* ---- words ---- */

static const struct code_list *list_of(const char *field)
{
	for (const struct code_list *list = code_lists; list->field != NULL; list++)
		if (strcmp(list->field, field) == 0)
			return list;
	return NULL;
}

const char *records_word_in(const char *field, const char *word, enum language language)
{
	const struct code_list *list = list_of(field);
	const char *text = NULL;
	int value = 0;

	if (list != NULL && json_word_value(list->words, word, &value))
		text = code_text(list, value, language);
	return text == NULL ? word : text;
}

const char *records_word(const char *field, const char *word)
{
	return records_word_in(field, word, words_language());
}

void records_words_in(const char *field, const json_t *list, enum language language, char *to, size_t room)
{
	size_t at = 0, index;
	json_t *word;

	to[0] = '\0';
	json_array_foreach(list, index, word) {
		const char *text = json_is_string(word) ? records_word_in(field, json_string_value(word), language) : "";
		const char *between = index == 0 ? "" : language == LANGUAGE_JA ? "、" : ", ";

		if (at + strlen(between) + strlen(text) >= room)
			return;
		memcpy(to + at, between, strlen(between));
		at += strlen(between);
		memcpy(to + at, text, strlen(text) + 1);
		at += strlen(text);
	}
}

void records_words(const char *field, const json_t *list, char *to, size_t room)
{
	records_words_in(field, list, words_language(), to, room);
}

json_t *records_received(const struct call *call)
{
	const char *folder;
	json_t *list = NULL;

	for (size_t i = 0; (folder = args_nth(&call->args, "received", i)) != NULL; i++) {
		list = list == NULL ? json_array() : list;
		json_array_append_new(list, json_string(folder));
	}
	return list;
}
