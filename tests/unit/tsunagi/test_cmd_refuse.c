/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "desk.h"
#include "unit.h"

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static void test_sent_back(void)
{
	struct desk desk = desk_begin();
	char first[37], second[37];
	const struct said *said = NULL;

	desk_send(&desk, first);
	desk_send(&desk, second);
	said = desk_run(&desk, false, "refuse %s --reason not-understood --text form-9 --as %s", first, desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, first) && has(said->out, "NOT_UNDERSTOOD"));
	said = desk_run(&desk, true, "refuse %s --reason PROGRAM_FAILED --as %s", second, desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "type"), "refused");
	check_text(desk_field(said->out, "message_id"), second);
	check_uint(stage_tally(desk.stage, TALLY_REFUSED), 2);
	desk_end(&desk);
}

static void test_wrong_usage(void)
{
	static const char *const wrong[] = { "", "--reason BECAUSE", "--reason UNSPECIFIED", "--reason retry_later_and_a_very_long_tail_of_a_word", "--text x" };
	struct desk desk = desk_begin();
	char id[37];

	desk_send(&desk, id);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const struct said *said = desk_run(&desk, true, "refuse %s %s --as %s", id, wrong[i], desk.desk->path);

		check_int(desk.outcome, OUTCOME_USAGE);
		check(has(desk_error(said->out, "message"), "RETRY_LATER"));
	}
	desk_run(&desk, true, "refuse nonsense --reason RETRY_LATER --as %s", desk.desk->path);
	check_int(desk.outcome, OUTCOME_USAGE);
	check_uint(stage_tally(desk.stage, TALLY_REFUSED), 0);
	desk_end(&desk);
}

static void test_what_does_not_wait(void)
{
	struct desk desk = desk_begin();
	const struct said *said = desk_run(&desk, true, "refuse 01960000-0000-7000-8000-000000000000 --reason CANNOT_OPEN --timeout 0.4 --as %s", desk.desk->path);

	check_int(desk.outcome, OUTCOME_NOT_THERE);
	check_text(desk_error(said->out, "code"), "NOT_WAITING");
	desk_end(&desk);
}

UNIT_SUITE("tsunagi/cmd_refuse",
	{ "sent back", test_sent_back },
	{ "wrong usage", test_wrong_usage },
	{ "what does not wait", test_what_does_not_wait });
