/* SPDX-License-Identifier: Apache-2.0 */
/* route, and send --need, against the library's stage: there, debts lead to desk and all else to third, which is not there. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "desk.h"
#include "tsunagi/need.h"
#include "unit.h"

#define DIRECTORY                                                                                                                      \
	"site: s\nlocal_government_code: \"121002\"\nnames: {ja: 市}\nzone: Asia/Tokyo\nagencies:\n"                                      \
	"  - {id: a, names: {ja: エー, en: Desk A}, categories: [money], areas: [\"*\"], coordinator: b}\n"                               \
	"  - {id: b, names: {ja: ビー}, coordinator: a}\n"
#define RULES                                                                                                                          \
	"rules:\n  - {id: debts, when: [{topics: [DEBT]}], categories: [money], because: {ja: 借金, en: debts}}\n"                       \
	"  - {id: rest, fallback: true, agencies: [b], because: {ja: ほか, en: all else}}\n"

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static const char *written(const char *name, const char *text)
{
	static char paths[16][600];
	static size_t next;
	char *path = paths[next++ % 16];

	snprintf(path, sizeof paths[0], "%s/%s", unit_folder(), name);
	require_ok(file_write(path, bytes_of_text(text), 0600));
	return path;
}

static struct desk desk_with_rules(void)
{
	struct desk desk = desk_begin();

	stage_stop(desk.stage);
	stage_agency(desk.stage, "third");
	desk.link = &desk.stage->agencies[0];
	desk.desk = &desk.stage->agencies[1];
	desk.stage->with_rules = true;
	stage_publish(desk.stage);
	stage_start(desk.stage);
	return desk;
}

static void test_over_a_file(void)
{
	struct desk desk = { .stage = NULL };
	const char *directory = written("directory.yaml", DIRECTORY RULES);
	const struct said *said = desk_run(&desk, false, "route --need %s --directory %s", written("need.json", "{\"topics\":[\"DEBT\"]}"), directory);

	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "1. a  Desk A") && has(said->out, "debts (rule debts)"));
	said = desk_run(&desk, true, "route --need %s --directory %s --all", written("need.json", "{}"), directory);
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "type"), "route");
	check(has(said->out, "\"CATEGORY\"") && has(said->out, "all else"));
	said = desk_run_fed(&desk, false, "{}", "route --need - --directory %s", directory);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "1. b"));
}

static void test_refused(void)
{
	struct desk desk = { .stage = NULL };
	const char *directory = written("directory.yaml", DIRECTORY RULES);
	const struct said *said;

	desk_run(&desk, true, "route --directory %s", directory);
	check_int(desk.outcome, OUTCOME_USAGE);
	desk_run(&desk, true, "route --need /nowhere --directory %s", directory);
	check_int(desk.outcome, OUTCOME_NOT_THERE);
	said = desk_run(&desk, true, "route --need %s --directory %s", written("need.json", "[]"), directory);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "JSON");
	said = desk_run(&desk, true, "route --need %s --directory %s", written("need.json", "{\"topics\":"), directory);
	check_text(desk_error(said->out, "code"), "JSON");
	said = desk_run(&desk, true, "route --need %s --directory %s", written("need.json", "{\"ward\":\"moon\"}"), directory);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "NEED");
	said = desk_run(&desk, true, "route --need %s --directory %s", written("need.json", "{}"), written("without.yaml", DIRECTORY));
	check_int(desk.outcome, OUTCOME_NOT_THERE);
	check_text(desk_error(said->out, "code"), "NO_RULES");
	said = desk_run(&desk, true, "route --need %s --directory %s", written("need.json", "{}"), written("bad.yaml", DIRECTORY "rules: 7\n"));
	check_int(desk.outcome, OUTCOME_REFUSED);
	check(has(said->out, "needs a list"));
}

static void test_by_bundle(void)
{
	struct desk desk = desk_with_rules();
	const struct said *said = desk_run(&desk, true, "route --need %s --as %s", written("need.json", "{\"topics\":[\"DEBT\"]}"), desk.link->path);

	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "\"desk@chiba-city\""));
	said = desk_run(&desk, true, "route --need %s --as %s", written("need.json", "{\"topics\":[\"NOTHING\"]}"), desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "NEED");
	desk_end(&desk);
}

static void test_send(void)
{
	struct desk desk = desk_with_rules();
	const char *need = written("need.json", "{\"topics\":[\"DEBT\"],\"urgency\":\"URGENT\",\"at\":\"2026-11-18T10:00:00+09:00\"}");
	const char *message = desk_message("");
	const struct said *said = desk_run(&desk, true, "send %s --need %s --as %s", message, need, desk.link->path);

	check_int(desk.outcome, OUTCOME_USAGE); /* nobody agreed */
	check_text(desk_error(said->out, "code"), "NOT_CONFIRMED");
	check_uint(stage_tally(desk.stage, TALLY_SUBMITTED), 0);
	desk_run(&desk, true, "send %s --need %s --dry-run --as %s", message, need, desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check_uint(stage_tally(desk.stage, TALLY_SUBMITTED), 0);
	said = desk_run(&desk, true, "send %s --need %s --yes --as %s", message, need, desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "\"desk@chiba-city\"") && has(said->out, "\"rule\": \"debts\""));
	check_uint(stage_tally(desk.stage, TALLY_SUBMITTED), 1);
	said = desk_run(&desk, false, "send %s --need %s --yes --as %s", message, need, desk.link->path);
	check(has(said->out, "the rule's reason (rule debts)") && has(said->out, "accepted"));
	desk_end(&desk);
}

static void test_send_refused(void)
{
	struct desk desk = desk_with_rules();
	const char *need = written("need.json", "{\"topics\":[\"HOUSING\"]}");
	const char *message = desk_message("");
	const struct said *said;

	desk_run(&desk, true, "send %s --need %s --to desk --yes --as %s", message, need, desk.link->path);
	check_int(desk.outcome, OUTCOME_USAGE);
	desk_run(&desk, true, "send %s --need %s --choices 0 --yes --as %s", message, need, desk.link->path);
	check_int(desk.outcome, OUTCOME_USAGE);
	desk_run(&desk, true, "send - --need - --yes --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_USAGE);
	said = desk_run(&desk, true, "send %s --need %s --yes --as %s", message, need, desk.stage->agencies[2].path);
	check_int(desk.outcome, OUTCOME_REFUSED); /* third is the first line: what nobody takes stays there */
	check_text(desk_error(said->out, "code"), "STAYS_HERE");
	check_uint(stage_tally(desk.stage, TALLY_SUBMITTED), 0);
	desk_end(&desk);
}

static void test_template(void)
{
	json_t *template = need_template();

	check(json_is_array(json_object_get(template, "topics")) && json_is_false(json_object_get(template, "outside")));
	check(json_is_null(json_object_get(template, "age")));
	json_decref(template);
}

UNIT_SUITE("tsunagi/cmd_route",
	{ "over a directory file", test_over_a_file },
	{ "what cannot be routed", test_refused },
	{ "over the bundle's directory", test_by_bundle },
	{ "send --need asks first", test_send },
	{ "send --need refused", test_send_refused },
	{ "what a need looks like", test_template });
