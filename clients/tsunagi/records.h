/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/records.h - lists that are kept for the law: asked for as an agency, of what it sent and was handed, or as the operator.  Both come as
 * the same JSON. */
#pragma once
#include <jansson.h>

#include "admin.pb-c.h"
#include "contract/language.h"
#include "tsunagi/command.h"

#define RECORDS_LIMIT 1000u /* rows, unless --limit says otherwise */
#define RECORDS_MOST 100000u

#define RECORDS_RECEIVED                                                                                                               \
	{                                                                                                                                \
		"received", "DIR", { "a folder of `receive --out`: names come from there and from what this device sent; may be repeated", \
				     "「receive --out」の保存先。氏名はそこと、この端末が送った控えから補う。繰り返し可" }              \
	}

/* --since, --until, --after and --limit: which stretch of a list. */
#define RECORDS_OPTIONS                                                                                                                  \
	{ "since", "WHEN", { "from then on: a day (2026-11-01), a time, or an age (7d)", "この時から:日付(2026-11-01)、時刻、経過時間(7d)" } }, \
	{ "until", "WHEN", { "before then", "この時より前" } },                                                                          \
	{ "after", "N", { "what comes after this number, as the last line of a list names it", "この番号より後(一覧の最後の行に示される)" } },   \
	{                                                                                                                                \
		"limit", "N", { "how many to show (1000)", "表示する件数(1000)" }                                                        \
	}

struct records_span {
	int64_t since_us, until_us;
	uint64_t after, limit;
};

/* OUTCOME_USAGE, told, when an option makes no sense. */
enum outcome records_span_of(const struct call *call, struct records_span *ret_span);

struct records_page {
	const ProtobufCMessage *const *rows;
	size_t count;
	uint64_t more_after; /* 0: it is the last */
};

/* A list of both sides: what it is called, and how a page of it is asked for and taken out of the operators' socket. */
struct records_list {
	const char *action; /* of the library: "review" */
	const char *name;   /* of the list in its answer, and its type: "reviews" */
	void (*ask)(const struct records_span *span, bool all, Pb__AdminRequest *request, void *query);
	bool (*take)(const Pb__AdminReply *reply, struct records_page *ret_page); /* false: it is another reply */
	const char *flag;   /* of the action, set when all; NULL: none */
};

/* {"type":NAME, NAME:[…], "more_after":n}, a new reference.  all: also what the list leaves out by itself. */
enum outcome records_read(const struct call *call, const struct records_list *list, const struct records_span *span, bool all, json_t **ret_json);

/* The short code of every row's message. */
void records_put_codes(json_t *rows);

/* A word of a list as a desk calls it in the reader's language, or in that one; the word itself where the list lacks it. */
const char *records_word(const char *field, const char *word);
const char *records_word_in(const char *field, const char *word, enum language language);

/* The same of a list of words, with separators, into to. */
void records_words(const char *field, const json_t *list, char *to, size_t room);
void records_words_in(const char *field, const json_t *list, enum language language, char *to, size_t room);

/* The folders of --received as a list; NULL where there is none. */
json_t *records_received(const struct call *call);
