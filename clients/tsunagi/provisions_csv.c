/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/provisions_csv.h"

#include <stdio.h>
#include <string.h>

#include "tsunagi/json_row.h"
#include "tsunagi/records.h"

#define CELL 1200

static const char *const titles[] = {
	"区分",   "提供日時", "受領確認日時", "提供元", "提供先", "本人の氏名", "ふりがな", "提供した情報の項目", "根拠", "法令", "理由", "同意の番号", "会議の番号", "種別", "内容",
	"受諾後の開示", "同意により停止した部分", "ケース", "連絡の番号", "番号", "記録の番号",
};
#define COLUMNS (sizeof titles / sizeof *titles)

struct cells {
	char texts[COLUMNS][CELL];
	const char *cells[COLUMNS];
	size_t count;
};

static void put(struct cells *cells, const char *text)
{
	snprintf(cells->texts[cells->count], CELL, "%s", text);
	cells->cells[cells->count] = cells->texts[cells->count];
	cells->count++;
}

static void put_word(struct cells *cells, const char *field, const char *word)
{
	put(cells, *word == '\0' ? "" : records_word_in(field, word, LANGUAGE_JA));
}

static void put_time(struct cells *cells, const json_t *row, const char *name)
{
	char time[DISPLAY_TIME];

	json_row_time(row, name, time);
	put(cells, json_object_get(row, name) == NULL ? "" : time);
}

/* What a record is for its reader: one it gave (29条), one it got (30条); the operator's are neither. */
static const char *direction(const json_t *row)
{
	const char *word = json_row_text(row, "direction");

	return strcmp(word, "GIVEN") == 0 ? "提供" : strcmp(word, "RECEIVED") == 0 ? "受領" : "";
}

static void put_basis(struct cells *cells, const json_t *basis)
{
	put_word(cells, "basis.basis", json_row_text(basis, "basis"));
	put_word(cells, "basis.law", json_row_text(basis, "law"));
	put(cells, json_row_text(basis, "reason"));
	put(cells, json_row_text(basis, "consent_id"));
	put(cells, json_row_text(basis, "meeting_id"));
}

static void fill(const json_t *row, struct cells *cells)
{
	char text[CELL];

	cells->count = 0;
	put(cells, direction(row));
	put_time(cells, row, "at");
	put_time(cells, row, "acknowledged_at");
	put(cells, json_row_text(row, "from"));
	put(cells, json_row_text(row, "to"));
	put(cells, json_row_text(row, "person_name"));
	put(cells, json_row_text(row, "person_kana"));
	records_words_in("text_classes", json_object_get(row, "classes"), LANGUAGE_JA, text, sizeof text);
	put(cells, text);
	put_basis(cells, json_object_get(row, "basis"));
	put_word(cells, "kind", json_row_text(row, "kind"));
	if (*json_row_text(row, "leg_action") != '\0')
		put_word(cells, "leg.action", json_row_text(row, "leg_action"));
	else
		put_word(cells, "ask", json_row_text(row, "ask"));
	put(cells, json_is_true(json_object_get(row, "released")) ? "はい" : "");
	put(cells, json_array_size(json_object_get(row, "blocked")) > 0 ? "あり" : "");
	put(cells, json_row_text(row, "case_id"));
	put(cells, json_row_text(row, "message_id"));
	put(cells, json_row_text(row, "code"));
	snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(row, "item")));
	put(cells, text);
}

enum err provisions_csv_put(const json_t *provisions, enum csv_encoding encoding, struct buf *out, json_t **ret_left_out)
{
	struct cells cells;
	size_t index, cell;
	json_t *row;
	enum err err;

	*ret_left_out = json_array();
	csv_put_start(encoding, out);
	err = csv_put_row(titles, COLUMNS, encoding, out, &cell);
	json_array_foreach(provisions, index, row) {
		if (err != ERR_OK)
			break;
		fill(row, &cells);
		err = csv_put_row(cells.cells, COLUMNS, encoding, out, &cell);
		if (err == ERR_FORMAT) {
			json_array_append_new(*ret_left_out, json_sprintf("%s: %s", json_row_text(row, "code"), titles[cell]));
			err = ERR_OK;
		}
	}
	return err;
}
