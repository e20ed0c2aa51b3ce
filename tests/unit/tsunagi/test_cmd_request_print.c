/* SPDX-License-Identifier: Apache-2.0 */
/* request print: what is on the page, where the request may come from, and what is refused. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/id.h"
#include "fake_daemon.h"
#include "tsunagi/sheet_page.h"
#include "tsunagi/sheet_source.h"
#include "tsunagi/sheet_words.h"
#include "unit.h"

#define DELIVERY_ID "01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b"

static enum outcome outcome;

static const char *written(const char *name, const char *text)
{
	static char path[300];

	snprintf(path, sizeof path, "%s/%s", unit_folder(), name);
	require_ok(file_write(path, bytes_of_text(text), 0600));
	return path;
}

static const char *page_of(const char *sheet)
{
	char text[8000];

	snprintf(text, sizeof text, "{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"urgency\":\"SOON\",\"to\":[\"link\"],\"sheet\":%s}", sheet);
	return fake_run(NULL, false, &outcome, "request print %s", written("sheet.json", text))->out;
}

static void test_fields(void)
{
	const char *page = page_of("{\"received_on\":\"令和8年11月16日\",\"organisation\":\"所属機関\",\"worker\":\"担当 花子\","
				   "\"person\":{\"name\":\"<b>見本</b>\",\"kana\":\"みほん\",\"sex\":\"OTHER\",\"birth_date\":\"S45.3.1\",\"whereabouts\":\"知人宅\"},"
				   "\"household\":[{\"name\":\"母\",\"age\":83,\"remark\":\"要介護1\"}],"
				   "\"topics\":[{\"topic\":\"DEBT\",\"mark\":\"MAIN\",\"note\":\"4社\"},{\"topic\":\"CARE\",\"mark\":\"CONCERN\"}],"
				   "\"facts\":{\"legal\":\"督促状\"},\"outreach\":{\"knows_date\":\"NO\",\"person_knows_date\":true},"
				   "\"capacity\":{\"places\":3,\"from_on\":\"2027-01-05\"},\"text_classes\":[\"HEALTH\"],"
				   "\"household_cases\":[\"" DELIVERY_ID "\"]}");
	static const char *const wanted[] = { "令和8年11月16日(2026年)", "昭和45年3月1日(1970年)", "&lt;b&gt;見本&lt;/b&gt;", "みほん", "その他", "知人宅", ">83<", "要介護1",
					      "◎", "○", "4社", "法律・司法</dt><dd>督促状", "知っているか</dt><dd>いいえ", "知っている</dt><dd>はい",
					      "人数</dt><dd>3", "令和9年1月5日", "健康", DELIVERY_ID, "(未送信)", "返信票", "対象機関", "早め", "繋ぐ", "担当 花子" };

	check_int(outcome, OUTCOME_DONE);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		unit_context("%s", wanted[i]);
		check(strstr(page, wanted[i]) != NULL);
	}
	check(strstr(page, "<b>見本") == NULL);
	check(strncmp(page, "<!DOCTYPE html>", 15) == 0);
	check(strstr(page, "<script") == NULL && strstr(page, "http:") == NULL && strstr(page, "https:") == NULL && strstr(page, "default-src 'none'") != NULL);
}

static void test_an_empty_sheet_is_a_form_to_fill_in(void)
{
	const char *page = page_of("{}");

	check_int(outcome, OUTCOME_DONE);
	check(strstr(page, "見えていないこと") != NULL && strstr(page, "食べるものがない") != NULL);
	check(strstr(page, "居所") == NULL); /* nothing asks for it on paper */
	check(strstr(page, "訪問前の確認") == NULL);
}

/* The fuller the page, the smaller it is set. */
static void test_density(void)
{
	char sheet[7000], text[6001];

	memset(text, 0x78, sizeof text);
	for (size_t length = 0; length <= 6000; length += 3000) {
		text[length] = '\0';
		snprintf(sheet, sizeof sheet, "{\"history\":\"%s\"}", text);
		check(strstr(page_of(sheet), length == 0 ? "<body>" : "<body class=full") != NULL);
		text[length] = 'x';
	}
	text[6000] = '\0';
	check(strstr(page_of(sheet), "class=fuller") != NULL);
}

