/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "contract/json.h"
#include "contract/vocabulary_texts.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/display.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

#define SHOWN 1000 /* legs, unless --limit says otherwise */

static const struct {
	Pb__NoticeWhat what;
	const char *text[2];
} nexts[] = {
	{ PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_DUE, { "its holder is reminded", "担当の機関に督促" } },
	{ PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE, { "its sender is told", "依頼元に知らせる" } },
	{ PB__NOTICE_WHAT__NOTICE_WHAT_SILENT, { "the coordinator is told", "調整役に知らせる" } },
	{ PB__NOTICE_WHAT__NOTICE_WHAT_LAPSED, { "it lapses, and comes back to its sender", "失効し、依頼元に戻る" } },
	{ PB__NOTICE_WHAT__NOTICE_WHAT_UNDELIVERABLE, { "it ends undeliverable, and comes back to its sender", "配達不能で終わり、依頼元に戻る" } },
	{ PB__NOTICE_WHAT__NOTICE_WHAT_ALARM, { "the alarm is raised again", "もう一度警報を出す" } },
	{ PB__NOTICE_WHAT__NOTICE_WHAT_WORD_DUE, { "holder and sender are told", "担当の機関と依頼元に知らせる" } },
	{ PB__NOTICE_WHAT__NOTICE_WHAT_WORD_OVERDUE, { "all are told again, the coordinator too", "調整役も含め、もう一度知らせる" } },
};

static const char *next_word(Pb__NoticeWhat what)
{
	for (size_t i = 0; i < sizeof nexts / sizeof *nexts; i++)
		if (nexts[i].what == what)
			return words_of(nexts[i].text);
	return "-";
}

static const char *text_of(const ProtobufCEnumDescriptor *list, int value)
{
	const char *text = vocabulary_text(list, value, words_language());

	return text == NULL ? "-" : text;
}

static bool is_late(const Pb__OverdueLeg *leg, int64_t now_us)
{
	return leg->due_at_us != 0 && leg->due_at_us <= now_us;
}

/* Without the site: every address on the operators' socket is of this one. */
static void put_agency(struct table *table, const char *address)
{
	table_cell_format(table, "%.*s", (int)strcspn(address, "@"), address);
}

static void put_code(struct table *table, ProtobufCBinaryData thread_id)
{
	char code[ID_CODE_TEXT] = "";
	struct id id;

	if (id_from_bytes(bytes_of_pb(thread_id), &id) == ERR_OK)
		id_code(&id, code);
	table_cell(table, code);
}

static size_t print_late(const Pb__OverdueListing *listing, int64_t now_us)
{
	const char *titles[] = { words("CODE", "コード"), words("HOLDER", "番の機関"), words(">LATE BY", ">超過"), words("FROM", "依頼元"), words("TO", "依頼先"),
				 words("STATE", "状態"), words("URGENCY", "緊急度"), words("NEXT", "次の動き"), words(">IN", ">まで") };
	struct table *table = table_new(titles, 9);
	size_t count = 0;

	for (size_t i = 0; i < listing->n_legs; i++) {
		const Pb__OverdueLeg *leg = listing->legs[i];
		char late[60], until[60];

		if (!is_late(leg, now_us))
			continue;
		count++;
		display_duration(now_us - leg->due_at_us, late, sizeof late);
		display_duration(leg->next_at_us > now_us ? leg->next_at_us - now_us : 0, until, sizeof until);
		put_code(table, leg->request_id);
		put_agency(table, leg->holder_agency);
		table_cell(table, late);
		put_agency(table, leg->from);
		put_agency(table, leg->to);
		table_cell(table, text_of(&pb__leg_state__descriptor, (int)leg->state));
		table_cell(table, urgency_word(leg->urgency));
		table_cell(table, next_word(leg->next));
		table_cell(table, until);
	}
	table_print(table);
	table_free(table);
	return count;
}

/* What is held that is no leg. */
static void put_what(struct table *table, const Pb__OverdueThread *thread)
{
	if (thread->kind == PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM)
		table_cell_format(table, words("action item %" PRIu64, "宿題 %" PRIu64), thread->item);
	else if (thread->kind == PB__TIMER_KIND__TIMER_KIND_CONFERENCE)
		table_cell(table, words("conference", "会議"));
	else
		table_cell(table, words("request, to decide what becomes of it", "依頼をどうするかの決定"));
}

