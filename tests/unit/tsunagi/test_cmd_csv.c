/* SPDX-License-Identifier: Apache-2.0 */
/* send, check, template and request print with a CSV, as a desk types them. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "desk.h"
#include "fake_daemon.h"
#include "unit.h"

#define HEADING "\xef\xbb\xbf再送キー,宛先,依頼の内容,共有の根拠,根拠法令,根拠の理由,氏名,経過,文章に含まれる情報,お困りごと 介護,紹介する理由,期待する支援,見えていないこと\r\n"
#define GOOD(key, name) key ",desk,繋ぐ,法令・委託による職務,生活困窮者自立支援法9条,調整," name ",\"一行目\n二行目\",氏名など,◎,理由,支援,なし\r\n"

static const char *table(const char *text)
{
	static char path[300];

	snprintf(path, sizeof path, "%s/sheets.csv", unit_folder());
	require_ok(file_write(path, bytes_of_text(text), 0600));
	return path;
}

/* The nth line of what was said, as JSON. */
static json_t *line(const struct said *said, unsigned number)
{
	const char *at = said->out;

	while (number-- > 0 && strchr(at, '\n') != NULL)
		at = strchr(at, '\n') + 1;
	return json_loads(at, JSON_DISABLE_EOF_CHECK, NULL);
}

static void check_row(const struct said *said, unsigned number, json_int_t row, const char *state)
{
	json_t *json = line(said, number);

	unit_context("line %u of %s", number, said->out);
	check_int(json_integer_value(json_object_get(json, "row")), row);
	check_text(json_string_value(json_object_get(json, "state")), state);
	check((json_object_get(json, "error") != NULL) == (strcmp(state, "refused") == 0));
	json_decref(json);
}

static void test_each_row_by_itself(void)
{
	struct desk desk = desk_begin();
	const char *path = table(HEADING GOOD("k1", "例田") "k2,nobody,繋ぐ,,,,x,,\r\n" GOOD("k3", "'=例田") GOOD("k4", "\"open"));
	const struct said *said = desk_run(&desk, true, "send %s --as %s", path, desk.link->path);

	check_int(desk.outcome, OUTCOME_REFUSED);
	check_row(said, 0, 2, "accepted");
	check_row(said, 1, 3, "refused");
	check_row(said, 2, 4, "accepted");
	check_row(said, 3, 5, "refused");
	desk_end(&desk);
}

static void test_the_key_makes_a_retry_the_same(void)
{
	struct desk desk = desk_begin();
	char first[40];
	json_t *json;

	json = line(desk_run(&desk, true, "send %s --as %s", table(HEADING GOOD("k1", "例田")), desk.link->path), 0);
	check_int(desk.outcome, OUTCOME_DONE);
	require(json_object_get(json, "message_id") != NULL);
	snprintf(first, sizeof first, "%s", json_string_value(json_object_get(json, "message_id")));
	check_text(json_string_value(json_object_get(json, "key")), "k1");
	json_decref(json);
	json = line(desk_run(&desk, true, "send %s --as %s", table(HEADING GOOD("k1", "例田")), desk.link->path), 0);
	check_text(json_string_value(json_object_get(json, "message_id")), first);
	check(json_is_true(json_object_get(json, "duplicate")));
	json_decref(json);
	check_row(desk_run(&desk, true, "send %s --as %s", table(HEADING GOOD("k1", "別人")), desk.link->path), 0, 2, "refused"); /* other content */
	desk_end(&desk);
}

static enum outcome outcome;

static void test_options_of_one_message(void)
{
	static const char *const options[] = { "--key k", "--need n.json", "--attach a.pdf" };

	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		fake_run(NULL, true, &outcome, "send %s %s", table(HEADING), options[i]);
		check_int(outcome, OUTCOME_USAGE);
	}
	fake_run(NULL, true, &outcome, "check %s --encoding latin1", table(HEADING));
	check_int(outcome, OUTCOME_USAGE);
}

