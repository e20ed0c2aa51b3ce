/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "contract/json.h"
#include "tsunagi/json_row.h"
#include "tsunagi/review_list.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

#define CELL 400

static void ask(const struct records_span *span, bool all, Pb__AdminRequest *request, void *query)
{
	Pb__ReviewQuery *review = query;

	pb__review_query__init(review);
	review->since_us = span->since_us;
	review->until_us = span->until_us;
	review->after = span->after;
	review->limit = (uint32_t)span->limit;
	review->reviewed = all;
	request->body_case = PB__ADMIN_REQUEST__BODY_REVIEW_LIST;
	request->review_list = review;
}

static bool take(const Pb__AdminReply *reply, struct records_page *ret_page)
{
	if (reply->body_case != PB__ADMIN_REPLY__BODY_REVIEWS)
		return false;
	ret_page->rows = (const ProtobufCMessage *const *)(const void *)reply->reviews->reviews;
	ret_page->count = reply->reviews->n_reviews;
	ret_page->more_after = reply->reviews->more_after;
	return true;
}

const struct records_list review_list = { .action = "review", .name = "reviews", .ask = ask, .take = take, .flag = "reviewed" };

static void put_basis(const json_t *basis)
{
	const char *law = json_row_text(basis, "law");
	const char *reason = json_row_text(basis, "reason");

	table_field(words("basis", "根拠"), "%s", records_word("basis.basis", json_row_text(basis, "basis")));
	if (*law != '\0')
		table_field(words("law", "法令"), "%s", records_word("basis.law", law));
	if (*reason != '\0')
		table_field(words("reason", "理由"), "%s", reason);
}

static const char *what_word(const json_t *row)
{
	const char *ask_word = json_row_text(row, "ask");

	if (json_is_true(json_object_get(row, "hand_over")))
		return words("handed over by an operator", "運用担当による引き継ぎ");
	if (json_is_true(json_object_get(row, "danger")))
		return words("danger to life", "命の危険");
	return *ask_word != '\0' ? records_word("ask", ask_word) : records_word("kind", json_row_text(row, "kind"));
}

static void put_reviewed(const json_t *row)
{
	const char *login = json_row_text(row, "reviewed_by");
	const char *remark = json_row_text(row, "remark");
	char time[DISPLAY_TIME];

	json_row_time(row, "reviewed_at", time);
	table_field(words("reviewed", "点検"), "%s%s%s%s%s", json_object_get(row, "reviewed_at") == NULL ? words("not yet", "未") : time,
		    *login == '\0' ? "" : "  ", login, *remark == '\0' ? "" : "  ", remark);
}

static void put_hand_over(const json_t *row)
{
	char text[CELL];

	records_words("", json_object_get(row, "to"), text, sizeof text);
	table_field(words("closed", "閉鎖"), "%s", json_row_text(row, "from"));
	table_field(words("goes on", "引き継ぎ先"), "%s", text);
	table_field(words("by", "担当"), "%s", json_row_text(row, "by"));
	table_field(words("reason", "理由"), "%s", json_row_text(row, "reason"));
}

static void put_message(const json_t *row)
{
	const json_t *to = json_object_get(row, "to");
	char text[CELL];

	table_field(words("from", "提供元"), "%s", json_row_text(row, "from"));
	records_words("", to, text, sizeof text);
	table_field(words("to", "提供先"), words("%s (handed out to %" JSON_INTEGER_FORMAT " of %zu)", "%s(うち配達済み %" JSON_INTEGER_FORMAT "/%zu 機関)"), text,
		    json_integer_value(json_object_get(row, "handed_out")), json_array_size(to));
	put_basis(json_object_get(row, "basis"));
	records_words("text_classes", json_object_get(row, "classes"), text, sizeof text);
	table_field(words("tells", "情報"), "%s", text);
}

static void print_row(const json_t *row)
{
	const char *code = json_row_text(row, "code");
	char time[DISPLAY_TIME];

	json_row_time(row, "at", time);
	out_text(words("%s%s%s  %s  (entry %" JSON_INTEGER_FORMAT ")\n", "%s%s%s  %s(記録 %" JSON_INTEGER_FORMAT ")\n"), code, *code == '\0' ? "" : "  ",
		 time, what_word(row), json_integer_value(json_object_get(row, "seq")));
	if (json_is_true(json_object_get(row, "hand_over")))
		put_hand_over(row);
	else
		put_message(row);
	put_reviewed(row);
}

static void print(const json_t *listing)
{
	const json_t *rows = json_object_get(listing, "reviews");
	json_int_t more = json_integer_value(json_object_get(listing, "more_after"));
	json_t *row;
	size_t index;

	json_array_foreach(rows, index, row) {
		out_text("%s", index == 0 ? "" : "\n");
		print_row(row);
	}
	if (json_array_size(rows) == 0)
		out_text("%s\n", words("Nothing waits to be reviewed.", "点検を待つものはありません。"));
	if (more != 0)
		out_text(words("... there is more: --after %" JSON_INTEGER_FORMAT "\n", "続きがあります:--after %" JSON_INTEGER_FORMAT "\n"), more);
}

enum outcome cmd_review(const struct call *call)
{
	struct records_span span;
	json_t *listing = NULL;
	enum outcome outcome = records_span_of(call, &span);

	if (outcome == OUTCOME_DONE)
		outcome = records_read(call, &review_list, &span, args_has(&call->args, "all"), &listing);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (out_json_wanted())
		out_json(json_incref(listing));
	else
		print(listing);
	json_decref(listing);
	return OUTCOME_DONE;
}
