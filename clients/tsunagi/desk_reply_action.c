/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/desk_reply_action.h"

#include <stdio.h>
#include <string.h>

#include "contract/json.h"
#include "contract/vocabulary_texts.h"
#include "contract/wareki.h"
#include "tsunagi/field_labels.h"
#include "tsunagi/words.h"

enum column { COLUMN_ID, COLUMN_REPLY, COLUMN_REASON, COLUMN_ON, COLUMN_AGENCY, COLUMN_OUTCOME, COLUMN_TEXT, COLUMN_FOR, COLUMNS };

static const char *const titles[COLUMNS] = { "番号", "返答", "理由", "日付", "機関", "結果", "内容", "対象機関" };
static const char *const names[COLUMNS] = { "id", "reply", "reason", "on", "agency", "outcome", "text", "for" };

/* What the slip calls an action where the schema's word is not what people write. */
static const struct {
	const char *word;
	const char *action;
} replies[] = {
	{ "見ました", "seen" },	{ "受けます", "accept" },	  { "受ける", "accept" },    { "受けられません", "decline" }, { "受けられない", "decline" },
	{ "質問", "ask" },	{ "質問があります", "ask" }, { "回答", "answer" },     { "別の機関へ", "redirect" },   { "別の機関につなぎます", "redirect" },
	{ "初回連絡", "start" }, { "経過", "report" },	  { "保留", "hold" },	     { "再開", "resume" },	       { "終了", "complete" },
	{ "取り下げ", "withdraw" }, { "決着", "close" },
};

const char *const *desk_reply_titles(size_t *ret_count)
{
	*ret_count = COLUMNS;
	return titles;
}

static bool is_named(const char *heading, enum column column)
{
	return strcmp(heading, titles[column]) == 0 || strcmp(heading, names[column]) == 0;
}

/* The cell under that heading without the spaces around it; "" where there is none. */
static void cell_of(const json_t *heading, const json_t *cells, enum column column, char *to, size_t room)
{
	const char *text = "";
	size_t length;

	for (size_t i = 0; i < json_array_size(heading); i++)
		if (is_named(json_string_value(json_array_get(heading, i)), column) && json_array_get(cells, i) != NULL)
			text = json_string_value(json_array_get(cells, i));
	text += strspn(text, " \t\r\n");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
		length--;
	snprintf(to, room, "%.*s", (int)length, text);
}

static bool says(const char *text, const char *word)
{
	return text != NULL && strcmp(text, word) == 0;
}

/* The code that a word of the list stands for: the code itself, its text in either language, or the slip's; NULL: none. */
static const char *code_of(const ProtobufCEnumDescriptor *list, const char *word)
{
	for (unsigned i = 0; i < list->n_values; i++) {
		int value = list->values[i].value;

		if (value != 0 && (says(json_word(list, value), word) || says(vocabulary_text(list, value, LANGUAGE_JA), word) ||
				   says(vocabulary_text(list, value, LANGUAGE_EN), word) || says(field_word(list, value), word)))
			return json_word(list, value);
	}
	return NULL;
}

static const char *action_of(const char *word)
{
	static char lower[32];
	const char *code;

	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
		if (strcmp(word, replies[i].word) == 0 || strcmp(word, replies[i].action) == 0)
			return replies[i].action;
	code = code_of(&pb__leg_action__descriptor, word);
	for (size_t i = 0; code != NULL && i < sizeof replies / sizeof *replies; i++) {
		size_t length = strlen(code);

		for (size_t k = 0; k <= length && k < sizeof lower; k++)
			lower[k] = (char)(code[k] >= 'A' && code[k] <= 'Z' ? code[k] - 'A' + 'a' : code[k]);
		if (strcmp(lower, replies[i].action) == 0)
			return replies[i].action;
	}
	return NULL;
}

static enum outcome refuse(char fault[300], const char *english, const char *japanese, const char *word)
{
	snprintf(fault, 300, "%.200s: %.90s", words(english, japanese), word);
	return OUTCOME_REFUSED;
}