static void test_check(void)
{
	const struct said *said = fake_run(NULL, true, &outcome, "check %s", table(HEADING GOOD("", "例田") "k,Link!,繋ぐ,,,,x,y,噂\r\n,,,,,,,,,,,,,over\r\n"));
	json_t *json = line(said, 1);
	const char *message = json_string_value(json_object_get(json_object_get(json, "error"), "message"));

	check_int(outcome, OUTCOME_REFUSED);
	check_row(said, 0, 2, "ok");
	check_row(said, 1, 3, "refused");
	check_row(said, 2, 4, "refused");
	check(message != NULL && strstr(message, "宛先: ") != NULL); /* by the heading that the desk sees */
	json_decref(json);
	fake_run(NULL, true, &outcome, "check %s --to desk", table("\xef\xbb\xbf依頼の内容,共有の根拠,区,年代,お困りごと 介護\r\n受入可否の照会,匿名,花見川区,40代,◎\r\n"));
	check_int(outcome, OUTCOME_DONE);
	check(strstr(fake_run(NULL, true, &outcome, "check %s", table(""))->out, "\"CSV\"") != NULL);
	check_int(outcome, OUTCOME_REFUSED);
	check(strstr(fake_run(NULL, false, &outcome, "check %s", table(HEADING "k,Link!\r\n"))->err, "row 2: refused") != NULL);
}

static void test_exported(void)
{
	static const char sheet[] = "{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"desk\"],\"sheet\":{\"person\":{\"name\":\"%s\",\"phone\":\"+81-43\"},\"risk\":\"=cmd\"}}";
	char text[1000], path[300], first[65536];
	const char *row;

	snprintf(path, sizeof path, "%s/sheet.json", unit_folder());
	snprintf(text, sizeof text, sheet, "例田");
	require_ok(file_write(path, bytes_of_text(text), 0600));
	snprintf(first, sizeof first, "%s", fake_run(NULL, false, &outcome, "request print --csv %s %s", path, path)->out);
	check_int(outcome, OUTCOME_DONE);
	check(strncmp(first, "\xef\xbb\xbf再送キー,", 16) == 0);
	row = strstr(first, "\r\n");
	require(row != NULL);
	check(strstr(row, ",'+81-43,") != NULL && strstr(row, ",'=cmd,") != NULL);
	check(strstr(row, ",繋ぐ,") != NULL);
	snprintf(text, sizeof text, sheet, "葛\xf3\xa0\x84\x80城");
	require_ok(file_write(path, bytes_of_text(text), 0600));
	check(strstr(fake_run(NULL, false, &outcome, "request print --csv --encoding cp932 %s", path)->err, "氏名") != NULL);
	check_int(outcome, OUTCOME_REFUSED);
	check(strchr(fake_run(NULL, false, &outcome, "request print --csv --encoding cp932 %s", path)->out, '?') == NULL);
	fake_run(NULL, true, &outcome, "request print %s %s", path, path);
	check_int(outcome, OUTCOME_USAGE);
}

static void test_templates(void)
{
	const struct said *said = fake_run(NULL, false, &outcome, "template request --csv");

	check(strstr(said->out, "氏名,ふりがな,性別,生年月日,住所,電話,E-mail") != NULL && strstr(said->out, "\r\n") == said->out + strlen(said->out) - 2);
	check(strstr(fake_run(NULL, false, &outcome, "template request --csv --encoding cp932")->out, "\x8e\x81\x96\xbc") != NULL);
	fake_run(NULL, true, &outcome, "template need --csv");
	check_int(outcome, OUTCOME_USAGE);
}

UNIT_SUITE("tsunagi/cmd_csv",
	{ "each row is told by itself", test_each_row_by_itself },
	{ "the key makes a retry the same", test_the_key_makes_a_retry_the_same },
	{ "options of one message", test_options_of_one_message },
	{ "check", test_check },
	{ "sheets as rows", test_exported },
	{ "headings", test_templates });
