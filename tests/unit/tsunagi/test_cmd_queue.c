/* SPDX-License-Identifier: Apache-2.0 */
/* queue, queue show and the acts on items, against a daemon with a handful of items of every state. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/id.h"
#include "contract/codec.h"
#include "fake_daemon.h"
#include "tsunagi/words.h"
#include "unit.h"

struct noted {
	unsigned acts;
	Pb__QueueAct act;
	uint64_t items[16];
	size_t count;
	char reason[80];
	char asked_agency[80], asked_state[40];
	uint32_t asked_older_s;
	bool refuses, nonsense;
};

static struct noted noted;
static struct fake_daemon *daemon_;
static enum outcome outcome;

static const struct {
	const char *from, *to, *state, *reason, *next;
	Pb__Urgency urgency;
	unsigned attempts;
} rows[] = {
	{ "link@test-site", "desk@test-site", "waiting", "", "waits_for_reader", PB__URGENCY__URGENCY_ROUTINE, 0 },
	{ "link@test-site", "desk@test-site", "leased", "", "acknowledge", PB__URGENCY__URGENCY_DANGER, 0 },
	{ "other@far-site", "desk@test-site", "waiting", "retry_later", "hand_out", PB__URGENCY__URGENCY_SOON, 2 },
	{ "link@test-site", "third@test-site", "dead", "program_failed", "requeue", PB__URGENCY__URGENCY_URGENT, 5 },
	{ "link@test-site", "third@test-site", "frozen", "frozen", "thaw", PB__URGENCY__URGENCY_ROUTINE, 0 },
};
#define ITEMS (sizeof rows / sizeof *rows)

/* Items 1 and 5 are of one message. */
static struct id message_of(size_t item)
{
	uint8_t tail[10] = { 0 };

	tail[9] = (uint8_t)(item == 5 ? 1 : item);
	return id_make(1000, tail);
}

static Pb__QueueItem *item_at(size_t index, struct arena *arena)
{
	Pb__QueueItem *item = arena_alloc(arena, sizeof *item);
	struct id id = message_of(index + 1);

	pb__queue_item__init(item);
	item->item = index + 1;
	item->message_id = pb_of_bytes(bytes_of(arena_copy(arena, bytes_of(id.bytes, ID_BYTES)), ID_BYTES));
	item->from = arena_text(arena, bytes_of_text(rows[index].from));
	item->to = arena_text(arena, bytes_of_text(rows[index].to));
	item->state = arena_text(arena, bytes_of_text(rows[index].state));
	item->reason = arena_text(arena, bytes_of_text(rows[index].reason));
	item->next = arena_text(arena, bytes_of_text(rows[index].next));
	item->urgency = rows[index].urgency;
	item->kind = PB__KIND__KIND_REQUEST;
	item->attempts = rows[index].attempts;
	item->accepted_at_us = clock_wall_us() - INT64_C(7230000000);
	item->size = 2048;
	item->seq = 100 + index;
	return item;
}

static void give(struct arena *arena, Pb__AdminReply *reply, const Pb__AdminQueueList *list, const struct id *only)
{
	Pb__QueueListing *listing = arena_alloc(arena, sizeof *listing);

	pb__queue_listing__init(listing);
	listing->items = arena_calloc(arena, ITEMS, sizeof *listing->items);
	for (size_t i = 0; i < ITEMS; i++) {
		struct id id = message_of(i + 1);
		bool wanted = only != NULL ? memcmp(id.bytes, only->bytes, ID_BYTES) == 0 :
					     i + 1 > list->after && (*list->agency == '\0' || strncmp(rows[i].to, list->agency, strlen(list->agency)) == 0) &&
						     (*list->state == '\0' || strcmp(rows[i].state, list->state) == 0);

		if (wanted && (list == NULL || list->limit == 0 || listing->n_items < list->limit))
			listing->items[listing->n_items++] = item_at(i, arena);
		else if (wanted)
			listing->more++;
	}
	listing->delivered_unanswered = 3;
	reply->body_case = PB__ADMIN_REPLY__BODY_QUEUE;
	reply->queue = listing;
}

