/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/file.h"
#include "contract/json.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/agency_client.h"
#include "tsunagi/disclosure_page.h"
#include "tsunagi/disclosure_print.h"
#include "tsunagi/json_row.h"
#include "tsunagi/records.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define PAGE_BYTES (64u * 1024u * 1024u)

/* ---- as the operator ---- */

static void add_all(json_t *list, const ProtobufCMessage *const *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_of_message(rows[i]));
}

static void take_page(const Pb__Disclosure *page, json_t *json)
{
	if (page->case_shown != NULL)
		json_object_set_new(json, "case", json_of_message(&page->case_shown->base));
	add_all(json_object_get(json, "provisions"), (const ProtobufCMessage *const *)(const void *)page->provisions, page->n_provisions);
	add_all(json_object_get(json, "happenings"), (const ProtobufCMessage *const *)(const void *)page->happenings, page->n_happenings);
}

static enum outcome read_page(const struct call *call, Pb__DisclosureQuery *query, json_t *json)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	request.body_case = PB__ADMIN_REQUEST__BODY_DISCLOSURE;
	request.disclosure = query;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(call, &request, &arena, &reply);
	query->after = 0;
	if (outcome == OUTCOME_DONE && reply->body_case == PB__ADMIN_REPLY__BODY_DISCLOSURE) {
		take_page(reply->disclosure, json);
		query->after = reply->disclosure->more_after;
	} else if (outcome == OUTCOME_DONE) {
		outcome = admin_unexpected();
	}
	arena_free(&arena);
	return outcome;
}

static enum outcome read_as_operator(const struct call *call, json_t **ret_json)
{
	Pb__DisclosureQuery query = PB__DISCLOSURE_QUERY__INIT;
	json_t *json;
	struct id case_id;
	enum outcome outcome = OUTCOME_DONE;

	if (id_parse(call_operand(call, 0), &case_id) != ERR_OK)
		return call_usage(call, words("%s is no id of a case.", "%s はケースの番号ではありません。"), call_operand(call, 0));
	json = json_pack("{s:s, s:[], s:[]}", "type", "disclosure", "provisions", "happenings");
	query.case_id = pb_of_bytes(bytes_of(case_id.bytes, ID_BYTES));
	do
		outcome = read_page(call, &query, json);
	while (outcome == OUTCOME_DONE && query.after != 0 && json_array_size(json_object_get(json, "happenings")) < RECORDS_MOST);
	if (outcome == OUTCOME_DONE)
		*ret_json = json;
	else
		json_decref(json);
	return outcome;
}

/* ---- as the case's owner ---- */

static enum outcome read_as_owner(const struct call *call, json_t **ret_json)
{
	struct agency_client client;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_act(&client, json_pack("{s:s, s:s, s:o*}", "action", "disclosure", "case", call_operand(call, 0), "received", records_received(call)),
				    ret_json);
	agency_client_close(&client);
	return outcome;
}

/* ---- what is told ---- */

static enum outcome give_page(const struct call *call, const json_t *disclosure)
{
	const char *path = args_text(&call->args, "out");
	char made[DISPLAY_TIME];
	struct buf page;
	enum err err = ERR_OK;

	buf_init(&page, PAGE_BYTES);
	display_time(clock_wall_us(), made);
	disclosure_page_put(disclosure, made, &page);
	err = buf_text(&page) == NULL ? page.err : path == NULL ? ERR_OK : file_write_new(path, buf_bytes(&page), 0600);
	if (err == ERR_OK && out_json_wanted())
		out_json(path == NULL ? json_pack("{s:s,s:s}", "type", "page", "html", buf_text(&page)) : json_pack("{s:s,s:s}", "type", "page", "file", path));
	else if (err == ERR_OK && path == NULL)
		out_text("%s", buf_text(&page));
	else if (err == ERR_OK)
		out_text(words("The report is in %s; print it from any browser.\n", "報告を %s に書きました。ブラウザーから印刷できます。\n"), path);
	buf_free(&page);
	if (err == ERR_OK)
		return OUTCOME_DONE;
	return out_problem(OUTCOME_REFUSED, err == ERR_EXISTS ? "FILE_EXISTS" : "FILE", NULL, "%s: %s", path == NULL ? "stdout" : path, err_text(err));
}

enum outcome cmd_disclosure(const struct call *call)
{
	json_t *disclosure = NULL;
	enum outcome outcome = call_as_agency(call) ? read_as_owner(call, &disclosure) : read_as_operator(call, &disclosure);

	if (outcome != OUTCOME_DONE)
		return outcome;
	records_put_codes(json_object_get(disclosure, "provisions"));
	records_put_codes(json_object_get(disclosure, "happenings"));
	if (args_has(&call->args, "print") || args_has(&call->args, "out"))
		outcome = give_page(call, disclosure);
	else if (out_json_wanted())
		out_json(json_incref(disclosure));
	else
		disclosure_print(disclosure);
	json_decref(disclosure);
	return outcome;
}