static const char delivery[] = "{\"type\":\"delivery\",\"kind\":\"REQUEST\",\"ask\":\"OUTREACH\",\"urgency\":\"DANGER\",\"message_id\":\"" DELIVERY_ID
			       "\",\"code\":\"%s\",\"sender\":\"link@chiba-city\",\"recipient\":\"desk@chiba-city\",\"accepted_at\":\"2026-11-16T10:00:00.000+09:00\","
			       "\"parts\":[{}]%s}";

static void code_of(char code[ID_CODE_TEXT])
{
	struct id id;

	require_ok(id_parse(DELIVERY_ID, &id));
	id_code(&id, code);
}

static const char *stored(const char *rest)
{
	static char store[200];
	char text[4000], path[300], code[ID_CODE_TEXT];

	code_of(code);
	snprintf(store, sizeof store, "%s/inbox", unit_folder());
	require_ok(folder_make(store, 0700));
	snprintf(path, sizeof path, "%s/" DELIVERY_ID, store);
	require_ok(folder_make(path, 0700));
	snprintf(text, sizeof text, delivery, code, rest);
	written("inbox/" DELIVERY_ID "/message.json", text);
	return store;
}

static void test_a_stored_delivery(void)
{
	const char *store = stored(",\"sheet\":{\"person\":{\"name\":\"例田\"},\"attachments\":[{\"name\":\"図.pdf\",\"size\":3,\"sha256\":\"AAAA\"}]}");
	char code[ID_CODE_TEXT], page[65536];

	code_of(code);
	snprintf(page, sizeof page, "%s", fake_run(NULL, false, &outcome, "request print %s --from %s", code, store)->out);
	check_int(outcome, OUTCOME_DONE);
	check(strstr(page, code) != NULL && strstr(page, DELIVERY_ID) != NULL && strstr(page, "link@chiba-city") != NULL);
	check(strstr(page, "図.pdf") != NULL && strstr(page, "110・119") != NULL);
	check(strstr(page, "@bottom-center{content:\"番号 ") != NULL);
	check_text(fake_run(NULL, false, &outcome, "request print " DELIVERY_ID " --from %s", store)->out, page);
	check_text(fake_run(NULL, false, &outcome, "request print %s/" DELIVERY_ID "/message.json", store)->out, page);
	check(strstr(strstr(page, "<title>"), "例田") != NULL); /* on the page, but not in what print queues show */
	check(strstr(page, "例田") > strstr(page, "</title>"));
}

/* A number that is none gets into no style, and into the page as text only. */
static void test_a_false_code(void)
{
	const char *page = fake_run(NULL, false, &outcome, "request print %s",
				    written("sheet.json", "{\"kind\":\"REQUEST\",\"code\":\"\\\"}</style><b>\",\"sheet\":{}}"))->out;

	check_int(outcome, OUTCOME_DONE);
	check(strstr(page, "@bottom-center") == NULL && strstr(page, "<b>\"") == NULL && strstr(page, "&quot;}&lt;/style&gt;") != NULL);
}

static void test_withheld(void)
{
	const char *page = fake_run(NULL, false, &outcome, "request print " DELIVERY_ID " --from %s", stored(""))->out;

	check_int(outcome, OUTCOME_DONE);
	check(strstr(page, "受けると返事をした後に開示") != NULL);
}

static void test_not_there(void)
{
	static const char *const rows[][2] = { { "request print %s/none.json", "NO_FILE" },
					       { "request print 01930a1b-2c3d-7e4f-8a5b-000000000000 --from %s", "NOT_STORED" },
					       { "request print AAAAA-AAAAA --from %s", "NO_FILE" },
					       { "request print nonsense --from %s/none", "NO_FILE" } };

	stored("");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char words[400];

		snprintf(words, sizeof words, rows[i][0], unit_folder());
		check(strstr(fake_run(NULL, true, &outcome, "%s", words)->out, rows[i][1]) != NULL);
		check_int(outcome, OUTCOME_NOT_THERE);
	}
}