/* A code of a list under name, where the cell holds one. */
static bool put_code(json_t *action, const char *name, const ProtobufCEnumDescriptor *list, const char *word)
{
	const char *code = *word == '\0' ? NULL : code_of(list, word);

	if (code != NULL)
		json_object_set_new(action, name, json_string(code));
	return *word == '\0' || code != NULL;
}

static bool put_date(json_t *action, const char *text)
{
	char date[WAREKI_DATE];

	if (*text == '\0')
		return true;
	if (wareki_parse(bytes_of_text(text), date) != ERR_OK)
		return false;
	json_object_set_new(action, "on", json_string(date));
	return true;
}

static void put_agency(json_t *action, const char *agency)
{
	if (strcmp(agency, "なし") == 0 || strcmp(agency, "none") == 0)
		json_object_set_new(action, "none_known", json_true());
	else if (*agency != '\0')
		json_object_set_new(action, "next_agency", json_string(agency));
}

/* Which part of the request is meant: among those that were asked where the desk asked, else among those that it acts for. */
static bool put_part(json_t *action, const char *agency)
{
	const char *name = json_string_value(json_object_get(action, "action"));
	bool by_sender = says(name, "request.answer") || says(name, "request.withdraw");

	if (*agency != '\0')
		json_object_set_new(action, by_sender ? "to" : "for", json_string(agency));
	return *agency == '\0' || !says(name, "request.close");
}

static enum outcome fill(const json_t *heading, const json_t *cells, json_t *action, char fault[300])
{
	char cell[COLUMNS][300], text[32 * 1024];

	for (enum column column = 0; column < COLUMNS; column++)
		cell_of(heading, cells, column, cell[column], sizeof cell[column]);
	cell_of(heading, cells, COLUMN_TEXT, text, sizeof text);
	json_object_set_new(action, "id", json_string(cell[COLUMN_ID]));
	if (!put_code(action, "reason", &pb__reason__descriptor, cell[COLUMN_REASON]))
		return refuse(fault, "this is no reason; use the words of the slip", "理由の語ではありません(返信票の語を使ってください)", cell[COLUMN_REASON]);
	if (!put_code(action, "outcome", &pb__outcome__descriptor, cell[COLUMN_OUTCOME]))
		return refuse(fault, "this is no outcome; write RESOLVED, VISITED, SUPPORT_REFUSED or the like",
			      "結果の語ではありません(困りごとが解決した、訪問した、本人が支援を望まなかった など)", cell[COLUMN_OUTCOME]);
	if (!put_date(action, cell[COLUMN_ON]))
		return refuse(fault, "this is no date; write 2026-12-01 or 令和8年12月1日", "日付ではありません(2026-12-01、令和8年12月1日 など)", cell[COLUMN_ON]);
	if (!put_part(action, cell[COLUMN_FOR]))
		return refuse(fault, "a request is closed as a whole; leave the column 対象機関 empty", "決着は依頼全体に付けます。「対象機関」の列は空けてください", cell[COLUMN_FOR]);
	put_agency(action, cell[COLUMN_AGENCY]);
	if (*text != '\0')
		json_object_set_new(action, "text", json_string(text));
	return OUTCOME_DONE;
}

enum outcome desk_reply_action(const json_t *heading, const json_t *cells, json_t **ret_action, char fault[300])
{
	char id[80], reply[100];
	const char *name;
	json_t *action;
	enum outcome outcome;

	cell_of(heading, cells, COLUMN_ID, id, sizeof id);
	cell_of(heading, cells, COLUMN_REPLY, reply, sizeof reply);
	if (*id == '\0')
		return refuse(fault, "the number of the request is missing (column 番号)", "番号がありません", reply);
	name = action_of(reply);
	if (name == NULL)
		return refuse(fault, "this is no answer; the slip shows which there are", "返答の語ではありません(受けます、受けられません、質問 など)", reply);
	action = json_pack("{s:s+}", "action", "request.", name);
	if (action == NULL)
		return refuse(fault, "out of memory", "メモリーが足りません", "");
	outcome = fill(heading, cells, action, fault);
	if (outcome == OUTCOME_DONE)
		*ret_action = action;
	else
		json_decref(action);
	return outcome;
}
