/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/csv_columns.h - a message's fields as columns: one list, made of the schemas, for every CSV that is written or read. */
#pragma once
#include <jansson.h>

#include "content.pb-c.h"
#include "contract/codec.h"

#define CSV_MEMBERS 10u /* columns for so many members of a household, decisions, … */

enum csv_column_type { COLUMN_TEXT, COLUMN_NUMBER, COLUMN_YES_NO, COLUMN_WORD, COLUMN_WORDS, COLUMN_TEXTS, COLUMN_FILES, COLUMN_TOPIC_MARK, COLUMN_TOPIC_NOTE };

struct csv_column {
	char path[100];  /* "sheet.household.1.name"; of topics "sheet.topics.DEBT.mark" */
	char title[120]; /* as the municipal form has it: "世帯構成1 氏名" */
	enum csv_column_type type;
	const ProtobufCEnumDescriptor *words; /* COLUMN_WORD, COLUMN_WORDS, marks */
};

struct csv_columns {
	struct csv_column *rows;
	size_t count;
};

/* Of a message of this kind.  ERR_NOMEM. */
enum err csv_columns_of(Pb__Kind kind, struct csv_columns *ret_columns);
void csv_columns_free(struct csv_columns *columns);

/* The column with this title or path (spaces around it ignored); NULL: none. */
const struct csv_column *csv_columns_find(const struct csv_columns *columns, const char *heading);

/* The titles as cells; to be freed with free(), not the texts.  NULL when memory is short. */
const char **csv_columns_titles(const struct csv_columns *columns);
