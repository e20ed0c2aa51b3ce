/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "tsunagi/agency_client.h"
#include "tsunagi/display.h"
#include "tsunagi/input_file.h"
#include "tsunagi/json_row.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

#define TRUSTED_MAX 64

static const struct {
	const char *code;
	const char *text[2];
} reasons[] = {
	{ "no_trusted_key", { "no key that you trust signed the site's checkpoint; give the site's published key with --trust",
			      "信頼する鍵の署名がありません。公開された拠点の鍵を --trust で指定してください" } },
	{ "content_erased", { "the entry stands in the ledger, but the file does not hold its content",
			      "記録は台帳にありますが、内容がこのファイルにありません" } },
	{ "binding_erased", { "the entry that bound the signer's certificate has no content any more", "署名者の証明書を結び付けた記録の内容がもうありません" } },
	{ "no_agency_ordered_it", { "the entry was made by the site itself: only the checkpoint vouches for it", "拠点自身の記録で、チェックポイントだけが裏付けます" } },
	{ "not_a_receipt_file", { "this is no receipt file of a form that is known here", "ここで分かる形の証拠ファイルではありません" } },
};

static const char *reason_text(const char *code)
{
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (strcmp(reasons[i].code, code) == 0)
			return words_of(reasons[i].text);
	return code;
}

static void print_clean(const char *before, const char *text)
{
	char clean[DISPLAY_LINE];

	display_clean(text, clean, sizeof clean);
	out_text("%s%s\n", before, clean);
}

static void print_checks(const json_t *report)
{
	json_t *row;
	size_t index;

	json_array_foreach(json_object_get(report, "checks"), index, row) {
		bool ok = json_is_true(json_object_get(row, "ok"));
		char detail[DISPLAY_LINE];

		display_clean(json_row_text(row, "detail"), detail, sizeof detail);
		out_text("  %s%s%s  %s%s%s%s\n", out_style(ok ? OUT_GOOD : OUT_BAD), ok ? words("holds", "正 ") : words("FALSE", "偽 "), out_style(OUT_PLAIN),
			 json_row_text(row, "text"), *detail == '\0' ? "" : " (", detail, *detail == '\0' ? "" : ")");
	}
}

/* However long it is: nothing of a sheet is cut off here. */
static void print_whole(const char *line)
{
	size_t room = strlen(line) + 8;
	char *clean = malloc(room);

	if (clean != NULL) {
		display_clean(line, clean, room);
		out_text("  %s\n", clean);
	}
	free(clean);
}

static void print_said(const json_t *said)
{
	json_t *row;
	size_t index;

	json_array_foreach(said, index, row) {
		char *content = json_dumps(json_object_get(row, "content"), JSON_INDENT(2));
		char *rest = content, *line = NULL;

		out_text(words("What was said to %s (part %" JSON_INTEGER_FORMAT "):\n", "%s に伝えた内容(本文 %" JSON_INTEGER_FORMAT "):\n"),
			 json_row_text(row, "recipient"), json_integer_value(json_object_get(row, "part")));
		while (rest != NULL && (line = strsep(&rest, "\n")) != NULL)
			print_whole(line);
		free(content);
	}
}

static void print_summary(const json_t *summary)
{
	json_t *recipient;
	size_t index;

	if (summary == NULL)
		return;
	out_text(words("entry %" JSON_INTEGER_FORMAT " (%s), recorded %s\n", "記録 %" JSON_INTEGER_FORMAT "(%s)、%s\n"),
		 json_integer_value(json_object_get(summary, "seq")), json_row_text(summary, "entry"), json_row_text(summary, "recorded_at"));
	if (*json_row_text(summary, "message_id") != '\0')
		out_text(words("  message %s from %s\n", "  連絡 %s、差出 %s\n"), json_row_text(summary, "message_id"), json_row_text(summary, "author"));
	json_array_foreach(json_object_get(summary, "recipients"), index, recipient)
		out_text(words("  to %s\n", "  宛先 %s\n"), json_row_text(recipient, "address"));
}

static void print_limits(const json_t *report)
{
	json_t *line;
	size_t index;
	size_t cosigners = json_array_size(json_object_get(report, "cosigners"));

	out_text(words("clock: %s's own; cosigned by: ", "時刻:%s の時計。副署:"), json_row_text(report, "clock"));
	if (cosigners == 0)
		out_text("%s", words("nobody yet", "まだなし"));
	json_array_foreach(json_object_get(report, "cosigners"), index, line)
		out_text("%s%s", index == 0 ? "" : ", ", json_string_value(line));
	out_text("\n%s\n", words("What it rests on, and what it does not show:", "よりどころと、示さないこと:"));
	json_array_foreach(json_object_get(report, "does_not_show"), index, line)
		print_clean("  - ", json_string_value(line));
}

static void print_report(const json_t *report)
{
	const char *result = json_row_text(report, "result");
	bool proved = strcmp(result, "PROVED") == 0;

	print_summary(json_object_get(report, "summary"));
	print_checks(report);
	print_said(json_object_get(report, "said"));
	if (*json_row_text(report, "clock") != '\0')
		print_limits(report);
	if (test_site_is(json_row_text(report, "clock")))
		out_text("%s\n", words("TEST: of a throw-away site.", "TEST:使い捨ての拠点のものです。"));
	if (strcmp(result, "UNDECIDED") == 0)
		out_text("%sUNDECIDED%s: %s\n", out_style(OUT_WARN), out_style(OUT_PLAIN), reason_text(json_row_text(report, "reason")));
	else
		out_text("%s%s%s\n", out_style(proved ? OUT_GOOD : OUT_BAD), result, out_style(OUT_PLAIN));
}

static enum outcome tell(int result, char *text)
{
	json_t *report = text == NULL ? NULL : json_loads(text, 0, NULL);
	enum outcome outcome;

	if (json_object_get(report, "result") == NULL) {
		outcome = agency_problem(result, text);
	} else {
		outcome = result == TSG_OK ? OUTCOME_DONE : result == TSG_UNDECIDED ? OUTCOME_UNDECIDED : OUTCOME_REFUSED;
		if (test_site_is(json_row_text(report, "clock")))
			json_object_set_new(report, "test", json_true());
		if (out_json_wanted())
			out_json(json_incref(report));
		else
			print_report(report);
	}
	json_decref(report);
	tsg_free(text);
	return outcome;
}

enum outcome cmd_verify(const struct call *call)
{
	const char *trusted[TRUSTED_MAX];
	struct buf content;
	size_t count = 0;
	char *text = NULL;
	int result;
	enum outcome outcome;

	while ((trusted[count] = args_nth(&call->args, "trust", count)) != NULL)
		if (++count == TRUSTED_MAX)
			return call_usage(call, words("at most %d keys", "鍵は %d 個までです"), TRUSTED_MAX - 1);
	outcome = input_file_read(call_operand(call, 0), &content);
	if (outcome == OUTCOME_DONE) {
		result = tsg_verify_json((const char *)content.data, content.len, trusted, count, &text);
		outcome = tell(result, text);
	}
	buf_free(&content);
	return outcome;
}
