/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/clock.h"
#include "contract/json.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/condition_words.h"
#include "tsunagi/display.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/ready.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

static bool failing(const Pb__Status *status)
{
	for (size_t i = 0; i < status->n_conditions; i++)
		if (status->conditions[i]->failing)
			return true;
	return !status->accepting;
}

static void line(const char *english, const char *japanese, const char *text)
{
	table_field(words(english, japanese), "%s", text);
}

static void print_queues(const Pb__Status *status)
{
	char text[400] = "";
	char count[32];
	uint64_t waiting = 0;

	for (size_t i = 0; i < status->n_lanes; i++) {
		display_count(status->lanes[i]->waiting, count);
		waiting += status->lanes[i]->waiting;
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s %s", i == 0 ? "" : ", ", urgency_word(status->lanes[i]->lane), count);
	}
	line("waiting", "待ち", waiting == 0 ? "0" : text);
	snprintf(text, sizeof text, words("%" PRIu64 " handed out, %" PRIu64 " frozen, %" PRIu64 " dead letters", "配達中 %" PRIu64 "、凍結 %" PRIu64 "、配達不能 %" PRIu64),
		 status->leased, status->frozen, status->dead);
	line("", "", text);
}

static void print_oldest(const Pb__Status *status)
{
	char time[DISPLAY_TIME];
	char age[60];
	char text[160];

	if (status->oldest_unacknowledged_at_us == 0) {
		line("oldest", "最も古い未受領", words("nothing unacknowledged", "なし"));
		return;
	}
	display_time(status->oldest_unacknowledged_at_us, time);
	display_duration(status->now_us - status->oldest_unacknowledged_at_us, age, sizeof age);
	snprintf(text, sizeof text, words("%s ago (%s)", "%s前(%s)"), age, time);
	line("oldest", "最も古い未受領", text);
}

/* The holder of what is latest first; no envelope is shown, `overdue` does that. */
static void print_overdue(const Pb__Status *status)
{
	char text[600] = "";

	for (size_t i = 0; i < status->n_overdue; i++) {
		size_t used = strlen(text);
		char late[60];

		display_duration(status->now_us - status->overdue[i]->oldest_due_at_us, late, sizeof late);
		snprintf(text + used, sizeof text - used, words("%s%s %" PRIu64 " (%s late)", "%s%s %" PRIu64 " 件(最長 %s)"), i == 0 ? "" : words(", ", "、"),
			 status->overdue[i]->agency, status->overdue[i]->legs + status->overdue[i]->others, late);
	}
	line("overdue", "期限超過", *text == '\0' ? words("nothing", "なし") : text);
}

static void print_store(const Pb__Status *status)
{
	char used[32];
	char limit[32];
	char free_bytes[32];
	char reserve[32];
	char memory[32];
	char text[240];

	display_bytes(status->store_bytes, used);
	display_bytes(status->store_limit_bytes, limit);
	display_bytes(status->disk_free_bytes, free_bytes);
	display_bytes(status->reserve_bytes, reserve);
	display_bytes(status->memory_bytes, memory);
	snprintf(text, sizeof text, words("%s of %s; disk free %s; reserve %s", "%s / %s、ディスクの空き %s、予備 %s"), used, limit, free_bytes, reserve);
	line("store", "ストア", text);
	line("memory", "メモリー", memory);
}

static void print_conditions(const Pb__Status *status)
{
	char text[DISPLAY_LINE];
	char clean[DISPLAY_LINE];

	if (status->n_conditions == 0)
		out_text("%s%s%s\n", out_style(OUT_GOOD), words("Nothing needs attention.", "注意が必要なことはありません。"), out_style(OUT_PLAIN));
	for (size_t i = 0; i < status->n_conditions; i++) {
		condition_text(status->conditions[i], text, sizeof text);
		display_clean(text, clean, sizeof clean);
		out_text("%s%s%s %s\n", out_style(status->conditions[i]->failing ? OUT_BAD : OUT_WARN), status->conditions[i]->failing ? "!!" : " !",
			 out_style(OUT_PLAIN), clean);
	}
}