static void print_threads(const Pb__OverdueListing *listing, int64_t now_us)
{
	const char *titles[] = { words("CODE", "コード"), words("HOLDER", "番の機関"), words(">LATE BY", ">超過"), words("FROM", "依頼元"), words("WHAT", "内容") };
	struct table *table = table_new(titles, 5);

	for (size_t i = 0; i < listing->n_threads; i++) {
		const Pb__OverdueThread *thread = listing->threads[i];
		char late[60];

		display_duration(now_us - thread->due_at_us, late, sizeof late);
		put_code(table, thread->thread_id);
		put_agency(table, thread->holder_agency);
		table_cell(table, late);
		put_agency(table, thread->asked_by);
		put_what(table, thread);
	}
	table_print(table);
	table_free(table);
}

static void print_unseen(const Pb__OverdueListing *listing, int64_t now_us)
{
	const char *titles[] = { words("CODE", "コード"), words("AT", "届いた先"), words(">FOR", ">経過"), words("FROM", "依頼元"), words("URGENCY", "緊急度") };
	struct table *table = table_new(titles, 5);
	size_t count = 0;

	for (size_t i = 0; i < listing->n_legs; i++) {
		const Pb__OverdueLeg *leg = listing->legs[i];
		char age[60];

		if (!leg->unseen)
			continue;
		if (count++ == 0)
			out_text("\n%s\n", words("Delivered, and nobody has looked at it:", "届いているが、まだ誰も見ていないもの:"));
		display_duration(now_us - leg->since_us, age, sizeof age);
		put_code(table, leg->request_id);
		put_agency(table, leg->to);
		table_cell(table, age);
		put_agency(table, leg->from);
		table_cell(table, urgency_word(leg->urgency));
	}
	table_print(table);
	table_free(table);
}

static void put_threads(const Pb__OverdueListing *listing, int64_t now_us, json_t *json)
{
	json_t *threads = json_object_get(json, "threads");
	json_t *row;
	size_t index;

	if (threads == NULL)
		json_object_set_new(json, "threads", json_array());
	json_array_foreach(threads, index, row)
		json_object_set_new(row, "late_s", json_integer((now_us - listing->threads[index]->due_at_us) / 1000000));
}

static json_t *listing_json(const Pb__OverdueListing *listing, int64_t now_us)
{
	json_t *json = json_of_message(&listing->base);
	json_t *legs = json_object_get(json, "legs");
	json_t *row;
	size_t index;

	if (legs == NULL)
		json_object_set_new(json, "legs", json_array());
	json_array_foreach(legs, index, row) {
		const Pb__OverdueLeg *leg = listing->legs[index];

		json_object_set_new(row, "overdue", json_boolean(is_late(leg, now_us)));
		json_object_set_new(row, "unseen", json_boolean(leg->unseen));
		json_object_set_new(row, "late_s", json_integer(is_late(leg, now_us) ? (now_us - leg->due_at_us) / 1000000 : 0));
		json_object_set_new(row, "state_text", json_string(text_of(&pb__leg_state__descriptor, (int)leg->state)));
		json_object_set_new(row, "next_text", json_string(next_word(leg->next)));
	}
	put_threads(listing, now_us, json);
	return json;
}

static void tell(const Pb__OverdueListing *listing)
{
	int64_t now_us = listing->now_us; /* a test site's clock is not the machine's */

	if (out_json_wanted()) {
		out_json(listing_json(listing, now_us));
		return;
	}
	if (print_late(listing, now_us) == 0 && listing->n_threads == 0)
		out_text("%s\n", words("Nothing is overdue.", "期限を過ぎたものはありません。"));
	print_threads(listing, now_us);
	print_unseen(listing, now_us);
	if (listing->more > 0)
		out_text(words("... and %" PRIu64 " more; see them with --limit N\n", "ほかに %" PRIu64 " 件(--limit N で表示)\n"), listing->more);
}

enum outcome cmd_overdue(const struct call *call)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminOverdue overdue = PB__ADMIN_OVERDUE__INIT;
	const Pb__AdminReply *reply;
	struct args_fault fault;
	struct arena arena;
	uint64_t limit;
	enum outcome outcome;

	if (args_count(&call->args, "limit", 1, UINT32_MAX, SHOWN, &limit, &fault) != ERR_OK)
		return call_fault(call, &fault);
	overdue.limit = (uint32_t)limit;
	if (call_operand(call, 0) != NULL)
		overdue.agency = (char *)(uintptr_t)call_operand(call, 0);
	request.body_case = PB__ADMIN_REQUEST__BODY_OVERDUE;
	request.overdue = &overdue;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE && reply->body_case == PB__ADMIN_REPLY__BODY_OVERDUE)
		tell(reply->overdue);
	else if (outcome == OUTCOME_DONE)
		outcome = admin_unexpected();
	arena_free(&arena);
	return outcome;
}