static void note_act(const Pb__AdminQueueAct *act, struct arena *arena, Pb__AdminReply *reply)
{
	noted.acts++;
	noted.act = act->act;
	noted.count = act->n_items;
	for (size_t i = 0; i < act->n_items && i < 16; i++)
		noted.items[i] = act->items[i];
	snprintf(noted.reason, sizeof noted.reason, "%s", act->reason);
	reply->done = arena_alloc(arena, sizeof *reply->done);
	pb__admin_nothing__init(reply->done);
	reply->body_case = PB__ADMIN_REPLY__BODY_DONE;
	reply->seq = 815;
}

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	struct id id;

	(void)context;
	if (noted.nonsense) {
		reply->body_case = PB__ADMIN_REPLY__BODY_CHECKPOINT;
		reply->checkpoint = arena_text(arena, bytes_of_text("x"));
	} else if (noted.refuses) {
		reply->refusal = arena_alloc(arena, sizeof *reply->refusal);
		pb__refusal__init(reply->refusal);
		reply->refusal->code = PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE;
		reply->body_case = PB__ADMIN_REPLY__BODY_REFUSAL;
	} else if (request->body_case == PB__ADMIN_REQUEST__BODY_QUEUE_LIST) {
		snprintf(noted.asked_agency, sizeof noted.asked_agency, "%s", request->queue_list->agency);
		snprintf(noted.asked_state, sizeof noted.asked_state, "%s", request->queue_list->state);
		noted.asked_older_s = request->queue_list->older_than_s;
		give(arena, reply, request->queue_list, NULL);
	} else if (request->body_case == PB__ADMIN_REQUEST__BODY_FIND_CODE) {
		id = message_of(1);
		reply->body_case = PB__ADMIN_REPLY__BODY_FOUND;
		reply->found = pb_of_bytes(bytes_of(arena_copy(arena, bytes_of(id.bytes, ID_BYTES)), id_tail(&id) == request->find_code ? ID_BYTES : 0));
	} else if (request->body_case == PB__ADMIN_REQUEST__BODY_QUEUE_SHOW && id_from_bytes(bytes_of_pb(request->queue_show), &id) == ERR_OK) {
		give(arena, reply, NULL, &id);
	} else if (request->body_case == PB__ADMIN_REQUEST__BODY_QUEUE_ACT) {
		note_act(request->queue_act, arena, reply);
	}
}

static void begin(void)
{
	noted = (struct noted){ 0 };
	daemon_ = fake_daemon_start(answer, NULL);
}

static const struct said *run(bool json, const char *words)
{
	unit_context("%s", words);
	return fake_run(daemon_, json, &outcome, "%s", words);
}

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

/* The line of the table whose first cell is this number; cut out, good until the next call. */
static const char *line_of(const char *table, unsigned item)
{
	static char line[600];
	char start[16];

	snprintf(start, sizeof start, "%u ", item);
	for (const char *at = table; at != NULL && *at != '\0'; at = strchr(at, '\n') == NULL ? NULL : strchr(at, '\n') + 1) {
		const char *text = at + strspn(at, " ");

		if (strncmp(text, start, strlen(start)) == 0) {
			snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
			return line;
		}
	}
	return "";
}

