/* SPDX-License-Identifier: Apache-2.0 */
/* agency hand-over, against a daemon that notes what it was asked: what becomes of what was left is shown, and done with --yes --reason alone. */
#include <string.h>

#include "fake_daemon.h"
#include "unit.h"

static Pb__TurnsLeft left;
static struct {
	unsigned looks, acts;
	char agency[80], to[80], reason[80]; /* of the last act */
} asked;

static struct fake_daemon *daemon_;
static enum outcome outcome;

static void keep(char to[80], const char *text)
{
	memcpy(to, text, strlen(text) + 1);
}

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	static Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	const Pb__AdminHandOver *act = request->hand_over;

	(void)context;
	(void)arena;
	require(request->body_case == PB__ADMIN_REQUEST__BODY_HAND_OVER);
	keep(asked.agency, act->agency);
	keep(asked.to, act->to);
	keep(asked.reason, act->reason);
	if (act->look) {
		asked.looks++;
		reply->body_case = PB__ADMIN_REPLY__BODY_TURNS_LEFT;
		reply->turns_left = &left;
		return;
	}
	asked.acts++;
	reply->body_case = PB__ADMIN_REPLY__BODY_DONE;
	reply->done = &nothing;
	reply->seq = 815;
}

static void begin(void)
{
	memset(&asked, 0, sizeof asked);
	pb__turns_left__init(&left);
	left.legs = 3;
	left.waiting = 4;
	left.back = 1;
	left.cases = 5;
	left.stay_hidden = 2;
	daemon_ = fake_daemon_start(answer, NULL);
}

static const struct said *run(bool json, const char *words)
{
	return fake_run(daemon_, json, &outcome, "agency hand-over %s", words);
}

static json_t *json_of(const struct said *said)
{
	json_t *json = json_loads(said->out, 0, NULL);

	require(json != NULL); /* one object, and nothing behind it */
	return json;
}

static void check_count(const json_t *json, const char *name, json_int_t count)
{
	check_int(json_integer_value(json_object_get(json, name)), count);
}

/* Without --yes and a reason: the effect, what is missing, and nothing done; in JSON, one object. */
static void test_shows_first(void)
{
	static const char *const not_given[] = { "old --to link", "old --to link --yes", "old --to link --reason dissolved", "old --to link --yes --reason=" };
	json_t *json;

	begin();
	for (size_t i = 0; i < sizeof not_given / sizeof *not_given; i++) {
		const struct said *said = run(false, not_given[i]);

		check_int(outcome, OUTCOME_USAGE);
		check(strstr(said->out, "3 part(s) of requests go on with it") != NULL && strstr(said->out, "1 part(s) that nobody had taken") != NULL);
		check(strstr(said->out, "2 stay: a confidential agency takes part in them; name its proxy") != NULL);
		check(strstr(said->out, " 0 ") == NULL); /* what is not there is not told */
		check(strstr(said->err, "--yes --reason") != NULL);
		json = json_of(run(true, not_given[i]));
		check_int(outcome, OUTCOME_USAGE);
		check_text(json_string_value(json_object_get(json, "agency")), "old");
		check_text(json_string_value(json_object_get(json, "to")), "link");
		check_count(json, "legs", 3);
		check_count(json, "requests", 0);
		check_count(json, "waiting", 4);
		check_count(json, "back", 1);
		check_count(json, "cases", 5);
		check_count(json, "stay_hidden", 2);
		check(json_is_false(json_object_get(json, "done")));
		check_text(json_string_value(json_object_get(json_object_get(json, "error"), "code")), "NOT_CONFIRMED");
		json_decref(json);
	}
	check_uint(asked.looks, 8);
	check_uint(asked.acts, 0);
	fake_daemon_stop(daemon_);
}

static void test_does_it(void)
{
	json_t *json;

	begin();
	check(strstr(run(false, "old --to link --yes --reason dissolved")->out, "entry 815") != NULL);
	check_int(outcome, OUTCOME_DONE);
	check_text(asked.agency, "old");
	check_text(asked.to, "link");
	check_text(asked.reason, "dissolved");
	json = json_of(run(true, "old --to link --yes --reason dissolved"));
	check_int(outcome, OUTCOME_DONE);
	check(json_is_true(json_object_get(json, "done")));
	check(json_object_get(json, "error") == NULL);
	check_count(json, "legs", 3);
	check_count(json, "seq", 815);
	json_decref(json);
	check_uint(asked.acts, 2);
	fake_daemon_stop(daemon_);
}

static void test_says_to_whom(void)
{
	begin();
	run(false, "old --yes --reason dissolved");
	check_int(outcome, OUTCOME_USAGE);
	check_uint(asked.looks + asked.acts, 0);
	fake_daemon_stop(daemon_);
}

UNIT_SUITE("tsunagi/cmd_hand_over",
	{ "shows its effect first", test_shows_first },
	{ "does it", test_does_it },
	{ "to somebody", test_says_to_whom });
