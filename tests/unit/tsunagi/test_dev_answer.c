/* SPDX-License-Identifier: Apache-2.0 */
/* What an agency that answers by itself makes of what reaches it; it is seen at work in tests/system/test_dev.py. */
#include "tsunagi/dev_answer.h"

#include <string.h>

#include "contract/json.h"
#include "desk.h"
#include "unit.h"

static void test_answers(void)
{
	static const char *const all[] = { "seen", "ask", "accept", "decline", "redirect", "start", "report", "hold", "complete", "silence" };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const struct dev_answer *answer = dev_answer_find(all[i]);

		unit_context("%s", all[i]);
		require(answer != NULL);
		for (size_t step = 0; step < DEV_ANSWER_STEPS && answer->steps[step] != NULL; step++) {
			int action = 0;
			char word[20] = "";

			for (size_t at = 0; answer->steps[step][at] != '\0'; at++)
				word[at] = (char)(answer->steps[step][at] - 'a' + 'A');
			check(json_word_value(&pb__leg_action__descriptor, word, &action));
		}
	}
	check(dev_answer_find("Accept") == NULL);
	check(dev_answer_find("") == NULL);
	check(dev_answer_find("withdraw") == NULL); /* which is the sender's */
	check_text(dev_answer_find("complete")->steps[2], "complete");
	check(dev_answer_find("silence")->steps[0] == NULL);
}

struct arriving {
	const char *json;
	enum dev_arrival arrival;
	const char *id;
};

static void test_arrivals(void)
{
	static const struct arriving rows[] = {
		{ "{'type':'delivery','kind':'REQUEST','ask':'REFER','message_id':'m'}", DEV_ARRIVAL_REQUEST, "m" },
		{ "{'type':'delivery','kind':'REQUEST','message_id':'m','thread_id':'t','leg_act':{'action':'SEAL'}}", DEV_ARRIVAL_REQUEST, "t" },
		{ "{'type':'delivery','kind':'REQUEST','message_id':'m','thread_id':'t','leg_act':{'action':'ANSWER'}}", DEV_ARRIVAL_ANSWER, "t" },
		{ "{'type':'delivery','kind':'REQUEST','message_id':'m','thread_id':'t','leg_act':{'action':'WITHDRAW'}}", DEV_ARRIVAL_OTHER, "m" },
		{ "{'type':'delivery','kind':'REQUEST','message_id':'m','released':true}", DEV_ARRIVAL_OTHER, "m" },
		{ "{'type':'delivery','kind':'NOTE','message_id':'m','thread_id':'t'}", DEV_ARRIVAL_OTHER, "m" },
		{ "{'type':'delivery','kind':'CONFERENCE','message_id':'m','conference_act':{'action':'PROPOSE'}}", DEV_ARRIVAL_CONFERENCE, "m" },
		{ "{'type':'delivery','kind':'CONFERENCE','message_id':'m','conference_act':{'action':'MINUTES'}}", DEV_ARRIVAL_OTHER, "m" },
		{ "{'type':'notice','kind':'REQUEST','what':'ANSWER_DUE'}", DEV_ARRIVAL_OTHER, "" },
		{ "{}", DEV_ARRIVAL_OTHER, "" },
		{ "{'type':7,'kind':[],'leg_act':'x'}", DEV_ARRIVAL_OTHER, "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[200];
		const char *id = NULL;
		json_t *json;

		unit_context("%s", rows[i].json);
		for (size_t at = 0; at <= strlen(rows[i].json); at++)
			text[at] = rows[i].json[at] == '\'' ? '"' : rows[i].json[at];
		json = json_loads(text, 0, NULL);
		require(json != NULL);
		check_int(dev_arrival_of(json, &id), rows[i].arrival);
		check_text(id, rows[i].id);
		json_decref(json);
	}
}

static void refused(const char *line, const char *part)
{
	struct desk desk = { 0 };
	const struct said *said = desk_run(&desk, true, "%s", line);

	unit_context("%s", line);
	check_int(desk.outcome, OUTCOME_USAGE);
	check(strstr(desk_error(said->out, "message"), part) != NULL);
}

static void test_wrong_words(void)
{
	refused("dev answer b withdraw", "withdraw is no answer");
	refused("dev answer b redirect", "--next");
	refused("dev answer nobody-here accept", "TSUNAGI_BUNDLE_NOBODY_HERE");
	refused("dev answer b accept --max 0", "--max");
	refused("dev fault lose", "lose-ack, cut or duplicate");
	refused("dev fault cut --times 0", "--times");
	refused("dev fault cut --times 1001", "--times");
}

UNIT_SUITE("tsunagi/dev_answer",
	{ "answers and their acts", test_answers },
	{ "what arrives", test_arrivals },
	{ "wrong words", test_wrong_words });