static void test_listed(void)
{
	const struct said *said;

	begin();
	said = run(false, "queue");
	check_int(outcome, OUTCOME_DONE);
	check(has(line_of(said->out, 1), "waits until the agency connects"));
	check(has(line_of(said->out, 1), " link ") && has(line_of(said->out, 1), " desk ")); /* of this site: without its name */
	check(has(line_of(said->out, 2), "danger to life") && has(line_of(said->out, 2), "handed out"));
	check(has(line_of(said->out, 3), "other@far-site") && has(line_of(said->out, 3), "asked to try later; is handed out"));
	check(has(line_of(said->out, 4), "dead letter") && has(line_of(said->out, 4), "program failed"));
	check(has(line_of(said->out, 5), "frozen"));
	check(has(line_of(said->out, 1), "2 h 0 min"));
	check(has(said->out, "5 shown; delivered but unanswered: 3"));
	said = run(false, "queue --limit 2");
	check(has(said->out, "... and 3 more"));
	check_text(line_of(said->out, 3), "");
	said = run(false, "queue --limit 2 --after 3");
	check(*line_of(said->out, 4) != '\0' && *line_of(said->out, 3) == '\0');
	said = run(false, "queue nobody");
	check_int(outcome, OUTCOME_DONE);
	check(has(said->out, "Nothing is queued."));
	fake_daemon_stop(daemon_);
}

static void test_listed_in_japanese(void)
{
	const struct said *said;

	begin();
	words_start(LANGUAGE_JA);
	said = run(false, "queue");
	words_start(LANGUAGE_EN);
	check(has(said->out, "緊急度") && has(said->out, "命の危険") && has(said->out, "配達不能") && has(said->out, "配達済みで未応答:3"));
	fake_daemon_stop(daemon_);
}

static void test_listed_for_programs(void)
{
	json_t *json, *row;

	begin();
	json = json_loads(run(true, "queue third@test-site --state dead --older 2h")->out, 0, NULL);
	check_text(noted.asked_agency, "third");
	check_text(noted.asked_state, "dead");
	check_uint(noted.asked_older_s, 7200);
	check_uint(json_array_size(json_object_get(json, "items")), 1);
	row = json_array_get(json_object_get(json, "items"), 0);
	check_int(json_integer_value(json_object_get(row, "item")), 4);
	check_text(json_string_value(json_object_get(row, "reason")), "program_failed"); /* codes, not sentences */
	check_text(json_string_value(json_object_get(row, "urgency")), "URGENT");
	check_int(json_integer_value(json_object_get(row, "attempts")), 5);
	check(json_string_value(json_object_get(row, "code")) != NULL);
	check_int(json_integer_value(json_object_get(json, "delivered_unanswered")), 3);
	check_int(json_integer_value(json_object_get(json, "more")), 0);
	json_decref(json);
	fake_daemon_stop(daemon_);
}

/* An agency that is none - an empty variable in a script - must not come to mean every agency. */
static void test_agencies_that_are_none(void)
{
	static const char *const commands[] = { "queue", "queue freeze", "queue thaw", "queue requeue", "queue expire --yes --reason x" };
	static const char *const agencies[] = { "--to=", "--to=@test-site", "--to=Desk", "--to=a@b@c", "--to=-" };
	char words[200];

	begin();
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		for (size_t k = 0; k < sizeof agencies / sizeof *agencies; k++) {
			snprintf(words, sizeof words, "%s %s", commands[i], agencies[k]);
			run(true, words);
			check_int(outcome, OUTCOME_USAGE);
		}
	check_uint(noted.acts, 0);
	check_uint(fake_daemon_questions(daemon_), 0);
	fake_daemon_stop(daemon_);
}

static void test_wrong_usage(void)
{
	static const char *const wrong[] = { "queue --state sleeping", "queue --older yesterday", "queue --limit -1", "queue --limit 0", "queue --limit x", "queue --after x",
					     "queue show nonsense", "queue freeze", "queue thaw", "queue requeue", "queue expire", "queue expire --yes --reason x",
					     "queue freeze --state=", "queue freeze --older 0", "queue freeze 12x" };

	begin();
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const struct said *said = run(true, wrong[i]);

		check_int(outcome, OUTCOME_USAGE);
		check(has(said->out, "\"USAGE\""));
	}
	check_uint(noted.acts, 0);
	fake_daemon_stop(daemon_);
}

