/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/trace_print.h"

#include <stdio.h>
#include <string.h>

#include "contract/json.h"
#include "contract/vocabulary_texts.h"
#include "tsunagi/disclosure_print.h"
#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/out.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

static const struct {
	const char *what; /* an EntryType without its prefix */
	const char *text[2];
} stations[] = {
	{ "SUBMIT", { "accepted by the broker, durable", "ブローカーが受け付け、保存" } },
	{ "HANDOUT", { "handed out", "配達" } },
	{ "ACKNOWLEDGE", { "acknowledged by the recipient", "受け手が受領を確認" } },
	{ "REFUSE", { "sent back by the recipient", "受け手が差し戻し" } },
	{ "LEASE_LOST", { "connection lost while handing out", "配達中に接続が切れた" } },
	{ "QUEUE_ACT", { "act of the operator", "運用担当の操作" } },
	{ "TIMER", { "its time ran out", "期限切れ" } },
	{ "ACCESS", { "looked up by the operator", "運用担当が照会" } },
};

static const char *station_word(const char *what)
{
	if (strncmp(what, "ENTRY_TYPE_", 11) == 0)
		what += 11;
	for (size_t i = 0; i < sizeof stations / sizeof *stations; i++)
		if (strcmp(stations[i].what, what) == 0)
			return words_of(stations[i].text);
	return what;
}

/* A station's note is "name=value" pairs; what is not known stands as it came. */
static void note_text(const char *note, char *to, size_t room)
{
	unsigned count;
	char reason[64];
	int action = 0;

	to[0] = '\0';
	if (strncmp(note, "act=", 4) == 0 && json_word_value(&pb__leg_action__descriptor, note + 4, &action))
		snprintf(to, room, "%s", vocabulary_text(&pb__leg_action__descriptor, action, words_language()));
	else if (strcmp(note, "release") == 0)
		snprintf(to, room, "%s", words("what was held until acceptance", "受諾後に開示した部分"));
	else if (strcmp(note, "seal_task") == 0)
		snprintf(to, room, "%s", words("to be sealed to the next agency", "次の機関へ封じる作業"));
	else if (sscanf(note, "times=%u", &count) == 1)
		snprintf(to, room, words("%u times", "%u 回"), count);
	else if (sscanf(note, "attempts=%u reason=%63s", &count, reason) == 2)
		snprintf(to, room, words("failure %u: %s", "失敗 %u 回目:%s"), count, queue_reason_word(reason));
	else if (sscanf(note, "attempts=%u", &count) == 1)
		snprintf(to, room, words("failure %u", "失敗 %u 回目"), count);
	else
		snprintf(to, room, "%s", queue_reason_word(note));
}

static void print_station(struct table *table, const json_t *row)
{
	char time[DISPLAY_TIME];
	char note[200];

	json_row_time(row, "at", time);
	table_cell(table, time);
	table_cell(table, station_word(json_row_text(row, "what")));
	table_cell(table, json_row_text(row, "agency"));
	table_cell_format(table, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(row, "seq")));
	note_text(json_row_text(row, "note"), note, sizeof note);
	table_cell(table, note);
}

/* What became of the request, conference or consent in whose thread it stands. */
static void print_thread(const json_t *trace)
{
	const json_t *thread = json_object_get(trace, "thread");

	if (json_array_size(thread) == 0)
		return;
	out_text("\n%s\n", words("What became of its thread", "この連絡に始まる経過"));
	happenings_print(thread);
	if (json_is_true(json_object_get(trace, "more")))
		out_text("%s\n", words("... and more", "(以下略)"));
}

void trace_print(const json_t *trace)
{
	const char *titles[] = { words("TIME", "時刻"), words("STATION", "できごと"), words("AGENCY", "機関"), words(">ENTRY", ">記録"), words("NOTE", "備考") };
	struct table *table = table_new(titles, 5);
	char code[ID_CODE_TEXT];
	json_t *row;
	size_t index;

	json_row_code(trace, code);
	out_text(words("message %s  (%s)\n", "連絡 %s(%s)\n"), json_row_text(trace, "message_id"), code);
	json_array_foreach(json_object_get(trace, "stations"), index, row)
		print_station(table, row);
	table_print(table);
	table_free(table);
	print_thread(trace);
}