static void test_refused(void)
{
	static const char *const rows[][2] = { { "", "\"JSON\"" },
					       { "[]", "\"JSON\"" },
					       { "{}", "NO_REQUEST" },
					       { "{\"kind\":\"NOTE\",\"note\":{\"text\":\"x\"}}", "NO_REQUEST" },
					       { "{\"kind\":\"REQUEST\"}", "NO_REQUEST" },
					       { "{\"kind\":\"REQUEST\",\"sheet\":12}", "MESSAGE" },
					       { "{\"kind\":\"REQUEST\",\"sheet\":{\"histroy\":\"x\"}}", "sheet.histroy" },
					       { "{\"kind\":\"REQUEST\",\"sheet\":{\"person\":{\"birth_date\":\"昭和64年3月1日\"}}}", "birth_date" },
					       { "{\"kind\":\"REQUEST\",\"sheet\":{\"risk\":\"\xee\x80\x80\"}}", "sheet.risk" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct said *said = fake_run(NULL, true, &outcome, "request print %s", written("bad.json", rows[i][0]));

		unit_context("%s", rows[i][0]);
		check_int(outcome, OUTCOME_REFUSED);
		check(strstr(said->out, rows[i][1]) != NULL);
	}
}

static void test_into_a_file(void)
{
	char path[300];
	struct stat status;

	snprintf(path, sizeof path, "%s/sheet.html", unit_folder());
	page_of("{}");
	fake_run(NULL, false, &outcome, "request print %s/sheet.json --out %s", unit_folder(), path);
	check_int(outcome, OUTCOME_DONE);
	check(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600 && status.st_size > 3000);
	check(strstr(fake_run(NULL, true, &outcome, "request print %s/sheet.json --out %s", unit_folder(), path)->out, "FILE_EXISTS") != NULL);
	check_int(outcome, OUTCOME_REFUSED);
	check(strstr(fake_run(NULL, true, &outcome, "request print %s/sheet.json", unit_folder())->out, "\"html\"") != NULL);
}

/* The page for the printer in the corridor: what waits, from whom, and nobody's name. */
static void test_nameless(void)
{
	char text[4000], code[ID_CODE_TEXT];
	json_t *message, *request = NULL;
	struct buf page;

	code_of(code);
	snprintf(text, sizeof text, delivery, code, ",\"sheet\":{\"person\":{\"name\":\"例田\",\"phone\":\"043-000\"},\"history\":\"経過の文\",\"worker\":\"担当 花子\"}");
	message = json_loads(text, 0, NULL);
	require(message != NULL && sheet_source_take("it", message, &request) == OUTCOME_DONE);
	buf_init(&page, 10000);
	sheet_page_put_nameless(request, &page);
	check(strstr(buf_text(&page), code) != NULL && strstr(buf_text(&page), "命の危険") != NULL && strstr(buf_text(&page), "2026-11-16T10:00") != NULL);
	check(strstr(buf_text(&page), "例田") == NULL && strstr(buf_text(&page), "043") == NULL && strstr(buf_text(&page), "経過の文") == NULL &&
	      strstr(buf_text(&page), "花子") == NULL);
	buf_free(&page);
	json_decref(request);
	json_decref(message);
}

static void test_memory_that_ends(void)
{
	json_t *message = json_pack("{s:s,s:{s:s}}", "kind", "REQUEST", "sheet", "history", "x"), *request = NULL;

	require(sheet_source_take("it", message, &request) == OUTCOME_DONE);
	for (size_t limit = 0; limit < 12000; limit += 397) {
		struct buf page;

		buf_init(&page, limit);
		sheet_page_put(request, &page);
		check(page.err != ERR_OK || page.len <= limit);
		buf_free(&page);
	}
	json_decref(request);
	json_decref(message);
}

UNIT_SUITE("tsunagi/cmd_request_print",
	{ "every field is on the page", test_fields },
	{ "an empty sheet", test_an_empty_sheet_is_a_form_to_fill_in },
	{ "set smaller where it is full", test_density },
	{ "a stored delivery, by id and code", test_a_stored_delivery },
	{ "a code that is none", test_a_false_code },
	{ "a part that is withheld", test_withheld },
	{ "what is not there", test_not_there },
	{ "what is no request", test_refused },
	{ "into a file, never over one", test_into_a_file },
	{ "the page that names nobody", test_nameless },
	{ "no room for the page", test_memory_that_ends });