static void test_shown(void)
{
	char words[100], text[ID_TEXT], code[ID_CODE_TEXT];
	struct id id = message_of(1);
	const struct said *said;
	json_t *json;

	begin();
	id_format(&id, text);
	snprintf(words, sizeof words, "queue show %s", text);
	said = run(false, words);
	check_int(outcome, OUTCOME_DONE);
	check(has(said->out, "link@test-site") && has(said->out, "request, routine") && has(said->out, "entry 100"));
	check(has(said->out, "desk@test-site, item 1, 2.0 KiB") && has(said->out, "third@test-site, item 5"));
	check(has(said->out, "frozen by the operator") && has(said->out, "`queue thaw` lets it go on"));
	id_code(&id, code);
	snprintf(words, sizeof words, "queue show %s", code);
	json = json_loads(run(true, words)->out, 0, NULL);
	check_text(json_string_value(json_object_get(json, "message_id")), text);
	check_uint(json_array_size(json_object_get(json, "items")), 2);
	json_decref(json);
	noted.refuses = true;
	snprintf(words, sizeof words, "queue show %s", text);
	check(has(run(true, words)->out, "UNKNOWN_MESSAGE"));
	check_int(outcome, OUTCOME_NOT_THERE);
	noted.refuses = false;
	noted.nonsense = true;
	run(true, words);
	check(outcome != OUTCOME_DONE);
	fake_daemon_stop(daemon_);
}

static void test_acts(void)
{
	static const struct {
		const char *words;
		Pb__QueueAct act;
		const char *done;
	} acts[] = {
		{ "queue freeze 2 3 --reason closed", PB__QUEUE_ACT__QUEUE_ACT_FREEZE, "frozen: 2 item(s) (entry 815)" },
		{ "queue thaw 2 3 --reason open", PB__QUEUE_ACT__QUEUE_ACT_THAW, "thawed: 2 item(s) (entry 815)" },
		{ "queue requeue 2 3 --reason mended", PB__QUEUE_ACT__QUEUE_ACT_REQUEUE, "requeued: 2 item(s) (entry 815)" },
		{ "queue expire 2 3 --yes --reason told", PB__QUEUE_ACT__QUEUE_ACT_EXPIRE, "expired: 2 item(s) (entry 815)" },
	};

	begin();
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		check(has(run(false, acts[i].words)->out, acts[i].done));
		check_int(outcome, OUTCOME_DONE);
		check_uint(noted.acts, i + 1);
		check_int(noted.act, acts[i].act);
		check_uint(noted.count, 2);
		check_uint(noted.items[0], 2);
		check_uint(noted.items[1], 3);
		check(has(acts[i].words, noted.reason) && noted.reason[0] != '\0');
	}
	run(false, "queue freeze 1"); /* what can be taken back needs no reason */
	check_int(outcome, OUTCOME_DONE);
	check_text(noted.reason, "");
	fake_daemon_stop(daemon_);
}

static void test_acts_for_programs(void)
{
	json_t *json;

	begin();
	json = json_loads(run(true, "queue freeze --to third")->out, 0, NULL);
	check_text(json_string_value(json_object_get(json, "act")), "freeze");
	check(json_is_true(json_object_get(json, "done")));
	check_uint(json_array_size(json_object_get(json, "items")), 2);
	check_text(json_string_value(json_object_get(json_array_get(json_object_get(json, "items"), 0), "state")), "dead");
	check_int(json_integer_value(json_object_get(json, "seq")), 815);
	json_decref(json);
	json = json_loads(run(true, "queue freeze --to third --dry-run")->out, 0, NULL);
	check(json_is_false(json_object_get(json, "done")));
	check_uint(json_array_size(json_object_get(json, "items")), 2);
	json_decref(json);
	json = json_loads(run(true, "queue freeze --to nobody")->out, 0, NULL);
	check(json_is_false(json_object_get(json, "done")));
	check_uint(json_array_size(json_object_get(json, "items")), 0);
	json_decref(json);
	check_int(outcome, OUTCOME_DONE);
	check_uint(noted.acts, 1);
	fake_daemon_stop(daemon_);
}

