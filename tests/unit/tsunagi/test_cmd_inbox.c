/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "desk.h"
#include "tsunagi/words.h"
#include "unit.h"

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static void test_what_waits(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = desk_run(&desk, false, "inbox --as %s", desk.desk->path);

	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "Nothing waits."));
	desk_send(&desk, id);
	said = desk_run(&desk, false, "inbox --as %s", desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "FROM") && has(said->out, "link@chiba-city") && has(said->out, "request") && has(said->out, "routine"));
	check(!has(said->out, "Nothing waits.") && !has(said->out, "例田"));
	said = desk_run(&desk, true, "inbox --as %s", desk.desk->path);
	check_text(desk_field(said->out, "type"), "inbox");
	check(has(said->out, id));
	desk_run(&desk, true, "receive --out %s/in --max 1 --wait 5 --as %s", unit_folder(), desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE); /* looking took nothing */
	said = desk_run(&desk, false, "inbox --as %s", desk.desk->path);
	check(has(said->out, "Nothing waits."));
	desk_end(&desk);
}

static void test_in_japanese(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = NULL;

	desk_send(&desk, id);
	words_start(LANGUAGE_JA);
	said = desk_run(&desk, false, "inbox --as %s", desk.desk->path);
	words_start(LANGUAGE_EN);
	check(has(said->out, "差出") && has(said->out, "依頼") && has(said->out, "通常") && has(said->out, "待ち"));
	desk_end(&desk);
}

static void test_no_broker(void)
{
	struct desk desk = desk_begin();
	const struct said *said = NULL;

	stage_stop(desk.stage);
	said = desk_run(&desk, true, "inbox --timeout 0.2 --as %s", desk.desk->path);
	check_int(desk.outcome, OUTCOME_UNREACHABLE);
	check_text(desk_error(said->out, "code"), "CONNECT");
	said = desk_run(&desk, false, "inbox --timeout 0.2 --as %s", desk.desk->path);
	check_text(said->out, ""); /* nobody there is not nothing there */
	check(has(said->err, "Nobody answers") && has(said->err, "tsunagid is running"));
	desk_end(&desk);
}

UNIT_SUITE("tsunagi/cmd_inbox",
	{ "what waits", test_what_waits },
	{ "in Japanese", test_in_japanese },
	{ "no broker", test_no_broker });