static void print_status(const Pb__Status *status)
{
	char started[DISPLAY_TIME];
	char up[60];
	char text[200];
	char count[32];

	display_time(status->started_at_us, started);
	display_duration(status->now_us - status->started_at_us, up, sizeof up);
	out_text("%s%s%s  tsunagid %s  %s%s%s\n", out_style(OUT_BOLD), status->site, out_style(OUT_PLAIN), status->version,
		 out_style(status->accepting ? OUT_GOOD : OUT_BAD), status->accepting ? words("accepting", "受付中") : words("NOT accepting", "受付停止中"),
		 out_style(OUT_PLAIN));
	snprintf(text, sizeof text, words("%s (since %s)", "%s(%s から)"), up, started);
	line("up", "稼働", text);
	display_count(status->entries, count);
	snprintf(text, sizeof text, words("%s entries, epoch %u; %.1f durable entries/s over the last ten seconds", "記録 %s 件、世代 %u。直近 10 秒は毎秒 %.1f 件を保存"), count,
		 status->epoch, status->entries_per_second);
	line("ledger", "台帳", text);
	snprintf(text, sizeof text, words("%u in the directory (version %" PRIu64 "), %u enrolled, %u connected", "一覧に %u(版 %" PRIu64 ")、登録済み %u、接続 %u"),
		 status->agencies, status->directory_version, status->enrolled, status->sessions);
	line("agencies", "機関", text);
	print_queues(status);
	print_oldest(status);
	print_overdue(status);
	print_store(status);
	print_conditions(status);
}

/* Lengths of time are seconds, as `clock confirm` and `dev clock` tell them; instants stay as they are.  "jumped" and "moved" tell the same as they
 * always did, as times since 1970, for the programs that look for them. */
static void put_clock(json_t *json, const Pb__ClockState *clock)
{
	if (json == NULL)
		return;
	json_object_set_new(json, "frozen", json_boolean(clock->frozen));
	json_object_set_new(json, "off_s", json_real((double)clock->jumped_us / 1e6));
	json_object_set_new(json, "ahead_s", json_real((double)clock->moved_us / 1e6));
}

/* Zero counts are said too: a program that watches wants to see them. */
static json_t *status_json(const Pb__Status *status)
{
	static const char *const counts[] = { "leased", "frozen", "quarantined", "dead", "sessions", "agencies", "enrolled", "entries", "directory_version", NULL };
	json_t *json = json_of_message(&status->base);
	json_t *conditions = json_object_get(json, "conditions");
	json_t *row;
	size_t index;

	for (size_t i = 0; json != NULL && counts[i] != NULL; i++)
		if (json_object_get(json, counts[i]) == NULL)
			json_object_set_new(json, counts[i], json_integer(0));
	json_object_set_new(json, "accepting", json_boolean(status->accepting));
	put_clock(json_object_get(json, "clock"), status->clock);
	if (json_object_get(json, "lanes") == NULL)
		json_object_set_new(json, "lanes", json_array());
	json_array_foreach(json_object_get(json, "lanes"), index, row)
		if (json_object_get(row, "waiting") == NULL)
			json_object_set_new(row, "waiting", json_integer(0));
	if (json_object_get(json, "overdue") == NULL)
		json_object_set_new(json, "overdue", json_array());
	if (conditions == NULL)
		json_object_set_new(json, "conditions", json_array());
	json_array_foreach(conditions, index, row) {
		char text[DISPLAY_LINE];

		condition_text(status->conditions[index], text, sizeof text);
		json_object_set_new(row, "text", json_string(text));
		json_object_set_new(row, "failing", json_boolean(status->conditions[index]->failing));
	}
	json_object_set_new(json, "ok", json_boolean(!failing(status)));
	return json;
}

/* One line for cron and its like. */
static void print_check(const Pb__Status *status)
{
	char text[DISPLAY_LINE];

	for (size_t i = 0; i < status->n_conditions; i++) {
		if (!status->conditions[i]->failing)
			continue;
		condition_text(status->conditions[i], text, sizeof text);
		out_text("%s: %s\n", status->site, text);
		return;
	}
	out_text("%s: %s\n", status->site, status->accepting ? words("ok", "正常") : words("not accepting", "受付停止中"));
}

static enum outcome tell(const struct call *call, const Pb__Status *status)
{
	bool check = args_has(&call->args, "check");

	if (out_json_wanted())
		out_json(status_json(status));
	else if (check)
		print_check(status);
	else
		print_status(status);
	return check && failing(status) ? OUTCOME_REFUSED : OUTCOME_DONE;
}

enum outcome cmd_status(const struct call *call)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	const Pb__AdminReply *reply;
	struct args_fault fault;
	struct arena arena;
	struct home home;
	int64_t wait_us;
	enum outcome outcome = OUTCOME_DONE;

	if (args_duration(&call->args, "wait", 0, &wait_us, &fault) != ERR_OK)
		return call_fault(call, &fault);
	if (args_has(&call->args, "wait")) {
		outcome = admin_home(call, &home);
		if (outcome == OUTCOME_DONE)
			outcome = ready_wait(&home, clock_mono_us() + wait_us, 0);
	}
	if (outcome != OUTCOME_DONE)
		return outcome;
	request.body_case = PB__ADMIN_REQUEST__BODY_STATUS;
	request.status = &nothing;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		outcome = reply->body_case == PB__ADMIN_REPLY__BODY_STATUS ? tell(call, reply->status) : admin_unexpected();
	arena_free(&arena);
	return outcome;
}