/* What cannot be undone shows itself first. */
static void test_expire_asks_first(void)
{
	const struct said *said;

	begin();
	said = run(false, "queue expire --state dead");
	check_int(outcome, OUTCOME_USAGE);
	check(has(said->out, "third@test-site") && has(said->out, "These 1 item(s) would end undelivered.") && has(said->err, "--yes --reason"));
	run(false, "queue expire --state dead --yes");
	check_int(outcome, OUTCOME_USAGE);
	run(false, "queue expire --state dead --yes --reason=");
	check_int(outcome, OUTCOME_USAGE);
	run(false, "queue expire --state dead --reason told");
	check_int(outcome, OUTCOME_USAGE);
	said = run(false, "queue expire --state dead --yes --reason told --dry-run");
	check_int(outcome, OUTCOME_DONE);
	check(has(said->out, "1 item(s) chosen; nothing was done."));
	check_uint(noted.acts, 0);
	check(has(run(true, "queue expire --state dead")->out, "NOT_CONFIRMED"));
	fake_daemon_stop(daemon_);
}

static const struct said *run_fed(const char *input, const char *words)
{
	const struct said *said;
	int before = dup(STDIN_FILENO), ends[2];

	require(before >= 0 && pipe(ends) == 0 && write(ends[1], input, strlen(input)) == (ssize_t)strlen(input));
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	clearerr(stdin); /* of the command before */
	said = run(false, words);
	dup2(before, STDIN_FILENO);
	close(before);
	return said;
}

/* Lines as `queue`, `queue --json` and people write them. */
static void test_items_from_stdin(void)
{
	char input[600], text[ID_TEXT];
	struct id id = message_of(3);

	begin();
	id_format(&id, text);
	snprintf(input, sizeof input, "2\n\n  4  trailing words\n{\"item\": 5, \"state\": \"frozen\"}\n{\"message_id\":\"%s\"}\n", text);
	run_fed(input, "queue freeze -");
	check_int(outcome, OUTCOME_DONE);
	check_uint(noted.acts, 1);
	check_uint(noted.count, 4);
	check_uint(noted.items[0], 2);
	check_uint(noted.items[1], 4);
	check_uint(noted.items[2], 5);
	check_uint(noted.items[3], 3);
	run_fed("", "queue freeze -"); /* nothing named is nothing chosen */
	check_int(outcome, OUTCOME_DONE);
	check_uint(noted.acts, 1);
	run_fed("2\n99\n", "queue freeze -"); /* one that is not there: nothing is done */
	check_int(outcome, OUTCOME_NOT_THERE);
	check_uint(noted.acts, 1);
	run_fed("2\nnonsense\n", "queue freeze -");
	check_int(outcome, OUTCOME_USAGE);
	check_uint(noted.acts, 1);
	fake_daemon_stop(daemon_);
}

static void test_refused(void)
{
	begin();
	noted.refuses = true;
	run(true, "queue");
	check(outcome != OUTCOME_DONE);
	run(true, "queue freeze 1");
	check(outcome != OUTCOME_DONE);
	noted.refuses = false;
	noted.nonsense = true;
	check(has(run(true, "queue")->out, "\"error\""));
	check(outcome != OUTCOME_DONE);
	run(true, "queue freeze --to desk");
	check(outcome != OUTCOME_DONE);
	check_uint(noted.acts, 0);
	fake_daemon_stop(daemon_);
}

UNIT_SUITE("tsunagi/cmd_queue",
	{ "listed", test_listed },
	{ "listed in Japanese", test_listed_in_japanese },
	{ "listed for programs", test_listed_for_programs },
	{ "agencies that are none", test_agencies_that_are_none },
	{ "wrong usage", test_wrong_usage },
	{ "shown", test_shown },
	{ "acts", test_acts },
	{ "acts for programs", test_acts_for_programs },
	{ "expire asks first", test_expire_asks_first },
	{ "items from stdin", test_items_from_stdin },
	{ "refused", test_refused });
